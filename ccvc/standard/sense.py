"""The sense of a document on a day: codes in force, dates in order, numbers in bounds, values that agree.

The rules are the reconstruction of data-standard section 9 (R): what no right document can hold is an error,
what may have its reason is a warning. Nearly every value is right, so for each day it is made out once what of a
group or row can be wrong at all, and how a value is seen at a glance to be right (``Watch``).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, TypeGuard

from ccvc.standard.fields import Declared, Field, Standard, Table
from ccvc.standard.findings import Finding, finding
from ccvc.standard.patterns import PLACE_LISTS
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
REMEMBERED = 4096

Glance = Callable[[Any], bool]
"""Whether a value is plainly right; one that is not is looked at closely."""


@dataclass(frozen=True)
class Watch:
    """What can be wrong with a group or a row on a day."""

    fields: Mapping[str, Field]
    dated: tuple[tuple[str, Field | Table], ...]  # closed by that day, or required since
    ordered: tuple[tuple[str, str], ...]
    tables: Mapping[str, Table]
    glances: Mapping[str, Glance]
    joins: bool  # whether something of its values is judged together

    def tables_in(self, values: Mapping[str, Any]) -> Iterable[tuple[str, Table]]:
        """The tables among these values; most holders have none."""
        if self.tables.keys().isdisjoint(values):
            return ()
        return ((name, table) for name, table in self.tables.items() if name in values)


NOTHING = Watch({}, (), (), {}, {}, joins=False)


@dataclass
class Holder:
    """A group or a row judged on a day; ``sound`` is what has its right shape."""

    path: str
    watch: Watch
    values: Mapping[str, Any]
    sound: Mapping[str, Any]
    on: date
    is_row: bool

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Days a code may be judged by: today, and for a row of history the days it speaks of."""
        told = [value for value in self.sound.values() if self.is_row and is_partial_date(value)]
        return (self.on, *(day for text in told for day in (earliest(text), latest(text))))


def of_value(value: Any, field: Field, standard: Standard, on: date) -> bool:
    """Say whether a value of the right shape makes sense on a day, whatever stands beside it."""
    alone = Holder("", NOTHING, {}, {}, on, is_row=False)
    return state_of(value) is not None or next(_faults(standard, field, value, alone), None) is None


def of_document(
    document: Any, standard: Standard, on: date, refused: Container[str], *, each_value: bool = True
) -> Iterator[Finding]:
    """Find what makes no sense on a day; paths whose shape is refused are passed over.

    Without `each_value`, only what needs several values together: each was judged by ``of_value``.
    """
    if not isinstance(document, dict):
        return
    version = document.get("standard")
    if isinstance(version, str) and "standard" not in refused and version > standard.version:
        yield finding("STD-VERSION-NEWER", "standard", version, ours=standard.version)
    for holder in _holders(document, standard, refused, on, each_value=each_value):
        if holder.watch.dated:
            yield from _not_in_force(standard, holder)
        if each_value:
            yield from _values(standard, holder)
        if holder.watch.ordered:
            yield from _out_of_order(standard, holder)
        if holder.watch.tables:
            yield from _rows_twice(holder)
        if holder.path == "identity":
            yield from _identity(holder.sound)


def _holders(
    document: Mapping[str, Any], standard: Standard, refused: Container[str], on: date, *, each_value: bool
) -> Iterator[Holder]:
    """What is to be judged; without `each_value` only what holds values that are judged together."""
    watches = _watches(standard, on)

    def holder(watched: str, path: str, values: Mapping[str, Any]) -> Holder:
        sound = values
        if refused:
            sound = {name: value for name, value in values.items() if f"{path}.{name}" not in refused}
        return Holder(path, watches[watched], values, sound, on, path != watched)

    for group in standard.groups.values():
        values = document.get(group.name, {})
        watch = watches[group.name]
        if group.name in refused or not (values or watch.dated):
            continue
        if each_value or watch.joins or not watch.tables.keys().isdisjoint(values):
            yield holder(group.name, group.name, values)
        for name, table in watch.tables_in(values):
            if table.path not in refused:
                yield from (holder(table.path, f"{table.path}[{row['id']}]", row) for row in values[name])


@lru_cache(maxsize=16)
def _watches(standard: Standard, on: date) -> Mapping[str, Watch]:
    """What to watch in each group and each table's rows, by path."""
    groups = {name: _watch(standard, group.members, on) for name, group in standard.groups.items()}
    tables = {path: _watch(standard, table.members, on) for path, table in standard.tables.items()}
    return {**groups, **tables}


