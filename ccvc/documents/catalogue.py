"""Forms as data: what each shows, in which order, under which name and since when. Files below data/forms. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import msgspec

from ccvc import standard
from ccvc.standard.problems import Problem

FOLDER = Path(__file__).with_name("data") / "forms"
Kind = Literal["cv", "across", "down", "confirmation"]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A labelled value of a line: one field, or what the rows of a table say in short.

    `gap` marks what a form asks for and the standard has no field of; `where` keeps rows whose cell is one of these,
    "" meaning that it is not given; `last` the latest row alone.
    """

    label: str
    path: str = ""
    rows: str = ""
    cells: Sequence[str] = ()
    where: Mapping[str, Sequence[str]] = MappingProxyType({})
    last: bool = False
    upper: bool = False
    gap: bool = False


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column of a table: the cells it joins, and its share of the width. `rest`: labelled, only what is given."""

    label: str
    cells: Sequence[str]
    width: int = 12
    rest: bool = False


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One numbered item: a title, a line of parts, or a table."""

    no: str
    title: str = ""
    label: str = ""
    parts: Sequence[Part] = ()
    table: str = ""
    where: Mapping[str, Sequence[str]] = MappingProxyType({})
    columns: Sequence[Column] = ()


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One form with the days it is in force, both included, its basis and how certain that is.

    `symbol` stands in a document's number; no list of the law has one for these kinds. `groups`: it shows every
    field of the standard, group by group. `choices`: what its issuer may choose, `chosen`
    how many of these are taken unless told otherwise; `on_request`: never taken unless named.
    """

    kind: Kind
    label: str
    label_en: str
    symbol: str
    title: str
    valid_from: date
    basis: str
    certainty: str
    valid_to: date | None = None
    subtitle: str = ""
    mark: str = ""
    lead: str = ""
    oath: str = ""
    photo: bool = False
    groups: bool = False
    on_request: bool = False
    categories: Sequence[str] = ()
    head: Sequence[Part] = ()
    item: Sequence[Item] = ()
    choices: Sequence[str] = ()
    chosen: int = 0
    name: str = ""

    def in_force(self, on: date) -> bool:
        """Whether the form is in force on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def many(self) -> bool:
        """Whether it shows many people."""
        return self.kind == "across"


@cache
def forms() -> Mapping[str, Form]:
    """Every form by name; ValueError names one that speaks of a field the standard does not have."""
    found = {file.stem: _read(file) for file in sorted(FOLDER.glob("*.toml"))}
    return MappingProxyType(found)


def _read(file: Path) -> Form:
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    form = msgspec.convert(data | {"name": file.stem}, Form)
    unknown = [path for path in _named(form) if standard.newest().find(path) is None]
    if unknown:
        raise ValueError(f"{file.name}: the standard has no {', '.join(unknown)}")
    return form


def form(name: str) -> Form:
    """The form of this name; Problem DOC-FORM-UNKNOWN."""
    found = forms().get(name)
    if found is None:
        raise Problem("DOC-FORM-UNKNOWN", form=name)
    return found


def default(kind: Kind, on: date, category: str = "") -> Form:
    """The form of a kind in force on a day for a category of staff, the newest; Problem DOC-NO-FORM."""
    fit = [
        one
        for one in forms().values()
        if one.kind == kind
        and one.in_force(on)
        and not one.on_request
        and (not one.categories or category in one.categories)
    ]
    if not fit:
        raise Problem("DOC-NO-FORM", on=f"{on:%d/%m/%Y}")
    return max(fit, key=lambda one: (bool(one.categories), one.valid_from))


def offered(kind: Kind, on: date) -> list[Form]:
    """Forms of a kind: those in force first, the newest of them at the top."""
    found = [one for one in forms().values() if one.kind == kind and one.valid_from <= on]
    return sorted(found, key=lambda one: (not one.in_force(on), one.on_request, -one.valid_from.toordinal()))


def choices(form: Form, chosen: Sequence[str]) -> list[str]:
    """What is to be shown of what may be chosen, in the order of the form; by default its first ones.

    A field beyond the form's list may be chosen by its path. Problem DOC-CHOICE names what cannot be.
    """
    if not form.choices:
        return []
    whole = {*standard.current().groups} if form.kind == "down" else {*standard.current().fields}
    for path in chosen:
        if path not in whole or "[]" in path:
            raise Problem("DOC-CHOICE", where=path[:100])
    if not chosen:
        return list(form.choices[: form.chosen or len(form.choices)])
    return [*(path for path in form.choices if path in chosen), *(p for p in chosen if p not in form.choices)]


def fields_shown(form: Form, chosen: Sequence[str]) -> list[standard.Field]:
    """Every leaf field a document of this form speaks of: what its issuer must be allowed to read."""
    now = standard.current()
    paths = [*_named(form), *chosen, *(now.groups if form.groups else ())]
    return list({field.path: field for path in paths for field in _leaves(now, path)}.values())


def leaves(path: str) -> Iterator[standard.Field]:
    """The leaf fields of a path of the standard."""
    return _leaves(standard.current(), path)


def _leaves(of: standard.Standard, path: str) -> Iterator[standard.Field]:
    found = of.find(path)
    if isinstance(found, standard.Field):
        yield found
    elif isinstance(found, standard.Table):
        yield from found.fields
    elif found is not None:
        for member in found.members.values():
            yield from _leaves(of, member.path)


def _named(form: Form) -> Iterator[str]:
    """Paths the form itself names, cells of rows and tables each."""
    for part in (*form.head, *(part for item in form.item for part in item.parts)):
        if part.path:
            yield part.path
        yield from (f"{part.rows}[].{cell}" for cell in (*part.cells, *part.where))
    for item in form.item:
        cells = [cell for column in item.columns for cell in column.cells]
        yield from (f"{item.table}[].{cell}" for cell in (*cells, *item.where))
