"""Which entries of a dossier rest on a paper, by which law, and what of it they hold: ``data/evidence.toml``. Pure.

An entry is a row of a table, or a single field. One that began on or after the day of `demanded` is of its time: it
lacks what every decision has; an older one came from a file or from paper.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any, Literal, Protocol

import msgspec

from ccvc.standard.fields import Certainty, Field, Standard, Table
from ccvc.standard.loading import DATA, DeclarationError
from ccvc.standard.problems import Language
from ccvc.standard.versions import newest

Particular = Literal["number", "date", "issuer", "signer"]
PARTICULARS: tuple[Particular, ...] = ("number", "date", "issuer", "signer")
FILE = DATA / "evidence.toml"
KINDS = "evidence_kinds"
NEVER, FILLING = "9999", "0000-01-01"


class Said(Protocol):
    """What a rule needs of a paper: its file's digest, its kind, the entry it proves, and what is said of it."""

    @property
    def sha256(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def date(self) -> str: ...
    @property
    def issuer(self) -> str: ...
    @property
    def signer(self) -> str: ...


class Demanded(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """From a day on (`from`), which entries are judged as those of their time."""

    since: date = msgspec.field(name="from")
    of_entries_from: date
    basis: str
    certainty: Certainty


class Demand(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One table or field whose entries rest on a paper of one of these kinds."""

    path: str
    name_vi: str
    name_en: str
    kinds: tuple[str, ...]
    basis: str
    certainty: Certainty
    says: dict[Particular, str] = {}
    begins: tuple[str, ...] = ()
    first: bool = False
    old: tuple[Particular, ...] = ()

    def name(self, lang: Language = "vi") -> str:
        """What people call the paper."""
        return self.name_en if lang == "en" else self.name_vi


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    demanded: tuple[Demanded, ...]
    entry: tuple[Demand, ...]


class Entry(msgspec.Struct, frozen=True):
    """One entry of a document: where it stands, what it holds, and whether it is of its time."""

    demand: Demand
    path: str
    cells: Mapping[str, Any]
    young: bool

    def said(self, particular: Particular) -> str:
        """What the entry itself holds of its paper; "" where it says nothing, or has no cell for it."""
        value = self.cells.get(self.demand.says.get(particular, ""))
        return value if isinstance(value, str) else ""

    def cell(self, particular: Particular) -> str:
        """Where the entry holds a particular; "" where it has no cell for it."""
        name = self.demand.says.get(particular)
        if name is None:
            return ""
        return f"{self.path}.{name}" if "[" in self.path else f"{self.path.partition('.')[0]}.{name}"

    @property
    def begins(self) -> str:
        """The day, or the part of it that is known, on which the entry began; "" where nothing says."""
        return _begins(self.demand, self.cells)

    def proved_by(self, papers: Mapping[str, list[Any]]) -> list[Any]:
        """Those of these papers (by the entry they prove) that are of a kind which proves this one."""
        places = [self.path, *(self.cell(one) for one in self.demand.says)]
        if "[" not in self.path:
            places.append(self.path.partition(".")[0])
        found = [paper for place in dict.fromkeys(places) for paper in papers.get(place, ())]
        return [paper for paper in found if paper.kind in self.demand.kinds]


def _begins(demand: Demand, cells: Mapping[str, Any]) -> str:
    for name in demand.begins:
        value = cells.get(name)
        if type(value) is str:
            return value
    return ""


@cache
def _read() -> _File:
    try:
        found = msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), _File)
    except msgspec.ValidationError as error:
        raise DeclarationError(f"{FILE.name}: {error}") from None
    for demand in found.entry:
        if faults := "; ".join(_faults(demand, newest())):
            raise DeclarationError(f"{FILE.name}: {demand.path}: {faults}")
    return found


def _faults(demand: Demand, standard: Standard) -> Iterator[str]:
    found = standard.find(demand.path)
    if not isinstance(found, Table | Field):
        yield "there is no such table or field"
        return
    cells = {field.name for field in _cells(found, standard)}
    for name in (*demand.says.values(), *demand.begins):
        if name not in cells:
            yield f"there is no cell {name}"
    if any(standard.codes[KINDS].label(kind) == kind for kind in demand.kinds):
        yield "a kind of paper nobody declared"
    if any(one not in demand.says for one in demand.old):
        yield "what old entries must hold has no cell"


def _cells(found: Table | Field, standard: Standard) -> Iterable[Field]:
    return found.fields if isinstance(found, Table) else standard.groups[found.path.partition(".")[0]].fields


@lru_cache(maxsize=8)
def demands(standard: Standard) -> Mapping[str, Demand]:
    """Every demand by the path of its table or field, as far as a version of the standard has them.

    Raises DeclarationError.
    """
    return {one.path: one for one in _read().entry if _known(one, standard)}


def _known(demand: Demand, standard: Standard) -> bool:
    found = standard.find(demand.path)
    if not isinstance(found, Table | Field):
        return False
    names = {field.name for field in _cells(found, standard)}
    return names.issuperset((*demand.says.values(), *demand.begins))


def demanded(on: date) -> Demanded | None:
    """By which day entries are told young from old, on a day; None before the law."""
    held = [row for row in _read().demanded if row.since <= on]
    return max(held, key=lambda row: row.since) if held else None


def entries(document: Mapping[str, Any], standard: Standard, on: date) -> Iterator[Entry]:
    """The entries of a document that rest on a paper, in the order of the declaration."""
    held = demanded(on)
    since = held.of_entries_from.isoformat() if held else NEVER
    for demand in demands(standard).values():
        group, _, name = demand.path.partition(".")
        values = document.get(group) or {}
        given = values.get(name)
        if type(given) is list:
            for row in given:
                young = _first_day(_begins(demand, row)) >= since
                yield Entry(demand, f"{demand.path}[{row['id']}]", row, young)
        elif type(given) is str:
            yield Entry(demand, demand.path, values, _first_day(_begins(demand, values)) >= since)


def _first_day(text: str) -> str:
    """The first day a partial date may mean; one that is not known is no young one."""
    return text + FILLING[len(text) :] if text else text


def coverage(
    document: Mapping[str, Any], papers: Iterable[Any], standard: Standard, on: date
) -> dict[str, list[int]]:
    """How many entries of each table or field rest on a paper, and how many of them have one."""
    held = by_place(papers)
    found: dict[str, list[int]] = {}
    for entry in entries(document, standard, on):
        counts = found.setdefault(entry.demand.path, [0, 0])
        counts[0] += 1
        counts[1] += bool(held and entry.proved_by(held))
    return found


def by_place(papers: Iterable[Any]) -> dict[str, list[Any]]:
    """Papers by the entry they prove."""
    found: dict[str, list[Any]] = {}
    for paper in papers:
        found.setdefault(paper.path, []).append(paper)
    return found


def differ(particular: Particular, one: str, other: str) -> bool:
    """Whether two sayings of one thing cannot be the same: numbers but for spaces and case, days as far as known."""
    if not one or not other:
        return False
    if particular == "date":
        shorter, longer = sorted((one, other), key=len)
        return not longer.startswith(shorter)
    return _plain(one) != _plain(other)


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
