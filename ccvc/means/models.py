"""What waits to be signed in an officer's own machine."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class PendingSignature(models.Model):
    """The exact bytes a page was given to have signed: bound to an account, its sign-in and what it was shown.

    It is taken once, by a conditional update, and counts for a short while.
    """

    class Kind(models.TextChoices):
        """What the signature is for."""

        APPROVE = "approve"
        ENROL = "enrol"
        DOCUMENT = "document"
        CLOSING = "closing"
        AGAIN = "again"
        DECISION = "decision"
        REORGANISE = "reorganise"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    session = models.CharField("SHA-256 của phiên", max_length=64)
    prepared = models.TextField("nội dung được ký")
    about = models.JSONField("cho việc gì")
    at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField("hạn")
    taken_at = models.DateTimeField("đã dùng lúc", null=True)

    class Meta:
        verbose_name = "nội dung chờ ký"
        indexes = [models.Index(fields=["expires_at"], name="means_pending_expiry")]

    def __str__(self) -> str:
        """What for, whose."""
        return f"{self.kind} {self.user_id}"
