"""Tables of the decisions room: a decision, its people, numbers struck, answers sealed, what was passed and said."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ccvc.changes.models import Batch, Change
from ccvc.documents.models import Document
from ccvc.organisations.models import Reorganisation
from ccvc.signing.models import Signature

LONGEST = 300


class State(models.TextChoices):
    """Where a decision stands."""

    DRAFT = "draft", _("Dự thảo")
    SUBMITTED = "submitted", _("Đã trình")
    SIGNED = "signed", _("Đã ký")
    DISCARDED = "discarded", _("Đã bỏ dự thảo")


class Decision(models.Model):
    """One decision of a kind (`kinds.Kind`) about one or many people.

    `cells` holds what the form asks once, by name of the ask; `authority` is who decides, in words, as above the
    signature; `proposed_by` who asks for it, `grounds` further papers it rests on, one a line. Number, symbol and day
    of decision are given at submission. `paper_sha256` names the document as it was laid out, before any signature.
    `about` is the decision that one of correction or revocation amends, `reorganisation` the one it follows from.
    `round` counts submissions.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=LONGEST)
    unit_code = models.CharField(max_length=35)
    unit_id = models.BigIntegerField(db_index=True)
    number = models.PositiveIntegerField(null=True)
    symbol = models.CharField(max_length=60, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    decided_on = models.DateField(null=True)
    effective_on = models.DateField()
    authority = models.CharField(max_length=LONGEST)
    proposed_by = models.CharField(max_length=LONGEST, blank=True)
    grounds = models.TextField(blank=True)
    cells = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    round = models.PositiveSmallIntegerField(default=0)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    drafted_by_name = models.CharField(max_length=200)
    drafted_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    returned_reason = models.TextField(blank=True)
    returned_by = models.CharField(max_length=200, blank=True)
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signer_name = models.CharField(max_length=200, blank=True)
    signed_at = models.DateTimeField(null=True)
    signature = models.ForeignKey(Signature, models.PROTECT, null=True, related_name="+")
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="+")
    paper = models.OneToOneField(Document, models.PROTECT, null=True, related_name="decision")
    paper_sha256 = models.CharField(max_length=64, blank=True)
    about = models.ForeignKey("self", models.PROTECT, null=True, related_name="amendments")
    reorganisation = models.ForeignKey(Reorganisation, models.PROTECT, null=True, related_name="decisions")
    revoked_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="revokes")
    corrected_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrects")

    class Meta:
        indexes = [
            models.Index(fields=["state", "-drafted_at"], name="decisions_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["symbol", "year", "number"], name="decisions_one_number"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "discarded"]) | Q(number__isnull=False),
                name="decisions_numbered",
            ),
        ]

    def __str__(self) -> str:
        """Number and symbol as written; what it is for, while it has none."""
        return f"{self.number}/{self.symbol}" if self.number else self.title


class DecisionPerson(models.Model):
    """One person of a decision, in the order of the form, with what the form says of them by name of the ask.

    `day` is their first day of effect, `change` the proposal made of it in the submission that stands. `dossier_known`
    is false of somebody a recruitment opens a dossier for.
    """

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="people")
    position = models.PositiveIntegerField()
    person_key = models.UUIDField(db_index=True)
    personal_id = models.CharField(max_length=12, blank=True)
    full_name = models.TextField()
    unit_id = models.BigIntegerField(db_index=True)
    dossier_known = models.BooleanField(default=True)
    cells = models.JSONField(default=dict)
    day = models.DateField(null=True)
    change = models.OneToOneField(Change, models.PROTECT, null=True, related_name="decision_person")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "person_key"], name="decisions_person_once"),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.full_name}"

    @property
    def asked(self) -> dict[str, Any]:
        """What the form says of them: what is said of everybody, and of themself."""
        return {**self.decision.cells, **self.cells}


class Struck(models.Model):
    """A number that was given and stands for nothing: the submission it belonged to was taken back, and why."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="struck")
    number = models.PositiveIntegerField()
    symbol = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    reason = models.TextField()
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.number}/{self.symbol}"


class Moment(models.TextChoices):
    """When answers were sealed."""

    SUBMITTED = "submitted", _("Khi trình")
    SIGNED = "signed", _("Khi ký")


class Sealed(models.Model):
    """What the checks answered at one submission, or at its signature by the dossiers of then.

    Canonical JSON and its SHA-256, by the edition of the rules then.
    """

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="sealed")
    round = models.PositiveSmallIntegerField()
    moment = models.CharField(max_length=10, choices=Moment.choices, default=Moment.SUBMITTED)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    edition = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "round", "moment"], name="decisions_sealed_once")
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.round} {self.moment}"


class Passing(models.Model):
    """A condition not met that the authority the law names lets pass for one person: who, by what paper, why."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="passings")
    person_key = models.UUIDField()
    condition = models.CharField(max_length=40)
    authority = models.CharField(max_length=LONGEST)
    document_number = models.CharField(max_length=100)
    document_date = models.DateField()
    reason = models.TextField()
    by_account = models.CharField(max_length=150)
    by_name = models.CharField(max_length=200)
    by_role = models.CharField(max_length=60)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "person_key", "condition"],
                condition=Q(ended_at=None),
                name="decisions_passed_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.condition}: {self.authority}"


class Testimony(models.Model):
    """What somebody answers for by name where the record cannot tell: yes or no, and on what ground."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="testimonies")
    person_key = models.UUIDField()
    condition = models.CharField(max_length=40)
    answer = models.CharField(max_length=3, choices=[("yes", _("Đáp ứng")), ("no", _("Không đáp ứng"))])
    ground = models.TextField()
    by_account = models.CharField(max_length=150)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "person_key", "condition"],
                condition=Q(ended_at=None),
                name="decisions_said_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.condition}: {self.answer}"
