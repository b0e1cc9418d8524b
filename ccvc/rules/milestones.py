"""Days a person's service comes to: the next raise, retirement, the end of a term, a secondment, a discipline.

Each is read from the dossier as it stands and told as a first and a last possible day. Where the dossier does not
say, the person is not left out: the milestone is one that nobody can tell, with what is missing. Who is not serving
comes to none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

import msgspec

from ccvc.rules import discipline, facts, retirement
from ccvc.rules.extensions import is_party
from ccvc.rules.parameters import Law, law, parameter
from ccvc.rules.raises import Standing
from ccvc.rules.reasons import Reason, because
from ccvc.standard.quality.case import first_day, last_day, later
from ccvc.standard.reading import Document, Row, cell, group_of, has_left, rows_at, value_at
from ccvc.standard.versions import current

SECONDED_AWAY, UNTRACED, ON_PROBATION = "04", "30", frozenset({"02", "03"})
TERMS = frozenset({"elect", "approve", "designate", "appoint", "reappoint", "extend"})
ENDS = frozenset({"resign", "relieve", "remove", "dismiss", "end"})
YEARS = re.compile(r"\b(?:19|20)\d\d\b")
READ: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "identity": ("sex", "birth_date"),
        "career": ("absences", "appointments", "departures", "planning", "probation_ended_on", "secondments"),
        "employment": (
            "category",
            "status",
            "position",
            "salary_group",
            "salary_step",
            "job_level",
            "raise_clock_from",
            "salary_from",
            "beyond_frame_percent",
            "beyond_frame_from",
            "disciplines",
            "ratings",
        ),
    }
)
"""All that milestones ask of a dossier, by group; the rest need not be read."""


class Milestone(msgspec.Struct, frozen=True):
    """One day to come: `first` and `last` differ where facts are not exact; a None among them: not told by the dossier.

    `kind` tells apart what is done ("step", "beyond_frame"); `path` is where it was read.
    """

    topic: str
    first: date | None
    last: date | None
    kind: str = ""
    path: str = ""
    reasons: tuple[Reason, ...] = ()

    def standing(self, until: date) -> Standing:
        """Whether it has come by a day."""
        if self.last is not None and self.last <= until:
            return "due"
        return "cannot_tell" if self.first is None or self.first <= until else "not_due"


def milestones(document: Document, on: date, topics: Sequence[str] = ()) -> list[Milestone]:
    """All milestones of a person, by what is known on a day; of some of TOPICS only where they are named."""
    status = value_at(document, "employment.status")
    if status != UNTRACED and has_left(status):
        return []
    return [one for topic in topics or ALL for one in TOPICS[topic](document, on)]


def of_topic(topic: str, document: Document, on: date) -> list[Milestone]:
    """The milestones of one of TOPICS."""
    return milestones(document, on, (topic,))


def _raise(document: Document, on: date) -> Iterator[Milestone]:
    if value_at(document, "employment.status") == UNTRACED:
        yield _untold("raise", "RAISE-UNTRACED", "employment.status")
        return
    found = facts.raise_of(document, on)
    if found.kind != "none":
        yield Milestone("raise", found.first, found.last, found.kind, reasons=found.reasons)
    elif found.unknown:
        yield Milestone("raise", None, None, path=found.reasons[0].path, reasons=found.reasons)


def _retirement(document: Document, on: date) -> Iterator[Milestone]:
    if any(_is_ahead(row, on) for row in rows_at(document, "career.departures")):
        return
    identity = group_of(document, "identity")
    found = retirement.normal(cell(identity, "sex"), cell(identity, "birth_date"))
    path = "" if found.last_day else found.reasons[0].path
    yield Milestone("retirement", found.last_day, found.last_day, path=path, reasons=found.reasons)


def _term(document: Document, on: date) -> Iterator[Milestone]:
    """The end of the term of the office held now: that of the newest appointment, unless it was ended."""
    rows = [row for row in rows_at(document, "career.appointments") if cell(row, "kind") in TERMS | ENDS]
    if not rows or not _leads(document):
        return
    newest = max(rows, key=_began)
    if cell(newest, "kind") in ENDS:
        return
    path, ends = f"career.appointments[{newest['id']}].effective_to", cell(newest, "effective_to")
    office = cell(newest, "position") or "?"
    if ends is not None:
        first, last = first_day(ends), last_day(ends)
        category = value_at(document, "employment.category")
        basis = law("term", category, last or on)
        yield Milestone(
            "term", first, last, path=path, reasons=(_ends("TERM-ENDS", first, last, basis, office),)
        )
        return
    began = first_day(cell(newest, "effective_from"))
    full = parameter("office_term", began or date(2010, 1, 1))
    by_law = later(began, full.value) if began else None
    why = because("TERM-NOT-SAID", full.law, path, office=office, months=full.value)
    yield Milestone("term", by_law, None, path=path, reasons=(why,))


def _secondment(document: Document, on: date) -> Iterator[Milestone]:
    """The end of a secondment that was not returned from; where no end is said, the law's longest is the last."""
    away = value_at(document, "employment.status") == SECONDED_AWAY
    rows = rows_at(document, "career.secondments")
    returned = max((_began(row, "from") for row in rows if cell(row, "kind") == "return"), default="")
    running = [r for r in rows if cell(r, "kind") == "second" and _began(r, "from") >= returned]
    if away and not running:
        yield _untold("secondment", "SECOND-NO-ROW", "career.secondments")
    for row in running:
        one = _seconded(row)
        if away or one.last is None or one.last >= on:
            yield one


