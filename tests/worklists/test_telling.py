"""Telling: once a day by page and mail, of numbers alone; at least once through outages and kills, never another's."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from ccvc.changes.models import Notice
from ccvc.ledger.models import Entry
from ccvc.standard.problems import Problem
from ccvc.transfers import overseeing
from ccvc.transfers.models import Transfer
from ccvc.worklists import actions
from ccvc.worklists.actions import mailing
from ccvc.worklists.models import Digest, Mail, Wish
from tests import people
from tests.worklists.conftest import TODAY, paid
from tests.worklists.smtp import sink

ADDRESS = "canbo@example.vn"


@pytest.fixture
def server(settings):
    with sink(settings) as server:
        yield server


@pytest.fixture
def wished(agency, known, server):
    """The officer wants mail, and was told of today's work."""
    actions.wish_mail(agency.subject("officer"), ADDRESS)
    actions.tell_of_work()
    return Mail.objects.get()


def told(agency, name):
    return {
        one.urgency: one.count
        for one in Notice.objects.filter(user_id=agency.users[name].pk, step="worklist")
    }


def test_each_is_told_once_a_day_of_what_they_are_to_see_to(agency, known):
    assert actions.tell_of_work() > 0
    assert actions.tell_of_work() == 0
    soon, late = (0, 2) if TODAY.day > 1 else (1, 1)
    expected = {"late": late} | ({"soon": soon} if soon else {})
    assert told(agency, "officer") == expected
    assert told(agency, "approver") == {"escalated": 1}  # overdue for longer than 30 days
    assert not told(agency, "colleague")
    assert not told(agency, "administrator")
    entry = Entry.objects.filter(subject=f"worklists:{agency.users['officer'].pk}").latest("index")
    assert json.loads(entry.payload)["counts"]["raise_regular"]["late"] == late


def test_the_next_day_tells_only_what_grew_and_on_mondays_what_stays(agency, known, monkeypatch):
    actions.tell_of_work()
    day = TODAY
    while day.weekday() != 0:  # until Monday
        day += timedelta(days=1)
        Digest.objects.update(day=day - timedelta(days=1))
        monkeypatch.setattr(timezone, "localdate", lambda *_, day=day: day)
        count = actions.tell_of_work()
        assert (count > 0) is (day.weekday() == 0)
        Digest.objects.filter(day=day).delete()
    monkeypatch.undo()
    Digest.objects.update(day=TODAY - timedelta(days=1))
    people.kept(agency, paid(7, TODAY.replace(year=TODAY.year - 5)))
    actions.compute_due()
    assert actions.tell_of_work() > 0


def test_mail_holds_numbers_and_links_and_goes_once(agency, known, wished, server, settings):
    settings.CCVC_PAGES_ADDRESS = "https://ccvc.example.vn"
    assert actions.send_due() == 1
    assert actions.send_due() == 0
    (message,) = server.messages
    text = message.get_payload(decode=True).decode()
    assert (message["To"], message["Message-ID"]) == (ADDRESS, wished.message_id)
    assert "https://ccvc.example.vn/worklists/raise_regular/" in text
    assert "người quá hạn chưa có quyết định" in text
    assert "Nguyễn" not in text
    assert str(known["overdue"]) not in text


def test_hand_overs_that_wait_near_their_end_or_came_back_are_told_too(agency, server, settings):
    actions.wish_mail(agency.subject("officer"), ADDRESS)
    mine = people.kept(agency, people.dossier(1)).dossier.key
    said = {
        "decision": "12/QĐ",
        "effective_on": TODAY,
        "begun_by": "x",
        "begun_by_name": "X",
        "name": "Nguyễn Văn An",
    }
    coming = {"side": "receiver", "state": "sealed", "giver": "H56", "receiver": "H41", **said}
    for days in (10, 2, 0):
        Transfer.objects.create(person=uuid4(), expires_on=TODAY + timedelta(days=days), **coming)
    back = {
        "side": "giver",
        "state": "refused",
        "ended_at": timezone.now(),
        "giver": "H41",
        "receiver": "H56",
    }
    Transfer.objects.create(person=mine, **back, **said)
    assert actions.tell_of_work() > 0
    found = Notice.objects.filter(user_id=agency.users["officer"].pk, step="handover")
    assert dict(found.values_list("urgency", "count")) == {"soon": 1, "late": 3}
    (line,) = overseeing.late(agency.subject("officer"))
    assert line.title.endswith("2")
    assert overseeing.counts(agency.subject("colleague")) == {}  # of another unit, and takes nobody over
    assert actions.send_due() == 1
    text = server.messages[0].get_payload(decode=True).decode()
    assert "1 hồ sơ chuyển đến chờ tiếp nhận" in text
    assert "2 hồ sơ chuyển đến sắp hết hạn trả lời" in text
    assert "1 hồ sơ chuyển đi bị từ chối" in text
    assert "Nguyễn" not in text


def test_an_outage_is_waited_out_under_the_same_message_id(agency, wished, server, settings):
    settings.EMAIL_PORT, port = 1, settings.EMAIL_PORT
    assert actions.send_due() == 0
    waiting = Mail.objects.get()
    assert (waiting.state, waiting.attempts, bool(waiting.problem)) == ("waiting", 1, True)
    assert waiting.next_at > timezone.now()
    settings.EMAIL_PORT = port
    Mail.objects.update(next_at=timezone.now())
    assert actions.send_due() == 1
    assert [m["Message-ID"] for m in server.messages] == [wished.message_id]


def test_killed_between_sending_and_marking_it_is_sent_again_and_known_by_its_id(
    agency, wished, server, monkeypatch
):
    class KilledError(BaseException):
        pass

    def killed(*_):
        raise KilledError

    monkeypatch.setattr(mailing, "_mark", killed)
    with pytest.raises(KilledError):
        actions.send_due()
    monkeypatch.undo()
    assert actions.send_due() == 0  # still claimed
    Mail.objects.update(next_at=timezone.now())
    assert actions.send_due() == 1
    assert [m["Message-ID"] for m in server.messages] == [wished.message_id] * 2
    assert Mail.objects.get().state == "sent"


@pytest.mark.parametrize("given_up", ["refused", "unwished", "moved", "closed"])
def test_what_cannot_or_must_not_arrive_is_given_up(agency, wished, server, given_up):
    officer = agency.users["officer"]
    if given_up == "refused":
        server.refuses = ADDRESS
    elif given_up == "unwished":
        actions.wish_mail(agency.subject("officer"), "")
    elif given_up == "moved":
        actions.wish_mail(agency.subject("officer"), "khac@example.vn")
    else:
        officer.is_active = False
        officer.save()
    assert actions.send_due() == 0
    assert (Mail.objects.get().state, server.messages) == ("given_up", [])


def test_after_three_days_without_a_server_it_is_given_up(agency, wished, settings):
    settings.EMAIL_PORT = 1
    Digest.objects.update(at=timezone.now() - timedelta(days=4))
    actions.send_due()
    assert Mail.objects.get().state == "given_up"


def test_an_address_is_one_and_somebody_without_lists_wishes_nothing(agency, known):
    for address in ("không phải thư", "a@b", f"{'x' * 260}@example.vn", "a@b.vn\nBcc: c@d.vn"):
        with pytest.raises(Problem, match="thư điện tử"):
            actions.wish_mail(agency.subject("officer"), address)
    with pytest.raises(Problem, match="quyền"):
        actions.new_calendar(agency.subject("administrator"))
    assert not Wish.objects.exists()
