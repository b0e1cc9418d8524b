"""Tables of the evidence room: the stored file, and what it is attached to."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ScanState(models.TextChoices):
    """What is known of a file's harmlessness."""

    UNSCANNED = "unscanned", _("Chưa quét mã độc")
    CLEAN = "clean", _("Không có mã độc")
    INFECTED = "infected", _("Có mã độc")


class StoredFile(models.Model):
    """One file in the node's home, named by its SHA-256; attached any number of times, stored once."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    format = models.CharField(max_length=8)
    state = models.CharField(max_length=10, choices=ScanState.choices, default=ScanState.UNSCANNED)
    scanned_at = models.DateTimeField(null=True)
    malware = models.CharField(max_length=200, blank=True)
    stored_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(state="unscanned"), name="evidence_unscanned"),
        ]

    def __str__(self) -> str:
        return self.sha256


class Attachment(models.Model):
    """A paper attached to an entry of a dossier: `path` names a group, a row or a field, "" the whole dossier.

    `change_id` names the change it was declared with, a row of the room above; `version` is set when that change is
    approved. Without a change it was attached by an officer. Nothing else of a row ever changes (a trigger refuses
    it) but that it is taken back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="attachments")
    person_key = models.UUIDField(db_index=True)
    change_id = models.UUIDField(null=True, db_index=True)
    version = models.ForeignKey("dossiers.Version", on_delete=models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=8)
    number = models.CharField(max_length=100, blank=True)
    issued_on = models.DateField(null=True)
    issuer = models.CharField(max_length=300, blank=True)
    signer = models.CharField(max_length=200, blank=True)
    signer_position = models.CharField(max_length=200, blank=True)
    file_name = models.CharField(max_length=200)
    attached_by = models.CharField(max_length=150)
    attached_by_name = models.CharField(max_length=200)
    attached_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.CharField(max_length=150, blank=True)
    taken_back_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_key", "path", "file"],
                condition=Q(change_id__isnull=True, taken_back_at__isnull=True),
                name="one_paper_per_entry",
            ),
            models.UniqueConstraint(
                fields=["change_id", "path", "file"],
                condition=Q(change_id__isnull=False, taken_back_at__isnull=True),
                name="one_paper_per_change",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}".strip()


class Waiver(models.Model):
    """Why a change may be approved though a paper it rests on is missing, and who said so.

    `change_id` is a row of the room above. The database refuses to change or delete a row.
    """

    change_id = models.UUIDField(db_index=True)
    user_id = models.BigIntegerField(null=True)
    account = models.CharField(max_length=150)
    name = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.change_id} {self.account}"
