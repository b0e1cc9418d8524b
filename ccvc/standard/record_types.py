"""The fast judge: a msgspec type built from the declaration, which reads and checks a record in one pass.

It judges the shape of a document: types, patterns, limits, membership in code lists, nothing undeclared,
nothing required left out. What needs a date or several values together is left to ``check``; where this type
refuses, ``check`` gives the full list of reasons.

Patterns are two thirds of its time, so ``decoder`` reads by a twin of the type without the three most frequent:
lines of text are judged by a few looks at the whole document, partial dates and row ids by what was seen before.
Whatever is not plainly right is read by the type itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ccvc.standard import patterns
from ccvc.standard.codes import Codes
from ccvc.standard.fields import Declared, Field, Group, Standard, Table
from ccvc.standard.names import HIDDEN
from ccvc.standard.patterns import MAX_PLACE, integer_bounds, pattern_of, place_code
from ccvc.standard.values import State
from ccvc.standard.versions import current

Member = tuple[str, Any] | tuple[str, Any, Any]
Attributes = Callable[[Any], Any]


class NoValue(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """A value that is explicitly not there."""

    state: State


class Place(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A place as written with, where known, its code and the day that code system held; or a state.

    One type for both, since msgspec cannot tell two objects without a tag apart. Each standard has its own
    kind of place, with the codes of its list.
    """

    text: Any = UNSET
    code: Any = UNSET
    code_date: Annotated[str, Meta(pattern=patterns.DATE)] | UnsetType = UNSET
    state: State | UnsetType = UNSET

    def __post_init__(self) -> None:
        if (self.text is UNSET) is (self.state is UNSET):
            raise ValueError("a place has either text or state")
        if (self.code is UNSET) is not (self.code_date is UNSET):
            raise ValueError("code and code_date of a place go together")
        if self.text is UNSET and self.code is not UNSET:
            raise ValueError("a place with a code has a text")


def record_type(standard: Standard | None = None) -> type[msgspec.Struct]:
    """Give the type of a whole document; ``record_type(current().national)`` of a national one."""
    return _record_type(standard or current())


def decoder(standard: Standard | None = None) -> Decoder:
    """Give a decoder of the type, built once for each standard."""
    return _decoder(standard or current())


class Decoder:
    """Reads a document in JSON as a record; refuses exactly what the record type refuses."""

    def __init__(self, standard: Standard) -> None:
        self._strict = msgspec.json.Decoder(_Types(standard).record())
        self._bare = msgspec.json.Decoder(_Types(standard, bare=True).record())
        self._gather = _gatherer(standard)
        self._dates = Seen(patterns.PARTIAL_DATE)
        self._row_ids = Seen(patterns.ROW_ID)

    def decode(self, raw: bytes) -> Any:
        """Give the record. Raises msgspec's ValidationError or DecodeError, UnicodeDecodeError, RecursionError."""
        if b"\\" in raw or _SPACE_AT_A_QUOTE(raw) or _holds_hidden(raw):
            return self._strict.decode(raw)
        record = self._bare.decode(raw)
        dates, row_ids = self._gather(record)
        if self._dates.hold(dates) and self._row_ids.hold(row_ids):
            return record
        return self._strict.decode(raw)


# JSON without an escape has no control character below the space in its texts; without a space at a quote, none begins
# or ends with one. The space comes first, since that is what is looked for fastest.
_SPACE_AT_A_QUOTE = re.compile(rb' (?:["\x00]|(?<=" ))').search


_BEGINNINGS = (b"\x7f", b"\xc2", b"\xd8", b"\xe2", b"\xe3", b"\xef")
_HIDDEN = re.compile(f"[{HIDDEN}]").search


def _holds_hidden(raw: bytes) -> bool:
    """Whether a character nobody sees stands in a text; first looks for the bytes one may begin with."""
    return any(first in raw for first in _BEGINNINGS) and _HIDDEN(raw.decode()) is not None


class Seen:
    """Texts found to match a pattern before: looking one up costs a fifth of matching it."""

    MOST = 1 << 16

    def __init__(self, pattern: str) -> None:
        self._match = re.compile(pattern).search
        self._absent = frozenset([UNSET, *map(NoValue, get_args(State))])
        self._known: set[Any] = set(self._absent)

    def hold(self, values: Collection[Any]) -> bool:
        """Say whether all match; a value that is not there, or explicitly none, does."""
        return self._known.issuperset(values) or self._learn(values)

    def _learn(self, values: Iterable[Any]) -> bool:
        if len(self._known) > self.MOST:
            self._known = set(self._absent)
        fresh = {value for value in values if value not in self._known}
        if not all(map(self._match, fresh)):
            return False
        self._known |= fresh
        return True


def _gatherer(standard: Standard) -> Callable[[Any], tuple[list[Any], list[str]]]:
    """A function that gives the partial dates of a record, and its row ids."""
    plan = [_places(group) for group in standard.groups.values()]

    def gather(record: Any) -> tuple[list[Any], list[str]]:
        dates: list[Any] = []
        row_ids: list[str] = []
        for group_of, dates_of, tables_of, cells in plan:
            group = group_of(record)
            if group is UNSET:
                continue
            dates += dates_of(group)
            for rows, cells_of in zip(tables_of(group), cells, strict=True):
                if rows is not UNSET:
                    row_ids += map(_ROW_ID_OF, rows)
                    if cells_of is not nothing_of:
                        dates += chain.from_iterable(map(cells_of, rows))
        return dates, row_ids

    return gather


