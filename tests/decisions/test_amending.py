"""What comes after: judged again at the signature, nobody about themself, corrected, revoked, handed over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from ccvc.access.domain import Subject
from ccvc.decisions import actions, grounds, judging, selectors, signing
from ccvc.decisions.models import Decision, State
from ccvc.dossiers import custody
from ccvc.dossiers.models import Dossier, Version
from ccvc.dossiers.selectors import seen
from ccvc.ledger.verification import verify
from ccvc.transfers.models import Transfer
from tests.decisions.test_newcomers import recruiting
from tests.decisions.world import TODAY, decided, drafted, held, people, sign, terms, verified
from tests.people import FOREIGN, FOREIGN_UNIT, kept
from tests.problems import code_of, refused, refused_as

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


def test_changed_twice_and_revoked_it_is_said_once_and_then_not_at_all(agency):
    """Each change undoes what the decision and those before it did, so that nothing stands twice or stays behind."""
    key = people(agency)[0]
    before = held(key)
    cells = {key: {"form": "HC1", "violation": "Đi muộn"}}
    first = decided(agency, drafted(agency, "discipline", [key], cells))
    assert changed(agency, first, key, form="HC2")["form"] == "HC2"
    assert changed(agency, first, key, violation="Vắng mặt") == {
        **discipline(key),
        "form": "HC2",  # the form begins with what the last change says
        "violation": "Vắng mặt",
        "decision_number": str(first),
    }
    first.refresh_from_db()
    assert str(first.corrected_by).startswith("3/")
    for row in first.amendments.order_by("number"):
        assert all(one.stands for one in judging.judge_again(row))
    decided(agency, actions.amend(agency.subject("officer"), first.pk, "revoke", "Không có hành vi"))
    assert held(key) == before


def changed(agency, first, key, **cells):
    """What the dossier says once a signed decision is changed so."""
    officer = agency.subject("officer")
    row = actions.amend(officer, first.pk, "correct", "Ghi nhầm")
    actions.fill(officer, row.pk, terms(title=row.title, cells={"reason": "Ghi nhầm"}), {key: cells})
    decided(agency, row)
    return discipline(key)


def discipline(key):
    (one,) = held(key)["employment"]["disciplines"]
    return one


def test_a_wrong_day_is_not_moved_in_silence_but_revoked_and_drafted_anew(agency, client):
    key = people(agency)[0]
    on, right = TODAY + timedelta(days=40), TODAY + timedelta(days=70)
    cells = {key: {"until": f"{TODAY + timedelta(days=200)}", "reason": "Việc gia đình"}}
    first = decided(agency, drafted(agency, "leave_unpaid", [key], cells, effective_on=on))
    officer = agency.subject("officer")
    row = actions.amend(officer, first.pk, "correct", "Sai ngày")
    actions.fill(officer, row.pk, terms(title=row.title, effective_on=right, cells={"reason": "Sai ngày"}))
    told = refused_as("DEC-UNSOUND", actions.submit, officer, row.pk)
    assert f"giữ nguyên ngày hiệu lực {on:%d/%m/%Y}" in told.params["who"]
    actions.discard(officer, row.pk, "Thu hồi")
    assert code_of(lambda: actions.draft_again(officer, first.pk)) == "DEC-AMENDED"
    revoked = decided(agency, actions.amend(officer, first.pk, "revoke", "Sai ngày"))
    client.force_login(agency.users["officer"])
    address = reverse("decisions:amend", args=[first.pk])
    assert address in client.get(reverse("decisions:detail", args=[first.pk])).content.decode()
    client.post(address, {"kind": "again"})
    again = Decision.objects.get(state=State.DRAFT)
    assert (again.people.get().cells["reason"], again.effective_on) == ("Việc gia đình", on)
    assert str(revoked) in again.grounds
    actions.fill(officer, again.pk, terms(title=again.title, effective_on=right))
    decided(agency, again)
    assert [v.valid_from for v in versions(key)][1:] == [on, on, right]
    assert [status_on(key, day) for day in (on, right - timedelta(days=1), right)] == ["01", "01", "08"]
    known = versions(key).get(number=2).known_at
    assert status_on(key, on, known_at=known) == "08"  # what was thought then is still told


def status_on(key, day, known_at=None):
    told = seen(Subject.system("test"), key, known_at=known_at, valid_on=day)
    return told.document["employment"]["status"]


def test_what_opened_a_dossier_is_not_revoked(agency):
    row = decided(agency, recruiting(agency))
    officer = agency.subject("officer")
    refused_as("DEC-OPENED", actions.amend, officer, row.pk, "revoke", "Tuyển nhầm")
    assert actions.amend(officer, row.pk, "correct", "Sai ngạch").state == State.DRAFT


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
