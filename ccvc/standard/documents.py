"""Whole documents: their exact bytes, their national part, and the differences from one to the next.

A document is plain JSON: {"standard": version, group: {field: value, table: [row, ...]}}. Rows are known by
their "id", so a difference speaks of a row whatever its place: "education.degrees[d1].major".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

import msgspec
import orjson

from ccvc.standard.fields import Field, Group, Standard, Table
from ccvc.standard.problems import Problem
from ccvc.standard.values import display
from ccvc.standard.versions import current, label

Document = dict[str, Any]
Row = dict[str, Any]

NOT_THERE = "chưa có"

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What reading JSON that somebody else wrote may raise: not the shape asked for, no UTF-8, nested without end."""

_PATH = re.compile(r"(?P<group>[^.\[]+)(?:\.(?P<name>[^.\[]+))?(?:\[(?P<row>[^\]]*)\])?(?:\.(?P<cell>.+))?")


@dataclass(frozen=True, slots=True)
class Difference:
    """One value, cell or whole row that changes. None stands for "not there".

    A path ending in "[]" gives the order of a table's row ids where it cannot be told from the rows alone.
    """

    path: str
    old: Any
    new: Any


def canonical(document: Mapping[str, Any]) -> bytes:
    """Give the one byte form of a document: UTF-8 JSON, sorted keys, no whitespace."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def digest(data: bytes) -> str:
    """Give the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def tidy(document: Mapping[str, Any]) -> Document:
    """Drop what means nothing: nulls, empty tables, empty groups. Copies the frame, shares the values."""
    kept = {name: _tidy_group(group) for name, group in document.items()}
    return {name: group for name, group in kept.items() if group not in ({}, None)}


def _tidy_group(group: Any) -> Any:
    if not isinstance(group, dict):
        return group
    kept = {name: _tidy_rows(value) for name, value in group.items()}
    return {name: value for name, value in kept.items() if value not in ([], {}, None)}


def _tidy_rows(value: Any) -> Any:
    if not is_table(value):
        return value
    return [{name: cell for name, cell in row.items() if cell is not None} for row in value]


def national(document: Mapping[str, Any], standard: Standard | None = None) -> Document:
    """Give the part of a document that the national node holds; nothing undeclared passes."""
    declared = (standard or current()).national.groups
    kept = {name: _part(declared[name], group) for name, group in document.items() if name in declared}
    return tidy({"standard": document["standard"], **kept})


def _part(group: Group, values: Mapping[str, Any]) -> Document:
    members = group.members
    return {
        name: _rows(member, value) if isinstance(member, Table) else value
        for name, value in values.items()
        if (member := members.get(name))
    }


def _rows(table: Table, rows: Iterable[Row]) -> list[Row]:
    names = {"id", *table.members}
    return [{name: value for name, value in row.items() if name in names} for row in rows]