def _seconded(row: Row) -> Milestone:
    path = f"career.secondments[{row['id']}].to"
    place, ends, began = cell(row, "to_unit") or "?", cell(row, "to"), first_day(cell(row, "from"))
    if ends is not None:
        first, last = first_day(ends), last_day(ends)
        basis = parameter("secondment_limit", began or date(2025, 7, 1)).law
        return Milestone(
            "secondment", first, last, path=path, reasons=(_ends("SECOND-ENDS", first, last, basis, place),)
        )
    limit = parameter("secondment_limit", began or date(2025, 7, 1))
    last = later(began, limit.value) if began else None
    why = because("SECOND-NOT-SAID", limit.law, path, place=place, months=limit.value)
    return Milestone("secondment", None, last, path=path, reasons=(why,))


def _discipline(document: Document, on: date) -> Iterator[Milestone]:
    """The last day an administrative discipline holds: it ends by itself. Of no exact day, so has its end none."""
    held = facts.disciplines(document)
    category = value_at(document, "employment.category")
    for one in held:
        if is_party(one.form):
            continue
        if one.latest is not None:
            if discipline.running(one, held, category, on) != "no":
                yield _untold("discipline", "DISCIPLINE-NO-DAY", f"{one.path}.effective_from")
            continue
        began, last = discipline.in_force(one, held, category)
        if last >= on:
            basis = parameter("discipline_in_force", one.effective).law
            basis = discipline.law_of_begin(one, began, basis)
            why = because(
                "DISCIPLINE-ENDS", basis, one.path, form=discipline.told(one), since=began, day=last
            )
            yield Milestone("discipline", last, last, path=one.path, reasons=(why,))


def _probation(document: Document, _on: date) -> Iterator[Milestone]:
    if value_at(document, "employment.status") not in ON_PROBATION:
        return
    path, ends = "career.probation_ended_on", value_at(document, "career.probation_ended_on")
    if ends is None:
        yield _untold("probation", "PROBATION-NO-END", path)
        return
    first, last = first_day(ends), last_day(ends)
    yield Milestone(
        "probation", first, last, path=path, reasons=(_ends("PROBATION-ENDS", first, last, None, ""),)
    )


def _planning(document: Document, on: date) -> Iterator[Milestone]:
    """The end of the years a person is in the planning for; which day of the last year no dossier says."""
    for row in rows_at(document, "career.planning"):
        if cell(row, "removed_on") is not None:
            continue
        path, post = f"career.planning[{row['id']}].period", cell(row, "position") or "?"
        years = [int(year) for year in YEARS.findall(str(cell(row, "period") or ""))]
        if not years:
            yield _untold("planning", "PLANNING-NO-PERIOD", path, post=post)
        elif max(years) >= on.year:
            first, last = date(max(years), 1, 1), date(max(years), 12, 31)
            why = because("PLANNING-ENDS", None, path, post=post, year=max(years))
            yield Milestone("planning", first, last, path=path, reasons=(why,))


def _untold(topic: str, code: str, path: str, **said: Any) -> Milestone:
    return Milestone(topic, None, None, path=path, reasons=(because(code, None, path, **said),))


def _ends(code: str, first: date | None, last: date | None, law: Law | None, what: str) -> Reason:
    shown = f"{last:%d/%m/%Y}" if first == last else f"{first:%d/%m/%Y} – {last:%d/%m/%Y}"
    return because(code, law, "", what=what, day=shown)


def _leads(document: Document) -> bool:
    """Whether the post held now is one of office; True where the dossier does not say which post it is."""
    code = value_at(document, "employment.position")
    row = current().codes["positions"].get(code) if code else None
    return row is None or row.extra.get("leader") != "no"


def _is_ahead(row: Row, on: date) -> bool:
    day = last_day(cell(row, "effective_from"))
    return day is not None and day >= on


def _began(row: Row, name: str = "effective_from") -> str:
    return str(cell(row, name) or cell(row, "decided_on") or "")


TOPICS: Mapping[str, Callable[[Document, date], Iterator[Milestone]]] = MappingProxyType(
    {
        "raise": _raise,
        "retirement": _retirement,
        "term": _term,
        "secondment": _secondment,
        "discipline": _discipline,
        "probation": _probation,
        "planning": _planning,
    }
)
ALL = tuple(TOPICS)
