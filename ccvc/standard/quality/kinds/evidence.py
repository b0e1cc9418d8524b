"""Entries that rest on a paper, held against what they say of it and against the papers there are.

What the entry itself says is judged alike wherever its document is; what papers say is known best where they are kept,
and never goes into a score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from ccvc.standard.evidence import Entry, Particular, by_place, demands, differ, entries
from ccvc.standard.fields import Standard
from ccvc.standard.quality.case import Asked, Case, Found, first_day, last_day
from ccvc.standard.quality.declaring import UNSURE, Rule, Severity
from ccvc.standard.quality.kinds.making import Check, Make, mended

OLD: Severity = "hint"
UNCERTAIN: Severity = "warning"


class Proof(msgspec.Struct, frozen=True):
    """One entry and the papers of a kind that proves it."""

    entry: Entry
    papers: list[Any]


@dataclass(frozen=True, slots=True)
class Proofs:
    """The entries of a document that are judged one by one; of the other old ones how many, and those without paper."""

    looked_at: list[Proof]
    old: int
    bare: list[Entry]


def proofs_of(case: Case, standard: Standard) -> Proofs:
    """Every entry with its papers, found out once for all rules that ask."""
    return case.once("proofs", partial(_proofs, case=case, standard=standard))


def _proofs(document: Mapping[str, Any], case: Case, standard: Standard) -> Proofs:
    papers = by_place(case.papers)
    looked_at: list[Proof] = []
    bare: list[Entry] = []
    old = 0
    for entry in entries(document, standard, case.on):
        held = entry.proved_by(papers) if papers else []
        if entry.young or held or entry.demand.old:
            looked_at.append(Proof(entry, held))
        if not entry.young:
            old += 1
            if not held:
                bare.append(entry)
    return Proofs(looked_at, old, bare)


def _how_bad(entry: Entry) -> Severity | None:
    """Of an old entry it is a hint, of one nobody is sure of a warning, else what the rule says."""
    if not entry.young:
        return OLD
    return UNCERTAIN if entry.demand.certainty in UNSURE else None


def unsaid(rule: Rule, _asked: Asked, standard: Standard) -> Check:
    """A particular (`particular`) neither in the entry's cell nor, where it has none, on one of its papers.

    What a paper says of an empty cell is the suggestion.
    """
    wanted: Particular = rule.options["particular"]

    def check(case: Case) -> Iterator[Found]:
        for proof in proofs_of(case, standard).looked_at:
            entry = proof.entry
            if cell := entry.cell(wanted):
                if (entry.young or wanted in entry.demand.old) and not _given(entry, wanted):
                    yield Found(cell, {}, _told(proof, wanted, cell), severity=_how_bad(entry))
            elif entry.young and proof.papers and not any(getattr(one, wanted) for one in proof.papers):
                yield Found(entry.path, {}, severity=_how_bad(entry), counts=False)

    return check


def _given(entry: Entry, particular: Particular) -> bool:
    """Whether a cell was filled in; that there is none, or it is not known, was declared too."""
    return entry.cells.get(entry.demand.says[particular]) is not None


def _told(proof: Proof, wanted: Particular, cell: str) -> Any:
    said = {getattr(one, wanted) for one in proof.papers} - {""}
    return mended(cell, None, said.pop()) if len(said) == 1 else ()


def bare(_rule: Rule, _asked: Asked, standard: Standard) -> Check:
    """An entry of its time without a paper of a kind that proves it."""

    def check(case: Case) -> Iterator[Found]:
        for proof in proofs_of(case, standard).looked_at:
            if proof.entry.young and not proof.papers:
                yield Found(proof.entry.path, {}, severity=_how_bad(proof.entry), counts=False)

    return check


def bare_of_old(_rule: Rule, _asked: Asked, standard: Standard) -> Check:
    """How many old entries have no paper: one finding a person, of what is not sensitive."""
    open_ = {path for path in demands(standard) if _is_basic(path, standard)}

    def check(case: Case) -> Iterator[Found]:
        without = [entry for entry in proofs_of(case, standard).bare if entry.demand.path in open_]
        if without:
            yield Found(without[0].demand.path, {"number": len(without)}, counts=False)

    return check


def _is_basic(path: str, standard: Standard) -> bool:
    table = standard.tables.get(path)
    return all(
        field.sensitivity == "basic" for field in (table.fields if table else (standard.fields[path],))
    )


def otherwise(rule: Rule, _asked: Asked, standard: Standard) -> Check:
    """A particular of which the entry says one thing and each of its papers another."""
    wanted: Particular = rule.options["particular"]

    def check(case: Case) -> Iterator[Found]:
        for proof in proofs_of(case, standard).looked_at:
            held = proof.entry.said(wanted)
            said = [getattr(one, wanted) for one in proof.papers if getattr(one, wanted)]
            if held and said and all(differ(wanted, held, one) for one in said):
                params = {"first": _shown(said[0]), "second": _shown(held)}
                yield Found(proof.entry.cell(wanted), params, counts=False)

    return check


def late(_rule: Rule, _asked: Asked, standard: Standard) -> Check:
    """A paper of a day after the entry it lets begin took effect, by the entry itself or by each of its papers."""

    def check(case: Case) -> Iterator[Found]:
        for proof in proofs_of(case, standard).looked_at:
            entry = proof.entry
            effect = last_day(entry.begins)
            if not entry.demand.first or effect is None:
                continue
            own = entry.said("date")
            days = [own] if own else [one.date for one in proof.papers if one.date]
            firsts = [first for day in days if (first := first_day(day)) is not None]
            if firsts and min(firsts) > effect:
                params = {"first": _shown(min(days)), "second": _shown(entry.begins)}
                yield Found(entry.cell("date") or entry.path, params, counts=bool(own))

    return check


def contradicting(_rule: Rule, _asked: Asked, standard: Standard) -> Check:
    """One file given as the paper of entries that say different things of it, or are of one kind and begin alike."""

    def check(case: Case) -> Iterator[Found]:
        by_file: dict[str, list[Proof]] = {}
        for proof in proofs_of(case, standard).looked_at:
            for paper in proof.papers:
                by_file.setdefault(paper.sha256, []).append(proof)
        for sharing in by_file.values():
            first, *others = sharing
            for other in others:
                if _contradict(first.entry, other.entry):
                    yield Found(other.entry.path, {}, counts=False)

    return check


def _contradict(one: Entry, other: Entry) -> bool:
    if one.path == other.path:
        return False
    alike: tuple[Particular, ...] = ("number", "date")
    if any(differ(name, one.said(name), other.said(name)) for name in alike):
        return True
    return one.demand is other.demand and bool(one.begins) and one.begins == other.begins


def _shown(text: str) -> str:
    """A day as people write it; a number as it is."""
    day = first_day(text) if text[:1].isdigit() else None
    return "/".join(reversed(text.split("-"))) if day else text


KINDS: Mapping[str, Make] = {
    "unsaid": unsaid,
    "bare": bare,
    "bare_of_old": bare_of_old,
    "otherwise": otherwise,
    "late": late,
    "contradicting": contradicting,
}
