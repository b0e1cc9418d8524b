"""Reads of the register. Whoever is outside the subject's reach is answered like one who does not exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

import msgspec
from django.db.models import Count, F, Model, Q, QuerySet
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import EVERYWHERE, Right, Subject, require, visible_fields
from ccvc.dossiers import domain as dossiers
from ccvc.dossiers.selectors import MaySee, redact
from ccvc.exchange.domain.reconcile import StateRow
from ccvc.organisations.selectors import reach_agencies
from ccvc.registry import domain
from ccvc.registry.domain import Held, Record, Register
from ccvc.registry.models import Conflict, Person, Refusal, Version
from ccvc.standard.problems import Problem

M = TypeVar("M", bound=Model)


def register_for(agency: str, records: Sequence[Record]) -> Register:
    """What the register holds of the people a package names; their rows are locked in order of key."""
    register = Register(agency)
    keys = [record.person for record in records]
    numbers = [r.statement.personal_id for r in records if r.statement.personal_id is not None]
    same_person = _any(Person.objects.select_for_update(), "key", "uuid", keys).order_by("key")
    same_number = _any(Person.objects.all(), "personal_id", "text", numbers)
    columns = ("key", "agency_code", "number", "hash", "personal_id", "changes_on")
    for rows in (same_person.values_list(*columns), same_number.values_list(*columns)):
        for uuid, managed_by, number, digest, personal_id, changes_on in rows:
            key = str(uuid)
            register.people[key] = Held(managed_by, number, bytes(digest), personal_id)
            if personal_id is not None:
                register.numbers[personal_id] = key
            if changes_on is not None:
                register.later.add(key)
    register.known = frozenset(register.people)
    _add_past(register, records)
    return register


def _add_past(register: Register, records: Sequence[Record]) -> None:
    """Earlier versions, and refused ones, of the people whose records are not simply the next."""
    last = {key: held.number for key, held in register.people.items()}
    odd = [r.person for r in records if r.number != last.get(r.person, 0) + 1]
    if odd:
        stored = _any(Version.objects.all(), "person_id", "uuid", odd)
        refused = _any(
            Refusal.objects.filter(agency_code=register.agency, chained=True), "person", "uuid", odd
        )
        register.versions = _past(stored.values_list("person_id", "number", "hash"))
        register.refused = _past(refused.values_list("person", "number", "hash"))


def _past(rows: Iterable[tuple[UUID, int, bytes | memoryview]]) -> set[domain.Version]:
    return {(str(person), number, bytes(digest)) for person, number, digest in rows}


def _any(rows: QuerySet[M], column: str, kind: str, values: Sequence[str]) -> QuerySet[M]:
    """Rows whose column is one of many values, given as one array: thousands of parameters would cost more."""
    return rows.extra(where=[f'"{column}" = ANY(%s::{kind}[])'], params=[list(values)])  # noqa: S610 - our own names


def within(subject: Subject, right: Right, column: str = "agency_code") -> Q:
    """Rows of the agencies over which the subject has the right; Problem ACC-DENIED where there is none."""
    require(subject, right)
    if EVERYWHERE in subject.roots(right):
        return Q()
    return Q(**{f"{column}__in": reach_agencies(subject, right, subject.on)})


def units_of_person(key: UUID, _on: date) -> frozenset[str]:
    """The agency that manages a person, for whoever asks in whose reach they are."""
    return frozenset(Person.objects.filter(key=key).values_list("agency_code", flat=True))


@dataclass(frozen=True, slots=True)
class SeenVersion:
    """One version: its row, what its statement says, and the changes the subject may read."""

    row: Version
    statement: dossiers.Statement
    differences: list[standard.Difference]

    @property
    def hash(self) -> str:
        """Hash of the version, hexadecimal."""
        return bytes(self.row.hash).hex()


@dataclass(frozen=True, slots=True)
class SeenPerson:
    """A person as the subject may see them: their row, the national document, how many values were left out."""

    person: Person
    document: dossiers.Document
    hidden: int
    changes_on: date | None
    versions: list[SeenVersion]


def person(
    subject: Subject, key: UUID, *, known_at: datetime | None = None, valid_on: date | None = None
) -> SeenPerson:
    """One person of the register, as known at a moment and valid on a day; Problem REG-UNKNOWN."""
    row = Person.objects.filter(within(subject, Right.REGISTER_READ), key=key).first()
    if row is None:
        raise Problem("REG-UNKNOWN")
    may_see = visible_fields(subject, own=False, unit_code=row.agency_code)
    versions = list(Version.objects.filter(person=key).select_related("signature").order_by("number"))
    view = dossiers.as_of(versions, known_at=known_at, valid_on=valid_on or timezone.localdate())
    document, hidden = redact(view.document or {}, may_see)
    return SeenPerson(row, document, hidden, view.changes_on, _seen(versions, may_see)[::-1])


def _seen(versions: Sequence[Version], may_see: MaySee) -> list[SeenVersion]:
    before: dossiers.Document = {}
    seen = []
    for row in versions:
        statement = msgspec.json.decode(row.statement, type=dossiers.Statement)
        after, _ = redact(dossiers.parse(row.document), may_see)
        seen.append(SeenVersion(row, statement, standard.diff(before, after)))
        before = after
    return seen


def conflicts(subject: Subject) -> QuerySet[Conflict]:
    """Claims of two agencies on one person that are not settled, where either agency is within reach."""
    reached = within(subject, Right.EXCHANGE_SEE, "holder") | within(subject, Right.EXCHANGE_SEE, "claimant")
    return Conflict.objects.filter(reached, settled_at=None).order_by("-found_at")


def counts(subject: Subject) -> dict[str, int]:
    """People of the register by managing agency."""
    rows = Person.objects.filter(within(subject, Right.STATISTICS_SEE)).order_by()
    return dict(rows.values_list("agency_code").annotate(n=Count("key")))


def state_rows(agency: str) -> Iterator[StateRow]:
    """The newest version of each person of an agency, for reconciliation; documents are hashed anew."""
    newest = Version.objects.filter(person__agency_code=agency, number=F("person__number"))
    for row in newest.only("person_id", "number", "hash", "document").iterator(chunk_size=2000):
        digest = standard.digest(row.document.encode())
        yield StateRow(row.person_id, row.number, bytes(row.hash).hex(), digest)
