"""Kinds of faults, each as one small change to the cells of one person. See ``faults``."""

# ruff: noqa: PLR2004  (chances and ages of the model are read best where they are drawn)

from __future__ import annotations

import random as randomness
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from ccvc.intake.layout import MAIN, PERSON
from ccvc.simulation.cells import Cells, Row
from ccvc.standard import plain

Expected = Literal["refused", "warned", "accepted", "conflict"]

BIRTH, SEX, NAME = "identity.birth_date", "identity.sex", "identity.full_name"
UNIT, COEFFICIENT, STEP = "employment.unit_code", "employment.salary_coefficient", "employment.salary_step"
JOINED, OFFICIAL = "affiliation.party_joined_on", "affiliation.party_official_on"
WORK = "career.work_history"
DAYS = (BIRTH, "career.recruited_on", "identity.identity_card_issued_on", "employment.salary_from")
REQUIRED = (
    NAME,
    SEX,
    BIRTH,
    "identity.ethnic_group",
    "career.recruited_on",
    "employment.category",
    "employment.status",
)
SEXES = {"Nam": "Nữ", "Nữ": "Nam"}
UNKNOWN = {
    "identity.ethnic_group": "Lạc Việt cổ",
    "identity.religion": "Thờ ông bà tổ tiên",
    "identity.marital_status": "Đang tìm hiểu",
    "education.highest_level": "Trên đại học (không rõ loại)",
    "employment.category": "Cộng tác viên thời vụ",
    "employment.status": "Đang nghỉ chế độ dưỡng sức",
}
FULL_DATE = 10
OFF_TABLE = {"2,34": "2,35", "2,67": "2,76", "3,00": "3,03", "3,33": "3,34", "3,66": "3,96", "3,99": "3,90"}


@dataclass(frozen=True, slots=True)
class Trace:
    """One cell changed: where, what is typed there now, and what was right."""

    sheet: str
    row: int
    path: str
    typed: str
    truth: str


@dataclass(frozen=True, slots=True)
class Victim:
    """One person whose cells are to be spoilt. Rows are replaced, never changed: others may hold them."""

    cells: Cells
    place: int
    tables: Mapping[str, list[int]]
    rng: randomness.Random

    @property
    def main(self) -> Row:
        """The person's row of the main sheet."""
        return self.cells[MAIN][self.place]

    def put(self, path: str, typed: str, sheet: str = MAIN, place: int | None = None) -> list[Trace]:
        """Type something into a cell; "" empties it."""
        place = self.place if place is None else place
        row = self.cells[sheet][place]
        changed = {key: value for key, value in row.items() if key != path}
        self.cells[sheet][place] = {**changed, path: typed} if typed else changed
        return [Trace(sheet, place, path, typed, row.get(path, ""))]

    def put_id(self, typed: str) -> list[Trace]:
        """Type the person's number otherwise, in every sheet."""
        for sheet, places in self.tables.items():
            for place in places:
                self.put(PERSON, typed, sheet, place)
        return self.put(PERSON, typed)


Plant = Callable[[Victim], list[Trace]]


@dataclass(frozen=True, slots=True)
class Slip:
    """A kind of fault: how often it comes, what intake should do, how it is planted ([]: it does not fit)."""

    kind: str
    weight: float
    expected: Expected
    plant: Plant


def _id_letter(victim: Victim) -> list[Trace]:
    return victim.put_id("O" + victim.main[PERSON][1:])


def _id_extra_digit(victim: Victim) -> list[Trace]:
    number = victim.main[PERSON]
    return victim.put_id(number + number[-1])


def _id_of_nine(victim: Victim) -> list[Trace]:
    return (
        victim.put_id(victim.main.get("identity.old_identity_number", ""))
        if _has(victim, "identity.old_identity_number")
        else []
    )


def _id_zero_lost(victim: Victim) -> list[Trace]:
    return victim.put_id(victim.main[PERSON].removeprefix("0"))


def _id_swapped(victim: Victim) -> list[Trace]:
    number = victim.main[PERSON]
    swapped = f"{number[:-2]}{number[-1]}{number[-2]}"
    taken = {row[PERSON] for row in victim.cells[MAIN]}
    return victim.put_id(swapped) if swapped not in taken else []


def _name_slip(victim: Victim) -> list[Trace]:
    """Tone marks of one word lost."""
    words = victim.main[NAME].split()
    at = int(victim.rng.random() * len(words))
    bare = plain(words[at]).capitalize()
    return victim.put(NAME, " ".join([*words[:at], bare, *words[at + 1 :]])) if bare != words[at] else []


def _year_against_id(victim: Victim) -> list[Trace]:
    day = victim.main[BIRTH]
    year = int(day[-4:]) + (-1 if victim.rng.random() < 0.7 else -10)
    return victim.put(BIRTH, "01/01/" + str(year) if day.startswith("29/02") else f"{day[:-4]}{year}")


def _sex_against_id(victim: Victim) -> list[Trace]:
    return victim.put(SEX, SEXES[victim.main[SEX]])


def _impossible_day(victim: Victim) -> list[Trace]:
    path = _day(victim)
    return victim.put(path, f"31/02/{victim.main[path][-4:]}") if path else []


def _short_year(victim: Victim) -> list[Trace]:
    path = _day(victim)
    return victim.put(path, f"{victim.main[path][:6]}{victim.main[path][-2:]}") if path else []


