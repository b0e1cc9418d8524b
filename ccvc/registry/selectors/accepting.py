"""What accepting and reconciling read; no person is shown by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar
from uuid import UUID

from django.db.models import F, Model, QuerySet

from ccvc import standard
from ccvc.exchange.domain.reconcile import StateRow
from ccvc.registry import domain
from ccvc.registry.domain import Held, Record, Register
from ccvc.registry.models import Person, Refusal, Version

M = TypeVar("M", bound=Model)


def register_for(agency: str, records: Sequence[Record]) -> Register:
    """What the register holds of the people a package names; their rows are locked in order of key."""
    register = Register(agency)
    keys = [record.person for record in records]
    numbers = [r.statement.personal_id for r in records if r.statement.personal_id is not None]
    same_person = _any(Person.objects.select_for_update(), "key", "uuid", keys).order_by("key")
    same_number = _any(Person.objects.all(), "personal_id", "text", numbers)
    columns = ("key", "agency_code", "number", "hash", "personal_id", "changes_on", "valid_from")
    for rows in (same_person.values_list(*columns), same_number.values_list(*columns)):
        for uuid, managed_by, number, digest, personal_id, changes_on, since in rows:
            key = str(uuid)
            register.people[key] = Held(managed_by, number, bytes(digest), personal_id)
            if personal_id is not None:
                register.numbers[personal_id] = key
            if changes_on is not None:
                register.later.add(key)
            if since is not None:
                register.since[key] = since
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


def state_rows(agency: str) -> Iterator[StateRow]:
    """The newest version of each person of an agency, for reconciliation; documents are hashed anew."""
    newest = Version.objects.filter(person__agency_code=agency, number=F("person__number"))
    for row in newest.only("person_id", "number", "hash", "document").iterator(chunk_size=2000):
        digest = standard.digest(row.document.encode())
        yield StateRow(row.person_id, row.number, bytes(row.hash).hex(), digest)
