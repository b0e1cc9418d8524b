"""A decision from draft to effect in the dossier: numbered, judged, proposed, signed with its changes or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ccvc.changes import actions as changes
from ccvc.changes.models import Change
from ccvc.decisions import actions, signing
from ccvc.decisions.models import Decision, State, Struck
from ccvc.dossiers.models import Version
from ccvc.ledger.verification import verify
from tests.decisions.world import (
    TODAY,
    civil_servant,
    decided,
    drafted,
    held,
    people,
    sign,
    submitted,
    terms,
    verified,
)
from tests.people import OTHER_UNIT, PASSPHRASE, kept, pass_steps, propose
from tests.problems import code_of, refused

pytestmark = pytest.mark.django_db


def test_a_raise_is_worked_out_signed_and_stands_in_the_dossier(agency):
    key = people(agency)[0]
    row = drafted(agency, "raise_regular", [key])
    assert row.people.get().cells == {"from": "2023-01-01"}  # 36 months after the clock: nobody typed it
    done = decided(agency, row)
    now = held(key)["employment"]
    assert (now["salary_step"], now["salary_coefficient"]) == (4, "3.33")
    assert (now["salary_from"], now["raise_clock_from"]) == ("2023-01-01", "2023-01-01")
    old, new = now["salary_history"]
    assert (old["to"], new["from"], new["step"]) == ("2022-12-31", "2023-01-01", 4)
    assert new["decision_number"] == str(done) == "1/QĐ-H41"
    version = Version.objects.get(dossier__key=key, number=2)
    assert version.valid_from == TODAY  # the dossier itself begins only then; its entries say since when
    assert list(verify().faults) == []


def test_many_people_are_one_decision_each_with_their_own_day(agency):
    first = people(agency, 2)
    later = people(agency, 1, raise_clock_from="2021-05-01")
    done = decided(agency, drafted(agency, "raise_regular", [*first, *later]))
    assert done.state == State.SIGNED
    days = [held(key)["employment"]["salary_from"] for key in (*first, *later)]
    assert days == ["2023-01-01", "2023-01-01", "2024-05-01"]
    assert len(set(Version.objects.filter(number=2).values_list("signature", flat=True))) == 1


def test_who_is_not_due_is_named_and_holds_the_others_until_taken_out(agency):
    due, early = people(agency)[0], people(agency, 1, raise_clock_from=TODAY.isoformat())[0]
    row = drafted(agency, "raise_regular", [due, early])
    told = refused(lambda: submitted(agency, row))
    assert (told.code, told.params["count"]) == ("DEC-BARRED", 1)
    assert not Change.objects.filter(batch__origin="decision").exists()
    assert Decision.objects.get().number is None
    actions.remove_people(agency.subject("officer"), row.pk, [early])
    assert submitted(agency, row).state == State.SUBMITTED


def test_a_transfer_moves_the_person_on_its_day(agency):
    key = people(agency)[0]
    on = TODAY + timedelta(days=40)
    each = {key: {"unit_code": OTHER_UNIT, "position": "Chuyên viên"}}
    row = drafted(agency, "transfer", [key], each, effective_on=on)
    for condition in ("handling", "prosecution"):
        actions.testify(agency.subject("officer"), row.pk, key, condition, "yes", "Xác minh của Thanh tra Sở")
    decided(agency, row)
    now = held(key)
    assert now["employment"]["unit_code"] == OTHER_UNIT
    assert [one.get("to") for one in now["career"]["work_history"]] == [
        (on - timedelta(days=1)).isoformat(),
        None,
    ]
    assert now["career"]["secondments"][0]["kind"] == "transfer"
    assert Version.objects.get(dossier__key=key, number=2).valid_from == on


def test_a_retirement_takes_its_day_from_the_law_and_ends_what_runs(agency):
    key = people(agency)[0]
    row = drafted(agency, "retire", [key])
    day = row.people.get().cells["from"]
    assert day == "2047-04-01"  # a man born in March 1985: 62 years, from the month after
    assert (
        refused(lambda: submitted(agency, row)).code == "DEC-BARRED"
    )  # nobody is retired in twenty years' time
    elder = kept(agency, born(1964, 8)).dossier.key
    done = decided(agency, drafted(agency, "retire", [elder]))
    now = held(elder)
    assert now["employment"]["status"] == "20"
    assert (
        now["career"]["departures"][0]["effective_from"] == "2025-12-01"
    )  # 61 years and 3 months, November's end
    assert now["career"]["work_history"][0]["to"] == "2025-11-30"
    assert now["career"]["departures"][0]["decision_number"] == str(done)


def born(year, month):
    whole = civil_servant(900 + month)
    whole["identity"]["birth_date"] = f"{year}-{month:02d}-10"
    return whole


def test_a_discipline_ends_by_the_rules_and_dismissal_ends_all(agency):
    warned, dismissed = people(agency, 2)
    decided(
        agency, drafted(agency, "discipline", [warned], {warned: {"form": "HC1", "violation": "Đi muộn"}})
    )
    one = held(warned)["employment"]["disciplines"][0]
    assert one["effective_from"] == TODAY.isoformat()
    assert one["effective_to"] == TODAY.replace(year=TODAY.year + 1).isoformat()
    cells = {dismissed: {"form": "HC7", "violation": "Nhận hối lộ"}}
    decided(agency, drafted(agency, "discipline", [dismissed], cells))
    now = held(dismissed)
    assert now["employment"]["status"] == "22"
    assert now["career"]["departures"][0]["kind"] == "dismiss"
    assert now["career"]["work_history"][0]["to"] == (TODAY - timedelta(days=1)).isoformat()


def test_the_steps_are_those_of_changes_and_only_the_decision_is_signed(agency):
    row = verified(agency, drafted(agency, "raise_regular", people(agency)))
    ids = list(row.people.values_list("change_id", flat=True))
    approver = agency.subject("approver")
    assert code_of(lambda: changes.prepare(approver, ids)) == "CHG-DECISION"
    assert code_of(lambda: changes.approve(approver, ids, PASSPHRASE, "0" * 64)) == "CHG-DECISION"
    assert code_of(lambda: signing.prepare(agency.subject("officer"), row.pk)) == "ACC-DENIED"
    assert code_of(lambda: signing.sign(approver, row.pk, "sai mật khẩu rồi", "x")) == "SIG-PASSPHRASE"
    assert sign(agency, row).state == State.SIGNED


def test_what_is_not_verified_is_not_signed(agency):
    row = submitted(agency, drafted(agency, "raise_regular", people(agency)))
    assert code_of(lambda: signing.prepare(agency.subject("approver"), row.pk)) == "DEC-NOT-READY"


def test_another_root_than_shown_signs_nothing(agency):
    row = verified(agency, drafted(agency, "raise_regular", people(agency)))
    approver = agency.subject("approver")
    assert code_of(lambda: signing.sign(approver, row.pk, PASSPHRASE, "0" * 64)) == "DEC-SEEN-CHANGED"
    row.refresh_from_db()
    assert (row.state, Version.objects.filter(number=2).count()) == (State.SUBMITTED, 0)


def test_returned_it_is_a_draft_again_and_its_number_is_struck_with_the_reason(agency):
    row = verified(agency, drafted(agency, "raise_regular", people(agency)))
    back = actions.send_back(agency.subject("approver"), row.pk, "Sai tên người ký")
    assert (back.state, back.number, back.returned_reason) == (State.DRAFT, None, "Sai tên người ký")
    assert Struck.objects.get().number == 1
    again = submitted(agency, back)
    assert again.number == 2
    pass_again(agency, again)
    assert sign(agency, again).state == State.SIGNED


def test_a_number_given_to_a_submission_that_did_not_end_is_struck_and_used_by_the_next(agency):
    key = people(agency)[0]
    row = drafted(agency, "raise_regular", [key])
    whole = held(key)
    whole["employment"] |= {"salary_step": 9, "salary_coefficient": "4.98"}
    other = propose(agency, whole, key=key)
    assert code_of(lambda: submitted(agency, row)) == "DEC-CONFLICT"
    left = Struck.objects.get()
    assert (left.number, "không hoàn thành" in left.reason) == (1, True)
    assert Decision.objects.get().number is None
    changes.withdraw(agency.subject("officer"), [other.pk], "Nhầm")
    again = submitted(agency, row)
    assert (str(again), Struck.objects.count()) == ("1/QĐ-H41", 0)


def pass_again(agency, row):
    pass_steps(agency, list(row.people.values_list("change_id", flat=True)))


def test_the_drafter_takes_it_back(agency):
    row = submitted(agency, drafted(agency, "raise_regular", people(agency)))
    assert code_of(lambda: actions.take_back(agency.subject("officer"), row.pk, " ")) == "DEC-REASON"
    assert code_of(lambda: actions.take_back(agency.subject("verifier"), row.pk, "Sai")) == "CHG-NOT-YOURS"
    assert actions.take_back(agency.subject("officer"), row.pk, "Gõ nhầm").state == State.DRAFT
    assert not Change.objects.filter(state="proposed").exists()


def test_who_is_out_of_reach_is_not_there(agency):
    key = people(agency)[0]
    stranger = agency.subject("stranger")
    assert code_of(lambda: actions.draft(stranger, "raise_regular", [key], terms())) == "DEC-UNIT"
    row = drafted(agency, "raise_regular", [key])
    for act in (actions.submit, lambda s, pk: actions.remove_people(s, pk, [key])):
        assert code_of(lambda act=act: act(stranger, row.pk)) == "DEC-UNKNOWN"
    assert code_of(lambda: actions.submit(agency.subject("verifier"), row.pk)) == "ACC-DENIED"
