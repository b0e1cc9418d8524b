"""Reading a data folder into a Standard, and judging the declaration itself.

A fault in the declaration is a fault of the programme, not of a person's data: it stops the start with a
DeclarationError that names the file and the field.
"""

from __future__ import annotations

import csv
import dataclasses
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from ccvc.standard.codes import Code, Codes
from ccvc.standard.fields import Field, Group, Standard, Table
from ccvc.standard.large_lists import LargeRows
from ccvc.standard.patterns import exact

DATA = Path(__file__).parent / "data"

UNREADABLE_TOML = (ValueError, RecursionError)
"""What reading TOML that somebody else wrote may raise: no TOML, no UTF-8, a number too long, nested without end."""

T = TypeVar("T")

_HEAD = "standard.toml"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED = {"id", "state", "standard"}
_GIVEN = {"path", "group", "table", "fields"}  # filled here, not written in a field's entry
_BOUNDS: Mapping[str, type | tuple[type, ...]] = {
    "integer": int,
    "decimal": (int, Decimal),
    "date": date,
    "partial_date": date,
}
_LENGTHS = range(1, 100_001)
_MOST_DIGITS = 28  # which arithmetic with decimals keeps exactly
_CODE_COLUMNS = {attribute.name for attribute in dataclasses.fields(Code)} - {"extra"}
_LISTS = {"successors", "synonyms"}


class DeclarationError(ValueError):
    """The declaration in the data folder contradicts itself or the format."""


def load(folder: Path) -> Standard:
    """Read ``fields/*.toml`` and ``codes/*.csv`` below the folder. Raises DeclarationError."""
    head = _toml(folder / "fields" / _HEAD)
    codes = read_codes(folder / "codes")
    files = sorted(file for file in (folder / "fields").glob("*.toml") if file.name != _HEAD)
    groups = sorted((GroupFile(file, codes).group() for file in files), key=lambda group: group.order)
    for what, values in (("name", [g.name for g in groups]), ("order", [g.order for g in groups])):
        if twice := _twice(values):
            raise DeclarationError(f"{folder.name}/fields: two groups have the {what} {twice}")
    return Standard(**head, groups=MappingProxyType({group.name: group for group in groups}), codes=codes)


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, *UNREADABLE_TOML) as error:
        raise DeclarationError(f"{file.name}: {error}") from None


class GroupFile:
    """One file of the folder being read: a group with its fields and tables."""

    def __init__(self, file: Path, codes: Mapping[str, Codes]) -> None:
        self.file = file.name
        self.codes = codes
        self.entry = _toml(file)
        self.name = self.entry["name"] = self.entry.pop("group", "?")

    def group(self) -> Group:
        fields = tuple(self.field(entry) for entry in self.entry.pop("field", []))
        tables = tuple(self.table(entry) for entry in self.entry.pop("table", []))
        group = dataclasses.replace(self.build(Group, self.entry, self.name), fields=fields, tables=tables)
        self.refuse(self.name, _faults_of_group(group))
        return group

    def table(self, entry: dict[str, Any]) -> Table:
        path = f"{self.name}.{entry.get('name', '?')}"
        cells = tuple(self.field(cell, table=path) for cell in entry.pop("field", []))
        table = dataclasses.replace(self.build(Table, entry, path, group=self.name), fields=cells)
        self.refuse(path, _faults_of_table(table))
        return table

    def field(self, entry: dict[str, Any], table: str | None = None) -> Field:
        path = f"{table}[]" if table else self.name
        path += f".{entry.get('name', '?')}"
        field = self.build(Field, entry, path, group=self.name, table=table)
        self.refuse(path, check_field(field, self.codes))
        return field

    def build(self, kind: type[T], entry: dict[str, Any], path: str, **given: str | None) -> T:
        """Build a dataclass from a TOML entry, which must have its attributes and no others."""
        known = {attribute.name for attribute in dataclasses.fields(kind)} - _GIVEN  # type: ignore[arg-type]  # only dataclasses are built
        self.refuse(path, (f"unknown attribute {name}" for name in sorted(entry.keys() - known)))
        try:
            return msgspec.convert({**entry, **given, "path": path}, kind)
        except msgspec.ValidationError as error:
            raise DeclarationError(f"{self.file}: {path}: {error}") from None

    def refuse(self, path: str, faults: Iterable[str]) -> None:
        if said := "; ".join(faults):
            raise DeclarationError(f"{self.file}: {path}: {said}")


