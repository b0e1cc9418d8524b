"""Counts on a national node and on a component: they add up, stay within reach, and keep small numbers back."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ccvc.access.actions import grant_role
from ccvc.access.domain import Subject
from ccvc.access.selectors import subject_of
from ccvc.accounts.models import User
from ccvc.dossiers import domain as dossiers
from ccvc.dossiers.models import Dossier, Head
from ccvc.insight.dimensions import declared
from ccvc.insight.selectors import Question, statistics
from ccvc.registry.models import Person
from ccvc.registry.selectors import counts, search
from ccvc.standard.problems import Problem
from ccvc.web import messages
from tests import people as component_people
from tests.exchange.scheme import person as key_of
from tests.registry import people
from tests.registry.scheme import Component, change, found_national_node

pytestmark = pytest.mark.django_db
SYSTEM = Subject.system("tests")


def register(agency: str, who: range, **changed: Any) -> None:
    """People straight into the register's rows."""
    rows = []
    for number in who:
        columns = dossiers.columns(people.document(number, agency=agency, **changed))
        now = timezone.now()
        rows.append(
            Person(key=key_of(number), agency_code=agency, number=1, hash=b"", accepted_at=now, **columns)
        )
    Person.objects.bulk_create(rows)


def account(name: str, role: str, unit: str) -> User:
    user = User.objects.create(username=name, full_name=name)
    grant_role(SYSTEM, user=user, role=role, unit_code=unit, valid_from=date(2026, 1, 1), basis="QĐ 1")
    return user


@pytest.fixture
def national(settings: Any) -> None:
    settings.CCVC_KIND, settings.CCVC_AGENCY = "national", "G09"
    component_people.found_catalogue()
    register("H41", range(60))
    register("G12", range(60, 100))


def told(answer: Any) -> dict[str, int]:
    return {
        row.label_vi: cell.count for row, cell in zip(answer.table.rows, answer.table.row_totals, strict=True)
    }


def test_the_national_total_is_the_sum_of_the_agencies(national: None) -> None:
    answer = statistics(SYSTEM, Question())
    assert answer.table.total.count == 100 == Person.objects.count()
    assert told(answer)["Tỉnh Nghệ An"] == 60
    by_agency = counts(SYSTEM)
    assert {
        row.code: cell.count for row, cell in zip(answer.table.rows, answer.table.row_totals, strict=True)
    } == by_agency


@pytest.mark.parametrize("rows", declared())
def test_every_dimension_counts_everybody_once_in_each_agency(national: None, rows: str) -> None:
    whole = statistics(SYSTEM, Question(rows=rows))
    assert sum(cell.count for cell in whole.table.row_totals) == whole.table.total.count == 100
    crossed = statistics(SYSTEM, Question(rows=rows, columns="agency"))
    assert [cell.count for cell in crossed.table.row_totals] == [
        cell.count for cell in whole.table.row_totals
    ]
    assert [cell.count for cell in crossed.table.column_totals] == [40, 60]
    parts = [statistics(SYSTEM, Question(rows=rows, narrowed={"agency": code})) for code in ("H41", "G12")]
    assert sum(part.table.total.count for part in parts) == 100


def test_counts_are_those_of_the_people(national: None) -> None:
    assert told(statistics(SYSTEM, Question(rows="sex"))) == {"Nam": 50, "Nữ": 50}
    education = told(statistics(SYSTEM, Question(rows="education")))
    assert education["Đại học"] == sum(people.LEVELS[n % 7] == "6" for n in range(100))
    assert told(statistics(SYSTEM, Question(rows="rank_group"))) == {"Chuyên viên và tương đương": 100}
    crossed = statistics(SYSTEM, Question(rows="category", columns="sex", narrowed={"agency": "H41"}))
    assert crossed.table.total.count == 60
    assert [column.label_vi for column in crossed.table.columns] == ["Nam", "Nữ"]


def test_ages_are_as_of_the_day_asked_for(national: None) -> None:
    Person.objects.update(birth_date="1995-11-21")
    before = statistics(SYSTEM, Question(rows="age", on=date(2026, 11, 20)))
    after = statistics(SYSTEM, Question(rows="age", on=date(2026, 11, 21)))
    assert (list(told(before)), list(told(after))) == (["Từ 30 tuổi trở xuống"], ["Từ 31 đến 40 tuổi"])
    Person.objects.filter(agency_code="G12").update(birth_date=None)
    assert told(statistics(SYSTEM, Question(rows="age", on=date(2026, 11, 21))))["Chưa rõ"] == 40


