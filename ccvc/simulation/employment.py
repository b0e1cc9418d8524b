"""The employment group: unit, post, rank, pay with its history, ratings, rewards, discipline."""

# ruff: noqa: PLR2004  (chances and ages of the model are read best where they are drawn)

from __future__ import annotations

from typing import Any

from ccvc.simulation.days import first_days, month_texts
from ccvc.simulation.job_positions import job_position
from ccvc.simulation.life import Life, Setting, is_contract
from ccvc.simulation.names import FEMALE
from ccvc.simulation.service import decision
from ccvc.simulation.wheels import Random, wheel

Row = dict[str, Any]

YEAR = 12
ORDINARY = {"CC": "900", "CB": "900", "VC": "901", "HD": "902"}
IN_SERVICE, PROBATION, STUDYING, MATERNITY = "01", "02", "05", "06"
PROBATION_PERCENT = 85
RATED_YEARS = 5
RATINGS = wheel({"1": 14, "2": 79, "3": 7}, 512)
EXCELLENT, GOOD, FAILED = "1", "2", "4"
FIGHTER, ADVANCED = "03", "04"
MERIT_OF_PROVINCE, COMMENDATION = "41", "42"
VIOLATIONS = (
    "Vi phạm quy định về thời gian làm việc, chế độ báo cáo",
    "Vi phạm quy định chuyên môn, nghiệp vụ trong thực hiện nhiệm vụ được giao",
    "Vi phạm quy định về quản lý tài chính, tài sản công ở mức độ nhẹ",
)
SUPPORT_PAY = tuple(range(5_400_000, 8_400_000, 100_000))
STRENGTHS = (
    "Công tác chuyên môn",
    "Công tác tổng hợp, tham mưu",
    "Công tác quản lý",
    "Ứng dụng công nghệ thông tin",
)


def employment(random: Random, setting: Setting, life: Life) -> dict[str, Any]:
    """The employment group of a document."""
    title = life.post.title if life.post else life.profession.title
    work = life.profession.work
    group: dict[str, Any] = {
        "category": life.category,
        "status": _status(random, setting, life),
        "managing_agency": setting.agency_code,
        "unit_code": life.unit.code,
        "unit_name": life.unit.name,
        "position": life.post.code if life.post else ORDINARY[life.category],
        "position_title": title,
        "job_position_code": job_position(life),
        "main_work": work[int(random() * len(work))],
        "strength": STRENGTHS[int(random() * len(STRENGTHS))],
    }
    if life.pay:
        _pay(random, life, group)
    if is_contract(life):
        group["job_salary"] = SUPPORT_PAY[int(random() * len(SUPPORT_PAY))]
    _ratings_and_rewards(random, setting, life, group)
    if life.disciplined:
        group["disciplines"] = [_discipline(random, setting, life)]
    return group


def _status(random: Random, setting: Setting, life: Life) -> str:
    if life.probation_end > setting.today:
        return PROBATION
    if life.sex == FEMALE and life.married and life.age < 40 and random() < 0.022:
        return MATERNITY
    return STUDYING if not life.post and life.age < 45 and random() < 0.004 else IN_SERVICE


def _pay(random: Random, life: Life, group: dict[str, Any]) -> None:
    """Rank, step, coefficient, clocks and history, as the pay career left them."""
    pay, days = life.pay, first_days()
    assert pay is not None  # noqa: S101  (callers ask only for people on a scale)
    held = pay.rows[-1]
    rank = held.rank
    first_coded = next((until for until, _ in reversed(rank.earlier)), 0)
    group["rank"] = rank.code
    group["rank_appointed_on"] = days[max(pay.rank_since, first_coded)]
    group["salary_group"] = rank.group
    group["salary_step"] = held.step
    group["salary_coefficient"] = rank.coefficients[held.step - 1]
    group["salary_from"] = days[held.month]
    group["raise_clock_from"] = days[pay.clock]
    group["salary_percent"] = PROBATION_PERCENT if group["status"] == PROBATION else 100
    if pay.beyond_percent:
        group["beyond_frame_percent"] = pay.beyond_percent
        group["beyond_frame_from"] = days[pay.beyond_from]
    if rank.career_level and life.category == "VC" and random() < 0.4:
        group["job_level"] = rank.career_level
    if life.post:
        group["position_allowance"] = life.post.allowance
    group["salary_history"] = _history(random, life)


def _history(random: Random, life: Life) -> list[Row]:
    months = month_texts()
    rows: list[Row] = []
    past = life.pay.rows if life.pay else []
    for at, held in enumerate(past):
        row: Row = {
            "id": f"s{at + 1}",
            "from": months[held.month],
            "rank": held.rank.code_at(held.month),
            "step": held.step,
            "coefficient": held.rank.coefficients[held.step - 1],
            "decision_number": decision(random),
        }
        if at + 1 < len(past):
            row["to"] = months[past[at + 1].month - 1]
        rows.append(row)
    return rows


def _ratings_and_rewards(random: Random, setting: Setting, life: Life, group: dict[str, Any]) -> None:
    """A rating for each whole year of service of the last five, and what good years are rewarded with."""
    last = setting.today // YEAR - 1
    failed = life.disciplined // YEAR
    ratings: list[Row] = []
    rewards: list[Row] = []
    for year in range(max(life.recruited // YEAR + 1, last - RATED_YEARS + 1), last + 1):
        level = FAILED if year == failed else RATINGS[int(random() * len(RATINGS))]
        ratings.append({"id": f"g{year}", "year": year, "period": "N", "level": level})
        if level == EXCELLENT and random() < 0.7:
            rewards.append(_reward(random, setting, year, "title", FIGHTER))
        elif level == GOOD and random() < 0.4:
            rewards.append(_reward(random, setting, year, "title", ADVANCED))
        if level == EXCELLENT and random() < 0.25:
            rewards.append(
                _reward(random, setting, year, "form", COMMENDATION if random() < 0.8 else MERIT_OF_PROVINCE)
            )
    if ratings:
        group["ratings"] = ratings
    if rewards:
        group["rewards"] = rewards


def _reward(random: Random, setting: Setting, year: int, what: str, code: str) -> Row:
    """Decided early in the year after the one rewarded."""
    higher = code == MERIT_OF_PROVINCE
    return {
        "id": f"k{year}{what[0]}",
        "year": year,
        what: code,
        "level": "4" if higher and setting.home else "3" if higher else "8",
        "decision_number": decision(random, "QĐ-KT"),
        "decided_on": f"{year + 1}-0{1 + int(random() * 4)}",
    }


def _discipline(random: Random, setting: Setting, life: Life) -> Row:
    """One administrative punishment: in force for twelve months (Decree 172/2025/NĐ-CP Art. 2)."""
    days = first_days()
    return {
        "id": "x1",
        "kind": "HC",
        "form": life.discipline_form,
        "violation": VIOLATIONS[int(random() * len(VIOLATIONS))],
        "decided_on": days[life.disciplined],
        "effective_from": days[life.disciplined],
        "effective_to": f"{month_texts()[life.disciplined + YEAR - 1]}-28",
        "decision_number": decision(random, "QĐ-KL"),
        "issuer": setting.title,
    }
