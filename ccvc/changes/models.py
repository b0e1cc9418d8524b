"""Tables of the changes room: procedure, batch, change, step, refusal, notice."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ccvc.access.capacity import Capacity
from ccvc.changes import procedures
from ccvc.changes.domain import STEP_LABELS
from ccvc.changes.limits import Urgency, urgency


class Origin(models.TextChoices):
    """Where a batch of changes comes from."""

    INTAKE = "intake", _("Nhập từ tệp")
    DECLARATION = "declaration", _("Kê khai")
    OFFICE = "office", _("Nghiệp vụ của cơ quan")
    DECISION = "decision", _("Quyết định nhân sự")


class State(models.TextChoices):
    """States of a change, in the order it passes them."""

    PROPOSED = "proposed", _("Chờ kiểm tra")
    CHECKED = "checked", _("Chờ thẩm định")
    VERIFIED = "verified", _("Chờ phê duyệt")
    APPROVED = "approved", _("Đã phê duyệt")
    RETURNED = "returned", _("Trả lại")
    WITHDRAWN = "withdrawn", _("Đã rút")


PENDING = (State.PROPOSED, State.CHECKED, State.VERIFIED)


class Reminded(models.TextChoices):
    """What was last said of the time limit of the step a change awaits."""

    SOON = "soon", _("Sắp đến hạn")
    LATE = "late", _("Quá hạn")
    ESCALATED = "escalated", _("Quá hạn, đã báo cấp trên")


class Confirmation(models.TextChoices):
    """Whether the person confirms what another declared for them."""

    ASKED = "asked", _("Chờ người có hồ sơ xác nhận")
    GIVEN = "given", _("Người có hồ sơ đã xác nhận")


class Procedure(models.Model):
    """The procedure of approval of a unit and all below it, by a decision; `number` counts those of the unit.

    `terms` is what it says (`procedures.Terms`, canonical JSON); the roles of its steps stand beside it for queries.
    It is never changed but to be ended.
    """

    unit_code = models.CharField(max_length=35)
    unit_id = models.BigIntegerField(db_index=True)
    number = models.PositiveIntegerField()
    terms = models.TextField()
    check_roles = ArrayField(models.CharField(max_length=20))
    verify_roles = ArrayField(models.CharField(max_length=20))
    approve_roles = ArrayField(models.CharField(max_length=20))
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    decision_number = models.CharField(max_length=100)
    decision_date = models.DateField()
    set_by = models.CharField(max_length=200)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit_id", "number"], name="one_procedure_per_number"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="procedure_dates",
            ),
        ]

    def __str__(self) -> str:
        """Name and version, as statements give it."""
        return f"{self.unit_code}/{self.number}"

    @property
    def said(self) -> procedures.Terms:
        """Its terms."""
        return procedures.unpack(self.terms)


class Batch(models.Model):
    """Changes proposed together, to be checked, verified and signed together; `source` names an intake."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=300)
    origin = models.CharField(max_length=20, choices=Origin.choices)
    source = models.CharField(max_length=100, blank=True)
    unit_code = models.CharField(max_length=35)
    unit_id = models.BigIntegerField(db_index=True)
    created_by_name = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "source"], condition=~Q(source=""), name="one_batch_per_source"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Change(models.Model):
    """One proposed change of one dossier; `differences` holds [{path, old, new}] against version `base_number`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="changes")
    dossier = models.ForeignKey(
        "dossiers.Dossier", on_delete=models.PROTECT, null=True, related_name="changes"
    )
    person_key = models.UUIDField(db_index=True)
    personal_id = models.CharField(max_length=12, null=True)
    full_name = models.TextField()
    unit_code = models.CharField(max_length=35)
    unit_id = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    differences = models.TextField()
    digest = models.CharField(max_length=64)
    base_number = models.PositiveIntegerField()
    valid_from = models.DateField()
    reason = models.TextField()
    returned_reason = models.TextField(blank=True)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, null=True, related_name="+")
    follows = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="followed_by")
    awaited_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    due_by_law = models.DateTimeField(null=True)
    reminded = models.CharField(
        max_length=10, choices=Reminded.choices, blank=True, default="", db_default=""
    )
    confirmation = models.CharField(
        max_length=10, choices=Confirmation.choices, blank=True, default="", db_default=""
    )
    waits_until = models.DateTimeField(null=True)
    version = models.OneToOneField(
        "dossiers.Version", on_delete=models.PROTECT, null=True, related_name="change"
    )
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["state", "unit_id", "created_at"], name="change_inbox"),
            models.Index(
                fields=["due_at"], condition=Q(state__in=[s.value for s in PENDING]), name="change_due"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["personal_id"],
                condition=Q(kind="create", state__in=[s.value for s in PENDING]),
                name="one_pending_creation_per_number",
            )
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.get_state_display()})"

    @property
    def terms(self) -> procedures.Terms:
        """The terms of the procedure it began under."""
        return self.procedure.said if self.procedure else procedures.default()

    @property
    def decided(self) -> bool:
        """Whether it is part of a decision, and is approved with that alone."""
        return self.batch is not None and self.batch.origin == Origin.DECISION

    @property
    def urgency(self) -> Urgency | None:
        """How urgent the step it awaits is now, by its procedure and by law."""
        pending = self.state in PENDING
        return urgency((self.due_at, self.due_by_law), timezone.now()) if pending else None

    @property
    def procedure_name(self) -> str:
        """Name and version of that procedure, as statements give it."""
        return str(self.procedure) if self.procedure else procedures.DEFAULT


class Correction(models.Model):
    """Which version a change corrects, and by whose authority: the decision, or the person authorised.

    `until`: the differences are of values replaced from that day on; what holds since stays.
    """

    change = models.OneToOneField(
        Change, on_delete=models.PROTECT, primary_key=True, related_name="correction"
    )
    version = models.PositiveIntegerField()
    authority = models.CharField(max_length=300)
    until = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.version}: {self.authority}"


class Step(models.Model):
    """One step taken on a change; the actor's name and role are kept as they were then.

    `entrusted_by` names whose right was used by delegation, `acting` in which capacity (NĐ 30/2020/NĐ-CP Điều 13).
    A step sent back for another look is `undone`; nothing else of a row ever changes.
    """

    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=10)
    user_id = models.BigIntegerField(null=True)
    account = models.CharField(max_length=150)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=30)
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    undone = models.BooleanField(default=False, db_default=False)
    mode = models.CharField(max_length=4, blank=True, default="", db_default="")
    for_title = models.CharField(max_length=150, blank=True, default="", db_default="")
    title = models.CharField(max_length=150, blank=True, default="", db_default="")
    delegation = models.ForeignKey("access.Delegation", on_delete=models.PROTECT, null=True, related_name="+")
    entrusted_by_id = models.BigIntegerField(null=True)
    entrusted_by = models.CharField(max_length=200, blank=True, default="", db_default="")
    request_id = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.step}: {self.name}"

    @property
    def label(self) -> str:
        """The step's name for people."""
        return str(STEP_LABELS[self.step])

    @property
    def capacity(self) -> Capacity:
        """In which capacity it was taken."""
        return Capacity(self.mode, self.for_title, self.title)


