"""One example of every kind of decision, as its dossier stands before and after, and a decision as readable text."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from ccvc.decisions.papers import Decided, Person
from ccvc.documents import ruling
from ccvc.documents.ruling import DecisionText

DAY = date(2026, 9, 1)
NUMBER = "57/QĐ-UBND"
BASE: Mapping[str, Any] = {
    "standard": "2026-07",
    "identity": {
        "personal_id": "010185001234",
        "full_name": "Nguyễn Thị Minh Nguyệt",
        "sex": "2",
        "birth_date": "1985-03-12",
        "social_insurance_number": "1008123456",
    },
    "employment": {
        "category": "CC",
        "status": "01",
        "unit_code": "H38.2.1",
        "unit_name": "Phòng Tổ chức, Sở Nội vụ",
        "position_title": "Chuyên viên",
        "rank": "01.003",
        "salary_step": 3,
        "salary_coefficient": "3.00",
        "salary_from": "2023-09-01",
        "position_allowance": "0.30",
        "disciplines": [
            {"id": "k0", "kind": "HC", "form": "HC1", "decided_on": "2025-08-20", "effective_from": "2025-08-20",
             "effective_to": "2026-08-19", "decision_number": "31/QĐ-UBND"},
        ],
    },
    "career": {
        "appointments": [
            {"id": "a0", "kind": "appoint", "position": "Phó Trưởng phòng", "unit_name": "Phòng Tổ chức, Sở Nội vụ",
             "effective_from": "2021-09-01"},
        ],
        "planning": [{"id": "p0", "position": "Trưởng phòng", "period": "2025-2030", "added_on": "2025-01-10"}],
        "secondments": [
            {"id": "s0", "kind": "second", "from_unit": "Sở Nội vụ", "to_unit": "Ủy ban nhân dân phường Cam Đường",
             "from": "2024-09-01"},
        ],
    },
}  # fmt: skip

_TO = {"to_unit": "Phòng Hành chính, Sở Tài chính", "position": "Chuyên viên", "from": "2026-09-01"}
_POST = {"position": "Trưởng phòng", "unit_name": "Phòng Tổ chức, Sở Nội vụ", "effective_from": "2026-09-01",
         "effective_to": "2031-08-31"}  # fmt: skip
_RAISE = {
    "employment.salary_step": 4,
    "employment.salary_coefficient": "3.33",
    "employment.salary_from": "2026-09-01",
    "employment.raise_clock_from": "2026-09-01",
}
_LEFT = {"effective_from": "2026-09-01"}
AFTER: Mapping[str, Mapping[str, Any]] = {
    "recruit": {"employment.salary_percent": 85, "employment.salary_step": 1, "employment.salary_coefficient": "2.34"},
    "probation_end": {"career.probation_ended_on": "2026-08-31", "employment.salary_step": 1,
                      "employment.salary_coefficient": "2.34"},
    "appoint": {"+career.appointments": {"kind": "appoint", **_POST}, "employment.position_allowance": "0.50"},
    "reappoint": {"+career.appointments": {"kind": "reappoint", **_POST}},
    "elect": {"+career.appointments": {"kind": "elect", **_POST, "position": "Phó Chủ tịch",
                                       "unit_name": "Ủy ban nhân dân phường Cam Đường"}},
    "acting": {"+career.appointments": {"kind": "acting", **_POST, "effective_to": "2027-02-28"}},
    "concurrent": {"employment.concurrent_position": "Trưởng ban Quản lý dự án"},
    "relieve": {"*career.appointments": {"effective_to": "2026-08-31"}},
    "transfer": {"+career.secondments": {"kind": "transfer", **_TO}},
    "rotate": {"+career.secondments": {"kind": "rotate", **_TO, "to": "2029-08-31"}},
    "second": {"+career.secondments": {"kind": "second", **_TO, "to": "2028-08-31"}},
    "second_end": {"*career.secondments": {"to": "2026-08-31"}},
    "plan": {"+career.planning": {"position": "Phó Giám đốc Sở", "period": "2026-2031", "added_on": "2026-09-01"}},
    "unplan": {"*career.planning": {"removed_on": "2026-09-01"}},
    "rank_change": {**_RAISE, "employment.rank": "01.002", "employment.salary_step": 1,
                    "employment.salary_coefficient": "4.40"},
    "raise_regular": _RAISE,
    "raise_early": _RAISE,
    "raise_beyond_frame": {"employment.beyond_frame_percent": 5, "employment.beyond_frame_from": "2026-09-01"},
    "allowance": {"+employment.allowances": {"kind": "12", "from": "2026-09", "coefficient": "0.2"}},
    "reward": {"+employment.rewards": {"year": 2026, "title": "03", "decided_on": "2026-09-01"}},
    "discipline": {"+employment.disciplines": {"kind": "HC", "form": "HC2", "violation": "vi phạm về quản lý hồ sơ",
                                               "effective_from": "2026-09-01", "effective_to": "2027-08-31"}},
    "discipline_end": {"*employment.disciplines": {"effective_to": "2026-08-31"}},
    "rating": {"+employment.ratings": {"year": 2025, "period": "year", "level": "2", "score": "85"}},
    "training": {"+education.trainings": {"kind": "state", "institution": "Học viện Hành chính và Quản trị công",
                                          "from": "2026-09", "to": "2026-12"}},
    "leave_unpaid": {"+career.absences": {"kind": "unpaid_leave", "from": "2026-09-01", "to": "2026-11-30",
                                          "reason": "chăm sóc người thân"}},
    "leave_unpaid_end": {"employment.status": "01"},
    "leave": {"+career.departures": {"kind": "leave", **_LEFT, "reason": "theo nguyện vọng cá nhân"}},
    "retire": {"+career.departures": {"kind": "retire", **_LEFT}},
    "death": {"+career.departures": {"kind": "death", **_LEFT}},
    "correct": {"identity.birth_date": "1985-03-21"},
    "revoke": {},
}  # fmt: skip


def person(kind: str, number: int = 0) -> Person:
    """Somebody such a decision is about; further ones have another name."""
    old = deepcopy(dict(BASE))
    if number:
        old["identity"] |= {"full_name": f"Trần Văn Ửng Thứ {number}", "sex": "1"}
    new = deepcopy(old)
    for place, value in AFTER[kind].items():
        path = place.lstrip("+*")
        group, _, name = path.partition(".")
        holder = new.setdefault(group, {})
        if place.startswith("+"):
            holder[name] = [*holder.get(name, []), {"id": "n1", **value}]
        elif place.startswith("*"):
            holder[name][-1] |= value
        else:
            holder[name] = value
    return Person({} if kind == "recruit" else old, new, {"reason": "theo nguyện vọng cá nhân"})


def decided(kind: str) -> Decided:
    """A decision of the kind, of one day, by one province."""
    return Decided(
        kind=kind,
        number=NUMBER,
        decided_on=date(2026, 8, 25),
        effective_on=DAY,
        authority="Chủ tịch Ủy ban nhân dân tỉnh Lào Cai",
        agency="Ủy ban nhân dân tỉnh Lào Cai",
        place="Lào Cai",
        signer="Trần Văn Khương",
        lines=["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"],
        local=True,
        proposed_by="Giám đốc Sở Nội vụ",
        other="Quyết định số 12/QĐ-UBND ngày 03/07/2026 về việc nâng bậc lương thường xuyên",
        reason="ghi sai ngày sinh",
    )


def written(text: DecisionText) -> str:
    """The decision as it reads, line by line."""
    laid = ruling.content(text, "0" * 20)
    lines = [laid["agency"].upper(), laid["number"], laid["place_date"], "", laid["title"], laid["about"], ""]
    lines += [laid["authority"].upper(), "", *laid["grounds"], "", "QUYẾT ĐỊNH:", ""]
    for article in laid["articles"]:
        lines += [f"Điều {article['no']}. {article['paragraphs'][0]}", *article["paragraphs"][1:]]
    lines += ["", "Nơi nhận:", *(f"- {one}" for one in laid["recipients"])]
    lines += ["", *laid["signature"]["lines"], laid["signature"]["name"]]
    if annex := laid["annex"]:
        lines += ["", "Phụ lục", annex["title"].upper(), annex["note"], " | ".join(annex["head"])]
        lines += [" | ".join(row) for row in annex["rows"]]
    return "\n".join(lines) + "\n"
