"""How long a discipline holds, what it bars and by which law: the law of the day on which it was decided.

A term of months begins on the first day in force and ends with the day of the same number, that day included (BLDS
91/2015/QH13 Điều 147, 148). NĐ 172/2025/NĐ-CP Điều 2; NĐ 234/2026/NĐ-CP Điều 2; QĐ 377-QĐ/TW.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ccvc.rules.extensions import form_label, is_party
from ccvc.rules.parameters import Law, Row, held, parameter
from ccvc.rules.reasons import Reason, because
from ccvc.standard.quality.case import later

Act = Literal[
    "first", "higher", "equal", "manage", "reappoint", "extend", "transfer", "rotate", "second", "rank", "plan",
    "train", "retire",
]  # fmt: skip
UPWARD: frozenset[Act] = frozenset({"first", "higher"})
DISMISSAL = "HC7"
PARTY_ORDER = {"D1": "party_bar_1", "D2": "party_bar_2", "D3": "party_bar_3"}
NEW_LAW = {"CB": date(2025, 7, 1), "CC": date(2025, 7, 1), "XA": date(2025, 7, 1), "VC": date(2026, 7, 1)}


@dataclass(frozen=True, slots=True)
class Discipline:
    """One decision: its form (a code of "discipline_forms") and its first day in force."""

    form: str
    effective: date
    corruption: bool = False
    path: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands against an act, to which day (None: for ever); not `sure` where the law was not read so far."""

    until: date | None
    reason: Reason
    sure: bool = True


def in_force(one: Discipline, others: Sequence[Discipline], category: str) -> tuple[date, date]:
    """The first and last day of a decision's effect: from the Party's decision where there is one.

    NĐ 172/2025/NĐ-CP Điều 2 khoản 9; a dismissal of a public employee runs from its own day.
    """
    begins = one.effective
    if not (category == "VC" and one.form == DISMISSAL):
        begins = min([begins, *(party.effective for party in others if _led_to(party, one))])
    return begins, later(begins, parameter("discipline_in_force", one.effective).value)


def bars(disciplines: Sequence[Discipline], category: str, act: Act, on: date) -> Iterator[Bar]:
    """What bars an act on a day."""
    for one in disciplines:
        if one.effective > on:
            continue
        if one.corruption and one.form == "HC5" and act in {*UPWARD, "equal", "manage", "reappoint"}:
            law = Law("Luật 80/2025/QH15 Điều 38 khoản 3", "S")
            yield Bar(None, because("BAR-CORRUPTION", law, one.path, day=one.effective))
        elif is_party(one.form):
            yield from _party(one, act, on)
        else:
            yield from _administrative(one, disciplines, category, act, on)


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
    if row is None:
        return
    begins, _ = in_force(one, others, category)
    until = later(begins, int(row["months"]))
    if on > until:
        return
    law, sure = row.law, _still_said(one, begins, category, on)
    code = "BAR-DISCIPLINE" if sure else "BAR-OLD-LAW"
    facts = {"form": form_label(one.form), "day": begins, "months": int(row["months"]), "until": until}
    yield Bar(until, because(code, law, one.path, **facts), sure)


def _still_said(one: Discipline, begins: date, category: str, on: date) -> bool:
    """Whether the law of the day of the act still lets the bar hold so long: new laws know twelve months only."""
    new = NEW_LAW.get(category)
    if new is None or one.effective >= new or on < new:
        return True
    return on <= later(begins, parameter("discipline_in_force", on).value)


def _row(one: Discipline, category: str, act: Act) -> Row | None:
    for row in held("discipline_bars.csv", one.effective):
        if (
            category in row.words("categories")
            and act in row.words("acts")
            and row["form"] in {"*", one.form}
        ):
            return row
    return None


def _led_to(party: Discipline, one: Discipline) -> bool:
    wait = timedelta(days=parameter("party_to_administrative", one.effective).value)
    return is_party(party.form) and party.effective <= one.effective <= party.effective + wait
