"""The versions of the standard side by side, and which of them is in use.

The newest is the data folder itself; an older one is a file that says what differs from the version that followed
it, and by which steps its documents go up to that one and come back down.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from ccvc.standard.codes import Code
from ccvc.standard.fields import Field, Group, Standard, Table
from ccvc.standard.loading import DATA, DeclarationError, check_field, load
from ccvc.standard.local import extended
from ccvc.standard.problems import Language, Problem
from ccvc.standard.steps import Step

FOLDER = DATA / "versions"

Rows = Mapping[str, Sequence[Code]]
"""Rows of code lists by the name of the list."""


class Entry(msgspec.Struct, forbid_unknown_fields=True):
    """One field or table of an older version: where it stands, and what differs from the newer declaration."""

    path: str
    item: str = ""
    number: int | None = None
    like: str | None = None
    label_vi: str | None = None
    label_en: str | None = None
    required: bool | None = None
    national: bool | None = None

    @property
    def differing(self) -> dict[str, Any]:
        """The attributes that replace those of the newer declaration."""
        given = {
            name: getattr(self, name) for name in ("label_vi", "label_en", "required", "national", "number")
        }
        return {name: value for name, value in given.items() if value is not None}


class VersionFile(msgspec.Struct, forbid_unknown_fields=True):
    """The file of an older version."""

    version: str
    name_vi: str
    basis: str
    valid_from: date
    valid_to: date
    newer: str
    form: str
    field: list[Entry]
    table: list[Entry]
    convert: list[Step]


@dataclass(frozen=True)
class Version:
    """A version of the standard, and the steps from it to the next newer one (None for the newest)."""

    standard: Standard
    newer: str | None
    steps: tuple[Step, ...]


def versions() -> Mapping[str, Version]:
    """All versions by name, the newest first, with the code lists in use. Raises DeclarationError."""
    known, over = shipped(), _published[0]
    return over.versions(known) if over.rows else known


class Published:
    """Rows that stand in the place of those some lists were shipped with, and the standards made with them."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._over = lru_cache(maxsize=None)(self._make)

    def over(self, standard: Standard) -> Standard:
        """The standard with these rows: for one standard always the same, since what derives is kept by it."""
        return self._over(standard) if self.rows else standard

    def versions(self, known: Mapping[str, Version]) -> Mapping[str, Version]:
        """These versions with these rows."""
        return MappingProxyType(
            {name: replace(one, standard=self.over(one.standard)) for name, one in known.items()}
        )

    def _make(self, standard: Standard) -> Standard:
        changed = {name: replace(standard.codes[name], rows=tuple(rows)) for name, rows in self.rows.items()}
        return replace(standard, codes=MappingProxyType({**standard.codes, **changed}))


_published: list[Published] = [Published({})]


def publish(rows: Rows) -> None:
    """Work from now on by code lists with these rows; lists not named are as shipped.

    Swapped whole, so that another thread meets the lists of before or those of now.
    """
    _published[0] = Published(rows)


def published() -> Rows:
    """The rows of the lists that differ from the shipped ones."""
    return _published[0].rows


@cache
def shipped() -> Mapping[str, Version]:
    """All versions with the code lists they were shipped with. Raises DeclarationError."""
    newest = load(DATA)
    found = {newest.version: Version(newest, None, ())}
    for file in sorted(FOLDER.glob("*.toml"), reverse=True):
        version = read(file, {name: one.standard for name, one in found.items()})
        found[version.standard.version] = version
    return MappingProxyType(found)


def of(version: str) -> Standard:
    """A version of the standard. Problem STD-VERSION-UNKNOWN where this programme does not know it."""
    found = versions().get(version)
    if found is None:
        raise Problem("STD-VERSION-UNKNOWN", where="standard", version=version, known=", ".join(versions()))
    return found.standard


def read(file: Path, known: Mapping[str, Standard]) -> Version:
    """Read the file of an older version on the newer one it names. Raises DeclarationError."""
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
        declared = msgspec.convert(raw, VersionFile)
        newer = known[declared.newer]
    except (OSError, ValueError, KeyError) as error:
        raise DeclarationError(f"{file.name}: {error}") from error
    groups = _Groups(declared, newer, file.name).build()
    standard = replace(
        newer,
        version=declared.version,
        name_vi=declared.name_vi,
        basis=declared.basis,
        valid_from=declared.valid_from,
        valid_to=declared.valid_to,
        groups=MappingProxyType(groups),
    )
    return Version(standard, newer.version, tuple(declared.convert))


