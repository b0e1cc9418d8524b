"""What a proposal says of a person beside what the record says. Pure.

A claim agrees, differs, finds the record silent, or cannot be compared. Disciplines are shown beside the record
even where the proposal says nothing of them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ccvc import standard
from ccvc.rules import appointments, facts
from ccvc.rules.appointments import Check
from ccvc.rules.discipline import Act
from ccvc.standard import Field
from ccvc.standard.quality.case import Case, Place
from ccvc.standard.reading import Document, cell, present
from ccvc.standard.values import STATES

DATA = Path(__file__).with_name("data")
Verdict = Literal["agrees", "differs", "silent", "unclear"]
ACTS: tuple[Act, ...] = (
    "first",
    "higher",
    "equal",
    "manage",
    "reappoint",
    "transfer",
    "rotate",
    "second",
    "plan",
)
LONGEST_CLAIM = 300
NONE_WORDS = frozenset({"khong", "khong co", "chua", "chua co", "none", "no", "0"})
RATED = re.compile(r"([12][0-9]{3})\s*[:\-–]?\s*([^;,\n]+)")


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing a proposal may say."""

    name: str
    kind: Literal["field", "any", "ratings", "planning", "disciplines"]
    path: str
    heads: tuple[str, ...] = ()

    @property
    def field(self) -> Field:
        """The field it speaks of."""
        return standard.current().fields[self.path]


@dataclass(frozen=True, slots=True)
class Compared:
    """A claim beside the record, both as people read them."""

    claim: Claim
    said: str
    held: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Person:
    """A person as a proposal names them."""

    personal_id: str
    full_name: str
    claims: Mapping[str, str]


@cache
def claims() -> tuple[Claim, ...]:
    """Everything a proposal may say, in order."""
    rows = tomllib.loads((DATA / "claims.toml").read_text(encoding="utf-8"))["claim"]
    return tuple(Claim(**{**row, "heads": tuple(row.get("heads", ()))}) for row in rows)


NAME = Claim("full_name", "field", "identity.full_name")


def compare(person: Person, document: Document, on: date) -> list[Compared]:
    """Every claim beside the record; the name always, disciplines also where nothing is said of them."""
    found = [_of_field(NAME, person.full_name, document, on)]
    for claim in claims():
        said = person.claims.get(claim.name, "").strip()
        if said or claim.kind == "disciplines":
            found.append(COMPARE[claim.kind](claim, said, document, on))
    return found


def _of_field(claim: Claim, said: str, document: Document, on: date) -> Compared:
    value = Case(document, on).given(Place.of(claim.path))
    held = standard.display(claim.path, value)
    known = present(value) if value is not None else None
    if known is None:
        return Compared(claim, said, held, "silent" if said else "unclear")
    read = read_claim(claim.field, said, on)
    if read is None:
        return Compared(claim, said, held, "unclear")
    return Compared(claim, said, held, "agrees" if _same(claim.field, read, str(known)) else "differs")


def read_claim(field: Field, said: str, on: date) -> str | None:
    """A claim as the standard writes it; None where it cannot be read, or names a day that has not come."""
    if field.type in {"date", "partial_date"}:
        day = standard.read_date(said)
        return day if day is not None and standard.earliest(day) <= on else None
    if field.type == "code":
        codes = standard.current().codes[field.code_list or ""]
        return codes.find(said)
    if field.type in {"decimal", "integer"}:
        text = said.replace(",", ".").strip()
        return text if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,4})?", text) else None
    return standard.plain(said).strip() or None


def _same(field: Field, said: str, held: str) -> bool:
    """Whether they say the same; a day known in part agrees with every day it may mean."""
    if field.type in {"date", "partial_date"}:
        return said.startswith(held) or held.startswith(said)
    if field.type in {"decimal", "integer"}:
        return float(said) == float(held)
    return said == held if field.type == "code" else said == standard.plain(held).strip()


def _of_rows(claim: Claim, said: str, document: Document, on: date) -> Compared:
    place = Place.of(claim.path)
    case = Case(document, on)
    values = [cell(row, place.cell) for row in case.rows(place)]
    known = [str(value) for value in values if value is not None]
    held = "; ".join(standard.display(claim.path, value) for value in known)
    if not known:
        return Compared(claim, said, held, "silent")
    words = standard.plain(said)
    met = any(words in standard.plain(value) or standard.plain(value) in words for value in known)
    return Compared(claim, said, held, "agrees" if met else "differs")


