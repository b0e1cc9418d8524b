"""What a workbook for intake looks like: its sheets and columns, derived wholly from the standard.

One sheet holds a row for each person, with a column for each field; each table has a sheet of its own, whose
rows name their person by the personal identification number. No field is listed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from ccvc import standard
from ccvc.standard.fields import Field, Group, Standard, Table

PERSON = "identity.personal_id"
NAME = "identity.full_name"
BIRTH = "identity.birth_date"
STAFF = "identity.staff_number"
KEY = "row.key"
KEY_LABEL = "Số thứ tự, mã nối các trang của tệp"
JOINED = frozenset({PERSON, NAME, BIRTH, STAFF, KEY})
"""What may say, in a row of a table, whose row it is."""
MAIN = "person"
MAIN_TITLE = "Hồ sơ"
GUIDE_TITLE = "Hướng dẫn"
CODES_TITLE = "Danh mục"
FAULTS_TITLE = "Lỗi cần sửa"
ROW_ID_LABEL = "Mã dòng"
HEADER_ROWS = 4
TITLE_LENGTH = 31  # Excel's limit

_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: the field it fills, or (field None) the id of a table's row."""

    sheet: str
    index: int
    path: str
    label: str
    field: Field | None
    required: bool = False

    @property
    def letter(self) -> str:
        """The column's letters in a spreadsheet: 0 -> "A", 27 -> "AB"."""
        return letters(self.index)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: `key` is "person" or a table's path; `joins` are columns that only files of other shapes have.

    They say whose row it is where there is no personal identification number, and fill nothing.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    table: Table | None = None
    joins: tuple[Column, ...] = ()

    @property
    def every(self) -> tuple[Column, ...]:
        """All that a column of a file may be taken for."""
        return (*self.columns, *self.joins)

    def column(self, path: str) -> Column | None:
        """The column of a field path."""
        return next((c for c in self.columns if c.path == path), None)


def columns(on: date) -> tuple[Column, ...]:
    """Every column of every sheet in force on a day, sheet by sheet."""
    return tuple(column for sheet in sheets(on).values() for column in sheet.columns)


def sheets(on: date) -> Mapping[str, Sheet]:
    """The sheets in force on a day, by key: the persons' sheet first, then one for each table."""
    return _sheets(standard.current(), on)


@lru_cache(maxsize=16)
def _sheets(declared: Standard, on: date) -> Mapping[str, Sheet]:
    groups = sorted(declared.groups.values(), key=lambda group: group.order)
    key = declared.fields[PERSON]
    found = {MAIN: _main(groups, key, on)}
    titles = {MAIN_TITLE, GUIDE_TITLE, CODES_TITLE, FAULTS_TITLE}
    for table in _tables(groups, on):
        found[table.path] = _of_table(table, declared.fields, _title(table, titles), on)
    return found


def _main(groups: list[Group], key: Field, on: date) -> Sheet:
    fields = [f for group in groups for f in group.fields if _taken_in(f, on)]
    ordered = [key, *(f for f in fields if f.path != key.path)]
    made = tuple(Column(MAIN, n, f.path, f.label_vi, f, f.required) for n, f in enumerate(ordered))
    return Sheet(MAIN, MAIN_TITLE, made, joins=(Column(MAIN, len(made), KEY, KEY_LABEL, None),))


def _tables(groups: list[Group], on: date) -> Iterator[Table]:
    return (table for group in groups for table in group.tables if _taken_in(table, on))


def _of_table(table: Table, declared: Mapping[str, Field], title: str, on: date) -> Sheet:
    key = declared[PERSON]
    fields = [f for f in table.fields if _taken_in(f, on)]
    made = [Column(table.path, 0, key.path, key.label_vi, key, required=True)]
    made += [Column(table.path, n, f.path, f.label_vi, f, f.required) for n, f in enumerate(fields, start=1)]
    made.append(Column(table.path, len(made), f"{table.path}[].id", ROW_ID_LABEL, None))
    others = [(path, declared[path]) for path in (NAME, BIRTH, STAFF) if path in declared]
    joins = [Column(table.path, len(made) + n, path, f.label_vi, f) for n, (path, f) in enumerate(others)]
    joins.append(Column(table.path, len(made) + len(joins), KEY, KEY_LABEL, None))
    return Sheet(table.path, title, tuple(made), table, tuple(joins))


def _taken_in(declared: Field | Table, on: date) -> bool:
    """Whether files may carry it: people or agencies declare it, and it is in force."""
    return bool({"person", "agency"} & set(declared.declared_by)) and declared.in_force(on)


def _title(table: Table, taken: set[str]) -> str:
    """A free sheet title: the table's label, or a shorter way of writing it, or the label cut at a word."""
    names = [_NOT_IN_TITLES.sub(" ", name) for name in (table.label_vi, *table.synonyms)]
    fitting = [name for name in names if len(name) <= TITLE_LENGTH and name not in taken]
    title = fitting[0] if fitting else _numbered(names[0], taken)
    taken.add(title)
    return title


def _numbered(name: str, taken: set[str]) -> str:
    first = _cut(name, TITLE_LENGTH)
    others = (f"{_cut(name, TITLE_LENGTH - 3)} {number}" for number in range(2, 100))
    return next(title for title in (first, *others) if title not in taken)


def _cut(text: str, length: int) -> str:
    words = " ".join(text.split())
    if len(words) <= length:
        return words
    return words[: length + 1].rsplit(" ", 1)[0].rstrip(" ,;-")


@lru_cache(maxsize=1024)
def letters(index: int) -> str:
    """Column letters of a zero-based index."""
    text = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        text = chr(ord("A") + rest) + text
        index -= 1
    return text
