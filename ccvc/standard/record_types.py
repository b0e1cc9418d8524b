"""The fast judge: a msgspec type built from the declaration, which reads and checks a record in one pass.

It judges the shape of a document: types, patterns, limits, membership in code lists, nothing undeclared,
nothing required left out. What needs a date or several values together is left to ``check``; where this type
refuses, ``check`` gives the full list of reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ccvc.standard import patterns
from ccvc.standard.codes import Codes
from ccvc.standard.fields import Declared, Field, Group, Standard, Table
from ccvc.standard.patterns import MAX_PLACE, PLACE_LIST, integer_bounds, pattern_of
from ccvc.standard.values import State
from ccvc.standard.versions import current

Member = tuple[str, Any] | tuple[str, Any, Any]


class NoValue(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """A value that is explicitly not there."""

    state: State


class Place(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A place as written with, where known, its code and the day that code system held; or a state.

    One type for both, since msgspec cannot tell two objects without a tag apart. Each standard has its own
    kind of place, with the codes of its list.
    """

    text: Annotated[str, Meta(max_length=MAX_PLACE, pattern=patterns.LINE)] | UnsetType = UNSET
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


def decoder(standard: Standard | None = None) -> msgspec.json.Decoder[Any]:
    """Give a decoder of the type, built once for each standard."""
    return _decoder(standard or current())


@lru_cache(maxsize=16)
def _decoder(standard: Standard) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(_record_type(standard))


@lru_cache(maxsize=16)
def _record_type(standard: Standard) -> type[msgspec.Struct]:
    version = Annotated[str, Meta(pattern=patterns.VERSION)]
    groups = [_group_member(standard, group) for group in standard.groups.values()]
    return _struct("Record", [("standard", version), *groups])


def _group_member(standard: Standard, group: Group) -> Member:
    fields = [_member(standard, field, _value_type(standard, field)) for field in group.fields]
    tables = [_member(standard, table, _table_type(standard, table)) for table in group.tables]
    kind = _struct(group.name, [*fields, *tables])
    required = any(standard.always_requires(member) for member in group.members.values())
    return (group.name, kind) if required else (group.name, kind | UnsetType, UNSET)


def _table_type(standard: Standard, table: Table) -> Any:
    row_id = Annotated[str, Meta(pattern=patterns.ROW_ID)]
    cells = [_member(standard, cell, _value_type(standard, cell)) for cell in table.fields]
    row = _struct(f"{table.group}_{table.name}", [("id", row_id), *cells])
    return Annotated[list[row], Meta(min_length=1)]  # type: ignore[valid-type] # made at run time


def _member(standard: Standard, declared: Declared, kind: Any) -> Member:
    required = standard.always_requires(declared)
    return (declared.name, kind) if required else (declared.name, kind | UnsetType, UNSET)


def _struct(name: str, members: Sequence[Member]) -> type[msgspec.Struct]:
    return msgspec.defstruct(
        name, members, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, gc=False
    )


def _value_type(standard: Standard, field: Field) -> Any:
    if field.type == "place":
        return _place_type(standard)
    return _BY_TYPE[field.type](standard, field) | NoValue


@lru_cache(maxsize=16)
def _place_type(standard: Standard) -> type[msgspec.Struct]:
    code = _literal(standard.codes[PLACE_LIST]) if PLACE_LIST in standard.codes else str
    return msgspec.defstruct(
        "PlaceOfList",
        [("code", code | UnsetType, UNSET)],
        bases=(Place,),
        forbid_unknown_fields=True,
        omit_defaults=True,
        gc=False,
    )


def _literal(codes: Codes) -> Any:
    return Literal[tuple(dict.fromkeys(row.code for row in codes))]


def _string(_standard: Standard, field: Field) -> Any:
    return Annotated[str, Meta(min_length=1, max_length=field.max_length, pattern=pattern_of(field))]


def _code(standard: Standard, field: Field) -> Any:
    return _literal(standard.codes[field.code_list or ""])


def _codes(standard: Standard, field: Field) -> Any:
    return Annotated[list[_code(standard, field)], Meta(min_length=1)]  # type: ignore[misc]


def _integer(_standard: Standard, field: Field) -> Any:
    low, high = integer_bounds(field)
    return Annotated[int, Meta(ge=low, le=high)]


def _boolean(_standard: Standard, _field: Field) -> Any:
    return bool


_BY_TYPE: Mapping[str, Callable[[Standard, Field], Any]] = MappingProxyType(
    {
        "text": _string,
        "long_text": _string,
        "personal_id": _string,
        "date": _string,
        "partial_date": _string,
        "decimal": _string,
        "code": _code,
        "codes": _codes,
        "integer": _integer,
        "boolean": _boolean,
    }
)
