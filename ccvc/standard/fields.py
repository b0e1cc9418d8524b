"""The declaration: groups, tables and fields of a dossier, each declared once in the data folder.

``loading.load`` reads and judges a folder; ``versions.current`` gives the standard in use. Everything else in this
room, and every form, template, record and rule above it, derives from what stands here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from ccvc.standard.codes import Codes
from ccvc.standard.problems import Language

FieldType = Literal[
    "text",
    "long_text",
    "date",
    "partial_date",
    "code",
    "codes",
    "integer",
    "decimal",
    "boolean",
    "place",
    "personal_id",
]
Sensitivity = Literal["basic", "sensitive", "secret"]
Ownership = Literal["master", "reference"]
Owner = Literal[
    "population",
    "identity_card",
    "social_insurance",
    "tax",
    "health",
    "education",
    "emulation",
    "party",
    "asset_control",
    "organisation",
    "ccvc",
]
Declarer = Literal["person", "agency", "database"]
Certainty = Literal["S", "K", "?", "R", "D"]

_ROW = re.compile(r"\[[^\]]*\]")
_STANDARD: Mapping[Language, str] = {"vi": "Phiên bản chuẩn thông tin", "en": "Version of the standard"}


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What fields and tables have in common."""

    path: str
    group: str
    name: str
    label_vi: str
    label_en: str
    sensitivity: Sensitivity
    ownership: Ownership
    owner: Owner
    national: bool
    declared_by: tuple[Declarer, ...]
    basis: str
    certainty: Certainty
    valid_from: date
    valid_to: date | None = None
    required: bool = False
    number: int | None = None
    form_items: Mapping[str, str] = field(default_factory=dict, hash=False)
    synonyms: tuple[str, ...] = ()

    def in_force(self, on: date) -> bool:
        """Say whether the declaration holds on a day; both ends belong to it."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, kw_only=True)
class Field(Declared):
    """One value of a dossier, or one cell of a table's rows (then ``table`` is the table's path)."""

    type: FieldType
    table: str | None = None
    code_list: str | None = None
    max_length: int | None = None
    pattern: str | None = None
    min: Any = None  # int, Decimal or date as the type needs, seen to by loading; None = no bound
    max: Any = None
    digits: int | None = None
    places: int | None = None


@dataclass(frozen=True, kw_only=True)
class Table(Declared):
    """A repeating group: rows, each with an id of its own and the cells declared here."""

    fields: tuple[Field, ...] = ()

    @cached_property
    def members(self) -> Mapping[str, Field]:
        """Cells by name."""
        return MappingProxyType({cell.name: cell for cell in self.fields})


@dataclass(frozen=True, kw_only=True)
class Group:
    """One of the groups of information of the decree."""

    name: str
    label_vi: str
    label_en: str
    order: int
    basis: str
    fields: tuple[Field, ...] = ()
    tables: tuple[Table, ...] = ()

    @cached_property
    def members(self) -> Mapping[str, Field | Table]:
        """Fields and tables by name, in the order of the declaration."""
        members: tuple[Field | Table, ...] = (*self.fields, *self.tables)
        return MappingProxyType({member.name: member for member in members})


@dataclass(frozen=True, eq=False, kw_only=True)
class Standard:
    """One version of the standard. Compared and cached by identity."""

    version: str
    name_vi: str
    basis: str
    valid_from: date
    valid_to: date | None = None
    groups: Mapping[str, Group] = field(repr=False)
    codes: Mapping[str, Codes] = field(repr=False)

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        """Tables by path ("education.degrees")."""
        return MappingProxyType({t.path: t for group in self.groups.values() for t in group.tables})

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Fields by path ("identity.full_name"), cells too ("education.degrees[].level")."""
        return MappingProxyType({f.path: f for group in self.groups.values() for f in _fields(group)})

    def always_requires(self, declared: Declared) -> bool:
        """Say whether every document must have it, of whatever day: required from the start, not closed.

        What became required later binds by date: ``check`` asks for it, the shape of a document cannot.
        """
        return declared.required and declared.valid_to is None and declared.valid_from <= self.first_day

    @cached_property
    def first_day(self) -> date:
        """The day the oldest declaration came into force."""
        return min(field.valid_from for field in self.fields.values())

    @cached_property
    def national(self) -> Standard:
        """The part the national node holds: a standard of its own, from which the same things derive."""
        kept = (_national(group) for group in self.groups.values())
        return replace(self, groups=MappingProxyType({g.name: g for g in kept if g.fields or g.tables}))

    def label(self, path: str, lang: Language = "vi") -> str:
        """Give the label of a path, a cell's after its table's; an unknown path stays as it is."""
        if path == "standard":
            return _STANDARD[lang]
        found = self.find(path)
        if isinstance(found, Field) and found.table:
            return f"{_label(self.tables[found.table], lang)}: {_label(found, lang)}"
        return _label(found, lang) if found else path

    @cached_property
    def english(self) -> Mapping[str, str]:
        """English of every label, code list and code, by the Vietnamese; without the codes of large lists."""
        lists = self.codes.values()
        codes = {code.label_vi: code.label_en for list_ in lists if not list_.large for code in list_}
        names = {list_.label_vi: list_.label_en for list_ in lists}
        paths = (*self.groups, *self.tables, *self.fields)
        return MappingProxyType(codes | names | {self.label(path): self.label(path, "en") for path in paths})

    def find(self, path: str) -> Field | Table | Group | None:
        """Find what a path of a document speaks of; row ids do not matter ("education.degrees[d1].level")."""
        declared = _ROW.sub("[]", path)
        whole = declared.removesuffix("[]")
        return self.fields.get(declared) or self.tables.get(whole) or self.groups.get(whole)


def _fields(group: Group) -> Iterator[Field]:
    yield from group.fields
    for table in group.tables:
        yield from table.fields


def _label(declared: Declared | Group, lang: Language) -> str:
    return declared.label_vi if lang == "vi" else declared.label_en


def _national(group: Group) -> Group:
    tables = (replace(t, fields=tuple(f for f in t.fields if f.national)) for t in group.tables if t.national)
    return replace(group, fields=tuple(f for f in group.fields if f.national), tables=tuple(tables))