_ROW_ID_OF = attrgetter("id")


def _places(group: Group) -> tuple[Attributes, Attributes, Attributes, list[Attributes]]:
    tables = attributes([table.name for table in group.tables])
    cells = [_dates_of(table.fields) for table in group.tables]
    return attrgetter(group.name), _dates_of(group.fields), tables, cells


def _dates_of(fields: Iterable[Field]) -> Attributes:
    return attributes([field.name for field in fields if pattern_of(field) == patterns.PARTIAL_DATE])


def attributes(names: Sequence[str]) -> Attributes:
    """A function that gives attributes as a tuple, also of one name or none."""
    if not names:
        return nothing_of
    return attrgetter(*names) if len(names) > 1 else lambda holder: (getattr(holder, names[0]),)


def nothing_of(_holder: Any) -> tuple[()]:
    """No attributes."""
    return ()


@lru_cache(maxsize=16)
def _decoder(standard: Standard) -> Decoder:
    return Decoder(standard)


@lru_cache(maxsize=16)
def _record_type(standard: Standard) -> type[msgspec.Struct]:
    return _Types(standard).record()


@dataclass(frozen=True)
class _Types:
    """Makes the types of a standard; ``bare`` leaves out the patterns in ``_LEFT_OUT``."""

    standard: Standard
    bare: bool = False

    def record(self) -> type[msgspec.Struct]:
        version = Annotated[str, Meta(pattern=patterns.VERSION)]
        groups = [self._group_member(group) for group in self.standard.groups.values()]
        return _struct("Record", [("standard", version), *groups])

    def _group_member(self, group: Group) -> Member:
        fields = [self._member(field, self._value(field)) for field in group.fields]
        tables = [self._member(table, self._table(table)) for table in group.tables]
        kind = _struct(group.name, [*fields, *tables])
        required = any(self.standard.always_requires(member) for member in group.members.values())
        return (group.name, kind) if required else (group.name, kind | UnsetType, UNSET)

    def _table(self, table: Table) -> Any:
        cells = [self._member(cell, self._value(cell)) for cell in table.fields]
        row = _struct(f"{table.group}_{table.name}", [("id", self._text(patterns.ROW_ID)), *cells])
        return Annotated[list[row], Meta(min_length=1)]  # type: ignore[valid-type] # made at run time

    def _member(self, declared: Declared, kind: Any) -> Member:
        required = self.standard.always_requires(declared)
        return (declared.name, kind) if required else (declared.name, kind | UnsetType, UNSET)

    def _value(self, field: Field) -> Any:
        if field.type == "place":
            return self._place()
        other = _BY_TYPE.get(field.type)
        kind = other(self.standard, field) if other else self._text(pattern_of(field), field.max_length)
        return kind | NoValue

    def _place(self) -> type[msgspec.Struct]:
        code = place_code(self.standard.codes)
        return _place_type(self._text(patterns.LINE, MAX_PLACE), self._text(code) if code else str)

    def _text(self, pattern: str | None, max_length: int | None = None) -> Any:
        kept = None if self.bare and pattern in _LEFT_OUT else pattern
        return Annotated[str, Meta(min_length=1, max_length=max_length, pattern=kept)]


_LEFT_OUT = frozenset({patterns.LINE, patterns.LINES, patterns.PARTIAL_DATE, patterns.ROW_ID})


def _struct(name: str, members: Iterable[Member]) -> type[msgspec.Struct]:
    """A type whose members stand in the order of canonical JSON, in which they are then found at first sight."""
    return msgspec.defstruct(
        name, sorted(members), forbid_unknown_fields=True, omit_defaults=True, kw_only=True, gc=False
    )


@lru_cache(maxsize=16)
def _place_type(text: Any, code: Any) -> type[msgspec.Struct]:
    return msgspec.defstruct(
        "PlaceOfList",
        [("code", code | UnsetType, UNSET), ("text", text | UnsetType, UNSET)],
        bases=(Place,),
        forbid_unknown_fields=True,
        omit_defaults=True,
        gc=False,
    )


def _literal(codes: Codes) -> Any:
    return Literal[tuple(dict.fromkeys(row.code for row in codes))]


def _code(standard: Standard, field: Field) -> Any:
    return _literal(standard.codes[field.code_list or ""])


def _codes(standard: Standard, field: Field) -> Any:
    return Annotated[list[_code(standard, field)], Meta(min_length=1)]  # type: ignore[misc]  # a type made while running


def _integer(_standard: Standard, field: Field) -> Any:
    low, high = integer_bounds(field)
    return Annotated[int, Meta(ge=low, le=high)]


def _boolean(_standard: Standard, _field: Field) -> Any:
    return bool


_BY_TYPE: Mapping[str, Callable[[Standard, Field], Any]] = MappingProxyType(
    {
        "code": _code,
        "codes": _codes,
        "integer": _integer,
        "boolean": _boolean,
    }
)
