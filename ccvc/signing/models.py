"""Means of signing, and the signatures by which people approved."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SigningMeans(models.Model):
    """What a person or an agency signs with: the certificate chain, and where the private key is.

    It belongs to an account, or to an agency and then is its seal. The key itself is here only for the kinds
    software and pkcs12, encrypted under a passphrase that is stored nowhere; no PIN of any kind is kept. One
    taken out of force stays, for the signatures made with it: those from `revoked_from` on do not count.
    """

    class Kind(models.TextChoices):
        """Where the private key is."""

        SOFTWARE = "software", _("Khoá trong hệ thống")
        PKCS12 = "pkcs12", _("Tệp chứng thư số (PKCS#12)")
        PKCS11 = "pkcs11", _("Thiết bị lưu khoá nối với máy chủ")
        REMOTE = "remote", _("Dịch vụ ký số từ xa")
        LOCAL = "local", _("Thiết bị lưu khoá ở máy của người ký")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="người giữ"
    )
    agency = models.CharField("cơ quan có con dấu số", max_length=35, blank=True)
    kind = models.CharField("loại", max_length=10, choices=Kind, default=Kind.SOFTWARE)
    label = models.CharField("tên gọi", max_length=100, blank=True)
    encrypted_pem = models.TextField("khoá đã mã hoá", blank=True)
    certificate_pem = models.TextField("chứng thư số")
    serial = models.CharField("số chứng thư", max_length=64)
    place = models.JSONField("nơi giữ khoá", default=dict, blank=True)
    is_default = models.BooleanField("dùng khi không chọn", default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField("thu hồi lúc", null=True, blank=True)
    revoked_from = models.DateTimeField("không có giá trị từ", null=True, blank=True)
    revoked_reason = models.CharField("lý do thu hồi", max_length=300, blank=True)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    failed_attempts = models.PositiveIntegerField("số lần sai mật khẩu liên tiếp", default=0)
    locked_until = models.DateTimeField("bị chặn đến", null=True, blank=True)

    class Meta:
        verbose_name = "phương tiện ký"
        constraints = [
            models.CheckConstraint(condition=Q(user=None) ^ Q(agency=""), name="signing_means_one_owner"),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(revoked_at=None, is_default=True),
                name="signing_one_default_of_a_person",
            ),
            models.UniqueConstraint(
                fields=["agency"],
                condition=Q(revoked_at=None, is_default=True, user=None),
                name="signing_one_default_of_an_agency",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(revoked_at=None, kind="software"),
                name="signing_one_software_key_in_force",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_from=None)
                | Q(revoked_at__isnull=False, revoked_from__isnull=False),
                name="signing_means_revoked_from",
            ),
        ]
        indexes = [
            models.Index(
                fields=["serial"], name="signing_means_revoked", condition=Q(revoked_from__isnull=False)
            )
        ]

    def __str__(self) -> str:
        """Whose, by which certificate."""
        return f"{self.owner} {self.serial}"

    @property
    def owner(self) -> str:
        """Name of the account, or code of the agency whose seal it is."""
        return self.user.username if self.user else self.agency

    @property
    def is_seal(self) -> bool:
        """Whether an agency signs with it."""
        return self.user_id is None


class Signature(models.Model):
    """One signature of a person over a batch: the signed statement, and the hashes its root stands for.

    `evidence` (see longterm) grows after the act: a time stamp, what proves it, later stamps; what was signed never
    changes. `gather_after`: when what is still missing of it is looked for next, empty where nothing is. `kept_at`:
    since when this node holds it, by its own clock; unknown for those kept before this was noted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, default="approval")
    payload = models.BinaryField("nội dung được ký")
    jws = models.JSONField("chữ ký")
    leaves = models.BinaryField("các giá trị băm được ký")
    digest = models.CharField("SHA-256 của chữ ký", max_length=64, unique=True)
    signer_name = models.CharField("người ký", max_length=100)
    serial = models.CharField("số chứng thư", max_length=64)
    at = models.DateTimeField("ký lúc")
    evidence = models.TextField("bằng chứng kèm chữ ký", blank=True)
    stamped_at = models.DateTimeField("đóng dấu thời gian lúc", null=True, blank=True)
    gather_after = models.DateTimeField("thu thập bằng chứng từ", null=True, blank=True)
    renew_by = models.DateTimeField("đóng dấu lại trước", null=True, blank=True)
    kept_at = models.DateTimeField("giữ tại nút này từ", null=True, default=timezone.now, editable=False)

    class Meta:
        verbose_name = "chữ ký"
        indexes = [
            models.Index(fields=["serial"], name="signature_serial"),
            models.Index(fields=["at"], name="signature_unstamped", condition=Q(stamped_at=None)),
            models.Index(
                fields=["gather_after"], name="signature_gather", condition=Q(gather_after__isnull=False)
            ),
            models.Index(fields=["renew_by"], name="signature_renew", condition=Q(renew_by__isnull=False)),
        ]

    def __str__(self) -> str:
        """Who signed, and when."""
        return f"{self.signer_name} {self.at:%Y-%m-%d %H:%M}"


