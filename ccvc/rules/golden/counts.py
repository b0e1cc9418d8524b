"""Cases of headcount: who is there, in words, and how many count. People are made of the words and counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from ccvc.rules import headcount
from ccvc.rules.golden.reading import Case, Solved, days
from ccvc.rules.headcount import Count, How, Line, Post

OWN, OTHER = "this body", "another body"
ANY_DAY = date(2026, 3, 1)
_ASSIGNED = re.compile(r"assigned (\d+)")
_THERE = re.compile(
    r"(\d+) (?:cc|vc|công chức|viên chức|people|persons|staff|present|(?:are )?on (?:the )?payroll)\b"
)
_CONTRACTS = re.compile(r"(\d+) contracts?")
_RECEIVED = re.compile(r"(\d+)[\w ]*(?:received|seconded in|biệt phái (?:in|from|đến|received))")
_CONCURRENT = re.compile(r"(\d+)[\w ]*(?:concurrent|kiêm nhiệm)")


def solve(case: Case) -> Solved:
    """What the expectation speaks of, counted."""
    return Solved({"expected": _counted(case["facts"].casefold(), case["expected"])})


def _counted(facts: str, expected: str) -> str:
    if "điều động" in facts or "transfer" in facts:
        return _moved(facts, expected)
    if "counted on" in expected.casefold():
        return _left(facts, expected)
    assigned = _ASSIGNED.search(facts)
    posts = list(_posts(facts))
    found = headcount.count(posts, OWN, ANY_DAY, int(assigned[1]) if assigned else None)
    return _agrees(expected, found, posts)


def _posts(facts: str) -> Iterator[Post]:
    """Everyone on the payroll, of whom some are away or seconded; contracts; people of other bodies working here."""
    there = _THERE.search(facts)
    yield from _people("own", int(there[1]) if there else 0, OWN, "civil_servants")
    contracts = sum(int(number) for number in _CONTRACTS.findall(facts))
    yield from _people("contract", contracts, OWN, "contracts")
    for words, how in ((_RECEIVED, "seconded"), (_CONCURRENT, "concurrent")):
        if found := words.search(facts):
            yield from _guests(how, int(found[1]))


def _people(name: str, number: int, body: str, line: Line) -> Iterator[Post]:
    return (Post(f"{name} {n}", body, line) for n in range(number))


def _guests(how: str, number: int) -> Iterator[Post]:
    kind: How = "seconded" if how == "seconded" else "concurrent"
    for n in range(number):
        yield Post(f"{how} {n}", OTHER, "civil_servants")
        yield Post(f"{how} {n}", OWN, "civil_servants", kind)


def _agrees(expected: str, found: Count, posts: list[Post]) -> str:
    """The expectation where every number in it is the one counted; without a number, where the count is as without."""
    text = expected.casefold().replace("−", "-")
    told = {
        "actual": found.actual,
        "vacant": found.vacant,
        "over": -(found.vacant or 0),
        "contracts": found.contracts,
    }
    named = re.findall(r"(actual|vacant|over|contracts)\D{0,12}?(-?\d+)", text)
    wrong = [name for name, number in named if told[name] != int(number)]
    alone = [post for post in posts if post.line != "contracts" and post.body == OWN and post.how == "own"]
    unchanged = "unchanged" in text or "not counted" in text
    if unchanged and headcount.count(alone, OWN, ANY_DAY).actual != found.actual:
        wrong.append("actual")
    return expected if (named or unchanged) and not wrong else f"actual {found.actual}; vacant {found.vacant}"


def _moved(facts: str, expected: str) -> str:
    """One person goes from one body to the other on a day: counted here to the day before, there from the day."""
    on = days(facts)[0]
    posts = [
        Post("mover", OWN, "civil_servants", last=on - timedelta(days=1)),
        Post("mover", OTHER, "civil_servants", first=on),
    ]
    changes = [_change(posts, body, on) for body in (OWN, OTHER)]
    agrees = days(expected)[:1] in ([], [on]) and changes == [-1, 1] and _everyone_once(posts, on)
    return expected if agrees else f"{changes} {on}"


def _change(posts: list[Post], body: str, on: date) -> int:
    before = headcount.count(posts, body, on - timedelta(days=1)).actual
    return headcount.count(posts, body, on).actual - before


def _everyone_once(posts: list[Post], on: date) -> bool:
    return all(len(headcount.where(posts, day)) == 1 for day in (on - timedelta(days=1), on))


def _left(facts: str, expected: str) -> str:
    """A last day is counted, the day after is not."""
    posts = [Post("leaver", OWN, "civil_servants", last=days(facts)[0])]
    yes, no = days(expected)
    counted = [headcount.count(posts, OWN, day).actual for day in (yes, no)]
    return expected if counted == [1, 0] else str(counted)
