"""The identity group of a document: numbers, names, places, papers, coherent with one another."""

# ruff: noqa: PLR2004  (chances and ages of the model are read best where they are drawn)

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ccvc.simulation.days import month_texts
from ccvc.simulation.life import Life, Setting
from ccvc.simulation.places import address, pick, places_of_old, places_of_today, provinces
from ccvc.simulation.wheels import Random, wheel
from ccvc.standard import names as vietnamese

YEAR = 12
NONE = {"state": "none"}
CARD_YEARS, CARD_FROM = (25, 40, 60), 2021 * YEAR + 2
"""Cards with a chip since March 2021; they are renewed at 25, 40 and 60 (Law 26/2023/QH15 Art. 21)."""

POLICE = "Cục Cảnh sát quản lý hành chính về trật tự xã hội"
MINISTRY_OF_PUBLIC_SECURITY, MINISTRY_ISSUES_FROM = "Bộ Công an", 2024 * YEAR + 6
NINE_DIGITS_UNTIL = 1998
YEAR_ONLY, MONTH_ONLY = 0.012, 0.016

RELIGIONS = {
    "north": wheel({"": 930, "02": 50, "01": 18, "03": 2}, 1024),
    "centre": wheel({"": 900, "01": 52, "02": 40, "03": 8}, 1024),
    "south": wheel({"": 870, "01": 66, "02": 40, "05": 14, "04": 8, "03": 2}, 1024),
}
ORIGINS = wheel({"05": 62, "06": 10, "09": 14, "02": 5, "03": 3, "08": 4, "10": 2}, 512)
POLICIES = wheel({"": 956, "02": 18, "01": 10, "07": 8, "10": 8}, 1024)
MARRIED, SINGLE = "2", "1"
MARRIED_STATUS = wheel({"2": 944, "3": 40, "4": 16}, 1024)


def identity(random: Random, setting: Setting, life: Life) -> dict[str, Any]:
    """The identity group of a document."""
    origin, today = life.origin, setting.today
    birthplace = pick(random, places_of_old(origin))
    lives_in = setting.home or ("01" if random() < 0.8 else origin)
    home = address(random, pick(random, places_of_today(lives_in)))
    personal_id = setting.ids.mint(origin, life.sex, life.born)
    setting.staff_number += 1
    social = f"{int(random() * 10_000_000_000):010}"
    religions = RELIGIONS[life.region]
    group: dict[str, Any] = {
        "personal_id": personal_id,
        "staff_number": f"{setting.agency_code}-{setting.staff_number:06}",
        "full_name": life.name,
        "sex": life.sex,
        "birth_date": birth_text(random, life),
        "birth_place": birthplace,
        "birth_registration_place": birthplace,
        "home_town": birthplace if random() < 0.86 else pick(random, places_of_old(origin)),
        "ethnic_group": life.ethnic,
        "religion": religions[int(random() * len(religions))] or NONE,
        "nationality": "VN",
        "marital_status": MARRIED_STATUS[int(random() * len(MARRIED_STATUS))] if life.married else SINGLE,
        "permanent_address": home,
        "current_address": home,
        "phone": f"050{int(random() * 10_000_000):07}",
        "email": _email(life.name, setting),
        "social_insurance_number": social,
        "health_insurance_number": f"HC4{provinces()[lives_in].code}{social}",
        "tax_code": personal_id,
        "family_origin": ORIGINS[int(random() * len(ORIGINS))],
    }
    _card(random, life, group, today)
    if life.born < NINE_DIGITS_UNTIL and random() < 0.6:
        group["old_identity_number"] = f"{origin}{int(random() * 10_000_000):07}"
    if policy := POLICIES[int(random() * len(POLICIES))]:
        group["policy_category"] = policy
    return group


def birth_text(random: Random, life: Life) -> str:
    """A date of birth; of a few older people only year or month is on paper."""
    month = month_texts()[life.birth_month]
    luck = random()
    if luck < MONTH_ONLY and life.age > 45:
        return month[:4] if luck < YEAR_ONLY else month
    return f"{month}-{life.birth_day:02}"


def _card(random: Random, life: Life, group: dict[str, Any], today: int) -> None:
    """The identity card: issued between March 2021 and now, valid to the next of the ages of renewal."""
    issued = CARD_FROM + int(random() * (today - CARD_FROM))
    until = next((age for age in CARD_YEARS if life.birth_month + (age - 2) * YEAR > issued), None)
    months = month_texts()
    group["identity_card_issued_on"] = f"{months[issued]}-{1 + int(random() * 28):02}"
    group["identity_card_issuer"] = MINISTRY_OF_PUBLIC_SECURITY if issued >= MINISTRY_ISSUES_FROM else POLICE
    if until:
        group["identity_card_expires_on"] = f"{months[life.birth_month + until * YEAR]}-{life.birth_day:02}"


def _email(name: str, setting: Setting) -> str:
    """An address below a name that no server bears: given name, initials, number."""
    given, initials = _letters(name)
    return f"{given}{initials}{setting.staff_number}@{setting.agency_code.lower().replace('.', '-')}.gov.vn"


@lru_cache(maxsize=4096)
def _word(word: str) -> str:
    return "".join(letter for letter in vietnamese.plain(word) if letter.isascii() and letter.isalpha())


def _letters(name: str) -> tuple[str, str]:
    words = [_word(word) for word in name.split()]
    return words[-1], "".join(word[:1] for word in words[:-1])
