"""Numbers assigned by decision, as known through time."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone

from ccvc.organisations.models import Unit

LONGEST = 300


def _one(expression: F | Func) -> Func:
    # btree_gist is not in the embedded server: a range of one number is equal to itself alone (parts.md 1).
    return Func(expression, expression, Value("[]"), function="int8range")


class Assignment(models.Model):
    """So many places of a line for a unit from one day to another, both included, by a decision.

    Never overwritten: another number ends what was known of those days and is written beside it.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    line = models.CharField("loại", max_length=20)
    number = models.PositiveIntegerField("số lượng")
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    decision_number = models.CharField("số quyết định", max_length=LONGEST)
    decided_on = models.DateField("ngày quyết định")
    issuer = models.CharField("cơ quan ban hành", max_length=LONGEST)
    assigned_by = models.CharField("người nhập", max_length=150)
    known_from = models.DateTimeField(default=timezone.now)
    known_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "giao biên chế"
        indexes = [models.Index(fields=["unit", "line"], name="headcount_unit_line")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="headcount_assignment_dates",
            ),
            ExclusionConstraint(
                name="headcount_one_number_a_day",
                expressions=[
                    (_one(F("unit_id")), "&&"),
                    (_one(Func(F("line"), template="(hashtextextended(%(expressions)s, 0) >> 1)")), "&&"),
                    (Func(F("valid_from"), F("valid_to"), Value("[]"), function="daterange"), "&&"),
                ],
                condition=Q(known_to__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        """Unit, line, number."""
        return f"{self.unit_id} {self.line} {self.number}"


class Passing(models.Model):
    """That somebody in authority let a decision bring a unit beyond its number: who, why, on what basis.

    The figures are those of the moment; `beyond` is how many it was passed for. The database refuses change.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    line = models.CharField("loại", max_length=20)
    day = models.DateField("từ ngày")
    assigned = models.PositiveIntegerField("được giao")
    there = models.PositiveIntegerField("có mặt")
    beyond = models.PositiveIntegerField("vượt")
    decision = models.CharField("quyết định", max_length=100)
    authority = models.CharField("người có thẩm quyền", max_length=LONGEST)
    reason = models.CharField("lý do", max_length=LONGEST)
    basis = models.CharField("căn cứ", max_length=LONGEST)
    passed_by = models.CharField("người ghi", max_length=150)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "cho vượt biên chế"
        indexes = [
            models.Index(fields=["unit", "line"], name="headcount_passing_unit"),
            models.Index(fields=["decision"], name="headcount_passing_decision"),
        ]

    def __str__(self) -> str:
        """The decision and how many beyond."""
        return f"{self.decision} +{self.beyond}"
