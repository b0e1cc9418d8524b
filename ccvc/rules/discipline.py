"""How long a discipline holds, what it bars and by which law: the law of the day on which it was decided.

A term of months begins on the first day in force and ends with the day of the same number, that day included (BLDS
91/2015/QH13 Điều 147, 148). NĐ 172/2025/NĐ-CP Điều 2; NĐ 234/2026/NĐ-CP Điều 2; QĐ 377-QĐ/TW.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Literal

from ccvc.rules.extensions import UNSAID, UNSAID_LABEL, form_label, is_party
from ccvc.rules.parameters import Law, Row, condition, held, parameter, rows
from ccvc.rules.reasons import Answer, Reason, Words, because
from ccvc.standard.quality.case import later
from ccvc.standard.versions import current

Act = Literal[
    "first", "higher", "equal", "manage", "reappoint", "extend", "transfer", "rotate", "second", "rank", "plan",
    "train", "retire",
]  # fmt: skip
UPWARD: frozenset[Act] = frozenset({"first", "higher"})
REMOVAL, DISMISSAL = "HC5", "HC7"
PARTY_ORDER = {"D1": "party_bar_1", "D2": "party_bar_2", "D3": "party_bar_3"}


@dataclass(frozen=True, slots=True)
class Discipline:
    """One decision: its form (a code of "discipline_forms") and its first day in force.

    What the dossier does not say: UNSAID for the form, `latest` (the last day it may have come into force, the first
    being `effective`) for the day, None for whether it was for corruption.
    """

    form: str
    effective: date
    corruption: bool | None = False
    path: str = ""
    latest: date | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands against an act, to which day (None: for ever); not `sure` where the law was not read so far."""

    until: date | None
    reason: Reason
    sure: bool = True


def in_force(one: Discipline, others: Sequence[Discipline], category: str | None) -> tuple[date, date]:
    """The first and last day of a decision's effect: from the Party's decision where there is one.

    NĐ 172/2025/NĐ-CP Điều 2 khoản 9; a dismissal of a public employee runs from its own day.
    """
    begins = one.effective
    if not (category == "VC" and one.form == DISMISSAL):
        begins = min([begins, *(party.effective for party in others if _led_to(party, one))])
    return begins, later(begins, parameter("discipline_in_force", one.effective).value)


def law_of_begin(one: Discipline, begins: date, law: Law) -> Law:
    """The law of an effect that begins on a day; with that of the Party's decision it is counted from, if it is."""
    if begins == one.effective:
        return law
    return law.beside(parameter("party_to_administrative", one.effective).law)


def running(one: Discipline, others: Sequence[Discipline], category: str | None, on: date) -> Answer:
    """Whether a decision is in force on a day, by all the dossier may mean."""
    spans = [in_force(exact, others, of) for exact, of in _readings(one, category, on)]
    found = {first <= on <= last for first, last in spans}
    return "cannot_tell" if len(found) > 1 else "yes" if found == {True} else "no"


def bars(disciplines: Sequence[Discipline], category: str | None, act: Act, on: date) -> Iterator[Bar]:
    """What bars an act on a day; not `sure` where it depends on what the dossier does not say."""
    for one in disciplines:
        if one.effective > on:
            continue
        readings = _readings(one, category, on)
        found = [bar for exact, of in readings for bar in _exact(exact, disciplines, of, act, on)]
        if not found:
            continue
        longest = max(found, key=lambda bar: bar.until or date.max)
        if len(readings) == 1 or (len(found) == len(readings) and all(bar.sure for bar in found)):
            yield longest
        else:
            until = "" if longest.until is None else f"{longest.until:%d/%m/%Y}"
            why = because("BAR-UNSAID", longest.reason.law, one.path, form=told(one), until=until or "∞")
            yield Bar(longest.until, why, sure=False)


def told(one: Discipline) -> Words:
    """The form as people read it."""
    return UNSAID_LABEL if one.form == UNSAID else form_label(one.form)


