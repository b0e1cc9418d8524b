"""The statements sent to a database: one SELECT for each sheet, whatever database it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from ccvc.intake.databases.mapping import SheetMap, SourceMap
from ccvc.intake.layout import MAIN
from ccvc.standard.problems import Problem

CHUNK = 500  # values in one list: Oracle takes 1,000, SQL Server 2,100 in a whole statement
_QUOTED = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`|\[[^\]]*\]""")
_FORBIDDEN = re.compile(
    r"--|/\*|#|\$\$|;|\b(?:insert|update|delete|merge|into|create|alter|drop|truncate|grant|revoke"
    r"|call|exec|execute|lock|share)\b",
    re.IGNORECASE,
)
_SELECT = re.compile(r"\s*(?:select|with)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mark:
    """A watermark that was reached; `settled` where nothing at or before it can have been committed since."""

    value: Any
    settled: bool = False


Since = Mapping[str, Mark]
"""The watermark that was reached on each sheet that has one, by the sheet's key."""


def single_select(text: str, where: str) -> str:
    """The statement, if it is one SELECT without comments. Raises Problem INT-DB-SELECT-ONLY."""
    statement = text.strip().removesuffix(";")
    found = _FORBIDDEN.search(_QUOTED.sub("''", statement))
    if "\\" in statement or found or not _SELECT.match(statement):
        word = "\\" if "\\" in statement else found[0] if found else statement.split(None, 1)[0]
        raise Problem("INT-DB-SELECT-ONLY", where=where, sheet=where, word=word)
    return statement


def relation(sheet: SheetMap, where: str, alias: str) -> sa.FromClause:
    """What a sheet's rows are read from: a table or view, or a SELECT of the mapping's own."""
    names = [sheet.person, sheet.number, sheet.watermark, *sheet.read()]
    columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in dict.fromkeys(names) if name]
    if sheet.select:
        escaped = single_select(sheet.select, where).replace(":", "\\:")
        return sa.text(escaped).columns(*columns).subquery(alias)
    schema, _, name = sheet.table.rpartition(".")
    return sa.table(name, *columns, schema=schema or None).alias(alias)


def probe(sheet: SheetMap, where: str) -> sa.Select[Any]:
    """A statement that gives no row, but the names of all columns there are."""
    return sa.select(sa.literal_column("*")).select_from(relation(sheet, where, "q")).where(sa.text("1 = 0"))


def rows_of(
    source: SourceMap, key: str, since: Since | None = None, again: Sequence[Any] = ()
) -> sa.Select[Any]:
    """All rows of a sheet as (personal number, kept columns, watermark where there is one), by person.

    With `since`: the rows of those persons alone of whom any row on any sheet changed, or who are named in
    `again` (by what joins their rows).
    """
    sheet = source.sheets[key]
    own = relation(sheet, key, "q")
    number, origin = _with_number(source, key, own)
    read = [own.c[name] for name in sheet.read()]
    marked = [own.c[sheet.watermark]] if sheet.watermark else []
    picked = [column.label(f"c{n}") for n, column in enumerate([number, *read, *marked])]
    found = sa.select(*picked).select_from(origin)
    if since is not None:
        who = _changed(source, since, again).subquery("changed")
        found = found.join_from(origin, who, who.c.person == own.c[sheet.person])
    return found.order_by(own.c[sheet.person], *_row_id(sheet, key, own))


def _with_number(
    source: SourceMap, key: str, own: sa.FromClause
) -> tuple[sa.ColumnElement[Any], sa.FromClause]:
    """The column of the personal number, joined in from the persons' sheet where a table has none."""
    main = source.main
    if key == MAIN or not main.number:
        return own.c[source.sheets[key].number or source.sheets[key].person], own
    people = relation(main, MAIN, "p")
    joined = own.outerjoin(people, people.c[main.person] == own.c[source.sheets[key].person])
    return people.c[main.number], joined


def _row_id(sheet: SheetMap, key: str, own: sa.FromClause) -> Iterator[sa.ColumnElement[Any]]:
    for path, how in sheet.filled(key):
        if path == f"{key}[].id" and how.column != sheet.person:
            yield own.c[how.column]


def _changed(source: SourceMap, since: Since, again: Sequence[Any]) -> sa.CompoundSelect[Any]:
    """Whoever has a row at or behind a watermark, and those to be read again."""
    parts = []
    for key, sheet in source.sheets.items():
        if sheet.watermark:
            own = relation(sheet, key, "w")
            newer = _newer(own.c[sheet.watermark], since.get(key), sheet.overlap)
            parts.append(sa.select(own.c[sheet.person].label("person")).where(newer).distinct())
    main = relation(source.main, MAIN, "a")
    person = main.c[source.main.person]
    for place in range(0, len(again), CHUNK):
        named = person.in_([_bound(value) for value in again[place : place + CHUNK]])
        parts.append(sa.select(person.label("person")).where(named).distinct())
    return sa.union(*parts)


def _newer(column: sa.ColumnElement[Any], mark: Mark | None, overlap: int) -> sa.ColumnElement[bool]:
    """Rows behind the watermark; where it is fresh, from before it on: rows may be committed late."""
    if mark is None:
        return column.is_not(None)
    if mark.settled:
        return column > _bound(mark.value)
    return column >= _bound(_before(mark.value, overlap))


def _before(value: Any, overlap: int) -> Any:
    if isinstance(value, datetime):
        return value - timedelta(minutes=overlap)
    if isinstance(value, date):
        return value - timedelta(days=1 if overlap else 0)
    return value - overlap if isinstance(value, int | Decimal) else value


def _bound(value: Any) -> sa.ColumnElement[Any]:
    if isinstance(value, datetime):
        return sa.literal(value, sa.DateTime(timezone=value.tzinfo is not None))
    return sa.literal(value)
