"""Tables of the national register: person, version, refusal, conflict."""

from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Deferrable, Q

from ccvc.dossiers.models import Spanned, Told


class Person(Spanned):
    """One person, as their agency last reported: one row with the columns that lists and statistics need.

    `agency_code` is the component that manages the dossier; `number` and `hash` are its last version's;
    `changes_on` names the day the row must be derived again.
    """

    key = models.UUIDField(primary_key=True)
    agency_code = models.CharField(max_length=35)
    number = models.PositiveIntegerField()
    hash = models.BinaryField(max_length=32)
    changes_on = models.DateField(null=True)
    accepted_at = models.DateTimeField()

    class Meta:
        verbose_name = "người trong cơ sở dữ liệu quốc gia"
        constraints = [
            # Asked at the end of each statement: within one package a number may pass from one person to another.
            models.UniqueConstraint(
                fields=["personal_id"], name="one_person_per_number", deferrable=Deferrable.IMMEDIATE
            )
        ]
        indexes = [
            # Holds all that headcount counts by: the national picture is read from it without the table.
            models.Index(
                fields=["agency_code", "status", "category", "contract_kind", "known_from"],
                name="person_headcount",
            ),
            models.Index(
                fields=["changes_on"], condition=Q(changes_on__isnull=False), name="person_changes_on"
            ),
            GinIndex(SearchVector("name_plain", config="simple"), name="person_name_words"),
        ]

    def __str__(self) -> str:
        return self.full_name


class Past(Told):
    """What the register held of a person besides their row: before it, later than today, or as known once; derived.

    As `dossiers.Past`; whose it was is the agency that managed them.
    """

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="past", db_constraint=False, db_index=False
    )
    agency_code = models.CharField(max_length=35)

    class Meta:
        verbose_name = "quá khứ trong cơ sở dữ liệu quốc gia"
        indexes = [
            models.Index(fields=["person", "valid_from"], name="register_past_person"),
            GinIndex(SearchVector("name_plain", config="simple"), name="register_past_words"),
        ]


class Standing(Told):
    """People and past as one: a view to ask how everyone stood, as known on T and valid on V."""

    person = models.OneToOneField(
        Person, models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False
    )
    agency_code = models.CharField(max_length=35)

    class Meta:
        managed = False
        db_table = "registry_standing"

    @property
    def key(self) -> UUID:
        """The person's key, as on their row of now."""
        return self.person_id


class Version(models.Model):
    """One accepted version: the exact signed statement and the national document, and where it came from.

    The database refuses to change or delete a row. `package` is the exchange's inbound package, `record` the line in
    it. References are checked by the ledger's verification, not by the database once a row, which would double the
    time a package takes to commit.
    """

    pk = models.CompositePrimaryKey("package", "record")
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="versions", db_constraint=False, db_index=False
    )
    number = models.PositiveIntegerField()
    hash = models.BinaryField(max_length=32)
    statement = models.TextField()
    document = models.TextField()
    valid_from = models.DateField()
    known_at = models.DateTimeField()
    agency_code = models.CharField(max_length=35)
    package = models.BigIntegerField()
    record = models.PositiveIntegerField()
    signature = models.ForeignKey(
        "signing.Signature", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    leaf = models.PositiveIntegerField()

    class Meta:
        verbose_name = "phiên bản đã nhận"
        constraints = [
            models.UniqueConstraint(fields=["person", "number"], name="one_register_version_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.person_id}/{self.number}"

    @property
    def place(self) -> str:
        """Whose the person was: the agency, as spans over the two times ask for it."""
        return self.agency_code


class Move(models.Model):
    """A person passed from one agency's care into another's, by a hand-over: after a version, from a day on.

    The database refuses to change or delete a row. It tells the document before it again, as the other agency's.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="moves", db_constraint=False)
    after_number = models.PositiveIntegerField()
    agency_code = models.CharField(max_length=35)
    valid_from = models.DateField()
    known_at = models.DateTimeField()
    transfer = models.UUIDField(unique=True)

    class Meta:
        verbose_name = "lần chuyển cơ quan quản lý"

    def __str__(self) -> str:
        return f"{self.person_id} {self.agency_code} {self.valid_from}"


class Refusal(models.Model):
    """A record not taken into the register, with the reason; the database refuses to change or delete a row.

    `chained` says that it followed its predecessor, so that a later version may build on it.
    """

    person = models.UUIDField(db_index=True)
    personal_id = models.CharField(max_length=12, null=True)
    number = models.PositiveIntegerField()
    hash = models.BinaryField(max_length=32)
    chained = models.BooleanField()
    agency_code = models.CharField(max_length=35)
    package = models.BigIntegerField()
    record = models.PositiveIntegerField()
    code = models.CharField(max_length=60)
    path = models.CharField(max_length=300)
    message = models.TextField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "bản ghi bị từ chối"
        indexes = [models.Index(fields=["agency_code", "at"], name="refusal_agency")]

    def __str__(self) -> str:
        return f"{self.person}/{self.number}: {self.code}"


class Conflict(models.Model):
    """Two agencies claim one person: shown to both, never overwritten.

    It is settled when a version of the claimant's is accepted after all, under this number or another, or when the
    person is handed over to the claimant.
    """

    personal_id = models.CharField(max_length=12)
    holder = models.CharField(max_length=35)
    claimant = models.CharField(max_length=35)
    holder_person = models.UUIDField()
    claimant_person = models.UUIDField()
    package = models.BigIntegerField()
    record = models.PositiveIntegerField()
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "xung đột về người quản lý"
        constraints = [
            models.UniqueConstraint(
                fields=["personal_id", "claimant"],
                condition=Q(settled_at__isnull=True),
                name="one_open_conflict_per_claim",
            )
        ]

    def __str__(self) -> str:
        return f"{self.holder} / {self.claimant}"
