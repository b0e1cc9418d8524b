"""Bulk writing of the register: COPY into versions, COPY and merge into people, refusals as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from ccvc.dossiers import domain as dossiers
from ccvc.exchange.domain import Arrival
from ccvc.registry.copying import copying, escaped, line_of
from ccvc.registry.deriving import KEY, PERSON_COLUMNS, Row, folded_rows, keep_past
from ccvc.registry.domain import Content, Outcome, Record, Register
from ccvc.registry.models import Person, Refusal, Version
from ccvc.standard.problems import Problem

VERSIONS, PEOPLE = (model._meta.db_table for model in (Version, Person))  # noqa: SLF001 - Django's public API
STAGING = "registry_staging"
VERSION_COLUMNS = (
    "person_id",
    "number",
    "hash",
    "statement",
    "document",
    "valid_from",
    "known_at",
    "agency_code",
    "package",
    "record",
    "signature_id",
    "leaf",
)
AT_ONCE = 1000
Fresh = tuple[Record, Content]
_in_order: Callable[[Mapping[str, Any]], Row] = itemgetter(*PERSON_COLUMNS)


@contextmanager
def writing_versions(
    arrival: Arrival, signatures: Mapping[int, UUID], now: datetime
) -> Iterator[Callable[[Record], None]]:
    """Give the function that writes one accepted version; the server writes while others are being judged."""
    fixed = line_of([now, arrival.sender, arrival.inbound])
    signed = {approval: str(key).encode() for approval, key in signatures.items()}
    with copying(VERSIONS, VERSION_COLUMNS) as write:

        def keep(record: Record) -> None:
            statement = record.statement
            parts = (
                record.person.encode(),
                b"%d" % record.number,
                b"\\\\x" + record.hash.hex().encode(),
                escaped(record.statement_bytes),
                escaped(record.document_bytes),
                statement.valid_from.encode(),
                fixed,
                b"%d" % record.index,
                signed[record.approval],
                b"%d" % record.leaf,
            )
            write(b"\t".join(parts))

        yield keep


def write_people(fresh: Sequence[Fresh], register: Register, now: datetime) -> None:
    """Write the row of each person from their newest version, and what they held before into the past.

    Whoever has versions valid only later, from before their row, or several in this package, is folded from all.
    """
    today = timezone.localdate(now)
    newest = {record.person: (record, content) for record, content in fresh}
    known = [person for person in newest if person in register.known]
    odd = _to_fold(fresh, register, today)
    plain = [(UUID(p), newest[p][0].statement.valid_from) for p in known if p not in odd]
    keep_past(plain, now)
    folded = {str(row[KEY]): row for row in folded_rows(map(UUID, sorted(odd)), today)}

    def row(person: str) -> Row:
        return folded.get(person) or _current_row(*newest[person], register.agency, now)

    update_people(row(person) for person in known)
    with copying(PEOPLE, PERSON_COLUMNS) as write:
        for person in newest.keys() - set(known):
            write(line_of(row(person)))


def _to_fold(fresh: Sequence[Fresh], register: Register, today: date) -> set[str]:
    """People whose row is not simply their newest version."""
    found, seen = set(register.later), set()
    for record, _ in fresh:
        day, since = record.statement.valid_from, register.since.get(record.person)
        before = record.person in register.known and (since is None or day < since.isoformat())
        odd = before or day > today.isoformat() or dossiers.amends(record.statement)
        if odd or record.person in seen:
            found.add(record.person)
        seen.add(record.person)
    return found & seen


def _current_row(record: Record, content: Content, agency: str, now: datetime) -> Row:
    values = dossiers.typed(content.values)
    values["key"] = record.person
    values["agency_code"] = agency
    values["number"] = record.number
    values["hash"] = record.hash
    values["changes_on"] = None
    values["accepted_at"] = now
    values["valid_from"] = record.statement.valid_from
    values["known_from"] = now
    return _in_order(values)


def derive_due(today: date) -> int:
    """Fold again the rows that change by a day, and those that came before the past did; returns how many."""
    rows = Person.objects.select_for_update().filter(Q(changes_on__lte=today) | Q(valid_from__isnull=True))
    keys = list(rows.order_by("key").values_list("key", flat=True))
    update_people(folded_rows(keys, today))
    return len(keys)


def update_people(rows: Iterable[Row]) -> None:
    """Set the rows of people who are in the register, and locked."""
    lines = [line_of(row) for row in rows]
    if not lines:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {STAGING} (LIKE {PEOPLE}) ON COMMIT DELETE ROWS")
        cursor.execute(f"TRUNCATE {STAGING}")
        with copying(STAGING, PERSON_COLUMNS) as write:
            for line in lines:
                write(line)
        news = ", ".join(f'"{c}" = fresh."{c}"' for c in PERSON_COLUMNS if c != "key")
        cursor.execute(f"UPDATE {PEOPLE} SET {news} FROM {STAGING} fresh WHERE {PEOPLE}.key = fresh.key")  # noqa: S608 - our own names


def write_refused(arrival: Arrival, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Keep what was refused and why, so that a later version may build on it and the agency can be helped."""
    rows = [_refusal(arrival, o, o.problem, now) for o in outcomes if o.problem is not None]
    Refusal.objects.bulk_create(rows, batch_size=AT_ONCE)


def _refusal(arrival: Arrival, outcome: Outcome, problem: Problem, now: datetime) -> Refusal:
    record = outcome.record
    return Refusal(
        person=record.person,
        personal_id=record.statement.personal_id,
        number=record.number,
        hash=record.hash,
        chained=outcome.chained,
        agency_code=arrival.sender,
        package=arrival.inbound,
        record=record.index,
        code=problem.code,
        path=problem.where,
        message=problem.message("vi"),
        at=now,
    )
