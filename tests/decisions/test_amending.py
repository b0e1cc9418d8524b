"""What comes after: judged again at the signature, nobody about themself, corrected, revoked, handed over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ccvc.decisions import actions, grounds, selectors, signing
from ccvc.decisions.models import State
from ccvc.dossiers import custody
from ccvc.dossiers.models import Dossier, Version
from ccvc.ledger.verification import verify
from ccvc.transfers.models import Transfer
from tests.decisions.world import TODAY, decided, drafted, held, people, sign, terms, verified
from tests.people import FOREIGN, FOREIGN_UNIT, kept
from tests.problems import code_of, refused

pytestmark = pytest.mark.django_db


def test_revoked_the_dossier_is_as_before_and_both_decisions_show_each_other(agency):
    key = people(agency)[0]
    before = held(key)
    first = decided(agency, drafted(agency, "raise_regular", [key]))
    officer = agency.subject("officer")
    row = actions.amend(officer, first.pk, "revoke", "Tính sai thời gian giữ bậc")
    assert code_of(lambda: actions.amend(officer, first.pk, "revoke", "Nữa")) == "DEC-AMENDED"
    done = decided(agency, row)
    assert held(key)["employment"] == before["employment"]
    first.refresh_from_db()
    assert (first.revoked_by, done.about, first.paper.state) == (done, first, "revoked")
    assert [v.number for v in versions(key)] == [1, 2, 3]
    assert code_of(lambda: actions.amend(officer, first.pk, "correct", "Muộn")) == "DEC-AMENDED"
    assert list(verify().faults) == []


def versions(key):
    return Version.objects.filter(dossier__key=key).order_by("number")


def test_corrected_it_says_what_it_should_have_under_its_own_number(agency):
    key = people(agency)[0]
    cells = {key: {"form": "HC1", "violation": "Đi muộn"}}
    first = decided(agency, drafted(agency, "discipline", [key], cells))
    officer = agency.subject("officer")
    row = actions.amend(officer, first.pk, "correct", "Ghi nhầm hình thức")
    assert row.people.get().cells["violation"] == "Đi muộn"
    actions.fill(
        officer,
        row.pk,
        terms(title=row.title, cells={"reason": "Ghi nhầm hình thức"}),
        {key: {"form": "HC2"}},
    )
    decided(agency, row)
    (one,) = held(key)["employment"]["disciplines"]
    assert (one["form"], one["violation"], one["decision_number"]) == ("HC2", "Đi muộn", str(first))
    first.refresh_from_db()
    assert first.corrected_by == row


def test_a_discipline_that_came_meanwhile_stops_the_signature(agency):
    key = people(agency)[0]
    row = drafted(agency, "plan", [key], {key: {"position": "Giám đốc", "period": "2026-2031"}})
    answered(agency, row, key)
    verified(agency, row)
    decided(
        agency, drafted(agency, "discipline", [key], {key: {"form": "HC2", "violation": "Chậm trễ báo cáo"}})
    )
    told = refused(lambda: signing.prepare(agency.subject("approver"), row.pk))
    assert told.code == "DEC-BARRED"
    row.refresh_from_db()
    assert row.state == State.SUBMITTED


def answered(agency, row, key):
    """Whatever the record cannot tell of them, answered for by name."""
    one = grounds.work_out(row, list(row.people.all()))[0]
    for name in {c.name for c in one.conditions if c.met == "cannot_tell"}:
        actions.testify(agency.subject("officer"), row.pk, key, name, "yes", "Xác minh của Thanh tra Sở")


def test_nobody_decides_about_themself(agency):
    key = people(agency)[0]
    officer, approver = agency.users["officer"], agency.users["approver"]
    row = verified(agency, drafted(agency, "raise_regular", [key]))
    officer.person_key = key
    officer.save()
    assert code_of(lambda: actions.draft(agency.subject("officer"), "reward", [key], terms())) == "DEC-OWN"
    officer.person_key = None
    officer.save()
    approver.person_key = key
    approver.save()
    assert code_of(lambda: signing.prepare(agency.subject("approver"), row.pk)) == "CHG-OWN-DOSSIER"


def test_before_what_holds_later_nothing_is_written_over(agency):
    key = people(agency)[0]
    whole = held(key)
    whole["employment"] |= {"status": "06"}
    kept(agency, whole, key=key, valid_from=TODAY + timedelta(days=30))
    leaving = {key: {"until": f"{TODAY + timedelta(days=90)}", "reason": "Việc gia đình"}}
    row = drafted(agency, "leave_unpaid", [key], leaving)
    told = refused(lambda: actions.submit(agency.subject("officer"), row.pk))
    assert told.code == "DEC-UNSOUND"
    assert "Trạng thái làm việc" in told.params["who"]


def test_to_another_agency_the_dossier_begins_to_be_handed_over_or_nothing_is_signed(agency, monkeypatch):
    key = people(agency)[0]
    row = drafted(agency, "transfer", [key], {key: {"unit_code": FOREIGN_UNIT, "position": "Chuyên viên"}})
    answered(agency, row, key)
    verified(agency, row)
    assert code_of(lambda: sign(agency, row)) == "EXC-NOT-JOINED"
    row.refresh_from_db()
    assert (row.state, held(key)["career"].get("secondments")) == (State.SUBMITTED, None)
    monkeypatch.setattr("ccvc.transfers.actions.offering.tell_national", lambda *_, **__: None)
    sign(agency, row)
    made = Transfer.objects.get(person=key)
    row.refresh_from_db()
    assert (made.receiver, made.decision) == (FOREIGN, str(row))
    custody.lay_away(Dossier.objects.get(key=key), on=TODAY, transfer=made.pk)
    assert list(selectors.decisions(agency.subject("officer"))) == [row]
    assert code_of(lambda: actions.send_back(agency.subject("officer"), row.pk, "Nhầm")) == "DEC-STATE"
    assert list(selectors.decisions(agency.subject("colleague"))) == []
