"""Signing keys of people, and the signatures by which they approved."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class SoftwareKey(models.Model):
    """A person's signing key, encrypted under a passphrase that is stored nowhere, and its certificate chain.

    At most one is in force for an account; a revoked one stays, for the signatures made with it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người giữ khoá"
    )
    encrypted_pem = models.TextField("khoá đã mã hoá")
    certificate_pem = models.TextField("chứng thư số")
    serial = models.CharField("số chứng thư", max_length=64)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField("thu hồi lúc", null=True, blank=True)
    failed_attempts = models.PositiveIntegerField("số lần sai mật khẩu liên tiếp", default=0)
    locked_until = models.DateTimeField("bị chặn đến", null=True, blank=True)

    class Meta:
        verbose_name = "khoá ký"
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(revoked_at=None), name="signing_one_key_in_force"
            ),
        ]

    def __str__(self) -> str:
        """Whose key, by which certificate."""
        return f"{self.user_id} {self.serial}"


class Signature(models.Model):
    """One signature of a person over a batch: the signed statement, and the hashes its root stands for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, default="approval")
    payload = models.BinaryField("nội dung được ký")
    jws = models.JSONField("chữ ký")
    leaves = models.BinaryField("các giá trị băm được ký")
    digest = models.CharField("SHA-256 của chữ ký", max_length=64, unique=True)
    signer_name = models.CharField("người ký", max_length=100)
    serial = models.CharField("số chứng thư", max_length=64)
    at = models.DateTimeField("ký lúc")

    class Meta:
        verbose_name = "chữ ký"

    def __str__(self) -> str:
        """Who signed, and when."""
        return f"{self.signer_name} {self.at:%Y-%m-%d %H:%M}"