def test_who_has_left_is_counted_only_when_asked_for(national: None) -> None:
    Person.objects.filter(agency_code="G12").update(status="20")
    assert statistics(SYSTEM, Question()).table.total.count == 60
    assert statistics(SYSTEM, Question(everyone=True)).table.total.count == 100


def test_codes_nobody_knows_count_as_not_stated(national: None) -> None:
    Person.objects.filter(agency_code="G12").update(highest_level=None)
    Person.objects.filter(agency_code="H41").update(highest_level="99")
    assert told(statistics(SYSTEM, Question(rows="education"))) == {"Chưa rõ": 100}


def test_reach_limits_what_is_counted(national: None) -> None:
    local = subject_of(account("local", "analyst", "H41"))
    answer = statistics(local, Question(rows="sex"))
    assert answer.table.total.count == 60
    assert "G12" not in [key.code for key in answer.rows.keys(answer.on)]
    assert statistics(local, Question(narrowed={"agency": "G12"})).table.total.count == 0
    nobody = subject_of(User.objects.create(username="nobody", full_name="Không"))
    with pytest.raises(Problem) as refused:
        statistics(nobody, Question())
    assert refused.value.code == "ACC-DENIED"


def test_an_analyst_is_not_told_small_numbers(national: None) -> None:
    Person.objects.filter(key__in=[key_of(n) for n in range(3)]).update(category="HD")
    analyst = subject_of(account("analyst", "analyst", "*"))
    answer = statistics(analyst, Question(rows="category"))
    hidden = {
        row.label_vi: cell.hidden
        for row, cell in zip(answer.table.rows, answer.table.row_totals, strict=True)
    }
    assert hidden["Người lao động hợp đồng"] == "small"
    assert list(hidden.values()).count("guard") == 1
    assert not statistics(SYSTEM, Question(rows="category")).table.hides


def test_whoever_may_list_the_people_is_told_every_number(national: None) -> None:
    both = account("both", "analyst", "H41")
    grant_role(
        SYSTEM, user=both, role="appraiser", unit_code="H41", valid_from=date(2026, 1, 1), basis="QĐ 2"
    )
    assert not statistics(subject_of(both), Question()).withheld
    wider = account("wider", "analyst", "*")
    grant_role(
        SYSTEM, user=wider, role="appraiser", unit_code="H41", valid_from=date(2026, 1, 1), basis="QĐ 2"
    )
    assert statistics(subject_of(wider), Question()).withheld


def test_the_page_and_the_file_show_the_same_numbers(national: None) -> None:
    Person.objects.filter(key__in=[key_of(n) for n in range(3)]).update(category="HD")
    client = Client()
    client.force_login(account("analyst", "analyst", "*"))
    query = {"rows": "category", "columns": "sex"}
    text = client.get(reverse("insight:statistics"), query).content.decode()
    for shown in ("Loại nhân sự × Giới tính", "dưới 5", "không nêu", "Tổng cộng"):
        assert shown in text
    answer = client.get(reverse("insight:table"), query)
    assert answer["Content-Disposition"].startswith('attachment; filename="thong-ke-category-sex-')
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["Loại nhân sự", "Nam", "Nữ", "Tổng số"]
    assert rows[-1][0] == "Tổng cộng"
    assert "dưới 5" in {cell for row in rows for cell in row}
    assert not any(cell in {"1", "2", "3", "4"} for row in rows for cell in row)


def test_a_pyramid_is_drawn_for_ages_by_sex(national: None) -> None:
    client = Client()
    client.force_login(account("analyst", "analyst", "*"))
    Person.objects.update(birth_date="1985-03-07")
    text = client.get(reverse("insight:statistics"), {"rows": "age", "columns": "sex"}).content.decode()
    assert 'class="pyramid"' in text


