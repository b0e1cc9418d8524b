"""Tables of the closings room: snapshot with its buckets, closing, outcome with its differences, decision.

All only grow: the database refuses to change a row, or to delete one that counts.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Snapshot(models.Model):
    """The state of an agency at a moment, drawn up to be signed; `statement` is the exact text, `hash` its leaf hash.

    One that nobody signs is removed when another is drawn up for the month.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency_code = models.CharField(max_length=35)
    month = models.DateField()
    at = models.DateTimeField()
    statement = models.TextField()
    hash = models.BinaryField(max_length=32)
    prepared_by = models.CharField(max_length=150)
    prepared_name = models.CharField(max_length=200)

    class Meta:
        verbose_name = "số liệu chốt"
        indexes = [models.Index(fields=["agency_code", "month"], name="closing_snapshot_month")]

    def __str__(self) -> str:
        return f"{self.agency_code} {self.month:%Y-%m} {self.at:%Y-%m-%d %H:%M}"


class Bucket(models.Model):
    """Everyone of one bucket: compressed rows (person, number, version, national, serving), and their digest."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="buckets")
    name = models.CharField(max_length=2)
    digest = models.CharField(max_length=64)
    rows = models.BinaryField()

    class Meta:
        verbose_name = "nhóm người trong số liệu chốt"
        constraints = [models.UniqueConstraint(fields=["snapshot", "name"], name="closing_bucket_once")]

    def __str__(self) -> str:
        return f"{self.snapshot_id} {self.name}"


class Closing(models.Model):
    """A month signed. `number` counts the closings of one month: a later one takes the place of those before.

    `package` is the inbound package it came in; None where it was signed here. `in_time` is judged by the moment of
    signing. `overdue` is how many days it states to have passed without a decision; None where it tells none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency_code = models.CharField(max_length=35)
    month = models.DateField()
    number = models.PositiveSmallIntegerField()
    snapshot = models.OneToOneField(Snapshot, models.PROTECT, related_name="closing")
    signature = models.ForeignKey("signing.Signature", models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    in_time = models.BooleanField()
    package = models.BigIntegerField(null=True)
    overdue = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = "bản chốt tháng"
        constraints = [
            models.UniqueConstraint(
                fields=["agency_code", "month", "number"],
                condition=Q(package__isnull=here),
                name=f"closing_once_{'signed' if here else 'taken'}",
            )
            for here in (True, False)
        ]

    def __str__(self) -> str:
        return f"{self.agency_code} {self.month:%Y-%m} #{self.number}"


class Outcome(models.Model):
    """What came of comparing a closing with the national register: made there, and kept at the agency as told.

    `moved_on` counts people whose register version is newer than the closing, which it holds too; `recounted` the
    numbers by unit, category and status that are others when made again there.
    """

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="outcomes")
    at = models.DateTimeField()
    people = models.PositiveIntegerField()
    register = models.PositiveIntegerField()
    agreed = models.PositiveIntegerField()
    moved_on = models.PositiveIntegerField()
    differing = models.PositiveIntegerField()
    recounted = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "kết quả đối soát"

    def __str__(self) -> str:
        return f"{self.closing_id} {self.agreed}/{self.people}"


class Difference(models.Model):
    """One person on whom closing and register do not agree; `code` is why, where the register knows."""

    class Kind(models.TextChoices):
        MISSING = "missing_there", _("Cơ sở dữ liệu quốc gia không có")
        EXTRA = "missing_here", _("Bản chốt không có")
        BEHIND = "behind", _("Cơ sở dữ liệu quốc gia có bản cũ hơn")
        DIFFERS = "differs", _("Nội dung khác nhau")

    outcome = models.ForeignKey(Outcome, models.CASCADE, related_name="differences")
    person = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=15, choices=Kind)
    number = models.PositiveIntegerField(null=True)
    register_number = models.PositiveIntegerField(null=True)
    code = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = "điểm khác nhau khi đối soát"
        constraints = [models.UniqueConstraint(fields=["outcome", "person"], name="closing_difference_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.kind}"


class Recount(models.Model):
    """One number of a closing that is another when made again from the register: people of a unit, category, status."""

    outcome = models.ForeignKey(Outcome, models.CASCADE, related_name="recounts")
    unit = models.CharField(max_length=60, blank=True)
    category = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=60, blank=True)
    stated = models.PositiveIntegerField()
    found = models.PositiveIntegerField()

    class Meta:
        verbose_name = "số người khác khi đếm lại"
        constraints = [
            models.UniqueConstraint(
                fields=["outcome", "unit", "category", "status"], name="closing_recount_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.category} {self.status}: {self.stated} ≠ {self.found}"


class Decision(models.Model):
    """An act that lays down how an agency closes from a month on; the last one for a month holds."""

    class Mode(models.TextChoices):
        CONTINUOUS = "continuous", _("Đồng bộ liên tục")
        MONTHLY = "monthly", _("Chốt hằng tháng")

    agency_code = models.CharField(max_length=35)
    mode = models.CharField(max_length=10, choices=Mode)
    since = models.DateField()
    window_days = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=300)
    account = models.CharField(max_length=150)
    name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "quyết định về cách chốt"
        indexes = [models.Index(fields=["agency_code", "since"], name="closing_decision_agency")]

    def __str__(self) -> str:
        return f"{self.agency_code} {self.mode} {self.since:%Y-%m}"