def diff(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> list[Difference]:
    """List what leads from one document to the next, in the order of the standard's groups.

    Both are read as ``tidy`` leaves them. ``apply(old, diff(old, new)) == tidy(new)``.
    """
    before, after = tidy(old or {}), tidy(new)
    return [
        difference
        for group in _in_order(before, after, current().groups)
        for difference in _group_differences(group, before.get(group), after.get(group))
    ]


def _in_order(old: Mapping[str, Any], new: Mapping[str, Any], declared: Iterable[str] = ()) -> list[str]:
    """Names of either side, each once: declared ones first, in their order."""
    found = old.keys() | new.keys()
    first = [name for name in declared if name in found]
    return list(dict.fromkeys([*first, *old, *new]))


def _group_differences(group: str, old: Any, new: Any) -> Iterator[Difference]:
    before, after = {} if old is None else old, {} if new is None else new
    if isinstance(before, dict) and isinstance(after, dict):
        declared = current().groups.get(group)
        for name in _in_order(before, after, declared.members if declared else ()):
            yield from _value_differences(f"{group}.{name}", before.get(name), after.get(name))
    elif old != new:
        yield Difference(group, old, new)


def _value_differences(path: str, old: Any, new: Any) -> Iterator[Difference]:
    if all(is_table(side) for side in (old, new) if side is not None):
        yield from _row_differences(path, old or [], new or [])
    elif old != new:
        yield Difference(path, old, new)


def _row_differences(path: str, old: list[Row], new: list[Row]) -> Iterator[Difference]:
    before, after = {row["id"]: row for row in old}, {row["id"]: row for row in new}
    for row_id in _in_order(before, after):
        was, now = before.get(row_id), after.get(row_id)
        if was is None or now is None:
            yield Difference(f"{path}[{row_id}]", was, now)
            continue
        for cell in _in_order(was, now):
            if was.get(cell) != now.get(cell):
                yield Difference(f"{path}[{row_id}].{cell}", was.get(cell), now.get(cell))
    natural = [row_id for row_id in before if row_id in after] + [i for i in after if i not in before]
    if natural != list(after):
        yield Difference(f"{path}[]", natural, list(after))


def is_table(value: Any) -> TypeGuard[list[Row]]:
    """Say whether a value is rows with ids of their own."""
    if not isinstance(value, list):
        return False
    ids = [row.get("id") for row in value if isinstance(row, dict)]
    usable = all(isinstance(row_id, str) and row_id and "]" not in row_id for row_id in ids)
    return usable and len(set(ids)) == len(value)


def apply(
    document: Mapping[str, Any] | None, differences: Iterable[Difference], *, strict: bool = True
) -> Document:
    """Give the document with the differences made; the one given stays as it was.

    Raises Problem STD-CONFLICT where the document does not hold what a difference starts from. Not strict,
    each difference just sets what it says, and one for a row that is gone is passed over: so versions can be
    replayed as of a day with those left out that take effect later.
    """
    changed = tidy(document or {})
    for difference in differences:
        _apply_one(changed, difference, strict=strict)
    return tidy(changed)


def _apply_one(document: Document, difference: Difference, *, strict: bool) -> None:
    group, name, row_id, cell = _parts(difference.path)
    holder = document if name is None else document.setdefault(group, {})
    key = group if name is None else name
    found = holder.get(key)
    if row_id is None:
        _expect(difference, found, strict=strict)
        holder[key] = difference.new
    elif row_id:
        holder[key] = _with_row(found or [], row_id, cell, difference, strict=strict)
    else:
        _expect(difference, [row["id"] for row in found or []], strict=strict)
        place = {row_id: index for index, row_id in enumerate(difference.new)}
        holder[key] = sorted(found or [], key=lambda row: place.get(row["id"], len(place)))


def _with_row(
    rows: list[Row], row_id: str, cell: str | None, difference: Difference, *, strict: bool
) -> list[Row]:
    row = next((row for row in rows if row["id"] == row_id), None)
    _expect(difference, row.get(cell) if row and cell else row, strict=strict)
    if row is None:
        return rows if cell or difference.new is None else [*rows, difference.new]
    changed = {**row, cell: difference.new} if cell else difference.new
    return [kept for one in rows if (kept := changed if one is row else one) is not None]


def is_value(path: str, standard: Standard | None = None) -> bool:
    """Whether a path of a difference names a field, a table, a row or a cell; not a group, nor the order of rows."""
    return "[]" not in path and isinstance((standard or current()).find(path), Field | Table)


def _parts(path: str) -> tuple[str, str | None, str | None, str | None]:
    found = _PATH.fullmatch(path)
    if not found:
        raise ValueError(f"no path of a document: {path}")
    return found["group"], found["name"], found["row"], found["cell"]


def _expect(difference: Difference, found: Any, *, strict: bool) -> None:
    """Refuse to go on from another value than the difference starts from."""
    if strict and found != difference.old:
        raise Problem(
            "STD-CONFLICT",
            where=difference.path,
            label=label(difference.path),
            found=display(difference.path, found) or NOT_THERE,
            expected=display(difference.path, difference.old) or NOT_THERE,
        )