@pytest.mark.parametrize("query", [{"rows": "xyz"}, {"columns": "religion"}, {"on": "31/13/2026"}])
def test_odd_questions_are_answered_in_words(national: None, query: dict[str, str]) -> None:
    client = Client()
    client.force_login(account("analyst", "analyst", "*"))
    assert client.get(reverse("insight:statistics"), query).status_code == 422


@pytest.mark.parametrize("query", [{"agency": "'"}, {"sex": "9"}, {"education": "\x00"}, {"category": "%"}])
def test_narrowing_to_nobody_is_an_empty_page(national: None, query: dict[str, str]) -> None:
    client = Client()
    client.force_login(account("analyst", "analyst", "*"))
    text = client.get(reverse("insight:statistics"), query).content.decode()
    assert "Không có ai trong phạm vi đã chọn" in text


def test_strangers_get_nothing(national: None) -> None:
    for page in (reverse("insight:statistics"), reverse("insight:table")):
        assert Client().get(page).status_code == 302
        for name, role in (
            ("clerk", "clerk"),
            ("administrator", "administrator"),
            ("appraiser", "appraiser"),
        ):
            client = Client()
            client.force_login(User.objects.filter(username=name).first() or account(name, role, "*"))
            assert client.get(page).status_code == 403


@pytest.fixture
def agency(settings: Any, tmp_path: Path) -> component_people.Agency:
    settings.CCVC_KIND, settings.CCVC_AGENCY, settings.CCVC_HOME = "component", "H41", tmp_path
    return component_people.found_agency(tmp_path)


def test_a_component_counts_its_own_dossiers_by_unit(agency: component_people.Agency) -> None:
    component_people.kept(agency, component_people.dossier(1))
    component_people.kept(agency, component_people.dossier(2))
    moved = Dossier.objects.order_by("pk").last()
    assert moved is not None
    colleague_unit = Dossier.objects.exclude(pk=moved.pk).get().unit_id
    answer = statistics(agency.subject("officer"), Question())
    assert told(answer) == {"Sở H41.12": 2}
    assert not answer.withheld
    assert statistics(agency.subject("colleague"), Question()).table.total.count == 0
    assert statistics(agency.subject("stranger"), Question()).table.total.count == 0
    assert (
        statistics(
            agency.subject("officer"), Question(narrowed={"agency": str(colleague_unit)})
        ).table.total.count
        == 2
    )
    Head.objects.update(status="20")
    assert statistics(agency.subject("officer"), Question(rows="sex")).table.total.count == 0


def test_a_component_counts_whoever_begins_later_from_their_day(
    agency: component_people.Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate()
    for number, days in ((1, 0), (2, 1), (3, -1)):
        component_people.kept(
            agency, component_people.dossier(number), valid_from=today + timedelta(days=days)
        )

    def count() -> int:
        return statistics(agency.subject("officer"), Question()).table.total.count

    assert count() == 2
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: today + timedelta(days=1))
    assert count() == 3


def test_the_national_node_counts_whoever_begins_later_from_their_day(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CCVC_KIND, settings.CCVC_AGENCY, settings.CCVC_HOME = "national", "G09", tmp_path
    component_people.found_catalogue()
    found_national_node(tmp_path, "H41")
    today = timezone.localdate()
    here, coming = change(1, valid_from=today), change(2, valid_from=today + timedelta(days=1))
    Component("H41").send(
        here,
        change(1, number=2, after=here, valid_from=today + timedelta(days=9)),
        coming,
        change(2, number=2, after=coming, valid_from=today + timedelta(days=9)),
        change(3, valid_from=today - timedelta(days=1)),
    )
    asked = Question(everyone=True)
    name = Person.objects.get(key=key_of(2)).full_name
    assert (statistics(SYSTEM, asked).table.total.count, people_found(name)) == (2, set())
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: today + timedelta(days=1))
    assert (statistics(SYSTEM, asked).table.total.count, people_found(name)) == (3, {key_of(2)})


def people_found(name: str) -> set[UUID]:
    """Of the second person of the tests, whether a search finds them."""
    return {found.key for found in search(SYSTEM, name).people} & {key_of(2)}


def test_one_statement_counts(national: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):
        answer = statistics(SYSTEM, Question(rows="age", columns="agency"))
    assert answer.table.total.count == 100


def test_every_text_has_its_english() -> None:
    assert messages.missing(messages.ROOMS / "insight") == []
