"""People of two units of one agency who meet criteria, fail them, or of whom the dossier does not say."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from ccvc.changes import actions as changes
from ccvc.changes.domain import Proposal
from tests.people import OTHER_UNIT, UNIT, Agency, approve, dossier, found_agency, pass_steps

THIS_YEAR = timezone.localdate().year
LEVEL, PARTY = "education.highest_level", "affiliation.party_official_on"
NAMES = {
    "good": "Trần Thị Bình",
    "low": "Lê Văn Cường",
    "untold": "Phạm Thị Dung",
    "barred": "Hoàng Văn Em",
    "elsewhere": "Vũ Thị Giang",
}


def _ratings(*levels: str) -> list[dict[str, Any]]:
    years = range(THIS_YEAR - len(levels), THIS_YEAR)
    return [{"id": f"x{y}", "year": y, "level": level} for y, level in zip(years, levels, strict=True)]


def documents() -> dict[str, dict[str, Any]]:
    made = {name: dossier(number, full_name=NAMES[name]) for number, name in enumerate(NAMES, 1)}
    levels = {"good": "7", "low": "6", "barred": "7", "elsewhere": "8"}
    for name, one in made.items():
        one["employment"] |= {"ratings": _ratings("2", "1", "2"), "disciplines": []}
        one["affiliation"] = {"party_official_on": "2012-05"}
        if name in levels:
            one["education"]["highest_level"] = levels[name]
    made["barred"]["employment"]["disciplines"] = [
        {"id": "k1", "form": "HC2", "effective_from": f"{timezone.localdate()}", "violation": "Vi phạm Zút"}
    ]
    made["elsewhere"]["employment"]["unit_code"] = OTHER_UNIT
    return made


def found_world(home: Any) -> Agency:
    """The agency with those people, approved in one signature."""
    agency = found_agency(home)
    ids = []
    for name, document in documents().items():
        unit = OTHER_UNIT if name == "elsewhere" else UNIT
        proposal = Proposal(None, unit, document, timezone.localdate(), "Quyết định số 12")
        ids.append(changes.propose(agency.subject("officer"), proposal).pk)
    pass_steps(agency, ids)
    approve(agency, ids)
    return agency