def _readings(one: Discipline, category: str | None, on: date) -> list[tuple[Discipline, str]]:
    """All that a discipline may mean, of a person whose category may not be known; one where all is said."""
    if one.latest is None and one.form != UNSAID and category and (one.corruption is not None):
        return [(one, category)]
    codes = current().codes
    forms = (one.form,) if one.form != UNSAID else tuple(row.code for row in codes["discipline_forms"].rows)
    of = (category,) if category else tuple(row.code for row in codes["categories"].rows)
    return [
        (Discipline(form, day, corrupt, one.path), known)
        for form, day, known in product(forms, _days(one, on), of)
        for corrupt in (
            (False, True) if one.corruption is None and form == REMOVAL else (bool(one.corruption),)
        )
    ]


def _days(one: Discipline, on: date) -> list[date]:
    """The days that make a difference of all on which it may have come into force: the ends, the last of each law."""
    if one.latest is None:
        return [one.effective]
    last = min(one.latest, on)
    changes = {row.last for row in rows("discipline_bars.csv") if one.effective <= row.last < last}
    return [one.effective, *sorted(changes), last]


def _exact(one: Discipline, others: Sequence[Discipline], category: str, act: Act, on: date) -> Iterator[Bar]:
    ever = condition("corruption", category, on, act) if one.corruption and one.form == REMOVAL else None
    if ever:
        yield Bar(None, because("BAR-CORRUPTION", ever.law, one.path, day=one.effective))
    elif is_party(one.form):
        yield from _party(one, act, on)
    else:
        yield from _administrative(one, others, category, act, on)


def _party(one: Discipline, act: Act, on: date) -> Iterator[Bar]:
    name = PARTY_ORDER.get(one.form)
    if name is None or act not in UPWARD:
        return
    bar = parameter(name, on)
    until = later(one.effective, bar.value)
    if on <= until:
        facts = {"form": form_label(one.form), "day": one.effective, "months": bar.value, "until": until}
        yield Bar(until, because("BAR-PARTY", bar.law, one.path, **facts), sure=bar.law.certainty != "?")


def _administrative(
    one: Discipline, others: Sequence[Discipline], category: str, act: Act, on: date
) -> Iterator[Bar]:
    row = _row(one, category, act)
    begins, ends = in_force(one, others, category)
    if row is None:
        if on <= ends and _unwritten(one, category, act):
            why = because("BAR-NO-LAW", None, one.path, form=told(one), until=ends)
            yield Bar(ends, why, sure=False)
        return
    until = later(begins, int(row["months"]))
    if on > until:
        return
    law, sure = law_of_begin(one, begins, row.law), _still_said(one, begins, category, on)
    code = "BAR-DISCIPLINE" if sure else "BAR-OLD-LAW"
    facts = {"form": form_label(one.form), "day": begins, "months": int(row["months"]), "until": until}
    yield Bar(until, because(code, law, one.path, **facts), sure)


def _still_said(one: Discipline, begins: date, category: str, on: date) -> bool:
    """Whether the law of the day of the act still lets the bar hold so long as the law of its decision did."""
    longest = condition("discipline_longest", category, on)
    if longest is None or condition("discipline_longest", category, one.effective) is not None:
        return True
    return on <= later(begins, int(longest["value"]))


def _row(one: Discipline, category: str, act: Act) -> Row | None:
    for row in held("discipline_bars.csv", one.effective):
        if (
            category in row.words("categories")
            and act in row.words("acts")
            and row["form"] in {"*", one.form}
        ):
            return row
    return None


def _unwritten(one: Discipline, category: str, act: Act) -> bool:
    """Whether no law held here speaks of a category, of an act that it bars others from."""
    known = tuple(held("discipline_bars.csv", one.effective))
    spoken = any(category in row.words("categories") for row in known)
    return not spoken and any(act in row.words("acts") for row in known)


def _led_to(party: Discipline, one: Discipline) -> bool:
    wait = timedelta(days=parameter("party_to_administrative", one.effective).value)
    known = is_party(party.form) and party.latest is None
    return known and party.effective <= one.effective <= party.effective + wait
