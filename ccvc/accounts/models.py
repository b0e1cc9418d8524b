"""Accounts and the record of attempts to sign in."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ccvc.accounts.domain import LONGEST_NAME, account_name


class UserManager(BaseUserManager["User"]):
    """Finds accounts by the one spelling of their name."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The account so named, however it was typed. Raises User.DoesNotExist."""
        return self.get(username=account_name(username or ""))


class User(AbstractBaseUser):
    """One person who signs in. What they may do is said by grants (`ccvc.access`), never here."""

    username = models.CharField("tên đăng nhập", max_length=LONGEST_NAME, unique=True)
    full_name = models.CharField("họ và tên", max_length=100)
    email = models.EmailField("thư điện tử", blank=True)
    person_key = models.UUIDField("hồ sơ của chính người này", null=True, blank=True, unique=True)
    is_active = models.BooleanField("đang hoạt động", default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = "tài khoản"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(username=Lower("username")) & ~models.Q(username=""),
                name="accounts_user_username_lower",
            ),
        ]

    def __str__(self) -> str:
        """Name and account, as lists show them."""
        return f"{self.full_name} ({self.username})"

    def get_full_name(self) -> str:
        """The person's name."""
        return self.full_name


class SignInAttempt(models.Model):
    """One attempt to sign in, and how it ended; the limit on guessing is counted from these rows."""

    class Outcome(models.TextChoices):
        """How the attempt ended."""

        FAILED = "failed", _("sai tên đăng nhập hoặc mật khẩu")
        REFUSED = "refused", _("phải chờ")
        SUCCEEDED = "succeeded", _("thành công")

    at = models.DateTimeField(default=timezone.now)
    username = models.CharField(max_length=LONGEST_NAME)
    address = models.GenericIPAddressField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.FAILED)

    class Meta:
        verbose_name = "lần đăng nhập"
        indexes = [
            models.Index(fields=["username", "at"], name="accounts_attempt_username"),
            models.Index(fields=["address", "at"], name="accounts_attempt_address"),
        ]

    def __str__(self) -> str:
        """Who, from where, and how it ended."""
        return f"{self.username} {self.address} {self.outcome}"