class Refusal(models.Model):
    """An act on a change that was refused: who, what, why. Repeats of a day are counted in one row.

    `change` is None where the act named none that exists. Rows of one account and day are bounded
    (`recording.MOST_A_DAY`): what comes beyond is counted in the last row.
    """

    day = models.DateField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    actor_id = models.BigIntegerField(null=True)
    actor_account = models.CharField(max_length=150)
    actor_name = models.CharField(max_length=200)
    actor_role = models.CharField(max_length=200)
    act = models.CharField(max_length=20)
    code = models.CharField(max_length=40)
    change = models.ForeignKey(Change, on_delete=models.PROTECT, null=True, related_name="refusals")
    unit_id = models.BigIntegerField(null=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-last_at"], name="refusal_latest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["actor_account", "day", "act", "code", "change"],
                nulls_distinct=False,
                name="one_refusal_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.actor_account}: {self.act} {self.code}"


class Notice(models.Model):
    """What an account is told of time limits: once a day for each step and urgency, with how many changes.

    `step` may also name a matter of a room above (`ccvc/changes/overseen.py:Matter`).
    """

    user_id = models.BigIntegerField()
    day = models.DateField()
    step = models.CharField(max_length=10)
    urgency = models.CharField(max_length=10, choices=Reminded.choices)
    count = models.PositiveIntegerField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user_id", "day", "step", "urgency"], name="one_notice_a_day_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.step} {self.urgency} ({self.count})"
