"""The sense of a document on a day: codes in force, dates in order, numbers in bounds, values that agree.

The rules are the reconstruction of data-standard section 9 (R): what no right document can hold is an error,
what may have its reason is a warning.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Any

from ccvc.standard.fields import Declared, Field, Group, Standard, Table
from ccvc.standard.findings import Finding, finding
from ccvc.standard.patterns import PLACE_LIST
from ccvc.standard.personal_id import check_personal_id
from ccvc.standard.values import compare, earliest, is_partial_date, latest, state_of

# Dates of one group or one row, the earlier one first. Admission to the Party becomes official after a
# probation of twelve months (Party Charter, Article 5, K), so never before the admission itself.
IN_ORDER = (
    ("from", "to"),
    ("effective_from", "effective_to"),
    ("added_on", "removed_on"),
    ("identity_card_issued_on", "identity_card_expires_on"),
    ("recruited_on", "probation_ended_on"),
    ("party_joined_on", "party_official_on"),
    ("enlisted_on", "discharged_on"),
)

Fault = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Holder:
    """A group or a row judged on a day; ``sound`` is what has its right shape."""

    path: str
    members: Mapping[str, Field | Table]
    values: Mapping[str, Any]
    sound: Mapping[str, Any]
    on: date
    is_row: bool

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Days a code may be judged by: today, and for a row of history the days it speaks of."""
        told = [value for value in self.sound.values() if self.is_row and is_partial_date(value)]
        return (self.on, *(day for text in told for day in (earliest(text), latest(text))))


def of_document(document: Any, standard: Standard, on: date, refused: Container[str]) -> Iterator[Finding]:
    """Find what makes no sense on a day; paths whose shape is refused are passed over."""
    if not isinstance(document, dict):
        return
    version = document.get("standard")
    if isinstance(version, str) and "standard" not in refused and version > standard.version:
        yield finding("STD-VERSION-NEWER", "standard", version, ours=standard.version)
    for holder in _holders(document, standard, refused, on):
        yield from _not_in_force(standard, holder)
        yield from _values(standard, holder)
        yield from _out_of_order(standard, holder)
        if not holder.is_row:
            yield from _rows_twice(holder)
        if holder.path == "identity":
            yield from _identity(holder.sound)


def _holders(
    document: Mapping[str, Any], standard: Standard, refused: Container[str], on: date
) -> Iterator[Holder]:
    def holder(declared: Group | Table, path: str, values: Mapping[str, Any]) -> Holder:
        sound = {name: value for name, value in values.items() if f"{path}.{name}" not in refused}
        return Holder(path, declared.members, values, sound, on, isinstance(declared, Table))

    for group in standard.groups.values():
        values = document.get(group.name, {})
        if group.name in refused:
            continue
        yield holder(group, group.name, values)
        for table in group.tables:
            rows = () if table.path in refused else values.get(table.name, ())
            yield from (holder(table, f"{table.path}[{row['id']}]", row) for row in rows)


def _not_in_force(standard: Standard, holder: Holder) -> Iterator[Finding]:
    """Find what this day requires, beyond what every day requires, and what this day no longer takes."""
    for name, member in holder.members.items():
        path, there = f"{holder.path}.{name}", name in holder.values
        if there and member.valid_to and holder.on > member.valid_to:
            yield finding("STD-FIELD-CLOSED", path, label=standard.label(path), day=_written(member.valid_to))
        elif not there and _required_since(standard, member, holder.on):
            yield finding("STD-REQUIRED", path, label=standard.label(path))


def _required_since(standard: Standard, member: Declared, on: date) -> bool:
    return member.required and member.in_force(on) and not standard.always_requires(member)


def _values(standard: Standard, holder: Holder) -> Iterator[Finding]:
    for name, value in holder.sound.items():
        field = holder.members.get(name)
        if isinstance(field, Field) and not state_of(value):
            path = f"{holder.path}.{name}"
            for code, params in _faults(standard, field, value, holder):
                named = "STD-ROW-CODE-DATE" if holder.is_row and code == "STD-CODE-DATE" else code
                yield finding(named, path, value, label=standard.label(path), **params)


def _faults(standard: Standard, field: Field, value: Any, holder: Holder) -> Iterator[Fault]:
    text = value.get("text") if field.type == "place" else value
    if isinstance(text, str) and not unicodedata.is_normalized("NFC", text):
        yield "STD-NFC", {}
    if judge := _BY_TYPE.get(field.type):
        yield from judge(standard, field, value, holder)


def _code(standard: Standard, field: Field, value: Any, holder: Holder) -> Iterator[Fault]:
    codes = standard.codes[field.code_list or ""]
    for code in [value] if field.type == "code" else value:
        if not codes.valid(code, holder.on) and not any(codes.valid(code, day) for day in holder.days):
            yield "STD-CODE-DATE", {"given": codes.label(code), "day": _written(holder.on)}
    if field.type == "codes" and len(set(value)) < len(value):
        yield "STD-CODE-TWICE", {}


def _place(standard: Standard, _field: Field, value: Any, _holder: Holder) -> Iterator[Fault]:
    codes, code = standard.codes.get(PLACE_LIST), value.get("code")
    if codes and code and not codes.valid(code, earliest(value["code_date"])):
        yield "STD-CODE-DATE", {"given": code, "day": _written(earliest(value["code_date"]))}


def _bounds(_standard: Standard, field: Field, value: Any, _holder: Holder) -> Iterator[Fault]:
    if field.min is None and field.max is None:
        return
    low, high = (
        (Decimal(value), Decimal(value)) if field.type == "decimal" else (latest(value), earliest(value))
    )
    if (field.min is not None and low < field.min) or (field.max is not None and high > field.max):
        yield "STD-RANGE", {"low": _bound(field.min), "high": _bound(field.max)}


def _bound(bound: Any) -> str:
    return "…" if bound is None else _written(bound) if isinstance(bound, date) else str(bound)


def _out_of_order(standard: Standard, holder: Holder) -> Iterator[Finding]:
    for first, second in IN_ORDER:
        one, other = holder.sound.get(first), holder.sound.get(second)
        if is_partial_date(one) and is_partial_date(other) and compare(one, other) == 1:
            path = f"{holder.path}.{second}"
            earlier = standard.label(f"{holder.path}.{first}")
            yield finding("STD-ORDER", path, other, label=standard.label(path), earlier=earlier)


def _rows_twice(holder: Holder) -> Iterator[Finding]:
    for name, member in holder.members.items():
        if isinstance(member, Table):
            ids = Counter(row["id"] for row in holder.sound.get(name, ()))
            for row_id in (row_id for row_id, count in ids.items() if count > 1):
                yield finding("STD-ROW-TWICE", member.path, row_id, label=member.label_vi, row=row_id)


def _identity(values: Mapping[str, Any]) -> Iterator[Finding]:
    pid = values.get("personal_id")
    if isinstance(pid, str):
        yield from check_personal_id(pid, values.get("sex"), values.get("birth_date"))


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


_BY_TYPE: Mapping[str, Callable[[Standard, Field, Any, Holder], Iterator[Fault]]] = MappingProxyType(
    {
        "code": _code,
        "codes": _code,
        "place": _place,
        "decimal": _bounds,
        "date": _bounds,
        "partial_date": _bounds,
    }
)
