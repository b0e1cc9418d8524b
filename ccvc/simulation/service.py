"""The career group of a document: recruitment, contracts, work without gaps, appointments, planning."""

# ruff: noqa: PLR2004  (chances and ages of the model are read best where they are drawn)

from __future__ import annotations

from typing import Any

from ccvc.simulation.days import first_days, month_texts
from ccvc.simulation.life import DEPUTY, HEAD, Life, Setting, is_contract
from ccvc.simulation.professions import CADRE, Post
from ccvc.simulation.wheels import Random

Row = dict[str, Any]

YEAR = 12
TERM = 5 * YEAR
OPEN = 1 << 30
FIXED_TERM_FROM = 2020 * YEAR + 6
"""Public employees recruited since 01/07/2020 begin with a fixed term (Law 52/2019/QH14)."""

FIXED, INDEFINITE, SUPPORT, SUPPORT_OF_2000 = "1", "2", "3", "6"
DECREE_111 = 2023 * YEAR + 2
EXAM, SELECTION, ELECTION, CONTRACTED = "1", "2", "4", "9"


def decision(random: Random, suffix: str = "QĐ-TCCB") -> str:
    """A decision number: "01234/QĐ-TCCB"."""
    return f"{int(random() * 4_000) + 1}/{suffix}"


def career(random: Random, setting: Setting, life: Life) -> dict[str, Any]:
    """The career group of a document."""
    months, today = month_texts(), setting.today
    places = _places(random, setting, life)
    group: dict[str, Any] = {
        "recruited_on": first_days()[life.recruited],
        "recruited_by": setting.title,
        "recruitment_method": _method(random, life),
        "joined_agency_on": months[places[-1][0]],
        "work_history": _work_history(life, places),
    }
    if life.probation_end > life.recruited and life.probation_end <= today:
        group["probation_ended_on"] = months[life.probation_end]
    if contracts := _contracts(random, life, today):
        group["contracts"] = contracts
    if life.post_since and life.role in {HEAD, DEPUTY}:
        group["appointments"] = _appointments(random, setting, life)
    if life.role == DEPUTY and life.staff_posts and random() < 0.5 and life.post:
        group["planning"] = [_planning(random, setting, life)]
    return group


def _method(random: Random, life: Life) -> str:
    if is_contract(life):
        return CONTRACTED
    if life.category == CADRE and random() < 0.3:
        return ELECTION
    return EXAM if random() < (0.8 if life.category in {"CC", CADRE} else 0.25) else SELECTION


def _places(random: Random, setting: Setting, life: Life) -> list[tuple[int, str]]:
    """Where someone worked: (since month, unit name), the last one the unit of today."""
    end = life.deputy_since or life.post_since or setting.today
    served = end - life.recruited
    sisters = setting.sisters[life.activity]
    moves = (served > 8 * YEAR and random() < 0.42) + (served > 16 * YEAR and random() < 0.30)
    places, since = [], life.recruited
    for move in range(moves):
        places.append((since, sisters[int(random() * len(sisters))]))
        since += 2 * YEAR + int(random() * (served / (move + 2) - 2 * YEAR))
    return [*places, (since, life.unit.name)]


def _work_history(life: Life, places: list[tuple[int, str]]) -> list[Row]:
    """Rows from recruitment to today, each beginning the month after the one before ended."""
    staff = life.profession.title
    events = [(month, unit, staff) for month, unit in places]
    if life.deputy_since:
        events.append((life.deputy_since, life.unit.name, _title(life.staff_posts[0], staff)))
    if life.post_since:
        events.append((life.post_since, life.unit.name, _title(life.post, staff)))
    months, kept = month_texts(), [event for at, event in enumerate(events) if not _overtaken(events, at)]
    rows: list[Row] = []
    for at, (month, unit, title) in enumerate(kept):
        row: Row = {
            "id": f"w{at + 1}",
            "from": months[month],
            "unit_name": unit,
            "position": title,
            "organisation_kind": life.organisation,
        }
        if at + 1 < len(kept):
            row["to"] = months[kept[at + 1][0] - 1]
        rows.append(row)
    rows[-1]["unit_code"] = life.unit.code
    life.history = kept
    return rows


def _overtaken(events: list[tuple[int, str, str]], at: int) -> bool:
    """Whether the next event begins in the same month or before."""
    return at + 1 < len(events) and events[at + 1][0] <= events[at][0]


def _title(post: Post | None, otherwise: str) -> str:
    return post.title if post else otherwise


def _contracts(random: Random, life: Life, today: int) -> list[Row]:
    if is_contract(life):
        spans = [
            (SUPPORT_OF_2000, life.recruited, DECREE_111 - 1),
            (SUPPORT, max(life.recruited, DECREE_111), 0),
        ]
        spans = spans if life.recruited < DECREE_111 else spans[1:]
    elif life.category != "VC":
        return []
    elif life.recruited < FIXED_TERM_FROM:
        spans = [(INDEFINITE, life.probation_end, 0)]
    else:
        fixed_end = life.recruited + 3 * YEAR
        spans = [(FIXED, life.recruited, fixed_end - 1), (INDEFINITE, fixed_end, 0)]
    months = month_texts()
    rows: list[Row] = []
    for kind, start, end in spans:
        if start > today:
            continue
        row: Row = {
            "id": f"c{len(rows) + 1}",
            "kind": kind,
            "number": decision(random, "HĐLV" if life.category == "VC" else "HĐLĐ"),
            "from": first_days()[start],
        }
        if end:
            row["to"] = months[end]
        rows.append(row)
    return rows


def _appointments(random: Random, setting: Setting, life: Life) -> list[Row]:
    """Appointment and reappointments, each for a term of five years (Decree 170/2025/NĐ-CP Art. 29, 36)."""
    rows: list[Row] = []
    spans = [(life.post_since, OPEN, life.post)]
    if life.deputy_since:
        spans.insert(0, (life.deputy_since, life.post_since - 1, life.staff_posts[0]))
    elected = life.category == CADRE
    for first, last, post in spans:
        month = first
        while month <= min(last, setting.today):
            rows.append(
                {
                    "id": f"a{len(rows) + 1}",
                    "kind": "elect" if elected else "appoint" if month == first else "reappoint",
                    "position": _title(post, life.profession.title),
                    "unit_name": life.unit.name,
                    "decided_on": f"{month_texts()[month - 1]}-{10 + int(random() * 18)}",
                    "effective_from": first_days()[month],
                    "effective_to": month_texts()[min(month + TERM - 1, last)],
                    "decision_number": decision(random),
                    "decision_issuer": setting.title,
                }
            )
            month += TERM
    return rows


def _planning(random: Random, setting: Setting, life: Life) -> Row:
    """Put forward for the post above, in the planning of this term."""
    first = (setting.today // YEAR - 1) // 5 * 5 + 1
    added = max(life.post_since, first * YEAR + int(random() * 6))
    return {
        "id": "q1",
        "position": "Người đứng đầu đơn vị",
        "period": f"{first}-{first + 5}",
        "approved_by": setting.title,
        "added_on": month_texts()[min(added, setting.today)],
        "decision_number": decision(random),
    }
