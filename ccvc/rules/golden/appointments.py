"""Cases of appointments and moves: facts in words, a day, and what they come to. What is not said is taken as met."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from ccvc.rules import appointments
from ccvc.rules.appointments import Candidate, Check
from ccvc.rules.discipline import Act, Discipline
from ccvc.rules.golden.reading import DAY, FORMS, PARTY, SEXES, Case, Solved, category, day
from ccvc.standard.quality.case import later

ACTS: Mapping[str, Act] = {
    "kéo dài": "extend",
    "bổ nhiệm lại": "reappoint",
    "chức vụ cao hơn": "higher",
    "tương đương": "equal",
    "bổ nhiệm chức vụ quản lý": "manage",
    "bổ nhiệm": "first",
    "điều động": "transfer",
    "luân chuyển": "rotate",
    "biệt phái": "second",
    "quy hoạch": "plan",
    "đào tạo": "train",
    "nâng ngạch": "rank",
    "thăng hạng": "rank",
    "nghỉ hưu": "retire",
}
_FORM = "|".join({**FORMS, **PARTY})
_DISCIPLINE = re.compile(
    rf"(?P<party>party |đảng )?(?P<form>{_FORM})(?P<cause> (?:for|vì|do) (?:corruption|tham nhũng))?,?"
    rf"(?: \w+)? (?:effective|signed|from|since) {DAY}"
)
_HANDLED = re.compile(rf"(?:disciplinary handling|xử lý kỷ luật)[\w ]*?(?:since|từ) {DAY}")
_BORN = re.compile(rf"(nam|nữ) (?:born|sinh) {DAY}")
_ENDS = re.compile(rf"(?:term ends|hết nhiệm kỳ|hết hạn) {DAY}")
_CHILD = re.compile(r"child (?:of |aged )?(\d+) months")
_YEARS = re.compile(r"(\d+) years?")


def solve(case: Case) -> Solved:
    """What the facts come to: allow, warn, hold, block, cannot tell, with the day of a shortened term."""
    on, facts = date.fromisoformat(case["action_date"]), case["facts"].casefold()
    act = next((code for words, code in ACTS.items() if words in case["action"].casefold()), None)
    if act is None:
        raise ValueError(case["action"])
    candidate = _candidate(facts, category(case["subject"]), act, on)
    found = appointments.check(candidate, act, on)
    return Solved({"expected": _as_expected(found, case["expected"])})


def _candidate(facts: str, subject: str, act: Act, on: date) -> Candidate:
    born, ends = _BORN.search(facts), _ENDS.search(facts)
    sex, birth = (SEXES[born[1]], born[2]) if born else ("1", str(later(on, -12 * 35)))
    child = _CHILD.search(facts)
    years = _YEARS.search(facts) if act == "second" else None
    return Candidate(
        subject,
        sex,
        birth,
        tuple(_disciplines(facts)),
        handled_since=_handled(facts, on),
        prosecuted=any(
            words in facts for words in ("investigat", "prosecut", "on trial", "điều tra", "truy tố")
        ),
        planned=not any(words in facts for words in ("not in quy hoạch", "not planned", "không quy hoạch")),
        qualified=not any(words in facts for words in ("not qualified", "lacks", "missing")),
        declared_assets=True,
        healthy=True,
        term_ends=date.fromisoformat(ends[1]) if ends else None,
        expecting="pregnant" in facts or "mang thai" in facts,
        youngest_child=later(on, -int(child[1])) if child else None,
        moved_until=later(on, 12 * int(years[1])) if years else None,
    )


def _disciplines(facts: str) -> Iterator[Discipline]:
    for found in _DISCIPLINE.finditer(facts):
        form = (PARTY if found["party"] else FORMS)[found["form"]]
        yield Discipline(form, date.fromisoformat(found[4]), corruption=bool(found["cause"]))


def _handled(facts: str, on: date) -> date | None:
    if found := _HANDLED.search(facts):
        return date.fromisoformat(found[1])
    in_progress = "disciplinary handling" in facts or "xử lý kỷ luật" in facts
    return on if in_progress and "ended" not in facts else None


def _as_expected(found: Check, expected: str) -> str:
    """The expectation as it was written where the answer says all that it says; else the answer."""
    word = expected.casefold().strip().replace("cannot tell", "cannot_tell")
    outcome = "allow" if found.outcome == "warn" and word.startswith("allow") else found.outcome
    due, against = day(expected), {one.name for one in found.against}
    ever = "for ever" not in word or "discipline" in against
    age = "(age)" not in word or "age" in against
    agrees = word.startswith(outcome) and (due is None or due == found.term_to) and ever and age
    term = f" to {found.term_to}" if found.term_to else ""
    return expected if agrees else f"{found.outcome}{term} ({', '.join(sorted(against))})"
