"""Job positions (vị trí việc làm): what each requires, a row as it is given, and the days one approval leaves another.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, get_args

from ccvc import standard
from ccvc.rules import criteria
from ccvc.rules.criteria import Criterion
from ccvc.standard.problems import Problem

LONGEST_POSITION_CODE = 40
LONGEST = 300
MOST_PLACES = 100_000
MOST_CRITERIA = 30
DAY = timedelta(days=1)
KINDS = ("management", "professional", "support")
LEVELS = range(1, 6)
TESTS: tuple[str, ...] = get_args(criteria.Test)
YES = frozenset({"1", "x", "có", "yes", "true"})
NO = frozenset({"", "0", "không", "no", "false"})
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One position as a decision approves it."""

    code: str
    name: str
    kind: str
    places: int
    leadership: bool = False
    ranks: tuple[str, ...] = ()
    job_level: int | None = None
    criteria: tuple[Criterion, ...] = field(default=())

    def as_columns(self) -> Row:
        """The columns of its table."""
        names = ("code", "name", "kind", "places", "leadership", "job_level")
        return {name: getattr(self, name) for name in names} | {
            "ranks": list(self.ranks),
            "criteria": [as_row(one) for one in self.criteria],
        }


COLUMNS = ("code", "name", "kind", "places")
OPTIONAL = ("leadership", "ranks", "job_level", "criteria")


def read_position(given: Mapping[str, Any], on: date) -> Asked:
    """A position from a row of a file or a form. Problem POS-CODE, POS-NAME, POS-KIND, POS-PLACES, POS-RANK, POS-LEVEL,
    POS-YES-NO, POS-CRITERION.
    """
    row = {name: str(given.get(name) or "").strip() for name in (*COLUMNS, *OPTIONAL)}
    if not row["code"] or len(row["code"]) > LONGEST_POSITION_CODE or row["code"].split() != [row["code"]]:
        raise Problem("POS-CODE", where="code", given=row["code"][:60], most=LONGEST_POSITION_CODE)
    if not (name := " ".join(row["name"].split())[:LONGEST]):
        raise Problem("POS-NAME", where="name", code=row["code"])
    if row["kind"] not in KINDS:
        raise Problem("POS-KIND", where="kind", given=row["kind"][:40], kinds=", ".join(KINDS))
    return Asked(
        code=row["code"],
        name=name,
        kind=row["kind"],
        places=_places(row["places"]),
        leadership=_yes(row["leadership"]),
        ranks=_ranks(row["ranks"], on),
        job_level=_level(row["job_level"]),
        criteria=read_criteria(row["criteria"]),
    )


def _places(text: str) -> int:
    number = int(text) if re.fullmatch(r"[0-9]{1,7}", text) else -1
    if not 0 <= number <= MOST_PLACES:
        raise Problem("POS-PLACES", where="places", given=text[:20], most=MOST_PLACES)
    return number


def _yes(text: str) -> bool:
    if (word := text.casefold()) in YES | NO:
        return word in YES
    raise Problem("POS-YES-NO", where="leadership", given=text[:20])


def _ranks(text: str, on: date) -> tuple[str, ...]:
    codes = standard.current().codes["ranks"]
    given = tuple(dict.fromkeys(re.split(r"[\s;,|]+", text))) if text else ()
    for one in given:
        if codes.get(one, on) is None:
            raise Problem("POS-RANK", where="ranks", given=one[:40])
    return given


def _level(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or int(text) not in LEVELS:
        raise Problem("POS-LEVEL", where="job_level", given=text[:20])
    return int(text)


def read_criteria(text: str) -> tuple[Criterion, ...]:
    """Criteria, one a line or between semicolons: subject, test, values between bars. Problem POS-CRITERION."""
    lines = [line.strip() for line in re.split(r"[;\n]", text) if line.strip()]
    if len(lines) > MOST_CRITERIA:
        raise _no_criterion(lines[MOST_CRITERIA], f"> {MOST_CRITERIA}")
    return tuple(map(_criterion, lines))


def _criterion(line: str) -> Criterion:
    subject, _, rest = line.partition(" ")
    test, _, values = rest.strip().partition(" ")
    kept = tuple(value.strip() for value in values.split("|") if value.strip())
    if subject.startswith("rule:") and test not in TESTS:
        test, kept = "is", tuple(rest.replace("|", " ").split())
    if test not in TESTS:
        raise _no_criterion(line, ", ".join(TESTS))
    made = Criterion(subject, test, kept)  # type: ignore[arg-type]  # one of TESTS
    try:
        criteria.check(made)
    except (Problem, ValueError) as fault:
        raise _no_criterion(line, str(fault)) from fault
    return made


def _no_criterion(line: str, why: str) -> Problem:
    return Problem("POS-CRITERION", where="criteria", given=line[:100], why=why)


def written_criteria(rows: Sequence[Row]) -> str:
    """Criteria as `read_criteria` reads them, one a line."""
    return "\n".join(" ".join([row["subject"], row["test"], "|".join(row["values"])]).strip() for row in rows)


def as_row(one: Criterion) -> Row:
    """A criterion as it is kept."""
    return {"subject": one.subject, "test": one.test, "values": list(one.values)}


def requirements(ranks: Sequence[str], job_level: int | None, rows: Sequence[Row]) -> tuple[Criterion, ...]:
    """All that is required: one of the ranks, the job level or a higher one, and the other criteria."""
    return tuple(_requirements(ranks, job_level, rows))


def _requirements(ranks: Sequence[str], job_level: int | None, rows: Sequence[Row]) -> Iterator[Criterion]:
    if ranks:
        yield Criterion("employment.rank", "is", tuple(ranks))
    if job_level is not None:
        yield Criterion("employment.job_level", "at_least", (str(job_level),))
    for row in rows:
        yield Criterion(row["subject"], row["test"], tuple(row["values"]))


def rest(
    first: date, last: date | None, since: date, until: date | None
) -> Iterator[tuple[date, date | None]]:
    """Days from `first` to `last` that an approval from `since` until `until` (both included) leaves as they were."""
    if first < since:
        yield first, since - DAY
    if until is not None and (last is None or last > until):
        yield until + DAY, last
