"""Tables of the quality room: assessment, finding, ruling, score of a day, what the national node sent back."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Assessment(models.Model):
    """How good one person's data are: which version was judged, on which day, by which edition of the rules.

    Scores are 0 to 100 by family. `unit_id` is 0 on the national node, where people are managed by agencies. `papers`
    has for each table or field how many entries rest on a paper, and how many have one.
    """

    person = models.UUIDField(primary_key=True)
    agency_code = models.CharField(max_length=35)
    unit_id = models.BigIntegerField(default=0)
    number = models.PositiveIntegerField()
    judged_on = models.DateField()
    edition = models.CharField(max_length=16)
    correct_score = models.PositiveSmallIntegerField()
    complete_score = models.PositiveSmallIntegerField()
    clean_score = models.PositiveSmallIntegerField()
    live_score = models.PositiveSmallIntegerField()
    papers = models.JSONField(default=dict)

    class Meta:
        verbose_name = "đánh giá chất lượng dữ liệu"

    def __str__(self) -> str:
        return f"{self.person}/{self.number}"


class Finding(models.Model):
    """One thing to look at in a dossier as it was last judged; gone once nothing is to be found there any more.

    `suggestion` is [[path, old, new], ...] or null; `sensitivity` the highest of all fields it speaks of; `counts`
    says that it goes into the score. What was set aside stays so while the finding says the same.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Cần xem")
        REJECTED = "rejected", _("Giữ nguyên, có lý do")
        POSTPONED = "postponed", _("Để lại sau")

    person = models.UUIDField()
    rule = models.CharField(max_length=60)
    family = models.CharField(max_length=10)
    path = models.CharField(max_length=300)
    severity = models.CharField(max_length=10)
    sensitivity = models.CharField(max_length=10)
    params = models.JSONField(default=dict)
    suggestion = models.JSONField(null=True)
    counts = models.BooleanField()
    since = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    until = models.DateField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "điểm cần xem"
        constraints = [
            models.UniqueConstraint(fields=["person", "rule", "path"], name="one_finding_per_place")
        ]
        indexes = [models.Index(fields=["rule", "state"], name="finding_rule")]

    def __str__(self) -> str:
        return f"{self.rule} {self.path}"


class Ruling(models.Model):
    """What somebody decided on a finding, and why: kept, reopened, or put off until a day.

    The database refuses to change or delete a row.
    """

    class Kind(models.TextChoices):
        REJECTED = "rejected", _("Giữ nguyên, có lý do")
        POSTPONED = "postponed", _("Để lại sau")
        REOPENED = "reopened", _("Mở lại")

    person = models.UUIDField(db_index=True)
    rule = models.CharField(max_length=60)
    path = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.TextField()
    until = models.DateField(null=True)
    user_id = models.BigIntegerField(null=True)
    account = models.CharField(max_length=150)
    name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "quyết định về điểm cần xem"

    def __str__(self) -> str:
        return f"{self.kind} {self.rule}"


class Score(models.Model):
    """The sum of one day: how many people of a unit were judged, and the points they have in one family."""

    on = models.DateField()
    agency_code = models.CharField(max_length=35)
    unit_id = models.BigIntegerField(default=0)
    family = models.CharField(max_length=10)
    people = models.PositiveIntegerField()
    points = models.PositiveBigIntegerField()
    findings = models.PositiveIntegerField()

    class Meta:
        verbose_name = "điểm chất lượng theo ngày"
        constraints = [
            models.UniqueConstraint(fields=["on", "agency_code", "unit_id", "family"], name="one_score_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.agency_code} {self.family}"


class Returned(models.Model):
    """A finding the national node sent back as work; closed by itself once it is found here no more."""

    inbound = models.BigIntegerField()
    line = models.PositiveIntegerField()
    person = models.UUIDField(db_index=True)
    rule = models.CharField(max_length=60)
    path = models.CharField(max_length=300)
    message = models.TextField()
    next_step = models.TextField(blank=True)
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "việc nút quốc gia giao lại"
        constraints = [models.UniqueConstraint(fields=["inbound", "line"], name="quality_returned_once")]

    def __str__(self) -> str:
        return f"{self.rule} {self.person}"
