"""Plausible live changes, one at a time: what a demonstration goes on with after its people are taken in.

Each change leaves a document that passes the standard's check if it did before.
"""

# ruff: noqa: PLR2004  (chances and ages of the model are read best where they are drawn)

from __future__ import annotations

import random as randomness
from collections.abc import Callable
from datetime import date
from typing import Any

from ccvc.rules import salary
from ccvc.simulation.degrees import institutions
from ccvc.simulation.places import address, pick, places_of_today, provinces
from ccvc.standard import is_partial_date, state_of

Document = dict[str, Any]
Made = tuple[Document, str]
Maker = Callable[[randomness.Random, Document, date], Made | None]

MASTER, BACHELOR = "7", "6"
GOOD, EXCELLENT = "2", "1"
TERM_YEARS = 5
ORDINARY_RAISE = "Nâng bậc lương thường xuyên"
MERIT_RAISE = "Nâng bậc lương trước thời hạn do lập thành tích xuất sắc"
MOST_MONTHS_EARLY = 12
"""TT 08/2013/TT-BNV Art. 3: for merit a raise comes at most twelve months early."""


def next_change(rng: randomness.Random, document: Document, on: date) -> Made:
    """The document after one change of a person's life, and the reason an officer would write.

    The document given stays as it was. An address can always change, so there is always an answer.
    """
    makers = [maker for maker, weight in _MAKERS for _ in range(weight)]
    while True:
        made = makers[int(rng.random() * len(makers))](rng, document, on)
        if made is not None and made[0] != document:
            return made


def raise_step(rng: randomness.Random, document: Document, on: date) -> Made | None:
    """The next step of the scale from the first of this month: when due, or up to a year early for merit."""
    held = document.get("employment", {})
    group, step, rank = (held.get(name) for name in ("salary_group", "salary_step", "rank"))
    if not (isinstance(group, str) and isinstance(step, int) and isinstance(rank, str)):
        return None
    first = on.replace(day=1)
    coefficient = salary.coefficient(group, step + 1, first)
    history = held.get("salary_history", [])
    early = _months_early(held, first)
    if coefficient is None or early is None or not _open_before(history, first):
        return None
    month = f"{first:%Y-%m}"
    row = {
        "id": _free_id("s", history),
        "from": month,
        "rank": rank,
        "step": step + 1,
        "coefficient": str(coefficient),
        "decision_number": f"{1 + int(rng.random() * 900)}/QĐ-TCCB",
    }
    pay = {
        "salary_step": step + 1,
        "salary_coefficient": str(coefficient),
        "salary_from": first.isoformat(),
        "raise_clock_from": first.isoformat(),
        "salary_history": [*_closed(history, first), row],
    }
    return _with(document, "employment", pay), MERIT_RAISE if early > 0 else ORDINARY_RAISE


def move_house(rng: randomness.Random, document: Document, _on: date) -> Made | None:
    """A new address in the province where the person lives, or where the number was given."""
    identity = document["identity"]
    code = identity.get("current_address", {}).get("code", "")
    old = [province.old_code for province in provinces().values() if province.code == code]
    chosen = old[int(rng.random() * len(old))] if old else "01"
    home = address(rng.random, pick(rng.random, places_of_today(chosen)))
    return _with(document, "identity", {"current_address": home}), "Thay đổi nơi ở hiện nay"


def take_degree(rng: randomness.Random, document: Document, on: date) -> Made | None:
    """A master's degree, for those who have a bachelor's and no higher one."""
    education = document.get("education", {})
    degrees = education.get("degrees", [])
    if education.get("highest_level") != BACHELOR or not degrees:
        return None
    last = degrees[-1]
    start = date(on.year - 2, 9, 1)
    if not _before(last.get("to"), start):
        return None
    schools = institutions()["general"]
    row = {
        "id": _free_id("d", degrees),
        "from": f"{start:%Y-%m}",
        "to": f"{on:%Y-%m}",
        "institution": schools[int(rng.random() * len(schools))],
        "country": "VN",
        "mode": "1",
        "level": MASTER,
        "certificate_number": f"ThS {100_000 + int(rng.random() * 900_000)}",
        "issued_on": on.isoformat(),
    }
    if "major" in last:
        row["major"] = last["major"]
    levels = {"highest_level": MASTER, "degrees": [*degrees, row]}
    return _with(document, "education", levels), "Bổ sung bằng thạc sĩ"


