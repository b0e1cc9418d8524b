"""Rows without a number: whose they are is found, confirmed by an officer, and only then proposed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ccvc.changes.models import Change
from ccvc.dossiers import matching
from ccvc.dossiers.models import Head
from ccvc.intake import actions, limits, tasks
from ccvc.intake.actions import matching as choosing
from ccvc.intake.actions.mapping import looked_at
from ccvc.intake.identities import same_name, same_place
from ccvc.intake.models import Intake, IntakeFinding, IntakeRow, Match
from ccvc.intake.schemas import IntakeSummary, summary
from ccvc.intake.shapes.mapping import Mapping
from ccvc.ledger.models import Entry
from ccvc.standard.problems import Problem
from tests import people
from tests.intake.corpus.sources import Case, Page, write
from tests.intake.files import number, plain_workbook
from tests.people import OTHER_UNIT, UNIT, Agency

HEAD = ["STT", "Họ và tên", "Ngày sinh", "Quê quán", "Số điện thoại"]
HOME = {"text": "xã Kim Liên, tỉnh Nghệ An", "code": "40", "code_date": "2025-07-01"}
PHONE = "0912345678"


def known(agency: Agency, n: int, name: str, birth: str = "1985-03-07", **more: Any) -> UUID:
    """A dossier of somebody, with a home town."""
    unit = more.pop("unit_code", UNIT)
    whole = people.dossier(personal_id=number(n), full_name=name, birth_date=birth)
    whole["identity"] |= {"sex": "1", "home_town": HOME, **more}
    whole["employment"]["unit_code"] = unit
    return people.kept(agency, whole, unit_code=unit).dossier.key


def listed(folder: Path, *rows: list[Any], head: list[str] = HEAD) -> Path:
    return plain_workbook(folder / "danh sach.xlsx", [["DANH SÁCH"], head, *rows])


def row(n: int, name: str, birth: str = "07/03/1985", home: str | None = "Kim Liên, Nghệ An") -> list[Any]:
    return [n, name, birth, home, PHONE]


def read(agency: Agency, file: Path) -> tuple[Intake, IntakeSummary]:
    """Read a file, its columns confirmed as they were told."""
    subject = agency.subject("officer")
    opened = actions.open_intake(subject, file, file.name, UNIT)
    shapes = looked_at(opened).shapes
    actions.confirm_mapping(subject, opened.pk, Mapping(list(shapes)))
    done = actions.read(opened.pk)
    return done, summary(done)


def said(intake: Intake) -> dict[int, tuple[str, str]]:
    """By row: likeness, and the code of its error."""
    rows = IntakeRow.objects.filter(intake=intake)
    errors = dict(IntakeFinding.objects.filter(severity="error").values_list("person_row", "code"))
    likeness = dict(Match.objects.values_list("row", "likeness"))
    return {r.row: (likeness.get(r.row, r.verdict), errors.get(r.row, "")) for r in rows}


PLACES = [
    ("xã Kim Liên, tỉnh Nghệ An", "Kim Liên, Nghệ An", True),
    ("Kim Liên, Nam Đàn, Nghệ An", "XÃ KIM LIÊN, NGHỆ AN", True),
    ("Nghệ An", "xã Kim Liên, tỉnh Nghệ An", True),
    ("Hà Nam", "tỉnh Ninh Bình", True),
    ("Kim Liên", "Kim Liên, Nghệ An", True),
    ("Nam Đàn, Nghệ An", "Kim Liên, Nam Đàn, Nghệ An", True),
    ("Nghệ An", "Hà Tĩnh", False),
    ("Kim Liên, Nghệ An", "Vinh, Nghệ An", False),
    ("Kim Liên, Nam Đàn, Nghệ An", "Vạn An, Nghệ An", False),
]
NAMES = [
    ("Nguyễn Văn Hoà", "NGUYỄN VĂN HÒA", True),
    ("Nguyễn Văn Hoà", "nguyen van hoa", True),
    ("Nguyễn Văn Hoà", "Nguyê\u0303n Văn  Hòa", True),
    ("Nguyễn Văn Hoà", "Nguyễn Văn Hóa", False),
    ("Đỗ Thị Oanh", "Do Thi Oanh", True),
]


def test_places_and_names_are_held_against_each_other() -> None:
    for one, other, same in PLACES:
        for pair in ((one, other), (other, one)):
            assert same_place({"text": pair[0]}, {"text": pair[1]}) is same, pair
    for one, other, same in NAMES:
        assert same_name(one, other) is same, (one, other)


def test_rows_are_matched_by_name_birth_and_home(agency: Agency, tmp_path: Path) -> None:
    known(agency, 1, "Nguyễn Văn Hoà")
    known(agency, 2, "Trần Thị Bình", "1990-05-01")
    known(agency, 3, "Trần Thị Bình", "1990-05-01")
    known(agency, 4, "Lê Văn Chiến", "1980-01-01")
    known(agency, 5, "Phạm Văn Đông", unit_code=OTHER_UNIT)
    file = listed(
        tmp_path,
        row(1, "NGUYỄN VĂN HÒA"),
        row(2, "Trần Thị Bình", "01/05/1990"),
        row(3, "Lê Văn Chiến", "02/02/1980", None),
        row(4, "Phạm Văn Đông"),
        row(5, "Nguyễn Văn Hỏa"),
        row(6, "Lê Văn Chiến", "1975"),
    )
    intake, done = read(agency, file)
    assert said(intake) == {
        3: ("certain", ""),
        4: ("possible", ""),
        5: ("possible", ""),
        6: ("refused", "INT-NO-MATCH"),
        7: ("possible", ""),
        8: ("possible", ""),
    }
    assert (done.rows, done.review, done.refused, done.taken_in) == (6, 5, 1, 0)
    assert done.changes == {"new": 0, "changed": 0, "unchanged": 0, "fields": {}}
    with pytest.raises(Problem) as caught:
        actions.propose(agency.subject("officer"), intake.pk)
    assert caught.value.code == "INT-MATCH-WAITING"
    assert not Change.objects.filter(state="proposed").exists()


def test_a_choice_is_recorded_and_its_row_judged_as_an_update(agency: Agency, tmp_path: Path) -> None:
    key = known(agency, 1, "Nguyễn Văn Hoà")
    subject = agency.subject("officer")
    intake, _ = read(agency, listed(tmp_path, row(1, "Nguyen Van Hoa", "1985", "Nghệ An"), row(2, "Ai Đó")))
    assert Match.objects.get().likeness == "certain"
    actions.decide(subject, intake.pk, {3: key})
    match = Match.objects.get()
    assert (match.chosen, match.decided_by, match.decided_by_name) == (
        key,
        subject.user_id,
        subject.full_name,
    )
    entry = Entry.objects.filter(subject=f"intake:{intake.pk}").order_by("-pk")[0]
    assert str(key) in entry.payload
    one = IntakeRow.objects.get(row=3)
    assert (one.verdict, one.kind, one.personal_id, one.person_key) == ("ok", "update", number(1), key)
    assert one.changed == "identity.phone"
    done = actions.propose(subject, intake.pk)
    assert (done.state, done.proposed) == ("proposed", 1)
    change = Change.objects.get(state="proposed")
    assert (change.person_key, change.kind) == (key, "update")
    assert PHONE in change.differences
    with pytest.raises(Problem) as caught:
        actions.decide(subject, intake.pk, {3: None})
    assert caught.value.code == "INT-MATCH-CLOSED"


def test_a_choice_may_be_changed_and_outlives_a_reread(agency: Agency, tmp_path: Path) -> None:
    keys = {known(agency, n, "Trần Văn Bình", "1990-05-01") for n in (1, 2)}
    subject = agency.subject("officer")
    intake, _ = read(
        agency, listed(tmp_path, row(1, "Trần Văn Bình", "01/05/1990"), row(2, "Trần Văn Bình", "01/05/1990"))
    )
    one, other = sorted(keys)
    actions.decide(subject, intake.pk, {3: one, 4: None})
    assert said(intake)[4] == ("possible", "INT-NO-MATCH")
    actions.decide(subject, intake.pk, {3: other, 4: one})
    assert [r.person_key for r in IntakeRow.objects.order_by("row")] == [other, one]
    assert not IntakeFinding.objects.filter(severity="error").exists()
    shape = looked_at(intake).shapes[0]
    shape.constants["identity.ethnic_group"] = "Kinh"
    actions.confirm_mapping(subject, intake.pk, Mapping([shape]))
    again = actions.read(intake.pk)
    assert (again.review, again.taken) == (0, 2)
    assert [r.person_key for r in IntakeRow.objects.order_by("row")] == [other, one]
    assert Match.objects.filter(decided_at__isnull=False).count() == 2


def test_two_rows_cannot_be_one_person(agency: Agency, tmp_path: Path) -> None:
    key = known(agency, 1, "Nguyễn Văn Hoà")
    subject = agency.subject("officer")
    intake, _ = read(agency, listed(tmp_path, row(1, "Nguyễn Văn Hoà"), row(2, "Nguyễn Văn Hoà", "1985")))
    assert [m.likeness for m in Match.objects.all()] == ["possible", "possible"]
    told = IntakeFinding.objects.filter(code="INT-MATCH-TWICE").order_by("person_row")
    assert [(f.person_row, "dòng 4" in f.message) for f in told] == [(3, True), (4, False)]
    actions.decide(subject, intake.pk, {3: key})
    for choices in ({4: key}, {3: key, 4: key}):
        with pytest.raises(Problem) as caught:
            actions.decide(subject, intake.pk, choices)
        assert caught.value.code == "INT-MATCH-TAKEN"
    actions.leave_rest(subject, intake.pk)
    assert Intake.objects.get().review == 0
    assert actions.propose(subject, intake.pk).proposed == 1


def test_a_dossier_not_listed_or_out_of_reach_is_refused(agency: Agency, tmp_path: Path) -> None:
    known(agency, 1, "Nguyễn Văn Hoà")
    other = known(agency, 2, "Lê Thị Xa", unit_code=OTHER_UNIT)
    intake, _ = read(agency, listed(tmp_path, row(1, "Nguyễn Văn Hoà"), row(2, "Ai Đó")))
    for who, choices, code in (
        ("officer", {3: other}, "INT-MATCH-GONE"),
        ("officer", {4: other}, "INT-MATCH-ROW"),
        ("colleague", {3: None}, "INT-UNKNOWN"),
    ):
        with pytest.raises(Problem) as caught:
            actions.decide(agency.subject(who), intake.pk, choices)
        assert caught.value.code == code
    assert not Match.objects.filter(decided_at__isnull=False).exists()


def test_tables_find_their_people_by_name_or_by_a_key(agency: Agency, tmp_path: Path) -> None:
    known(agency, 1, "Nguyễn Văn Hoà")
    heads = ["Họ và tên", "Ngày sinh", "Trình độ", "Chuyên ngành"]
    law = ["07/03/1985", "Đại học", "Luật hàng hải"]
    pages = {
        "Danh sách": Page([HEAD, row(1, "Nguyễn Văn Hoà")]),
        "Đào tạo chuyên môn": Page([heads, ["Nguyễn Văn Hòa", *law], ["Không Ai", *law]]),
    }
    file = write(Case("", pages, {}), tmp_path)
    intake, done = read(agency, file)
    assert (done.review, done.strays) == (1, 1)
    assert IntakeFinding.objects.filter(code="INT-NO-JOIN").count() == 1
    actions.take_certain(agency.subject("officer"), intake.pk)
    assert "education.degrees" in IntakeRow.objects.get(sheet="person").changed


@pytest.fixture
def officer(agency: Agency, client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    for task in (tasks.read_file, tasks.match_certain):
        monkeypatch.setattr(task, "defer", task)
    client.force_login(agency.users["officer"])
    return client


def test_the_page_shows_candidates_side_by_side_and_takes_choices(
    officer: Client, agency: Agency, tmp_path: Path
) -> None:
    key = known(agency, 1, "Nguyễn Văn Hoà")
    two = known(agency, 2, "Trần Văn Bình", "1990-05-01")
    intake, _ = read(
        agency, listed(tmp_path, row(1, "Nguyễn Văn Hoà"), row(2, "Trần Văn Bình", "03/05/1990", None))
    )
    page = reverse("intake:review", args=[intake.pk])
    shown = officer.get(page).content.decode()
    assert "Xác nhận 1 dòng chắc chắn" in shown
    assert shown.count("Giống") == 4
    assert f'value="{key}" checked' in shown
    assert f'value="{two}" checked' not in shown
    officer.post(page, {"act": "certain"})
    assert Match.objects.get(row=3).chosen == key
    refused = officer.post(page, {"choice-3": str(key), "choice-4": str(key)})
    assert (refused.status_code, "INT-MATCH-TAKEN" in refused.content.decode()) == (422, True)
    officer.post(page, {"choice-3": str(key), "choice-4": str(two)})
    assert IntakeRow.objects.filter(verdict__in=("ok", "warning")).count() == 2
    assert "Chọn hồ sơ" not in officer.get(reverse("intake:detail", args=[intake.pk])).content.decode()
    officer.post(page, {"act": "rest"})
    assert officer.post(page, {"choice-x": "1", "choice-3": "khong"}).status_code == 422


def planned_for_millions(query: str) -> str:
    """How the server would look among millions: with three rows any index serves, whichever it met first."""
    tables = "('dossiers_head'::regclass, 'dossiers_dossier'::regclass)"
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE pg_class SET relpages = 1, reltuples = 2000000 WHERE oid IN {tables}")
        cursor.execute(f"DELETE FROM pg_statistic WHERE starelid IN {tables}")
        cursor.execute(f"EXPLAIN {query}")
        return "\n".join(line for (line,) in cursor.fetchall())


def test_looking_for_people_asks_once_for_a_slice_and_by_an_index(agency: Agency) -> None:
    for n in range(3):
        known(agency, n + 1, f"Nguyễn Văn Hoà {n}")
    wanted = [(f"nguyen van hoa {n}", 1985) for n in range(3)] + [("nguyen van hoa 1", None)]
    subject = agency.subject("officer")
    with CaptureQueriesContext(connection) as queries:
        found = matching.namesakes(subject, wanted)
    assert [len(one) for one in found] == [1, 1, 1, 1]
    lateral = [q["sql"] for q in queries if "LATERAL" in q["sql"] and "name_plain" in q["sql"]]
    assert len(lateral) == 2
    plan = planned_for_millions(lateral[0])
    assert re.search(r"Index Cond: .*name_plain", plan), plan
    assert Head.objects.count() == 3


def test_a_crash_between_slices_loses_no_choice(
    agency: Agency, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(4):
        known(agency, n + 1, f"Nguyễn Văn Hoà {'ABCD'[n]}")
    subject = agency.subject("officer")
    names = [f"Nguyễn Văn Hoà {letter}" for letter in "ABCD"]
    intake, _ = read(agency, listed(tmp_path, *(row(n, name) for n, name in enumerate(names, start=1))))
    monkeypatch.setattr(limits, "SLICE_ROWS", 2)
    kept: list[Any] = []
    audit = choosing._audit

    def stop(*given: Any) -> None:
        if kept:
            raise KeyboardInterrupt
        kept.append(audit(*given))

    monkeypatch.setattr(choosing, "_audit", stop)
    with pytest.raises(KeyboardInterrupt):
        actions.take_certain(subject, intake.pk)
    assert Match.objects.filter(decided_at__isnull=False).count() == 2
    assert (Intake.objects.get().review, Intake.objects.get().taken) == (2, 2)
    monkeypatch.setattr(choosing, "_audit", audit)
    assert actions.take_certain(subject, intake.pk) == 2
    assert (Intake.objects.get().review, Intake.objects.get().taken) == (0, 4)
    assert IntakeRow.objects.filter(person_key__isnull=False).count() == 4


def test_a_file_proposed_and_read_again_asks_anew_for_its_other_rows(agency: Agency, tmp_path: Path) -> None:
    key = known(agency, 1, "Nguyễn Văn Hoà")
    subject = agency.subject("officer")
    intake, _ = read(agency, listed(tmp_path, row(1, "Nguyễn Văn Hoà"), row(2, "Lê Thị Mới")))
    actions.take_certain(subject, intake.pk)
    assert actions.propose(subject, intake.pk).proposed == 1
    later = known(agency, 2, "Lê Thị Mới")
    actions.read_again(subject, intake.pk)
    again = actions.read(intake.pk)
    assert (again.review, Match.objects.get(row=3).chosen) == (1, key)
    actions.decide(subject, intake.pk, {4: later})
    actions.propose(subject, intake.pk)
    made = Change.objects.filter(state="proposed").values_list("person_key", flat=True)
    assert sorted(made) == sorted([key, later])
