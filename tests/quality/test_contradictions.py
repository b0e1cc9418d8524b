"""What contradicts itself across fields: approved like any dossier, judged, and shown to the officer on the page.

Each contradiction beside the nearest thing that is none.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ccvc.quality.actions import judge_due
from ccvc.quality.models import Finding
from tests import people

FULL_TIME = {"organisation": "Sở Nội vụ", "organisation_kind": "3"}


def posts(*rows: dict[str, Any]) -> dict[str, Any]:
    held = [{"id": f"w{n}", **FULL_TIME, **row} for n, row in enumerate(rows, start=1)]
    return {"career": {"work_history": held}}


def steps(*rows: tuple[str, str | None, int, str]) -> dict[str, Any]:
    """Rows of the salary history of a chuyên viên (01.003, A1: 36 months a step)."""
    held = [
        {"id": f"s{n}", "from": since, "rank": "01.003", "step": step, "coefficient": coefficient}
        | ({"to": until} if until else {})
        for n, (since, until, step, coefficient) in enumerate(rows, start=1)
    ]
    return {"employment": {"salary_history": held}}


RISING = (("2012-01-01", "2014-12-31", 1, "2.34"), ("2015-01-01", "2017-12-31", 2, "2.67"))
DEGREE = {"id": "d1", "level": "6", "major": "Luật"}
CASES: dict[str, tuple[Any, ...]] = {
    "born in another year than the number says": (
        {"identity": {"birth_date": "1986-03-07"}},
        ("CORRECT-ID-YEAR", "identity.personal_id"),
    ),
    "born in the year of the number": ({}, None),
    "a step after one year": (
        steps(*RISING, ("2016-01-01", None, 3, "3.00")),
        ("CORRECT-TIME-IN-GRADE", "employment.salary_history[s3].from"),
    ),
    "a step a year early, for merit": (steps(*RISING, ("2017-01-01", None, 3, "3.00")), None),
    "appointed before recruited": (
        {"career": {"appointments": [{"id": "a1", "kind": "appoint", "effective_from": "2009-12-31"}]}},
        ("CORRECT-APPOINTED-BEFORE-RECRUITED", "career.appointments[a1].effective_from"),
    ),
    "appointed in the month of recruitment": (
        {"career": {"appointments": [{"id": "a1", "kind": "appoint", "effective_from": "2010-01-20"}]}},
        None,
    ),
    "two full-time posts at once": (
        posts(
            {"from": "2010-01", "to": "2016-06", "position": "Chuyên viên"},
            {"from": "2014-02", "position": "Phó Trưởng phòng"},
        ),
        ("CORRECT-WORK-OVERLAP", "career.work_history[w2].from"),
    ),
    "a post within a long one, after another within it": (
        posts(
            {"from": "2010-01", "to": "2024-06", "position": "Chuyên viên"},
            {"from": "2011-01", "to": "2012-01", "position": "Kiêm nhiệm thư ký"},
            {"from": "2015-01", "to": "2018-01", "position": "Phó Trưởng phòng"},
            {"from": "2019-01", "to": "2020-01", "position": "Trưởng phòng"},
        ),
        ("CORRECT-WORK-OVERLAP", "career.work_history[w3].from"),
        ("CORRECT-WORK-OVERLAP", "career.work_history[w4].from"),
    ),
    "two posts open today": (
        posts(
            {"from": "2010-01", "position": "Chuyên viên"}, {"from": "2020-01", "position": "Trưởng phòng"}
        ),
        ("CORRECT-WORK-OVERLAP", "career.work_history[w2].from"),
    ),
    "one post after another, handed over within a month": (
        posts(
            {"from": "2010-01", "to": "2014-02", "position": "Chuyên viên"},
            {"from": "2014-02", "position": "Phó Trưởng phòng"},
        ),
        None,
    ),
    "a post held besides, and said so": (
        posts(
            {"from": "2010-01", "position": "Trưởng phòng"},
            {"from": "2014-02", "to": "2016-06", "position": "Kiêm Chánh Văn phòng"},
        ),
        None,
    ),
    "at school while employed": (
        posts(
            {"from": "2010-01", "position": "Chuyên viên"},
            {"from": "2014-02", "to": "2016-06", "position": "Học viên", "organisation_kind": "11"},
        ),
        None,
    ),
    "a degree at eighteen": (
        {"education": {"degrees": [{**DEGREE, "from": "1999-09", "to": "2004-02"}]}},
        ("CORRECT-AGE-DEGREE", "education.degrees[d1].to"),
    ),
    "a degree at nineteen": (
        {"education": {"degrees": [{**DEGREE, "from": "1999-09", "to": "2004-03"}]}},
        None,
    ),
}
WATCHED = {found[0] for _, *all_found in CASES.values() for found in all_found if found}


@pytest.mark.parametrize("name", CASES)
def test_a_contradiction_across_fields_is_found_and_what_is_none_is_left_alone(
    agency: Any, settings: Any, name: str
) -> None:
    settings.CCVC_NAME = "Nút thử"
    changed, *expected = CASES[name]
    document = people.dossier()
    for group, values in changed.items():
        document[group] = {**document[group], **values}
    version = people.kept(agency, document)
    judge_due()
    rows = Finding.objects.filter(person=version.dossier.key, rule__in=WATCHED)
    assert {(row.rule, row.path) for row in rows} == {found for found in expected if found}
    client = Client()
    client.force_login(agency.users["officer"])
    shown = client.get(reverse("quality:person", args=[version.dossier.key])).content.decode()
    assert {rule for rule in WATCHED if rule in shown} == {found[0] for found in expected if found}
