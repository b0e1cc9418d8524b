"""What changed from one version of the standard to the next: derived from the declarations, never written by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ccvc.standard.fields import Field, Standard
from ccvc.standard.steps import Gather, Rename, Split, Step
from ccvc.standard.versions import Version

COMPARED = (
    "label_vi",
    "type",
    "code_list",
    "required",
    "max_length",
    "pattern",
    "min",
    "max",
    "digits",
    "places",
    "sensitivity",
    "ownership",
    "owner",
    "national",
    "declared_by",
)


@dataclass(frozen=True, slots=True)
class Change:
    """One field that came, went, moved (`before` and `after` are paths) or reads otherwise in an attribute."""

    kind: Literal["added", "removed", "moved", "changed"]
    path: str
    label_vi: str
    label_en: str
    attribute: str = ""
    before: Any = None
    after: Any = None


def changes(older: Version, newer: Standard) -> list[Change]:
    """List the changes from a version to the next newer one, in the order of the newer declaration."""
    moves = dict(move for step in older.steps for move in _moves(step, older.standard))
    found = [
        change for path, field in newer.fields.items() for change in _of_field(path, field, older, moves)
    ]
    return found + list(_removed(older.standard, newer, moves))


def _of_field(path: str, field: Field, older: Version, moves: Mapping[str, str]) -> Iterator[Change]:
    before = older.standard.fields.get(path)
    origins = [old for old, new in moves.items() if new == path]
    yield from (Change("moved", path, *_labels(field), before=old, after=path) for old in origins)
    if before is None and not origins:
        yield Change("added", path, *_labels(field))
    if before is not None:
        yield from _attributes(path, before, field)


def _attributes(path: str, before: Field, after: Field) -> Iterator[Change]:
    for name in COMPARED:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Change("changed", path, *_labels(after), name, old, new)


def _labels(field: Field) -> tuple[str, str]:
    return field.label_vi, field.label_en


def _removed(older: Standard, newer: Standard, moves: Mapping[str, str]) -> Iterator[Change]:
    for path, field in older.fields.items():
        if path not in newer.fields and path not in moves:
            yield Change("removed", path, *_labels(field))


def _moves(step: Step, older: Standard) -> Iterator[tuple[str, str]]:
    """Where a step takes each field: (path in the older version, path in the newer)."""
    match step:
        case Gather():
            yield from ((old, f"{step.into}[].{cell}") for cell, old in step.cells.items())
        case Rename():
            names = older.tables[step.table].members
            yield from ((f"{step.table}[].{name}", f"{step.into}[].{name}") for name in names)
        case Split():
            for part in step.parts:
                yield from (
                    (f"{step.table}[].{old}", f"{part.into}[].{cell}") for cell, old in part.cells.items()
                )


def words(change: Change) -> str:
    """A change as one Vietnamese sentence."""
    match change.kind:
        case "added":
            return f"Thêm trường “{change.label_vi}”"
        case "removed":
            return f"Bỏ trường “{change.label_vi}”"
        case "moved":
            return f"“{change.label_vi}” trước đây là {_plain(change.before)}"
    before, after = (_plain(value) for value in (change.before, change.after))
    return f"“{change.label_vi}”: {ATTRIBUTES[change.attribute]} từ {before} thành {after}"


def _plain(value: Any) -> str:
    if value is None:
        return "không có"
    if isinstance(value, bool):
        return "có" if value else "không"
    return ", ".join(value) if isinstance(value, tuple) else re.sub(r"\s+", " ", str(value))


ATTRIBUTES = {
    "label_vi": "tên",
    "type": "kiểu",
    "code_list": "danh mục mã",
    "required": "bắt buộc",
    "max_length": "độ dài nhiều nhất",
    "pattern": "khuôn dạng",
    "min": "giá trị nhỏ nhất",
    "max": "giá trị lớn nhất",
    "digits": "số chữ số",
    "places": "số chữ số thập phân",
    "sensitivity": "mức nhạy cảm",
    "ownership": "tính chất dữ liệu chủ, tham chiếu",
    "owner": "nơi làm chủ dữ liệu",
    "national": "có ở cơ sở dữ liệu quốc gia",
    "declared_by": "người khai",
}
