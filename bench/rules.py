"""One person's answer by each rule, with its explanation, from the stored document on; and everyone's raise.

Documents of synthetic people, to two of three of which disciplines, absences, cases, failed years and an office are
added by a seed, so that rules have something to say. An answer is asked as the page asks it: the stored text is read,
the rule is asked, every reason is put into words. The limit is that of one answer, held by 99 of 100 by every rule. Of
the raise everybody is due, not due, or cannot be told, on each of four days a year apart. Sizes: BENCH_ANSWERS
(2,000), BENCH_CAREERS (100,000).
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import orjson

ANSWERS = int(os.environ.get("BENCH_ANSWERS", "2000"))
CAREERS = int(os.environ.get("BENCH_CAREERS", "100000"))
LIMIT = 20.0
AGENCY = "H41"
DAY = date(2026, 11, 1)
DAYS = [DAY.replace(year=year) for year in (2025, 2026, 2027, 2028)]
FORMS, KINDS = ("HC1", "HC2", "HC5", "D1", "D2", None), ("unpaid_leave", "sick_leave", "study", None)


@dataclass
class Result:
    """Milliseconds of each answer by rule; everyone's standing on the days, and in how many seconds."""

    took: dict[str, list[float]] = field(default_factory=dict)
    stands: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """No rule takes longer than the limit, and nobody fell between."""
        told = self.stands["due"] + self.stands["not_due"] + self.stands["cannot_tell"]
        slow = [rule for rule, times in self.took.items() if _high(times) > LIMIT]
        return not slow and told == CAREERS * len(DAYS) == self.stands.total()

    def text(self) -> str:
        """The measure for people."""
        lines = [
            f"rules: one answer with its explanation, {ANSWERS:,} people by each rule, limit {LIMIT:.0f} ms"
        ]
        for rule, times in self.took.items():
            ranked = sorted(times)
            lines.append(
                f"  {rule:<14} median {ranked[len(ranked) // 2]:.3f} ms, 99th percentile {_high(times):.3f} ms, "
                f"slowest {ranked[-1]:.3f} ms"
            )
        told = ", ".join(f"{stands} {number:,}" for stands, number in sorted(self.stands.items()))
        rate = CAREERS * len(DAYS) / self.seconds
        lines.append(
            f"  raises of {CAREERS:,} careers on {len(DAYS)} days: {self.seconds:.1f} s, {rate:,.0f} a second; {told}"
        )
        return "\n".join(lines)


def _high(times: list[float]) -> float:
    return sorted(times)[len(times) * 99 // 100]


def run() -> Result:
    """Ask every rule of each person, then the raise of everyone."""
    from ccvc.rules import facts
    from ccvc.rules.explaining import RULES, explain

    result = Result()
    stored = [orjson.dumps(document) for document in _documents(ANSWERS)]
    explain("raise", orjson.loads(stored[0]), DAY)  # tables and sentences are read once a process
    for rule in RULES:
        result.took[rule] = [_asked(rule, text) for text in stored]
    for document in _documents(CAREERS):
        started = time.perf_counter()
        for on in DAYS:
            result.stands[facts.raise_of(document, on).standing(on)] += 1
        result.seconds += time.perf_counter() - started
    return result


def _asked(rule: str, text: bytes) -> float:
    from ccvc.rules.explaining import explain

    started = time.perf_counter()
    orjson.dumps(explain(rule, orjson.loads(text), DAY), default=str)
    return (time.perf_counter() - started) * 1000


def _documents(number: int) -> Iterator[dict[str, Any]]:
    from ccvc.simulation.agencies import units_for
    from ccvc.simulation.people import people

    chance = random.Random(1)  # noqa: S311  (careers, not secrets)
    for place, one in enumerate(people(1, AGENCY, units_for(AGENCY, number), number)):
        yield dict(one.document) if place % 3 == 0 else _fuller(dict(one.document), chance)


def _fuller(document: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The same person with a career things happened in; some of it without its day, form or end."""
    employment, career = dict(document["employment"]), dict(document["career"])
    employment["disciplines"] = [_discipline(chance, n) for n in range(chance.randrange(4))]
    employment["ratings"] = [
        {"id": f"r{year}", "year": year, "period": "N", "level": chance.choice("2334")}
        for year in range(2018, 2026)
    ]
    employment["cases"] = [{"id": "c", "kind": "discipline", "opened_on": _day(chance)}][
        : chance.randrange(2)
    ]
    employment["cases_checked_on"] = str(DAY - timedelta(days=chance.randrange(60)))
    career["absences"] = [_absence(chance, n) for n in range(chance.randrange(4))]
    ends = str(DAY + timedelta(days=chance.randrange(-400, 2000)))
    held = {"id": "a", "kind": "appoint", "effective_from": "2021-07-01", "effective_to": ends}
    career["appointments"] = [held]
    return document | {"employment": employment, "career": career}


def _discipline(chance: random.Random, number: int) -> dict[str, Any]:
    row = {"id": f"d{number}", "form": chance.choice(FORMS)}
    row["effective_from"] = _day(chance) if chance.random() < 0.9 else None
    return {name: value for name, value in row.items() if value}


def _absence(chance: random.Random, number: int) -> dict[str, Any]:
    first = date.fromisoformat(_day(chance))
    row = {"id": f"v{number}", "kind": chance.choice(KINDS), "from": str(first)}
    row["to"] = str(first + timedelta(days=chance.randrange(400))) if chance.random() < 0.9 else None
    return {name: value for name, value in row.items() if value}


def _day(chance: random.Random) -> str:
    return str(DAY - timedelta(days=chance.randrange(3000)))