class _Groups:
    """The groups of an older version while they are put together."""

    def __init__(self, declared: VersionFile, newer: Standard, file: str) -> None:
        self.declared = declared
        self.newer = newer
        self.file = file

    def build(self) -> dict[str, Group]:
        fields = [self._field(entry) for entry in self.declared.field]
        tables = [self._table(entry, fields) for entry in self.declared.table]
        return {
            name: replace(
                group,
                basis=self.declared.basis,
                fields=tuple(f for f in fields if f.group == name and f.table is None),
                tables=tuple(t for t in tables if t.group == name),
            )
            for name, group in self.newer.groups.items()
            if any(one.group == name for one in fields)
        }

    def _field(self, entry: Entry) -> Field:
        base = self.newer.fields.get(entry.like or entry.path)
        if base is None:
            raise DeclarationError(
                f"{self.file}: {entry.path}: the newer version has no {entry.like or entry.path}"
            )
        holder, _, name = entry.path.rpartition(".")
        table = holder.removesuffix("[]") if holder.endswith("[]") else None
        field = replace(base, name=name, table=table, **self._placed(entry, base))
        if faults := "; ".join(check_field(field, self.newer.codes)):
            raise DeclarationError(f"{self.file}: {entry.path}: {faults}")
        return field

    def _table(self, entry: Entry, fields: list[Field]) -> Table:
        base = self.newer.tables.get(entry.like or entry.path)
        cells = tuple(field for field in fields if field.table == entry.path)
        if base is None or not cells:
            raise DeclarationError(
                f"{self.file}: {entry.path}: no such table in the newer version, or no field here"
            )
        placed = self._placed(entry, base)
        return replace(base, name=entry.path.rpartition(".")[2], fields=cells, **placed)

    def _placed(self, entry: Entry, base: Field | Table) -> dict[str, Any]:
        """What every entry of this version has: its place, its law, its days."""
        item = f" mục {entry.item}" if entry.item else ""
        return {
            "path": entry.path,
            "group": entry.path.partition(".")[0],
            "basis": f"{self.declared.basis}{item}",
            "certainty": base.certainty if entry.item else "R",
            "valid_from": self.declared.valid_from,
            "form_items": {self.declared.form: entry.item} if entry.item else {},
            **entry.differing,
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """How the standard of a node is made: of a version (empty: the newest), with an agency's own fields if it has any.

    `own_fields` is the file that declares them.
    """

    version: str = ""
    own_fields: Path | None = None
    agency: str = ""

    def made(self) -> Standard:
        """The standard. Raises Problem STD-VERSION-UNKNOWN, DeclarationError."""
        chosen = of(self.version) if self.version else newest()
        return extended(chosen, self.own_fields, self.agency) if self.own_fields else chosen


@dataclass(frozen=True, slots=True)
class InUse:
    """What a process works by, so that another can work by the same."""

    choice: Choice
    published: Rows


_chosen: list[tuple[Choice, Standard]] = []
_swapped: list[Standard] = []


def current() -> Standard:
    """Give the standard in use: the newest, unless the node has chosen another or ``using`` has swapped it."""
    if _swapped:
        return _swapped[-1]
    return _published[0].over(_chosen[-1][1] if _chosen else newest())


@cache
def newest() -> Standard:
    """Give the newest version this programme knows, with the code lists it was shipped with."""
    return next(iter(shipped().values())).standard


def choose(choice: Choice) -> None:
    """Work by this standard from now on. Raises as making it does."""
    _chosen[:] = [(choice, choice.made())]


def in_use() -> InUse:
    """What this process works by."""
    return InUse(_chosen[-1][0] if _chosen else Choice(), published())


def take_up(given: InUse) -> None:
    """Work from now on by what another process works by."""
    choose(given.choice)
    publish(given.published)


@contextmanager
def using(standard: Standard) -> Iterator[Standard]:
    """Swap ``current()`` for a while, in every thread."""
    _swapped.append(standard)
    try:
        yield standard
    finally:
        _swapped.pop()


def label(path: str, lang: Language = "vi") -> str:
    """Give the label of a path in the standard in use: ``Standard.label``."""
    return current().label(path, lang)
