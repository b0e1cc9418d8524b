"""Whose row it is where there is no personal identification number: told within the file by other words.

A person's row without a number is known by its place; a row of a table by name and birth date, by the staff
number, or by a key that the sheets share. Where two people of the file are told by the same words, nobody is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence

import orjson

from ccvc.intake.cells.dates import to_partial_date
from ccvc.intake.cells.results import Raw, text_of
from ccvc.intake.cells.texts import is_blank
from ccvc.intake.headers import Headings
from ccvc.intake.layout import BIRTH, KEY, MAIN, NAME, PERSON, STAFF
from ccvc.standard.names import plain

PLACED = "?#"
SAID = "?="
_BATCH = 5_000

_ALIASES = """
CREATE TABLE alias (said TEXT NOT NULL, person TEXT NOT NULL);
"""
_RESOLVE = """
CREATE INDEX alias_said ON alias (said);
UPDATE part SET person = (SELECT min(a.person) FROM alias a WHERE a.said = part.person)
 WHERE substr(person, 1, 2) = '?=' AND (SELECT count(DISTINCT a.person) FROM alias a WHERE a.said = part.person) = 1;
"""


class Person:
    """Finds, in the rows of one sheet, what tells the person; `place` is that of the number, if it has one."""

    def __init__(self, headings: Headings) -> None:
        at = {heading.column.path: n for n, heading in enumerate(headings.found)}
        self.place = at.get(PERSON)
        self._at = {path: at[path] for path in (KEY, STAFF, NAME, BIRTH) if path in at}
        self._is_main = headings.sheet.key == MAIN

    def otherwise(self, number: int, cells: Sequence[Raw | None]) -> str:
        """What tells the person without the number; empty where nothing does."""
        if self._is_main:
            return f"{PLACED}{number}" if _text(cells, self._at, NAME) else ""
        return next(self.said(cells), "")

    def said(self, cells: Sequence[Raw | None]) -> Iterator[str]:
        """Every way in which a row tells its person, the surest first."""
        for path in (KEY, STAFF):
            if text := _text(cells, self._at, path):
                yield f"{SAID}{path}:{plain(text)}"
        name, birth = _text(cells, self._at, NAME), _text(cells, self._at, BIRTH)
        if name and birth:
            day = to_partial_date(birth)
            yield f"{SAID}{plain(name)}:{day if isinstance(day, str) else plain(birth)}"


def _text(cells: Sequence[Raw | None], at: Mapping[str, int], path: str) -> str:
    cell = cells[at[path]] if path in at else None
    if cell is None or (isinstance(cell, str) and is_blank(cell)):
        return ""
    return text_of(cell).strip()


def resolve(db: sqlite3.Connection, main: Headings) -> None:
    """Give rows of tables to the one person of the file whom their words tell."""
    if not db.execute("SELECT 1 FROM part WHERE substr(person, 1, 2) = '?=' LIMIT 1").fetchone():
        return
    db.executescript(_ALIASES)
    person = Person(main)
    people = db.execute("SELECT person, cells FROM main WHERE person <> ''")
    db.execute("BEGIN")
    while batch := people.fetchmany(_BATCH):
        told = [(said, key) for key, cells in batch for said in person.said(orjson.loads(cells))]
        db.executemany("INSERT INTO alias VALUES (?, ?)", told)
    db.execute("COMMIT")
    db.executescript(_RESOLVE)
