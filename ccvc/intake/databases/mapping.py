"""The mapping file: which tables and columns of an agency's database fill which fields. Pure.

Written and answered for by people of the agency; docs/intake-from-databases.md explains it line by line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import msgspec

from ccvc.intake.layout import MAIN, PERSON
from ccvc.standard.loading import UNREADABLE_TOML
from ccvc.standard.problems import Problem

LARGEST = 1024 * 1024
_COMPLAINT = re.compile(r"(?P<what>.*?)(?: - at `(?:key in )?\$\.?(?P<place>[^`]*)`)?", re.DOTALL)
_NAMED = re.compile(r"Object (?P<kind>missing required|contains unknown) field `(?P<field>[^`]+)`")

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}\Z")]
Variable = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}\Z")]


class Filled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one field is filled: by a column, through a table of values, from an encoding of its own."""

    column: Word
    values: str = ""
    encoding: str = ""


class SheetMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sheet of the standard: where its rows come from, and which column fills each field.

    `person` joins the rows of one person over all sheets; `number` (persons' sheet alone) is the column of
    the personal identification number, where that is not `person` itself. `overlap` reaches back behind the
    watermark: minutes where that is a moment, steps where it is a number.
    """

    person: Word
    columns: dict[str, Word | Filled]
    table: str = ""
    select: str = ""
    number: str = ""
    watermark: str = ""
    overlap: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 10

    def filled(self, key: str) -> Iterator[tuple[str, Filled]]:
        """(path of the field, how it is filled), in the order of the file; a table's fields by their names."""
        for name, how in self.columns.items():
            yield full_path(key, name), Filled(how) if isinstance(how, str) else how

    def read(self) -> list[str]:
        """Names of the columns that are kept, each once, the one that joins a person's rows first."""
        return list(dict.fromkeys([self.person, *(how.column for _, how in self.filled(""))]))


class ValueMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Values of the agency and what they are in the standard; who says so, since when, on what basis."""

    by: Word
    on: date
    basis: Word
    map: dict[str, Word]


class SourceMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping file: `connection` names the environment variable that holds the database's address."""

    name: Name
    title: Word
    unit: Word
    connection: Variable
    by: Word
    on: date
    sheets: dict[str, SheetMap]
    values: dict[str, ValueMap] = {}
    encoding: str = ""

    @property
    def main(self) -> SheetMap:
        """The persons' sheet."""
        return self.sheets[MAIN]


def full_path(key: str, name: str) -> str:
    """The field's path: on the sheet of a table its name alone may be written."""
    return name if key in {MAIN, ""} or name.startswith(f"{key}[].") else f"{key}[].{name}"


def load(path: Path) -> tuple[SourceMap, str]:
    """A mapping file and its text. Raises Problem INT-FILE-MISSING and those of `parse`."""
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST + 1)
    except OSError as error:
        raise Problem("INT-FILE-MISSING", where=str(path), name=path.name) from error
    if len(text) > LARGEST:
        raise Problem("INT-TOO-LARGE", where=str(path), name=path.name, size=len(text) >> 20, limit=1)
    try:
        return parse(text.decode(), path.name), text.decode()
    except UnicodeDecodeError as error:
        raise Problem("INT-DB-MAPPING", where=path.name, name=path.name, place="", reason="UTF-8") from error


def parse(text: str, name: str) -> SourceMap:
    """The mapping of a text. Raises Problem INT-DB-MAPPING…, INT-DB-SECRET."""
    try:
        raw = tomllib.loads(text)
        _refuse_address(raw, name)
        return msgspec.convert(raw, SourceMap)
    except msgspec.ValidationError as error:
        raise _complaint(str(error), name) from error
    except UNREADABLE_TOML as error:
        raise Problem("INT-DB-MAPPING", where=name, name=name, place="TOML", reason=str(error)) from error


def _refuse_address(raw: dict[str, Any], name: str) -> None:
    """An address, which may hold a password, has no place in a file that is passed around."""
    if "://" in str(raw.get("connection", "")):
        raise Problem("INT-DB-SECRET", where=name, name=name)


def _complaint(text: str, name: str) -> Problem:
    found = _COMPLAINT.fullmatch(text)
    what, place = (found["what"], found["place"] or "") if found else (text, "")
    named = _NAMED.fullmatch(what)
    if named is None:
        return Problem("INT-DB-MAPPING", where=name, name=name, place=place, reason=what)
    code = "INT-DB-MAPPING-LACKS" if named["kind"] == "missing required" else "INT-DB-MAPPING-UNKNOWN"
    return Problem(code, where=name, name=name, place=place, field=named["field"])


def headings(sheet: SheetMap, key: str) -> list[str]:
    """Paths of the fields a sheet fills, the person's number first."""
    return [PERSON, *(path for path, _ in sheet.filled(key))]
