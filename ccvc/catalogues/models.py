"""Change sets of code lists as the national node published them, and what agencies' own values mean."""

from __future__ import annotations

from django.db import models


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