def _watch(standard: Standard, members: Mapping[str, Field | Table], on: date) -> Watch:
    fields = {name: member for name, member in members.items() if isinstance(member, Field)}
    dated = [
        (name, member)
        for name, member in members.items()
        if _closed(member, on) or _required_since(standard, member, on)
    ]
    ordered = tuple(pair for pair in IN_ORDER if pair[0] in fields and pair[1] in fields)
    return Watch(
        fields=fields,
        dated=tuple(dated),
        ordered=ordered,
        tables={name: member for name, member in members.items() if isinstance(member, Table)},
        glances={name: _glance(standard, field, on) for name, field in fields.items()},
        joins=bool(dated or ordered) or "personal_id" in fields,
    )


def _glance(standard: Standard, field: Field, on: date) -> Glance:
    """A glance at the values of a field, on a day."""
    if field.type in {"integer", "boolean"}:
        return lambda _value: True
    if field.type == "codes":
        return lambda _value: False
    if field.type == "place":
        return _glance_at_places(standard, field, on)
    if field.type not in _BY_TYPE or (_BY_TYPE[field.type] is _bounds and field.min is field.max is None):
        return is_normal
    group = Holder("", NOTHING, {}, {}, on, is_row=False)

    @lru_cache(maxsize=REMEMBERED)
    def right(value: str) -> bool:
        return next(_faults(standard, field, value, group), None) is None

    return lambda value: type(value) is str and right(value)


def _glance_at_places(standard: Standard, field: Field, on: date) -> Glance:
    group = Holder("", NOTHING, {}, {}, on, is_row=False)

    @lru_cache(maxsize=REMEMBERED)
    def right(code: str, day: str) -> bool:
        return next(_place(standard, field, {"code": code, "code_date": day}, group), None) is None

    def glance(value: Any) -> bool:
        code = value.get("code")
        return is_normal(value.get("text", "")) and (code is None or right(code, value["code_date"]))

    return glance


def is_normal(value: Any) -> bool:
    """Say whether a value is text whose marks stand with their letters (Unicode NFC)."""
    return type(value) is str and (value.isascii() or unicodedata.is_normalized("NFC", value))


def _not_in_force(standard: Standard, holder: Holder) -> Iterator[Finding]:
    """Find what this day requires, beyond what every day requires, and what this day no longer takes."""
    for name, member in holder.watch.dated:
        path, there = f"{holder.path}.{name}", name in holder.values
        if there and member.valid_to and holder.on > member.valid_to:
            yield finding("STD-FIELD-CLOSED", path, label=standard.label(path), day=_written(member.valid_to))
        elif not there and _required_since(standard, member, holder.on):
            yield finding("STD-REQUIRED", path, label=standard.label(path))


def _closed(member: Declared, on: date) -> bool:
    return member.valid_to is not None and on > member.valid_to


def _required_since(standard: Standard, member: Declared, on: date) -> bool:
    return member.required and member.in_force(on) and not standard.always_requires(member)


def _values(standard: Standard, holder: Holder) -> Iterator[Finding]:
    glances = holder.watch.glances
    for name, value in holder.sound.items():
        if name in glances and not glances[name](value) and not state_of(value):
            field = holder.watch.fields[name]
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
    code = value.get("code")
    codes = standard.codes.get(PLACE_LISTS.get(len(code), "")) if code else None
    if codes and not codes.valid(code, earliest(value["code_date"])):
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
    for first, second in holder.watch.ordered:
        one, other = holder.sound.get(first), holder.sound.get(second)
        if _begins_later(one, other) and is_partial_date(other) and compare(one, other) == 1:
            path = f"{holder.path}.{second}"
            earlier = standard.label(f"{holder.path}.{first}")
            yield finding("STD-ORDER", path, other, label=standard.label(path), earlier=earlier)


def _begins_later(one: Any, other: Any) -> TypeGuard[str]:
    """Whether a partial date is later in what is known of both: only then can it be later for sure."""
    if not (isinstance(one, str) and isinstance(other, str)):
        return False
    known = min(len(one), len(other))
    return one[:known] > other[:known] and is_partial_date(one)


def _rows_twice(holder: Holder) -> Iterator[Finding]:
    for name, table in holder.watch.tables_in(holder.sound):
        ids = Counter(row["id"] for row in holder.sound[name])
        for row_id in (row_id for row_id, count in ids.items() if count > 1):
            yield finding("STD-ROW-TWICE", table.path, row_id, label=table.label_vi, row=row_id)


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