def _planning(claim: Claim, said: str, document: Document, on: date) -> Compared:
    rows = planned_rows(document, on)
    if rows is None:
        return Compared(claim, said, "", "silent")
    held = "; ".join(
        _written(row, ("position", "period", "decision_number"), "career.planning[]") for row in rows
    )
    met = any(_alike(said, str(cell(row, "position") or "")) for row in rows)
    return Compared(claim, said, held or "—", "agrees" if met else "differs")


def planned_rows(document: Document, on: date) -> list[Mapping[str, Any]] | None:
    """Offices planned for and not withdrawn by the day; None where the record says nothing of planning."""
    table = document.get("career", {}).get("planning")
    if table is None:
        return None
    rows = table if isinstance(table, list) else []
    return [row for row in rows if not _ended(row, on)]


def _ended(row: Mapping[str, Any], on: date) -> bool:
    removed = cell(row, "removed_on") if row.get("removed_on") is not None else None
    return isinstance(removed, str) and standard.earliest(removed) <= on


def _alike(said: str, held: str) -> bool:
    one, other = standard.plain(said).strip(), standard.plain(held).strip()
    return bool(one and other) and (one in other or other in one)


def _written(row: Mapping[str, Any], names: Sequence[str], table: str) -> str:
    told = [standard.display(f"{table}.{name}", row[name]) for name in names if row.get(name) is not None]
    return ", ".join(told)


def _ratings(claim: Claim, said: str, document: Document, on: date) -> Compared:
    codes = standard.current().codes["rating_levels"]
    asked = {int(year): codes.find(level.strip()) for year, level in RATED.findall(said)}
    held = dict(_rated(document, on))
    shown = "; ".join(f"{year}: {codes.label(level)}" for year, level in sorted(held.items()))
    if not asked or any(level is None for level in asked.values()) or any(year > on.year for year in asked):
        return Compared(claim, said, shown, "unclear")
    if not set(asked) & set(held):
        return Compared(claim, said, shown, "silent")
    wrong = any(held.get(year, level) != level for year, level in asked.items())
    missing = not set(asked) <= set(held)
    return Compared(claim, said, shown, "differs" if wrong else "silent" if missing else "agrees")


def _rated(document: Document, on: date) -> Iterator[tuple[int, str]]:
    for row in Case(document, on).rows(Place.of("employment.ratings")):
        year, level = cell(row, "year"), cell(row, "level")
        if isinstance(year, int) and level:
            yield year, str(level)


def _disciplines(claim: Claim, said: str, document: Document, _on: date) -> Compared:
    table = document.get("employment", {}).get("disciplines")
    rows = [row for row in table if isinstance(row, Mapping)] if isinstance(table, list) else []
    names = ("form", "effective_from", "decided_on", "decision_number")
    held = "; ".join(_written(row, names, "employment.disciplines[]") for row in rows)
    none = standard.plain(said).strip() in NONE_WORDS
    if rows:
        return Compared(claim, said, held, "differs" if none or not said else _forms(said, rows))
    if table is None:
        return Compared(claim, said, "", "silent")
    return Compared(claim, said, STATES["none"]["vi"], "agrees" if none or not said else "differs")


def _forms(said: str, rows: Sequence[Mapping[str, Any]]) -> Verdict:
    """Whether every form the record holds is named."""
    labels = [standard.display("employment.disciplines[].form", row.get("form")) for row in rows]
    words = standard.plain(said)
    return "agrees" if all(standard.plain(label) in words for label in labels if label) else "differs"


Comparing = Callable[[Claim, str, Document, date], Compared]
COMPARE: Mapping[str, Comparing] = {
    "field": _of_field,
    "any": _of_rows,
    "planning": _planning,
    "ratings": _ratings,
    "disciplines": _disciplines,
}


def conditions(document: Document, act: Act, on: date, position: str, qualified: bool | None) -> Check:  # noqa: FBT001 - a fact, not a switch
    """The conditions of the law for the proposed office, from the record alone: a claim proves nothing."""
    planned = planned_rows(document, on)
    held = None if planned is None else any(_alike(position, str(cell(r, "position") or "")) for r in planned)
    return appointments.check(facts.candidate(document, on, planned=held, qualified=qualified), act, on)