def _vague_date(victim: Victim) -> list[Trace]:
    path = _day(victim)
    return victim.put(path, f"khoảng đầu {victim.main[path][-4:]}") if path else []


def _other_notation(victim: Victim) -> list[Trace]:
    """The same day as other people write it."""
    path = _day(victim)
    if not path:
        return []
    day, month, year = victim.main[path].split("/")
    ways = (
        f"{int(day)}/{int(month)}/{year}",
        f"{day}.{month}.{year}",
        f"{year}-{month}-{day}",
        f"{day}-{month}-{year}",
        f"ngày {day} tháng {month} năm {year}",
    )
    others = [way for way in ways if way != victim.main[path]]
    return victim.put(path, others[int(victim.rng.random() * len(others))])


def _missing(victim: Victim) -> list[Trace]:
    path = REQUIRED[int(victim.rng.random() * len(REQUIRED))]
    return victim.put(path, "") if _has(victim, path) else []


def _unknown_code(victim: Victim) -> list[Trace]:
    path = tuple(UNKNOWN)[int(victim.rng.random() * len(UNKNOWN))]
    return victim.put(path, UNKNOWN[path]) if _has(victim, path) else []


def _unknown_rank(victim: Victim) -> list[Trace]:
    return victim.put("employment.rank", "V.99.01.01") if _has(victim, "employment.rank") else []


def _unknown_unit(victim: Victim) -> list[Trace]:
    return victim.put(UNIT, f"{victim.main[UNIT].split('.')[0]}.999.99")


def _without_tones(victim: Victim) -> list[Trace]:
    """A category typed without tone marks: found all the same."""
    path = "employment.category"
    return victim.put(path, plain(victim.main[path]))


def _party_order(victim: Victim) -> list[Trace]:
    """The official date a year before the admission."""
    if not _has(victim, OFFICIAL):
        return []
    joined = victim.main[JOINED]
    return victim.put(OFFICIAL, f"{joined[:-4]}{int(joined[-4:]) - 1}")


def _work_order(victim: Victim) -> list[Trace]:
    """A row of work that ends before it begins."""
    for place in victim.tables.get(WORK, ()):
        row = victim.cells[WORK][place]
        if f"{WORK}[].to" in row:
            first = row[f"{WORK}[].from"]
            return victim.put(f"{WORK}[].to", f"{first[:-4]}{int(first[-4:]) - 2}", WORK, place)
    return []


def _off_table(victim: Victim) -> list[Trace]:
    typed = OFF_TABLE.get(victim.main.get(COEFFICIENT, ""))
    return victim.put(COEFFICIENT, typed) if typed else []


def _step_in_words(victim: Victim) -> list[Trace]:
    return victim.put(STEP, f"bậc {victim.main[STEP]} cũ") if _has(victim, STEP) else []


def _duplicate(victim: Victim) -> list[Trace]:
    """The person's row a second time at the end of the sheet, with another telephone: both go back."""
    main = victim.cells[MAIN]
    main.append({**victim.main, "identity.phone": f"050{int(victim.rng.random() * 10_000_000):07}"})
    key = victim.main[PERSON]
    return [Trace(MAIN, place, PERSON, key, key) for place in (victim.place, len(main) - 1)]


def _has(victim: Victim, path: str) -> bool:
    return bool(victim.main.get(path))


def _day(victim: Victim) -> str:
    """A cell with a full date; "" if the one drawn has none."""
    path = DAYS[int(victim.rng.random() * len(DAYS))]
    return path if len(victim.main.get(path, "")) == FULL_DATE else ""


_SLIPS = (
    Slip("id_letter", 5, "refused", _id_letter),
    Slip("id_extra_digit", 4, "refused", _id_extra_digit),
    Slip("id_of_nine_digits", 4, "refused", _id_of_nine),
    Slip("id_zero_lost", 10, "warned", _id_zero_lost),
    Slip("id_swapped_digits", 3, "accepted", _id_swapped),
    Slip("name_without_tone", 6, "accepted", _name_slip),
    Slip("birth_year_against_id", 8, "warned", _year_against_id),
    Slip("sex_against_id", 6, "warned", _sex_against_id),
    Slip("impossible_day", 6, "refused", _impossible_day),
    Slip("two_digit_year", 6, "refused", _short_year),
    Slip("vague_date", 3, "refused", _vague_date),
    Slip("other_date_notation", 8, "accepted", _other_notation),
    Slip("missing_required", 8, "refused", _missing),
    Slip("unknown_code", 6, "refused", _unknown_code),
    Slip("unknown_rank", 3, "refused", _unknown_rank),
    Slip("unknown_unit", 3, "refused", _unknown_unit),
    Slip("code_without_tones", 4, "accepted", _without_tones),
    Slip("party_dates_reversed", 4, "refused", _party_order),
    Slip("work_dates_reversed", 3, "refused", _work_order),
    Slip("coefficient_off_table", 4, "accepted", _off_table),
    Slip("step_in_words", 3, "refused", _step_in_words),
    Slip("duplicate_in_file", 4, "refused", _duplicate),
)
KINDS: Mapping[str, Slip] = {slip.kind: slip for slip in _SLIPS}
"""Every kind. A coefficient off the table is accepted while no rule on the way compares it with the scale."""
