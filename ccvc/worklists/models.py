"""Tables of the work lists: who was computed, their milestones; digests, mail; private calendars, what they told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Computed(models.Model):
    """Whose milestones stand here: by which version of the dossier, on which day, by which edition of the rules."""

    person = models.UUIDField(primary_key=True)
    number = models.PositiveIntegerField()
    computed_on = models.DateField()
    edition = models.CharField(max_length=16)

    class Meta:
        verbose_name = "người đã tính mốc thời hạn"

    def __str__(self) -> str:
        return f"{self.person}/{self.number}"


class Milestone(models.Model):
    """A day a person's service comes to, as the rules told it: `first` and `last` possible day; None: not told.

    Derived, and without anything a dossier says but days: reasons are told anew from the dossier to whoever may read.
    """

    person = models.UUIDField(db_index=True)
    topic = models.CharField(max_length=16)
    kind = models.CharField(max_length=16, blank=True)
    first = models.DateField(null=True)
    last = models.DateField(null=True)

    class Meta:
        verbose_name = "mốc thời hạn"
        indexes = [models.Index(fields=["topic", "first"], name="milestone_topic_first")]

    def __str__(self) -> str:
        return f"{self.topic} {self.last}"


class Digest(models.Model):
    """How an account's lists stood on a day, {list: {urgency: people}}, and whether it was told: once a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    counts = models.JSONField()
    told = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "bản tin công việc"
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="one_digest_a_day")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.day}"


class Mail(models.Model):
    """A digest on its way by e-mail; `message_id` stays the same however often it is sent.

    It waits, is claimed until `next_at` while it is being sent, and is sent or given up.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ gửi")
        SENT = "sent", _("Đã gửi")
        GIVEN_UP = "given_up", _("Không gửi được")

    digest = models.OneToOneField(Digest, on_delete=models.PROTECT, related_name="mail")
    to = models.EmailField()
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "thư báo việc"
        indexes = [models.Index(fields=["state", "next_at"], name="mail_due")]

    def __str__(self) -> str:
        return self.message_id


class Wish(models.Model):
    """How an account wants to be told besides the pages: by mail to an address, by a private calendar address.

    `calendar` is the SHA-256 of the address's secret; empty: there is none.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    mail = models.EmailField(blank=True)
    calendar = models.CharField(max_length=64, blank=True, db_index=True)
    calendar_since = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "cách nhận thông báo"

    def __str__(self) -> str:
        return f"{self.user_id}"


class Told(models.Model):
    """An event as an account's private calendar last told it: what comes no more is told as cancelled for a while.

    `digest` is of all its words: another one is a change, `at` when it was made. Days, labels and numbers; no names.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uid = models.CharField(max_length=100)
    day = models.DateField()
    summary = models.CharField(max_length=300)
    digest = models.CharField(max_length=64)
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    cancelled = models.BooleanField(default=False)

    class Meta:
        verbose_name = "mục đã báo trên lịch"
        constraints = [models.UniqueConstraint(fields=["user", "uid"], name="told_once_a_calendar")]

    def __str__(self) -> str:
        return f"{self.uid} {self.sequence}"
