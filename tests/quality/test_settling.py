"""Accepting suggestions and setting findings aside: ordinary changes, recorded rulings, nobody out of reach."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from ccvc.changes.models import Batch, Change
from ccvc.ledger.models import Entry
from ccvc.quality import actions, selectors
from ccvc.quality.models import Finding, Ruling
from ccvc.quality.selectors import Asked
from ccvc.standard.problems import Problem
from tests import people


def test_an_accepted_suggestion_is_a_change_that_waits_for_its_check(agency, capitals):
    done = actions.accept(agency.subject("officer"), [capitals.pk])
    change = Change.objects.get(state="proposed")
    assert (done.changes, change.kind, change.person_key) == (1, "correct", capitals.person)
    assert "Nguyễn Văn An" in change.differences
    assert "CLEAN-NAME-CAPITALS" in change.reason
    assert [step.name for step in change.steps.all()] == [agency.users["officer"].full_name]


def test_many_are_one_batch_and_never_proposed_twice(agency, kept, capitals):
    people.kept(agency, people.dossier(2, full_name="trần văn bình"))
    actions.judge_due()
    ids = list(Finding.objects.filter(suggestion__isnull=False).values_list("pk", flat=True))
    assert actions.accept(agency.subject("officer"), ids).changes == 2
    assert actions.accept(agency.subject("officer"), ids).changes == 0
    assert Batch.objects.count() == 1
    assert Change.objects.filter(state="proposed").count() == 2


def test_suggestions_that_no_longer_fit_are_told_not_taken(agency, capitals):
    Finding.objects.filter(pk=capitals.pk).update(
        suggestion=[["identity.full_name", "ANOTHER", "Nguyễn Văn An"]]
    )
    (shown,) = selectors.preview(agency.subject("officer"), [capitals.pk])
    assert shown.clashes == [capitals]
    assert shown.differences == []


@pytest.mark.parametrize("name", ["stranger", "colleague", "inspector", "verifier"])
def test_who_may_not_propose_accepts_nothing(agency, capitals, name):
    with pytest.raises(Problem) as refused:
        actions.accept(agency.subject(name), [capitals.pk])
    assert refused.value.code in {"QUA-UNKNOWN", "ACC-DENIED"}
    assert Change.objects.filter(state="proposed").count() == 0


@pytest.mark.parametrize("name", ["stranger", "colleague"])
def test_who_has_no_reach_sees_no_finding(agency, capitals, name):
    assert not selectors.findings(agency.subject(name), Asked()).exists()
    with pytest.raises(Problem) as refused:
        selectors.of_person(agency.subject(name), capitals.person)
    assert refused.value.code == "DOS-UNKNOWN"


def test_what_may_not_be_read_is_not_found(agency, kept):
    rules = {row.rule for row in selectors.findings(agency.subject("officer"), Asked())}
    basic = selectors.findings(agency.subject("inspector"), Asked())
    assert {row.sensitivity for row in basic} == {"basic"}
    assert {row.rule for row in basic} < rules


def test_a_finding_is_set_aside_with_a_reason_by_name_and_taken_up_again(agency, capitals):
    officer = agency.subject("officer")
    ruling = actions.set_aside(officer, capitals.pk, "Đúng như giấy khai sinh")
    assert (ruling.account, ruling.kind) == ("officer", "rejected")
    assert Entry.objects.filter(kind="administrative", subject=f"ruling:{ruling.pk}").exists()
    _, shown = selectors.of_person(officer, capitals.person)
    assert [one.ruling.reason for one in shown if one.ruling] == ["Đúng như giấy khai sinh"]
    actions.reopen(officer, capitals.pk)
    assert Finding.objects.get(pk=capitals.pk).state == "open"
    assert Ruling.objects.count() == 2


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE quality_ruling SET reason = 'Khác'",
        "UPDATE quality_ruling SET name = 'Người khác'",
        "DELETE FROM quality_ruling",
    ],
)
def test_the_database_refuses_to_change_or_delete_a_ruling(agency, capitals, sql):
    actions.set_aside(agency.subject("officer"), capitals.pk, "Đúng như giấy khai sinh")
    with (
        pytest.raises(IntegrityError, match="only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert Ruling.objects.get().reason == "Đúng như giấy khai sinh"


@pytest.mark.parametrize(
    ("reason", "until", "code"),
    [("vì", None, "QUA-REASON"), ("Chờ giấy khai sinh", date(2020, 1, 1), "QUA-UNTIL")],
)
def test_no_reason_and_no_day_to_come_are_refused(agency, capitals, reason, until, code):
    with pytest.raises(Problem) as refused:
        actions.set_aside(agency.subject("officer"), capitals.pk, reason, until=until)
    assert refused.value.code == code
    assert Finding.objects.get(pk=capitals.pk).state == "open"


def test_the_owner_sees_what_is_found_in_their_own_dossier(agency, kept):
    agency.users["owner"].person_key = kept.dossier.key
    agency.users["owner"].save()
    _, shown = selectors.of_person(agency.subject("owner"), kept.dossier.key)
    assert "CLEAN-NAME-CAPITALS" in {one.row.rule for one in shown}
