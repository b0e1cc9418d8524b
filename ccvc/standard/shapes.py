"""The shape of a document, judged in full: exactly what the record type and the JSON Schema refuse.

Shape is timeless: a document of 2026 keeps its shape whatever day it is read on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from ccvc.standard import patterns
from ccvc.standard.fields import Field, Standard, Table
from ccvc.standard.findings import Finding, finding
from ccvc.standard.patterns import MAX_PLACE, PLACE_LIST
from ccvc.standard.values import state_of

_ROW_ID = re.compile(patterns.ROW_ID)
_VERSION = re.compile(patterns.VERSION)
_LINE = re.compile(patterns.LINE)
_DATE = re.compile(patterns.DATE)

# The code of a finding where a text does not match the pattern of its type.
_MISMATCH = {
    "date": "STD-DATE",
    "partial_date": "STD-PARTIAL-DATE",
    "personal_id": "STD-PERSONAL-ID",
    "decimal": "STD-DECIMAL",
}


def of_document(document: Any, standard: Standard) -> Iterator[Finding]:
    """Find what is wrong with the shape, in the order of the document."""
    if not isinstance(document, dict):
        yield finding("STD-OBJECT", "", document, label="Hồ sơ")
        return
    version = document.get("standard")
    if not isinstance(version, str) or not _VERSION.search(version):
        yield finding("STD-VERSION", "standard", version)
    for name in document.keys() - standard.groups.keys() - {"standard"}:
        yield finding("STD-UNKNOWN", name, document[name], name=name)
    for group in standard.groups.values():
        yield from _members(standard, group.name, group.members, document.get(group.name, {}))


def _members(
    standard: Standard, path: str, members: Mapping[str, Field | Table], holder: Any
) -> Iterator[Finding]:
    """Judge a group or a row against what is declared for it."""
    if not isinstance(holder, dict):
        yield finding("STD-OBJECT", path, holder, label=standard.label(path))
        return
    for name, value in holder.items():
        member = members.get(name)
        if isinstance(member, Field):
            yield from of_value(standard, member, f"{path}.{name}", value)
        elif isinstance(member, Table):
            yield from _table(standard, member, value)
        elif name != "id" or "[" not in path:
            yield finding("STD-UNKNOWN", f"{path}.{name}", value, name=name)
    for name, member in members.items():
        if name not in holder and standard.always_requires(member):
            yield finding("STD-REQUIRED", f"{path}.{name}", label=standard.label(member.path))


def _table(standard: Standard, table: Table, rows: Any) -> Iterator[Finding]:
    if not isinstance(rows, list) or not rows:
        yield finding("STD-ROWS", table.path, rows, label=table.label_vi)
        return
    for place, row in enumerate(rows, start=1):
        row_id = row.get("id") if isinstance(row, dict) else None
        if isinstance(row_id, str) and _ROW_ID.search(row_id):
            yield from _members(standard, f"{table.path}[{row_id}]", table.members, row)
        else:
            yield finding("STD-ROW-ID", table.path, row, label=table.label_vi, place=place)


def of_value(standard: Standard, field: Field, path: str, value: Any) -> Iterator[Finding]:
    """Find what is wrong with the shape of one value or state."""
    if state_of(value):
        return
    if isinstance(value, dict) and field.type != "place":
        yield finding("STD-STATE", path, value, label=standard.label(path))
        return
    for code, params in _BY_TYPE[field.type](standard, field, value):
        yield finding(code, path, value, label=standard.label(path), **params)


Fault = tuple[str, dict[str, Any]]


def _string(standard: Standard, field: Field, value: Any) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield "STD-STRING", {}
    elif not value:
        yield "STD-EMPTY", {}
    elif field.max_length and len(value) > field.max_length:
        yield "STD-LONG", {"length": len(value), "most": field.max_length}
    elif not _compiled(standard)[field.path].search(value):
        default = "STD-PATTERN" if field.pattern else "STD-TEXT"
        yield _MISMATCH.get(field.type, default), {"places": field.places}


def _code(standard: Standard, field: Field, value: Any) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield "STD-STRING", {}
    elif value not in standard.codes[field.code_list or ""]:
        yield "STD-CODE", {"given": value, "codes": standard.codes[field.code_list or ""].label_vi}


def _codes(standard: Standard, field: Field, value: Any) -> Iterator[Fault]:
    if not isinstance(value, list) or not value:
        yield "STD-LIST", {}
        return
    for code in value:
        yield from _code(standard, field, code)


def _integer(_standard: Standard, field: Field, value: Any) -> Iterator[Fault]:
    low, high = patterns.integer_bounds(field)
    if not isinstance(value, int) or isinstance(value, bool):
        yield "STD-INTEGER", {}
    elif not low <= value <= high:
        yield "STD-RANGE", {"low": low, "high": high}


def _boolean(_standard: Standard, _field: Field, value: Any) -> Iterator[Fault]:
    if not isinstance(value, bool):
        yield "STD-BOOLEAN", {}


def _place(standard: Standard, _field: Field, value: Any) -> Iterator[Fault]:
    if not isinstance(value, dict) or "text" not in value or value.keys() - {"text", "code", "code_date"}:
        yield "STD-PLACE", {}
        return
    text, code, day = value["text"], value.get("code", ...), value.get("code_date", ...)
    if not isinstance(text, str) or len(text) > MAX_PLACE or not _LINE.search(text):
        yield "STD-PLACE-TEXT", {"most": MAX_PLACE}
    if (code is ...) is not (day is ...):
        yield "STD-PLACE-CODE-DATE", {}
    if code is not ... and not (isinstance(code, str) and _known_place(standard, code)):
        yield "STD-CODE", {"given": code, "codes": standard.codes[PLACE_LIST].label_vi}
    if day is not ... and not (isinstance(day, str) and _DATE.search(day)):
        yield "STD-DATE", {}


def _known_place(standard: Standard, code: str) -> bool:
    pattern = _place_code(standard)
    return pattern is None or pattern.search(code) is not None


@lru_cache(maxsize=16)
def _place_code(standard: Standard) -> re.Pattern[str] | None:
    pattern = patterns.place_code(standard.codes)
    return re.compile(pattern) if pattern else None


@lru_cache(maxsize=16)
def _compiled(standard: Standard) -> Mapping[str, re.Pattern[str]]:
    shapes = ((path, patterns.pattern_of(field)) for path, field in standard.fields.items())
    return {path: re.compile(shape) for path, shape in shapes if shape}


_BY_TYPE: Mapping[str, Callable[[Standard, Field, Any], Iterator[Fault]]] = MappingProxyType(
    {
        "text": _string,
        "long_text": _string,
        "date": _string,
        "partial_date": _string,
        "decimal": _string,
        "personal_id": _string,
        "code": _code,
        "codes": _codes,
        "integer": _integer,
        "boolean": _boolean,
        "place": _place,
    }
)
