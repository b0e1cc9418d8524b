"""Change sets of code lists as the national node published them, and what agencies' own values mean."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ChangeSet(models.Model):
    """One change set of one list, published here or received: never changed, never deleted (a trigger refuses both).

    `content` is the canonical bytes that were published, as text; `known_at` is when this node took it.
    """

    number = models.PositiveIntegerField(primary_key=True)
    list_name = models.CharField(max_length=60, db_index=True)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    basis = models.CharField(max_length=500)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=1000)
    known_at = models.DateTimeField()

    class Meta:
        verbose_name = "đợt công bố danh mục"

    def __str__(self) -> str:
        return f"{self.list_name} #{self.number}"


class Affected(models.Model):
    """How many dossiers of each unit hold a closed code in a field no column is searched by; counted every day.

    `units` maps the id of a unit, as text, to the number of its dossiers.
    """

    path = models.CharField(max_length=200)
    code = models.CharField(max_length=32)
    units = models.JSONField(default=dict)
    counted_on = models.DateField()

    class Meta:
        verbose_name = "hồ sơ dùng mã đã đóng"
        constraints = [models.UniqueConstraint(fields=["path", "code"], name="affected_once_per_field")]

    def __str__(self) -> str:
        return f"{self.path} {self.code}"


class Meaning(models.Model):
    """Which code an agency means by its own way of writing: proposed by one person, confirmed by another.

    It holds for files taken in for the unit and all below it; `source` names one database of the agency, empty means
    any.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Chờ xác nhận")
        CONFIRMED = "confirmed", _("Đã xác nhận")
        WITHDRAWN = "withdrawn", _("Đã rút")

    list_name = models.CharField(max_length=60)
    source = models.CharField(max_length=40, blank=True)
    unit_id = models.BigIntegerField(db_index=True)
    unit_code = models.CharField(max_length=35)
    value = models.CharField(max_length=500)
    code = models.CharField(max_length=32)
    basis = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.CharField(max_length=200)
    proposed_by_id = models.BigIntegerField(null=True)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        verbose_name = "cách ghi của cơ quan"
        constraints = [
            models.UniqueConstraint(
                fields=["list_name", "source", "unit_id", "value"],
                name="one_meaning_per_value",
                condition=~Q(state="withdrawn"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.list_name}: {self.value} = {self.code}"

    @property
    def look(self) -> str:
        """The state as pages dress it."""
        return {"proposed": "waiting", "confirmed": "effective"}.get(self.state, "withdrawn")
