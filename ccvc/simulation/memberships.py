"""Smaller groups of a document: history, organisations, military service, assets, health."""

# ruff: noqa: PLR2004  (chances and ages of the model are read best where they are drawn)

from __future__ import annotations

from typing import Any

from ccvc.simulation.days import first_days, month_texts
from ccvc.simulation.life import ARMY_MONTHS, DEPUTY, HEAD, Life, Setting
from ccvc.simulation.names import MALE
from ccvc.simulation.professions import CADRE, CIVIL_SERVANT
from ccvc.simulation.wheels import Random, wheel

Group = dict[str, Any]

YEAR = 12
YOUTH_UNION, TRADE_UNION = "1", "2"
YOUTH_UNION_AT, YOUTH_UNION_UNTIL = 15, 30
PARTY_PROBATION = 12
"""A member becomes official after twelve months (Party Charter Art. 5, K)."""

BEFORE = wheel(
    {"Sinh viên": 74, "Lao động tự do": 8, "Giáo viên hợp đồng": 8, "Nhân viên doanh nghiệp": 10}, 256
)
BLOOD = wheel({"O": 42, "B": 30, "A": 21, "AB": 6}, 256)
HEALTH = wheel({"1": 24, "2": 58, "3": 17, "4": 1}, 256)
ARMY_RANKS = wheel({"03": 30, "04": 48, "05": 20, "07": 2}, 128)
HEIGHTS = {True: 158, False: 148}
HOUSES = wheel({"": 38, "2": 50, "3": 10, "1": 2}, 256)
DESTINATIONS = wheel({"LA": 22, "KR": 14, "CN": 18, "SG": 12, "JP": 12, "TH": 14, "FR": 8}, 256)


def history(random: Random, life: Life, today: int) -> Group:
    """The history group: work before recruitment, and for a few a journey abroad on duty."""
    group: Group = {
        "occupation_before": "Bộ đội"
        if life.enlisted and random() < 0.3
        else BEFORE[int(random() * len(BEFORE))]
    }
    if life.post and random() < 0.22 and today - life.recruited > 2 * YEAR:
        month = life.recruited + YEAR + int(random() * (today - life.recruited - YEAR - 1))
        group["travels"] = [
            {
                "id": "v1",
                "from": month_texts()[month],
                "to": month_texts()[month],
                "country": DESTINATIONS[int(random() * len(DESTINATIONS))],
                "purpose": "Học tập kinh nghiệm, trao đổi chuyên môn",
            }
        ]
    return group


def affiliation(random: Random, life: Life, today: int) -> Group:
    """The Party with its two dates in order, the Youth Union, the trade union."""
    joined_youth = life.born + YOUTH_UNION_AT + (random() < 0.4)
    youth = {"id": "o1", "organisation": YOUTH_UNION, "from": f"{joined_youth}-03"}
    if life.age > YOUTH_UNION_UNTIL:
        youth["to"] = month_texts()[life.birth_month + YOUTH_UNION_UNTIL * YEAR]
    union = {"id": "o2", "organisation": TRADE_UNION, "from": month_texts()[life.recruited]}
    group: Group = {"first_organisation_on": f"{joined_youth}-03-26", "organisations": [youth, union]}
    if life.party:
        day = f"{1 + int(random() * 28):02}"
        group["party_joined_on"] = f"{month_texts()[life.party]}-{day}"
        group["party_joined_at"] = f"Chi bộ {life.unit.name}"
        if life.party + PARTY_PROBATION < today:
            group["party_official_on"] = f"{month_texts()[life.party + PARTY_PROBATION]}-{day}"
            group["party_card_number"] = f"{int(random() * 89) + 10}.{int(random() * 1_000_000):06}"
        if life.role == HEAD:
            group["party_position"] = "Bí thư chi bộ"
        elif life.role == DEPUTY and random() < 0.5:
            group["party_position"] = "Chi ủy viên"
    return group


def military(random: Random, life: Life) -> Group:
    """Two years of service before studies; {} for those who did not serve."""
    if not life.enlisted:
        return {}
    return {
        "enlisted_on": month_texts()[life.enlisted],
        "discharged_on": month_texts()[life.enlisted + ARMY_MONTHS - 1],
        "highest_rank": ARMY_RANKS[int(random() * len(ARMY_RANKS))],
        "highest_position": "Chiến sĩ" if random() < 0.6 else "Tiểu đội trưởng",
    }


def assets(random: Random, setting: Setting, life: Life, income: int) -> Group:
    """Income, a house, and for civil servants and leaders the yearly declaration (Decree 130/2020/NĐ-CP)."""
    group: Group = {"salary_income": income}
    origin = HOUSES[int(random() * len(HOUSES))]
    if origin and life.age > 28:
        area = f"{48 + int(random() * 130)}.{int(random() * 10)}0"
        group["houses"] = [{"id": "h1", "origin": origin, "kind": "Nhà riêng lẻ", "area_m2": area}]
    if life.category in {CIVIL_SERVANT, CADRE} or life.role in {HEAD, DEPUTY}:
        december = (setting.today // YEAR - 1) * YEAR + 11
        first = life.recruited > december - 2
        day = (
            first_days()[min(life.recruited + 1, setting.today)] if first else f"{month_texts()[december]}-15"
        )
        group["declarations"] = [
            {"id": "k1", "kind": "1" if first else "3", "declared_on": day, "authority": setting.title}
        ]
    return group


def health(random: Random, setting: Setting, life: Life) -> Group:
    """The last yearly check."""
    man = life.sex == MALE
    height = HEIGHTS[man] + int((random() + random()) * 11)
    weight = (height - 100) * (0.82 + random() * 0.34)
    checked = setting.today - 1 - int(random() * 11)
    return {
        "status": HEALTH[int(random() * len(HEALTH))],
        "checked_on": f"{month_texts()[checked]}-{1 + int(random() * 28):02}",
        "height_cm": height,
        "weight_kg": f"{weight:.1f}",
        "blood_group": BLOOD[int(random() * len(BLOOD))],
    }