def this_second() -> datetime:
    """The second that has begun: approvals state their time in whole seconds."""
    return timezone.now().replace(microsecond=0)


class ServiceState(models.Model):
    """How an authority's service answered last: `failing_since` is empty while it answers.

    `began_at`: since when this node asks it; approvals made before are not expected to carry its stamps.
    """

    name = models.CharField(primary_key=True, max_length=20)
    began_at = models.DateTimeField(default=this_second)
    asked_at = models.DateTimeField(null=True)
    ok_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    trouble = models.JSONField(null=True)
    warned_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "tình trạng dịch vụ"

    def __str__(self) -> str:
        """Which service, and whether it answers."""
        return f"{self.name} {'failing' if self.failing_since else 'ok'}"


class StatusAnswer(models.Model):
    """The newest answer of a responder about one certificate (DER), and when it was last asked."""

    certificate = models.CharField("SHA-256 của chứng thư số", primary_key=True, max_length=64)
    answer = models.BinaryField("câu trả lời", default=b"")
    asked_at = models.DateTimeField("hỏi lúc")

    class Meta:
        verbose_name = "trạng thái chứng thư số"

    def __str__(self) -> str:
        """Which certificate."""
        return self.certificate


class EndedCertificate(models.Model):
    """A certificate with which nothing counts that was signed from a moment on, as this node or another said.

    `taken`: somebody else may hold its key, so what names an earlier day is believed only where something proves it.
    Of two moments told the earlier counts. `sent_at`: when this was passed on; empty where it is still to be.
    """

    certificate = models.CharField("SHA-256 của chứng thư số", primary_key=True, max_length=64)
    pem = models.TextField("chứng thư số")
    serial = models.CharField("số chứng thư", max_length=64)
    agency = models.CharField("cơ quan", max_length=35, blank=True)
    name = models.CharField("cấp cho", max_length=100)
    since = models.DateTimeField("không có giá trị từ")
    taken = models.BooleanField("khoá có thể ở trong tay người khác")
    reason = models.CharField("lý do", max_length=300, blank=True)
    told_by = models.CharField("cơ quan báo", max_length=35)
    told_at = models.DateTimeField("báo lúc", default=timezone.now)
    sent_at = models.DateTimeField("gửi đi lúc", null=True, blank=True)

    class Meta:
        verbose_name = "chứng thư số không còn giá trị"
        indexes = [
            models.Index(fields=["told_at"], name="signing_ended_to_send", condition=Q(sent_at=None)),
        ]

    def __str__(self) -> str:
        """Whose, and since when."""
        return f"{self.name} {self.since:%Y-%m-%d %H:%M}"
