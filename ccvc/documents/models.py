"""Tables of the documents room: what was issued, whom it shows, numbers given, pictures of signatures, bulk runs."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ccvc.evidence.models import Attachment


class State(models.TextChoices):
    """Where a document stands."""

    ISSUED = "issued", _("Chờ người có thẩm quyền ký")
    SIGNED = "signed", _("Chờ ký số của cơ quan")
    VALID = "valid", _("Có giá trị")
    SUPERSEDED = "superseded", _("Đã có bản thay thế")
    REVOKED = "revoked", _("Đã thu hồi")


class Register(models.Model):
    """The register of numbers of one kind of document in a year; its row is the lock under which they are given."""

    agency = models.CharField(max_length=35)
    year = models.PositiveSmallIntegerField()
    symbol = models.CharField(max_length=20)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "year", "symbol"], name="documents_one_register")
        ]

    def __str__(self) -> str:
        return f"{self.last}/{self.symbol} {self.year}"


class Run(models.Model):
    """One order for documents of many people, done by the worker one person after another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form = models.CharField(max_length=40)
    chosen = ArrayField(models.CharField(max_length=100), default=list)
    purpose = models.CharField(max_length=300)
    known_at = models.DateTimeField(null=True)
    valid_on = models.DateField(null=True)
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.form} {self.asked_at:%Y-%m-%d %H:%M}"


class Document(models.Model):
    """One issued document. Its file lies under `sha256`; signatures are added behind what stands in it, so that the
    first `issued_size` bytes are the file as it was issued, the first `signed_size` as its signer signed it.

    `unit_id` is the unit whose people it shows. A trigger lets nothing change but its way through its states.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=20, unique=True)
    form = models.CharField(max_length=40)
    kind = models.CharField(max_length=16)
    title = models.CharField(max_length=200)
    agency = models.CharField(max_length=35)
    agency_name = models.CharField(max_length=300)
    unit_id = models.BigIntegerField(db_index=True)
    number = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    symbol = models.CharField(max_length=60)
    issued_on = models.DateField()
    purpose = models.CharField(max_length=300)
    chosen = ArrayField(models.CharField(max_length=100), default=list)
    known_at = models.DateTimeField()
    valid_on = models.DateField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.ISSUED)
    content_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    issued_size = models.PositiveIntegerField()
    signed_size = models.PositiveIntegerField(default=0)
    sealed_size = models.PositiveIntegerField(default=0)
    spot = models.JSONField()
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signer_name = models.CharField(max_length=200)
    signer_lines = models.JSONField(default=list)
    issued_by = models.CharField(max_length=150)
    issued_by_name = models.CharField(max_length=200)
    issued_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    sealed_by = models.CharField(max_length=150, blank=True)
    sealed_at = models.DateTimeField(null=True)
    level = models.CharField(max_length=8, blank=True)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaces")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=150, blank=True)
    revoked_reason = models.CharField(max_length=500, blank=True)
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="documents")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year", "symbol", "number"], name="documents_one_number"
            )
        ]
        indexes = [
            models.Index(fields=["signer", "state"], name="documents_to_sign"),
            models.Index(fields=["agency"], name="documents_to_seal", condition=Q(state="signed")),
            models.Index(
                fields=["content_sha256"],
                name="documents_decisions",
                condition=Q(kind__in=["decision", "decisions"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.symbol}"

    @property
    def many(self) -> bool:
        """Whether it shows many people."""
        return self.kind in {"across", "decisions"}

    @property
    def lying(self) -> bool:
        """Whether the page its signatures stand on lies across."""
        return self.kind == "across"

    @property
    def size(self) -> int:
        """Bytes of its file."""
        return self.sealed_size or self.signed_size or self.issued_size


class Shown(models.Model):
    """A person a document shows, with the version of the dossier it was drawn from."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="people")
    person_key = models.UUIDField(db_index=True)
    version = models.PositiveIntegerField()
    version_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "person_key"], name="documents_person_once")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.person_key}"


class Source(models.Model):
    """What a certified copy was made of: a paper of a dossier or a document of ours, and what is said of it.

    `described` holds kind, number, day, issuer and signer of the original as they were known then; `excerpt` is the
    passage of an extract. A trigger lets nothing of it change.
    """

    document = models.OneToOneField(Document, models.PROTECT, related_name="source")
    paper = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    original = models.ForeignKey(Document, models.PROTECT, null=True, related_name="copies")
    sha256 = models.CharField(max_length=64)
    described = models.JSONField()
    excerpt = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(paper=None) ^ Q(original=None), name="documents_source_of_one_thing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.sha256}"


class RunPerson(models.Model):
    """One person of a run: waiting, or with the document issued, or with the problem that kept it from being.

    `number` is given before the document is laid out, and stays: whoever goes on after a kill issues under it.
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="people")
    position = models.PositiveIntegerField()
    person_key = models.UUIDField()
    document = models.OneToOneField(Document, models.PROTECT, null=True, related_name="run_person")
    problem = models.JSONField(null=True)
    register = models.ForeignKey(Register, models.PROTECT, null=True, related_name="+")
    number = models.PositiveIntegerField(null=True)
    numbered_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "person_key"], name="documents_run_person_once"),
            models.UniqueConstraint(fields=["register", "number"], name="documents_run_number_once"),
        ]
        indexes = [
            models.Index(
                fields=["run", "position"],
                name="documents_run_waiting",
                condition=Q(document=None, problem__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.position}"


class Picture(models.Model):
    """The picture of a person's signature, or of the agency's seal, from a moment until it was taken out of use."""

    class Kind(models.TextChoices):
        """Whose picture it is."""

        SIGNATURE = "signature", _("Chữ ký")
        SEAL = "seal", _("Con dấu")

    kind = models.CharField(max_length=10, choices=Kind)
    owner = models.CharField(max_length=150)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    kept_by = models.CharField(max_length=150)
    kept_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "owner"], condition=Q(ended_at=None), name="documents_one_picture"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.owner}"


class Check(models.Model):
    """How often an address asked the public page within a minute; kept for a day."""

    address = models.CharField(max_length=64)
    minute = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address", "minute"], name="documents_check_once")]

    def __str__(self) -> str:
        return f"{self.address} {self.minute:%H:%M}"
