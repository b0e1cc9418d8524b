"""Tables of the dossiers room: dossier, version, head."""

from __future__ import annotations

import uuid

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models

ELSEWHERE = 0
"""The unit of whoever no unit of this node manages: no unit has this id, so nobody's reach comes to it."""


class Custody(models.TextChoices):
    """Whether this node may change a dossier: a hand-over to another component freezes it, then takes it away.

    One annulled was opened by mistake: it stays to be read, and counts nowhere.
    """

    HERE = "here", "here"
    LEAVING = "leaving", "leaving"
    OFFERED = "offered", "offered"
    GONE = "gone", "gone"
    ANNULLED = "annulled", "annulled"


KEPT_ASIDE = (Custody.GONE, Custody.ANNULLED)
"""What this node keeps of and does not answer for."""


class Dossier(models.Model):
    """One person's file for life; `key` stays the same on every node, whatever becomes of the number.

    One handed over to another component has left its unit (`ELSEWHERE`) and lies in the drawer of the one it was in
    last.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    personal_id = models.CharField(max_length=12, unique=True, null=True)
    agency_code = models.CharField(max_length=35)
    unit_id = models.BigIntegerField(db_index=True)
    custody = models.CharField(
        max_length=10, choices=Custody, default=Custody.HERE, db_default=Custody.HERE.value
    )
    drawer_unit_id = models.BigIntegerField(null=True)
    current_number = models.PositiveIntegerField(default=0)
    current_hash = models.BinaryField(max_length=32, null=True)
    opened_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["drawer_unit_id"],
                condition=models.Q(drawer_unit_id__isnull=False),
                name="dossier_drawer",
            )
        ]

    def __str__(self) -> str:
        return f"{self.personal_id or self.key}"

    @property
    def kept_unit_id(self) -> int:
        """The unit whose people may read it: the one it is in, or whose drawer it lies in."""
        return self.unit_id if self.drawer_unit_id is None else self.drawer_unit_id


class Version(models.Model):
    """One approved state of a dossier: never changed, never deleted (a trigger refuses both).

    `statement` and `document` are the exact signed bytes, as text; `hash` is the leaf hash of the statement;
    `position` orders all versions of the node as they were committed, without gaps. Those approved elsewhere, which
    came with a dossier handed over, stand below zero: they are not of this node's feed.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    position = models.BigIntegerField(unique=True)
    hash = models.BinaryField(max_length=32, unique=True)
    previous = models.BinaryField(max_length=32, null=True)
    statement = models.TextField()
    document = models.TextField()
    valid_from = models.DateField()
    known_at = models.DateTimeField()
    signature = models.ForeignKey("signing.Signature", on_delete=models.PROTECT, related_name="+")
    leaf = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.number}"


class Move(models.Model):
    """A dossier came to a unit of this node, or left it (`ELSEWHERE`), by a hand-over between components.

    It follows the version of that number, from a day on; the database refuses to change or delete a row.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="moves")
    after_number = models.PositiveIntegerField()
    unit_id = models.BigIntegerField()
    valid_from = models.DateField()
    known_at = models.DateTimeField()
    transfer = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "transfer"], name="one_move_per_transfer")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.unit_id} {self.valid_from}"


class SearchColumns(models.Model):
    """Typed columns derived from a document, for lists, search and statistics; rebuildable at any time."""

    full_name = models.TextField()
    name_plain = models.TextField()
    name_key = models.BinaryField()
    personal_id = models.CharField(max_length=12, null=True)
    birth_date = models.CharField(max_length=10, null=True)
    birth_year = models.SmallIntegerField(null=True)
    sex = models.CharField(max_length=2, null=True)
    ethnic_group = models.CharField(max_length=8, null=True)
    religion = models.CharField(max_length=8, null=True)
    unit_code = models.CharField(max_length=35, null=True)
    unit_name = models.TextField(null=True)
    category = models.CharField(max_length=8, null=True)
    status = models.CharField(max_length=8, null=True)
    position = models.CharField(max_length=32, null=True)
    position_title = models.TextField(null=True)
    rank = models.CharField(max_length=16, null=True)
    salary_group = models.CharField(max_length=8, null=True)
    salary_step = models.SmallIntegerField(null=True)
    salary_coefficient = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    salary_from = models.DateField(null=True)
    highest_level = models.CharField(max_length=8, null=True)
    political_theory = models.CharField(max_length=8, null=True)
    it_level = models.CharField(max_length=8, null=True)
    party_joined_on = models.CharField(max_length=10, null=True)
    recruited_on = models.CharField(max_length=10, null=True)
    job_level = models.SmallIntegerField(null=True)
    job_position_code = models.CharField(max_length=40, null=True)
    contract_kind = models.CharField(max_length=8, null=True)

    class Meta:
        abstract = True


class Spanned(SearchColumns):
    """Columns of a document that holds from a day on, as known from a moment (both empty: not derived yet)."""

    valid_from = models.DateField(null=True)
    known_from = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Told(Spanned):
    """A span as a row: it holds from `valid_from` until the next row known at the same moment.

    It was known from `known_from` until `known_to` (None: still).
    """

    known_to = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.full_name} {self.valid_from}"


class Head(Spanned):
    """The dossier as it holds today, in typed columns; `changes_on` names the day it must be derived again.

    `unit_id` is the unit the person belongs to today; the dossier's own is that of its last version, which may begin
    later.
    """

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, primary_key=True, related_name="head")
    unit_id = models.BigIntegerField(null=True, db_index=True)
    changes_on = models.DateField(null=True, db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["name_key"], name="head_name_key"),
            models.Index(fields=["name_plain", "birth_year"], name="head_name_birth"),
            GinIndex(SearchVector("name_plain", config="simple"), name="head_name_words"),
        ]

    def __str__(self) -> str:
        return self.full_name


class Past(Told):
    """What a dossier held besides its head: before it, later than today, or as it was known once; derived."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="past", db_index=False)
    unit_id = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["dossier", "valid_from"], name="past_dossier_from"),
            GinIndex(SearchVector("name_plain", config="simple"), name="past_name_words"),
        ]


class Standing(Told):
    """Heads and past as one: a view to ask how everyone stood, as known on T and valid on V."""

    dossier = models.OneToOneField(
        Dossier, on_delete=models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False
    )
    unit_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "dossiers_standing"
