"""Tables of the changes room: batch, change, step."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ccvc.changes.domain import STEP_LABELS


class Origin(models.TextChoices):
    """Where a batch of changes comes from."""

    INTAKE = "intake", _("Nhập từ tệp")
    DECLARATION = "declaration", _("Kê khai")
    OFFICE = "office", _("Nghiệp vụ của cơ quan")


class State(models.TextChoices):
    """States of a change, in the order it passes them."""

    PROPOSED = "proposed", _("Chờ kiểm tra")
    CHECKED = "checked", _("Chờ thẩm định")
    VERIFIED = "verified", _("Chờ phê duyệt")
    APPROVED = "approved", _("Đã phê duyệt")
    RETURNED = "returned", _("Trả lại")
    WITHDRAWN = "withdrawn", _("Đã rút")


PENDING = (State.PROPOSED, State.CHECKED, State.VERIFIED)


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
    version = models.OneToOneField(
        "dossiers.Version", on_delete=models.PROTECT, null=True, related_name="change"
    )
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["state", "unit_id", "created_at"], name="change_inbox")]
        constraints = [
            models.UniqueConstraint(
                fields=["personal_id"],
                condition=Q(kind="create", state__in=[s.value for s in PENDING]),
                name="one_pending_creation_per_number",
            )
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.get_state_display()})"


class Step(models.Model):
    """One step taken on a change; the actor's name and role are kept as they were then."""

    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=10)
    user_id = models.BigIntegerField(null=True)
    account = models.CharField(max_length=150)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=30)
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.step}: {self.name}"

    @property
    def label(self) -> str:
        """The step's name for people."""
        return str(STEP_LABELS[self.step])
