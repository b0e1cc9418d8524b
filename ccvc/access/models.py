"""Grants and the access log."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ccvc.access.capacity import LONGEST_TITLE, Capacity, Mode


class Signing(models.Model):
    """In which capacity its holder signs: columns of a grant and of a delegation. NĐ 30/2020/NĐ-CP Điều 13."""

    mode = models.CharField(
        "thể thức ký", max_length=4, choices=Mode, default=Mode.HEAD, db_default="", blank=True
    )
    for_title = models.CharField(
        "ký thay, ký thừa", max_length=LONGEST_TITLE, blank=True, default="", db_default=""
    )
    title = models.CharField(
        "chức vụ người ký", max_length=LONGEST_TITLE, blank=True, default="", db_default=""
    )

    class Meta:
        abstract = True

    @property
    def capacity(self) -> Capacity:
        """As one value."""
        return Capacity(self.mode, self.for_title, self.title)


class Grant(Signing):
    """A role given to an account over a unit, from one day to another, by a decision.

    A grant is never changed but to be withdrawn, or for its holder to sign in another capacity; the decision it
    rests on is written in.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants")
    role = models.CharField("vai trò", max_length=20)
    unit_code = models.CharField("mã đơn vị", max_length=35)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    basis = models.CharField("căn cứ", max_length=300)
    granted_by = models.CharField("người cấp", max_length=200)
    granted_at = models.DateTimeField(default=timezone.now)
    withdrawn_by = models.CharField("người thu hồi", max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_basis = models.CharField("căn cứ thu hồi", max_length=300, blank=True)

    class Meta:
        verbose_name = "quyền được cấp"
        indexes = [
            models.Index(
                fields=["user", "valid_from"],
                name="access_grant_standing",
                condition=models.Q(withdrawn_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="access_grant_dates",
            ),
            models.CheckConstraint(condition=~models.Q(basis=""), name="access_grant_basis"),
        ]

    def __str__(self) -> str:
        """Role and unit, as lists show them."""
        return f"{self.role} {self.unit_code}"


class Delegation(Signing):
    """Rights of one person's grant, handed to another in writing, for a unit and a time. It ends with the grant.

    A delegate has no grant of these rights, so nothing to hand on: NĐ 30/2020/NĐ-CP Điều 13 forbids it.
    """

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="delegations")
    delegate = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations")
    rights = ArrayField(models.CharField(max_length=30))
    unit_code = models.CharField("mã đơn vị", max_length=35)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày")
    document_number = models.CharField("số, ký hiệu văn bản", max_length=100)
    document_date = models.DateField("ngày văn bản")
    paper_sha256 = models.CharField("bản chụp văn bản", max_length=64, blank=True)
    recorded_by = models.CharField("người ghi", max_length=200)
    recorded_at = models.DateTimeField(default=timezone.now)
    ended_by = models.CharField("người chấm dứt", max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ending_basis = models.CharField("căn cứ chấm dứt", max_length=300, blank=True)

    class Meta:
        verbose_name = "ủy quyền"
        indexes = [
            models.Index(
                fields=["delegate", "valid_from"],
                name="access_delegation_standing",
                condition=models.Q(ended_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__gte=models.F("valid_from")), name="access_delegation_dates"
            ),
            models.CheckConstraint(
                condition=~models.Q(document_number=""), name="access_delegation_document"
            ),
        ]

    def __str__(self) -> str:
        """The document it rests on, as statements name it."""
        return f"{self.document_number} ngày {self.document_date:%d/%m/%Y}"


class AccessLog(models.Model):
    """One look at one or more people: who, when, in which role, what for.

    The database refuses to change or delete a row. Names are copied in: the row stays true when the account
    is renamed or closed.
    """

    class Act(models.TextChoices):
        """What was done."""

        VIEW = "view", _("Xem hồ sơ")
        LIST = "list", _("Xem trong danh sách")
        SEARCH = "search", _("Thấy trong kết quả tìm kiếm")
        EXPORT = "export", _("Kết xuất")
        DENIED = "denied", _("Bị từ chối")

    at = models.DateTimeField(default=timezone.now)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    actor_role = models.CharField(max_length=200)
    actor_units = models.CharField(max_length=500)
    person_keys = ArrayField(models.UUIDField())
    act = models.CharField(max_length=10, choices=Act)
    purpose = models.CharField(max_length=300)
    detail = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "lượt truy cập"
        indexes = [
            GinIndex(fields=["person_keys"], name="access_log_person"),
            models.Index(fields=["actor_id", "at"], name="access_log_actor"),
        ]

    def __str__(self) -> str:
        """Who did what when."""
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.act}"
