"""Contradictions planted in documents, with the truth kept beside them: which quality rule should find each.

Each changes one thing in a copy of a clean document, so that what is found besides can be counted as well.
"""

# ruff: noqa: PLR2004  (ages and steps of the model are read best where they are used)

from __future__ import annotations

import random as randomness
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
SERVING = ("01",)
Plant = Callable[[Document], bool]


@dataclass(frozen=True, slots=True)
class Planted:
    """A document with one contradiction in it, and the rule that should find it."""

    document: Document
    rule: str


def contradict(documents: Iterable[Document], seed: int) -> Iterator[Planted]:
    """Plant in each document one contradiction that fits it, every kind in turn."""
    rng = randomness.Random(f"contradictions {seed}")  # noqa: S311  (faults, not secrets)
    waiting = list(KINDS)
    for clean in documents:
        for kind in sorted(waiting, key=lambda _: rng.random()) or list(KINDS):
            spoilt = deepcopy(clean)
            if KINDS[kind](spoilt):
                waiting = [other for other in waiting if other != kind] or list(KINDS)
                yield Planted(spoilt, kind)
                break


def _set(path: str, value: Any) -> Plant:
    group, name = path.split(".")

    def plant(document: Document) -> bool:
        document.setdefault(group, {})[name] = value
        return True

    return plant


def _drop(path: str) -> Plant:
    group, name = path.split(".")
    return lambda document: document.get(group, {}).pop(name, None) is not None


def _rows(document: Document, group: str, table: str) -> list[Document]:
    found: list[Document] = document.get(group, {}).get(table, [])
    return found


def _other_sex(document: Document) -> bool:
    identity = document["identity"]
    identity["sex"] = "2" if identity["sex"] == "1" else "1"
    return True


def _other_year(document: Document) -> bool:
    identity = document["identity"]
    identity["birth_date"] = f"{int(identity['birth_date'][:4]) - 1}{identity['birth_date'][4:]}"
    return True


def _shifted(path: str, reference: str, years: int) -> Plant:
    """A date so many years after (or before) another."""
    group, name = path.split(".")
    other_group, other = reference.split(".")

    def plant(document: Document) -> bool:
        day = document.get(other_group, {}).get(other)
        if not isinstance(day, str) or name not in document.get(group, {}):
            return False
        document[group][name] = f"{int(day[:4]) + years}{day[4:]}"
        return True

    return plant


def _early_appointment(document: Document) -> bool:
    recruited = document["career"]["recruited_on"]
    row = {"id": "x1", "kind": "appoint", "position": "Phó Trưởng phòng", "decision_number": "1/QĐ"}
    row |= {"effective_from": f"{int(recruited[:4]) - 2}-01-01", "decision_issuer": "Sở Nội vụ"}
    row |= {"decided_on": row["effective_from"]}
    document["career"].setdefault("appointments", []).append(row)
    return True


def _two_posts(document: Document) -> bool:
    rows = [row for row in _rows(document, "career", "work_history") if "to" in row]
    if not rows or rows[0]["to"][:4] == rows[0]["from"][:4]:
        return False
    first = rows[0]
    other = {**first, "id": "x1", "position": "Kế toán", "unit_name": "Trạm Thú y"}
    document["career"]["work_history"].append(other)
    return True


def _gap(document: Document) -> bool:
    rows = _rows(document, "career", "work_history")
    for row in rows[:-1]:
        if "to" in row and int(row["to"][:4]) - int(row["from"][:4]) > 2:
            row["to"] = f"{int(row['to'][:4]) - 1}-01"
            return True
    return False


def _young_graduate(document: Document) -> bool:
    born = int(document["identity"]["birth_date"][:4])
    for row in _rows(document, "education", "degrees"):
        if row["level"] in {"5", "6"}:
            row["from"], row["to"] = f"{born + 13}-09", f"{born + 17}-06"
            row.pop("issued_on", None)
            return True
    return False


def _off_scale(document: Document) -> bool:
    pay = document["employment"]
    if "salary_coefficient" not in pay or "salary_step" not in pay:
        return False
    pay["salary_coefficient"] = (
        f"{pay['salary_coefficient'][:-1]}{'8' if pay['salary_coefficient'][-1] != '8' else '7'}"
    )
    return True


def _overdue(document: Document) -> bool:
    """On a first step for six years."""
    pay = document["employment"]
    if pay.get("salary_step", 99) > 3 or pay["status"] != "01" or pay.get("disciplines"):
        return False
    if any(row.get("level") == "4" for row in pay.get("ratings", ())):
        return False
    pay["salary_from"] = pay["raise_clock_from"] = "2019-01-01"
    return True


def _too_fast(document: Document) -> bool:
    rows = _rows(document, "employment", "salary_history")
    for before, one, other in zip(rows, rows[1:], rows[2:], strict=False):
        alike = before.get("rank") == one.get("rank") == other.get("rank")
        rising = alike and before.get("step", 9) + 2 == one.get("step", 9) + 1 == other.get("step", 9)
        if rising and before["from"] > "2006":
            other["from"] = f"{one['from'][:4]}-12"
            one["to"] = other["from"]
            return True
    return False


