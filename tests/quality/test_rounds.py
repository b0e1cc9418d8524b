"""Judging rounds: what is due and what is not, what stays set aside, scores of a day."""

from __future__ import annotations

from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from ccvc.access.domain import Subject
from ccvc.dossiers.domain import parse
from ccvc.quality import actions, selectors
from ccvc.quality.models import Assessment, Finding, Ruling, Score
from ccvc.standard.quality import FAMILIES
from tests import people

SYSTEM = Subject.system("test")


def test_a_version_is_judged_once_a_day(kept, capitals):
    assert Assessment.objects.get().number == kept.number
    assert capitals.suggestion == [["identity.full_name", "NGUYỄN VĂN AN", "Nguyễn Văn An"]]
    assert actions.judge_due().people == 0


def test_a_new_version_is_due_and_what_was_mended_is_gone(agency, kept, capitals):
    mended = parse(kept.document) | {}
    mended["identity"] = {**mended["identity"], "full_name": "Nguyễn Văn An"}
    people.kept(agency, mended, key=kept.dossier.key)
    assert actions.judge_due().people == 1
    assert not Finding.objects.filter(pk=capitals.pk).exists()


def test_a_new_day_and_new_rules_make_all_due(kept):
    with patch("ccvc.standard.quality.declaring.edition", return_value="other"):
        assert actions.judge_due().people == 1
    assert actions.judge_due(again=True).people == 1
    Assessment.objects.update(judged_on=timezone.localdate() - timedelta(days=1))
    assert actions.judge_due().people == 1
    assert actions.judge_due().people == 0


def test_a_round_killed_between_slices_goes_on_with_the_rest(agency):
    for number in range(3):
        people.kept(agency, people.dossier(number + 1))
    with patch("ccvc.quality.actions.judging.SLICE", 1):
        real, count = actions.judging.write, []

        def write(*given):
            count.append(1)
            if len(count) == 2:
                raise KeyboardInterrupt
            real(*given)

        with patch("ccvc.quality.actions.judging.write", write), pytest.raises(KeyboardInterrupt):
            actions.judge_due()
        assert Assessment.objects.count() == 1
        assert actions.judge_due().people == 2


def test_several_processes_find_what_one_finds(agency, settings):
    names = ("NGUYỄN VĂN AN", "nguyễn văn bình", "Trần Văn Cung")
    for number, name in enumerate(names, start=1):
        people.kept(agency, people.dossier(number, full_name=name))
    settings.CCVC_JUDGING_PROCESSES = 2
    actions.judge_due()
    columns = ("person", "rule", "path", "params", "suggestion", "counts")
    alone = [*Finding.objects.order_by(*columns[:3]).values(*columns)]
    Finding.objects.all().delete()
    judging = actions.judging
    with (
        patch.object(judging, "SLICE", 1),
        patch.object(judging, "FEW_SLICES", 1),
        patch.object(judging, "judge_here", None),
    ):
        assert actions.judge_due(again=True).people == len(names)
    assert [*Finding.objects.order_by(*columns[:3]).values(*columns)] == alone != []


def test_scores_of_a_day_by_unit_and_family(kept):
    rows = Score.objects.filter(on=timezone.localdate())
    assert {row.family for row in rows} == set(FAMILIES)
    found = Assessment.objects.get()
    assert {row.family: row.points for row in rows} == {f: getattr(found, f"{f}_score") for f in FAMILIES}
    actions.keep_scores(timezone.localdate())
    assert Score.objects.count() == len(FAMILIES)


def test_what_was_set_aside_stays_so_until_it_says_something_else(agency, kept, capitals):
    actions.set_aside(agency.subject("officer"), capitals.pk, "Đúng như giấy khai sinh")
    actions.judge_due(again=True)
    assert Finding.objects.get(pk=capitals.pk).state == "rejected"
    other = parse(kept.document)
    other["identity"] = {**other["identity"], "full_name": "TRẦN VĂN AN"}
    people.kept(agency, other, key=kept.dossier.key)
    actions.judge_due()
    assert Finding.objects.get(pk=capitals.pk).state == "open"


def test_what_was_put_off_comes_back_on_its_day(agency, capitals):
    tomorrow = timezone.localdate() + timedelta(days=1)
    actions.set_aside(agency.subject("officer"), capitals.pk, "Chờ giấy khai sinh", until=tomorrow)
    actions.judge_due(again=True)
    assert Finding.objects.get(pk=capitals.pk).state == "postponed"
    with patch("ccvc.quality.actions.judging.timezone.localdate", return_value=tomorrow):
        actions.judge_due()
    assert Finding.objects.get(pk=capitals.pk).state == "open"
    assert Ruling.objects.get().name == agency.users["officer"].full_name


def test_units_have_their_scores_and_their_trend(agency, kept):
    yesterday = timezone.localdate() - timedelta(days=1)
    for row in Score.objects.all():
        Score.objects.create(
            on=yesterday,
            agency_code=row.agency_code,
            unit_id=row.unit_id,
            family=row.family,
            people=1,
            points=50,
            findings=1,
        )
    (found,) = selectors.unit_scores(agency.subject("officer"))
    assert found.code == people.UNIT
    assert found.trend[0] == 50
    assert found.days == [yesterday, timezone.localdate()]
    assert found.trend[-1] == pytest.approx(found.mean)


def test_a_unit_of_few_keeps_its_score_from_who_sees_counts_only(agency, kept):
    analyst = people.User.objects.create(username="analyst", full_name="Người phân tích")
    agency.users["analyst"] = analyst
    people.grant_role(
        people.SYSTEM,
        user=analyst,
        role="analyst",
        unit_code=people.AGENCY,
        valid_from=date(2025, 7, 1),
        basis="QĐ",
    )
    (found,) = selectors.unit_scores(agency.subject("analyst"))
    assert found.hidden
    assert found.families == {}