def rate(rng: randomness.Random, document: Document, on: date) -> Made | None:
    """The rating of last year, where it is missing, or of this one."""
    ratings = document.get("employment", {}).get("ratings", [])
    rated = {row.get("year") for row in ratings}
    year = next((year for year in (on.year - 1, on.year) if year not in rated), None)
    if year is None:
        return None
    level = EXCELLENT if rng.random() < 0.15 else GOOD
    row = {"id": _free_id("g", ratings), "year": year, "period": "N", "level": level}
    return _with(
        document, "employment", {"ratings": [*ratings, row]}
    ), f"Kết quả đánh giá, xếp loại năm {year}"


def reappoint(rng: randomness.Random, document: Document, on: date) -> Made | None:
    """A new term of the post held, when the last one ends within a year."""
    appointments = document.get("career", {}).get("appointments", [])
    last = appointments[-1] if appointments else {}
    end = last.get("effective_to")
    if not (is_partial_date(end) and int(end[:4]) <= on.year + 1 and "position" in last):
        return None
    first = on.replace(day=1)
    if not _before(last.get("effective_from"), first):
        return None
    row = {
        **last,
        "id": _free_id("a", appointments),
        "kind": "reappoint",
        "decided_on": on.isoformat(),
        "effective_from": on.isoformat(),
        "effective_to": f"{on.year + TERM_YEARS}-{on.month:02}",
        "decision_number": f"{1 + int(rng.random() * 900)}/QĐ-TCCB",
    }
    return _with(
        document, "career", {"appointments": [*appointments, row]}
    ), "Bổ nhiệm lại chức vụ lãnh đạo, quản lý"


def new_phone(rng: randomness.Random, document: Document, _on: date) -> Made | None:
    """A new telephone number, of the range 050, which no operator gives out (K)."""
    phone = f"050{int(rng.random() * 10_000_000):07}"
    return _with(document, "identity", {"phone": phone}), "Cập nhật số điện thoại liên hệ"


_MAKERS: tuple[tuple[Maker, int], ...] = (
    (raise_step, 6),
    (move_house, 4),
    (take_degree, 3),
    (rate, 4),
    (reappoint, 3),
    (new_phone, 2),
)


def _months_early(held: Document, first: date) -> int | None:
    """Months from a day to the ordinary raise, 0 or less once due; None if too far off or unknown."""
    clock, months = (
        held.get("raise_clock_from"),
        salary.months_to_next(held["salary_group"], held["salary_step"]),
    )
    if not is_partial_date(clock) or months is None or not _before(held.get("salary_from"), first):
        return None
    early = int(clock[:4]) * 12 + int(clock[5:7]) + months - first.year * 12 - first.month
    return early if early <= MOST_MONTHS_EARLY else None


def _with(document: Document, group: str, values: Document) -> Document:
    return {**document, group: {**document.get(group, {}), **values}}


def _before(text: Any, day: date) -> bool:
    """Whether a partial date is there and begins before a day; nothing there counts as before."""
    if text is None or state_of(text):
        return True
    return is_partial_date(text) and str(text) < day.isoformat()


def _open_before(history: list[Document], first: date) -> bool:
    return all(_before(row.get("from"), first) and row.get("from") != f"{first:%Y-%m}" for row in history)


def _closed(history: list[Document], first: date) -> list[Document]:
    """The pay history with its open row ended the month before."""
    year, month = divmod(first.year * 12 + first.month - 2, 12)
    return [row if "to" in row else {**row, "to": f"{year}-{month + 1:02}"} for row in history]


def _free_id(letter: str, rows: list[Document]) -> str:
    """An id no row has."""
    taken = {row["id"] for row in rows}
    return next(
        f"{letter}{number}" for number in range(len(rows) + 1, 10_000) if f"{letter}{number}" not in taken
    )