def _lower_level(document: Document) -> bool:
    levels = {row["level"] for row in _rows(document, "education", "degrees")}
    if not levels & {"6", "7", "8"}:
        return False
    document["education"]["highest_level"] = "4"
    return True


def _retired_long_ago(document: Document) -> bool:
    """Born so early that no retirement age lets them serve; the number is made to agree."""
    identity = document["identity"]
    identity["birth_date"] = f"1950{identity['birth_date'][4:]}"
    number = identity["personal_id"]
    identity["personal_id"] = f"{number[:3]}{int(number[3]) % 2}50{number[6:]}"
    serving: bool = document["employment"]["status"] in SERVING
    return serving


def _no_last_rating(document: Document) -> bool:
    rows = _rows(document, "employment", "ratings")
    kept = [row for row in rows if row["year"] != 2025]
    document["employment"]["ratings"] = kept
    return len(kept) < len(rows) and str(document["employment"]["status"]) in SERVING


def _contract_over(document: Document) -> bool:
    rows = _rows(document, "career", "contracts")
    for row in rows:
        row["to"] = "2024-12-31" if row.get("from", "") < "2024" else row.get("to")
    return bool(rows) and all(row.get("to") == "2024-12-31" for row in rows)


def _no_degrees(document: Document) -> bool:
    education = document["education"]
    if education["highest_level"] in {"0", "3"}:
        return False
    return education.pop("degrees", None) is not None


def _background(document: Document) -> bool:
    rows = _rows(document, "family", "relatives")
    for row in rows[:1]:
        for name in ("occupation", "home_town"):
            row.pop(name, None)
        row["background"] = "Quê xã Nam Giang, làm ruộng, ở cùng quê"
    return bool(rows)


def _name(change: Callable[[str], str]) -> Plant:
    def plant(document: Document) -> bool:
        name = document["identity"]["full_name"]
        document["identity"]["full_name"] = change(name)
        return bool(document["identity"]["full_name"] != name)

    return plant


def _twice(group: str, table: str) -> Plant:
    def plant(document: Document) -> bool:
        rows = _rows(document, group, table)
        if rows:
            rows.append({**rows[-1], "id": "x1"})
        return bool(rows)

    return plant


def _old_address(document: Document) -> bool:
    document["identity"]["permanent_address"] = {
        "text": "xã Yên Bình, tỉnh Yên Bái",
        "code": "15",
        "code_date": "2024-05-01",
    }
    return True


KINDS: Mapping[str, Plant] = {
    "CORRECT-ID-SEX": _other_sex,
    "CORRECT-ID-YEAR": _other_year,
    "CORRECT-AGE-RECRUITED-15": _shifted("career.recruited_on", "identity.birth_date", 13),
    "CORRECT-AGE-RECRUITED-18": _shifted("career.recruited_on", "identity.birth_date", 16),
    "CORRECT-AGE-PARTY": _shifted("affiliation.party_joined_on", "identity.birth_date", 16),
    "CORRECT-AGE-DEGREE": _young_graduate,
    "CORRECT-APPOINTED-BEFORE-RECRUITED": _early_appointment,
    "CORRECT-WORK-OVERLAP": _two_posts,
    "CORRECT-COEFFICIENT": _off_scale,
    "CORRECT-TIME-IN-GRADE": _too_fast,
    "CORRECT-HIGHEST-LEVEL": _lower_level,
    "COMPLETE-WORK-GAP": _gap,
    "COMPLETE-DEGREES": _no_degrees,
    "COMPLETE-WORK-HISTORY": _drop("career.work_history"),
    "COMPLETE-RELATIVES": _drop("family.relatives"),
    "COMPLETE-RELATIVE-BACKGROUND": _background,
    "COMPLETE-HOME-TOWN": _drop("identity.home_town"),
    "CLEAN-NFC": _name(lambda name: unicodedata.normalize("NFD", name)),
    "CLEAN-SPACES": _name(lambda name: name.replace(" ", "  ", 1)),
    "CLEAN-NAME-CAPITALS": _name(str.upper),
    "CLEAN-LOST-LETTERS": _name(lambda name: f"{name[0]}?{name[2:]}"),
    "CLEAN-NOTHING": _set("identity.other_names", "Không"),
    "CLEAN-PHONE": _set("identity.phone", "0912.345.678"),
    "CLEAN-WORK-TWICE": _twice("career", "work_history"),
    "LIVE-RAISE-OVERDUE": _overdue,
    "LIVE-RETIREMENT-PASSED": _retired_long_ago,
    "LIVE-RATING-MISSING": _no_last_rating,
    "LIVE-CONTRACT-ENDED": _contract_over,
    "LIVE-PROVINCE": _old_address,
    "LIVE-CODE-CLOSED": _set("employment.category", "XA"),
}
"""How each rule's contradiction is planted; it says whether it fits the person."""