def check_field(field: Field, codes: Mapping[str, Codes]) -> Iterator[str]:
    coded, written = field.type in {"code", "codes"}, field.type in {"text", "long_text"}
    yield from _faults_of_name(field.name)
    if coded and not field.code_list:
        yield "type code needs code_list"
    if field.code_list and field.code_list not in codes:
        yield f"there is no code list {field.code_list}"
    if field.code_list and not coded:
        yield "only type code or codes may have code_list"
    if written != (field.max_length is not None):
        yield "max_length belongs to text and long_text, and they need it"
    if field.max_length is not None and field.max_length not in _LENGTHS:
        yield f"max_length must be from {_LENGTHS[0]} to {_LENGTHS[-1]}"
    if field.pattern and not (written and _compiles(field.pattern)):
        yield "pattern must be a valid expression, on text only"
    if field.valid_to and field.valid_to < field.valid_from:
        yield "valid_to is before valid_from"
    yield from _faults_of_numbers(field)


def _faults_of_numbers(field: Field) -> Iterator[str]:
    if field.type == "decimal":
        if field.digits is None or field.places is None or not 0 <= field.places < field.digits:
            yield "decimal needs digits and places, fewer places than digits"
        elif field.digits > _MOST_DIGITS:
            yield f"decimal has at most {_MOST_DIGITS} digits"
    elif field.digits is not None or field.places is not None:
        yield "digits and places belong to decimal"
    for bound in (field.min, field.max):
        kind = _BOUNDS.get(field.type, ())
        if bound is not None and (isinstance(bound, bool) or not isinstance(bound, kind)):
            yield f"{bound} is no bound for type {field.type}"


def _faults_of_table(table: Table) -> Iterator[str]:
    yield from _faults_of_name(table.name)
    if not table.fields:
        yield "a table needs at least one field"
    if twice := _twice([cell.name for cell in table.fields]):
        yield f"{twice} is declared twice"
    if not table.national and any(cell.national for cell in table.fields):
        yield "a national field in a table that is not national"


def _faults_of_group(group: Group) -> Iterator[str]:
    yield from _faults_of_name(group.name)
    if twice := _twice([member.name for member in (*group.fields, *group.tables)]):
        yield f"{twice} is declared twice"


def _faults_of_name(name: str) -> Iterator[str]:
    if not _NAME.fullmatch(name) or name in _RESERVED:
        yield "name must be a free lower-case word"


def _compiles(pattern: str) -> bool:
    try:
        re.compile(exact(pattern))
    except (re.error, OverflowError, RecursionError):
        return False
    return True


def _twice(values: Iterable[T]) -> T | None:
    return next((value for value, count in Counter(values).items() if count > 1), None)


def read_codes(folder: Path) -> Mapping[str, Codes]:
    """Read the lists named in ``index.toml``, each from its CSV file. Raises DeclarationError.

    A list declared ``large`` is read when first asked for.
    """
    index = _toml(folder / "index.toml")
    return MappingProxyType({name: _codes(folder / f"{name}.csv", entry) for name, entry in index.items()})


def _codes(file: Path, entry: Mapping[str, Any]) -> Codes:
    rows = LargeRows(file, entry.get("basis", "")) if entry.get("large") else _rows(file)
    try:
        return Codes(name=file.stem, rows=rows, **entry)
    except TypeError as error:
        raise DeclarationError(f"index.toml: {file.stem}: {error}") from None


def _rows(file: Path) -> tuple[Code, ...]:
    with file.open(encoding="utf-8", newline="") as lines:
        rows = tuple(_code(raw, file, n) for n, raw in enumerate(csv.DictReader(lines), start=2))
    for one, other in pairwise(sorted(rows, key=lambda row: (row.code, row.valid_from or date.min))):
        if one.code == other.code and (one.valid_to or date.max) >= (other.valid_from or date.min):
            raise DeclarationError(f"{file.name}: two rows of code {one.code} hold on the same day")
    return rows


def _code(raw: dict[str, Any], file: Path, line: int) -> Code:
    """Build a row: empty cells take their defaults, lists are parted by "|", further columns go to extra."""
    cells = {name: cell.strip() for name, cell in raw.items() if name and cell and cell.strip()}
    known: dict[str, Any] = {name: cells.pop(name) for name in _CODE_COLUMNS & cells.keys()}
    for name in _LISTS & known.keys():
        known[name] = [item.strip() for item in known[name].split("|")]
    try:
        return msgspec.convert({**known, "extra": cells}, Code)
    except msgspec.ValidationError as error:
        raise DeclarationError(f"{file.name}, line {line}: {error}") from None
