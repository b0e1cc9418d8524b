"""What every kind does to one and the same dossier, line by line: each expectation stands in `golden/`, to be read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ccvc import standard
from ccvc.decisions import effects, ruling
from ccvc.decisions.effects import Ground, carried_out
from ccvc.decisions.kinds import kind, kinds
from tests.decisions.world import civil_servant

GOLDEN = Path(__file__).parent / "golden"
ON, DECIDED = date(2026, 10, 1), date(2026, 9, 15)
INSIDE = {"code": "H41.13", "name": "Sở H41.13", "agency": "H41", "place": "inside"}
OUTSIDE = {"code": "H56.12", "name": "Sở H56.12", "agency": "H56", "place": "outside"}
CASES: dict[str, dict[str, Any]] = {
    "recruit": {
        "personal_id": "040085000001",
        "full_name": "Nguyễn Văn An",
        "sex": "1",
        "birth_date": "1985-03-07",
        "ethnic_group": "01",
        "category": "CC",
        "status": "02",
        "method": "1",
        "position": "Chuyên viên",
        "rank": "01.003",
        "salary_group": "A1",
        "salary_step": 1,
        "salary_percent": 85,
    },
    "probation_end": {"rank": "01.003"},
    "appoint": {
        "position": "Trưởng phòng",
        "office": "higher",
        "until": "2031-09-30",
        "allowance": "0.50",
        "job_position": "TP01",
    },
    "reappoint": {"position": "Phó Trưởng phòng", "until": "2031-09-30"},
    "elect": {"way": "elect", "position": "Chủ tịch", "office": "higher", "until": "2031-05-31"},
    "acting": {"position": "Phụ trách phòng", "until": "2027-03-31"},
    "concurrent": {"position": "Thư ký", "allowance": "0.10"},
    "relieve": {
        "way": "resign",
        "position": "Phó Trưởng phòng",
        "reason": "Nguyện vọng cá nhân",
        "position_after": "Chuyên viên",
    },
    "transfer": {"position": "Chuyên viên chính", "job_position": "CVC02"},
    "rotate": {"position": "Phó Giám đốc", "until": "2029-09-30"},
    "second": {"position": "Chuyên viên", "until": "2028-09-30"},
    "second_end": {},
    "plan": {"position": "Giám đốc", "period": "2026-2031"},
    "unplan": {"position": "Trưởng phòng", "reason": "Bị kỷ luật"},
    "rank_change": {"rank": "01.002", "salary_group": "A2.1"},
    "raise_regular": {"from": "2026-10-01"},
    "raise_early": {"months": 6, "reason": "Chiến sĩ thi đua cơ sở"},
    "raise_beyond_frame": {"from": "2026-10-01"},
    "allowance": {"kind": "12", "coefficient": "0.20", "until": "2027-09-30"},
    "rating": {"year": 2025, "period": "N", "level": "2"},
    "reward": {"year": 2026, "form": "41", "level": "4"},
    "discipline": {"form": "HC5", "violation": "Vi phạm quy định", "position_after_title": "Chuyên viên"},
    "discipline_end": {"reason": "Có kết luận oan"},
    "training": {"kind": "state", "institution": "Học viện Hành chính", "until": "2026-12-31"},
    "leave_unpaid": {"until": "2027-03-31", "reason": "Chăm con nhỏ"},
    "leave_unpaid_end": {},
    "retire": {"departure": "retire", "from": "2026-10-01"},
    "leave": {"departure": "streamline", "reason": "Sắp xếp tổ chức"},
    "death": {"reason": "Ốm"},
}


def before(name: str) -> dict[str, Any]:
    """The dossier the case begins with: a deputy head with everything that runs."""
    whole = civil_servant(1, position_title="Phó Trưởng phòng", position_allowance="0.30", position="120")
    if name == "raise_beyond_frame":
        clock = {"salary_step": 9, "salary_coefficient": "4.98", "raise_clock_from": "2023-10-01"}
        whole["employment"] |= clock
    status = {"second_end": "04", "leave_unpaid_end": "08", "probation_end": "02"}.get(name)
    whole["employment"] |= {"status": status} if status else {}
    whole["employment"].pop("position")
    whole["employment"]["disciplines"] = [{"id": "x1", "form": "HC1", "effective_from": "2026-02-01"}]
    whole["employment"]["allowances"] = [{"id": "a1", "kind": "12", "from": "2024-01", "coefficient": "0.10"}]
    whole["career"] |= {
        "appointments": [
            {
                "id": "o1",
                "kind": "appoint",
                "position": "Phó Trưởng phòng",
                "effective_from": "2022-01-01",
                "effective_to": "2026-12-31",
            },
            {"id": "o0", "kind": "appoint", "position": "Tổ trưởng", "effective_to": "2021-12-31"},
        ],
        "planning": [{"id": "p1", "position": "Trưởng phòng", "period": "2021-2026"}],
        "secondments": [{"id": "b1", "kind": "second", "to_unit": "Bộ Nội vụ", "from": "2025-01-01"}],
        "absences": [
            {"id": "n1", "kind": "unpaid_leave", "from": "2026-06-01"},
            {"id": "n2", "kind": "apprenticeship", "from": "2025-10-01"},
        ],
    }
    if name == "raise_early":
        whole["employment"] |= {"raise_clock_from": "2024-04-01", "disciplines": []}
        whole["career"]["absences"] = []
    return whole


def differences(name: str, unit: dict[str, str] = INSIDE) -> list[str]:
    """What the kind changes, a line a value."""
    meant, document, asked = kind(name), before(name), CASES[name]
    found = ruling.ruled(meant.rule, document, asked, ON)
    told = effects.told(
        number="12/QĐ-SNV",
        decided_on=DECIDED,
        effective_on=ON,
        day=ON,
        issuer="Sở Nội vụ",
        authority="Giám đốc Sở",
        title=meant.title,
    )
    ground = Ground(document, asked, told, "d1", unit, found.values)
    after = carried_out(meant, ground)
    wrong = [f.message_vi for f in standard.check(after, on=ON) if f.severity == "error"]
    assert wrong == []
    return [f"{d.path}: {shown(d.old)} → {shown(d.new)}" for d in effects.outcomes(document, after)]


def shown(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} {shown(cell)}" for name, cell in value.items() if name != "id") + "}"
    return "—" if value is None else str(value)


@pytest.mark.parametrize("name", CASES)
def test_every_kind_does_what_its_golden_file_says(name):
    assert differences(name) == (GOLDEN / f"{name}.txt").read_text("utf-8").splitlines()


def test_every_kind_has_its_case():
    assert set(CASES) == {one.name for one in kinds().values() if not one.amends}


def test_to_work_it_out_again_adds_nothing_twice():
    meant, document = kind("appoint"), before("appoint")
    told = effects.told(
        number="1", decided_on=DECIDED, effective_on=ON, day=ON, issuer="S", authority="G", title="T"
    )
    first = carried_out(meant, Ground(document, CASES["appoint"], told, "d1", INSIDE))
    assert [row["id"] for row in first["career"]["appointments"]] == ["o1", "o0", "d1"]
    assert document == before("appoint")  # what was given stays as it was


def test_to_another_agency_the_dossier_says_where_but_the_person_is_not_moved_here():
    lines = differences("transfer", OUTSIDE)
    assert not [line for line in lines if line.startswith("employment.unit_code")]
    assert [line for line in lines if "Sở H56.12" in line and line.startswith("career.secondments[d1]")]


def test_what_a_decision_changed_is_undone_but_for_what_others_changed_since():
    meant, document = kind("raise_regular"), before("raise_regular")
    found = ruling.ruled("raise", document, {}, ON)
    told = effects.told(
        number="1", decided_on=DECIDED, effective_on=ON, day=ON, issuer="S", authority="G", title="T"
    )
    after = carried_out(meant, Ground(document, {"from": "2026-10-01"}, told, "d1", {}, found.values))
    changed = standard.diff(document, after)
    assert effects.undone(changed, after) == (standard.tidy(document), [])
    later = standard.apply(after, [standard.Difference("employment.salary_step", 4, 5)])
    restored, left = effects.undone(changed, later)
    assert left == ["employment.salary_step"]
    assert restored["employment"]["salary_step"] == 5
    assert restored["employment"]["salary_coefficient"] == "3.00"
