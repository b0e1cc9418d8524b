"""Synthetic people as the cells of the intake template, typed the way people type.

Rows by sheet: "person" with one row for each, and a sheet for each table, whose rows name their person by
number. A row maps the paths of columns to texts; what is not there is an empty cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from ccvc.intake import layout
from ccvc.intake.layout import MAIN, PERSON
from ccvc.simulation.people import REFERENCE_DAY, Person
from ccvc.standard import current, display, state_of
from ccvc.standard.codes import Codes
from ccvc.standard.fields import Field, Standard

Row = dict[str, str]
Cells = dict[str, list[Row]]
Writer = Callable[[Any], str]

CODES_AS_WRITTEN = frozenset({"ranks", "general_education", "salary_groups"})
"""Lists whose codes, not labels, stand in the files of agencies."""


def cells_of(people: Iterable[Person], *, on: date = REFERENCE_DAY) -> Cells:
    """The rows of the main sheet, one a person, and of each table's sheet, keyed by the person's number."""
    writers = _writers(current(), on)
    cells: Cells = {key: [] for key in layout.sheets(on)}
    for person in people:
        _add(cells, person.document, writers)
    return cells


def _add(cells: Cells, document: Mapping[str, Any], writers: Mapping[str, Writer]) -> None:
    main: Row = {}
    key = document["identity"]["personal_id"]
    for group, values in document.items():
        if not isinstance(values, dict):
            continue
        for name, value in values.items():
            path = f"{group}.{name}"
            if isinstance(value, list) and path in cells:
                cells[path] += (_row(path, row, key, writers) for row in value)
            elif path in writers:
                main[path] = writers[path](value)
    cells[MAIN].append(main)


def _row(table: str, row: Mapping[str, Any], key: str, writers: Mapping[str, Writer]) -> Row:
    typed = {PERSON: key}
    for name, value in row.items():
        path = f"{table}[].{name}"
        if path in writers:
            typed[path] = writers[path](value)
    return typed


@cache
def _writers(standard: Standard, on: date) -> dict[str, Writer]:
    """For each column of the template, how its values are typed."""
    return {
        column.path: _writer(column.field, standard.codes) if column.field else str
        for sheet in layout.sheets(on).values()
        for column in sheet.columns
    }


def _writer(field: Field, codes: Mapping[str, Codes]) -> Writer:
    if field.code_list:
        return _coded(field, codes[field.code_list])
    if field.type == "place":
        return _placed
    if field.type in {"text", "long_text", "personal_id"}:
        return _plain
    return _Remembered(field.path)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else display("", value)


def _placed(value: Any) -> str:
    text = value.get("text")
    return str(text) if text else display("", value)


class _Remembered(dict[Any, str]):
    """Dates and numbers as ``display`` shows them: most values come again."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def __call__(self, value: Any) -> str:
        return self[value] if not isinstance(value, dict) else display(self._path, value)

    def __missing__(self, value: Any) -> str:
        text = self[value] = display(self._path, value)
        return text


def _coded(field: Field, codes: Codes) -> Writer:
    texts = dict(_texts(codes))

    def written(value: Any) -> str:
        return display(field.path, value) if state_of(value) else texts[value]

    return written


def _texts(codes: Codes) -> Iterator[tuple[str, str]]:
    """What is typed for each code: its label where that leads back to the code, else the code."""
    for row in codes:
        found = codes.find(row.label_vi) == row.code and codes.name not in CODES_AS_WRITTEN
        yield row.code, row.label_vi if found else row.code
