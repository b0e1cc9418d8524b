"""Neither side rewrites its past alone: what another agency's log shows, and what it holds of ours."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from django.utils import timezone

from ccvc.ledger import actions, peers
from ccvc.ledger.models import Entry, Head, HeadAlarm, PeerHead, Witness
from ccvc.ledger.verification import verify
from ccvc.signing import certificates, revocation, store
from ccvc.signing.certificates import Issuer
from ccvc.standard.problems import Problem
from tests.ledger.logs import OtherLog
from tests.ledger.test_append import LOOKER, fill
from tests.owner import tamper

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(authority: Issuer) -> OtherLog:
    return OtherLog(authority).grow(5)


def show(other: OtherLog, first: int = 0, **more: Any) -> str:
    return peers.take_head(other.agency, other.head(**more), first, other.proof(first))


def alarms() -> list[tuple[str, str]]:
    return list(HeadAlarm.objects.filter(closed_at=None).values_list("side", "code").order_by("pk"))


def test_a_log_that_grows_is_followed_and_witnessed(other: OtherLog) -> None:
    assert show(other) == "first"
    assert show(other.grow(8), 5) == "extends"
    assert show(other, 13) == "same"
    held = peers.held("G09")
    assert held is not None
    assert held.size == 13
    assert PeerHead.objects.count() == 2
    assert Entry.objects.filter(kind="peer_head").count() == 2
    assert alarms() == []


def test_a_proof_from_another_size_is_asked_for_again(other: OtherLog) -> None:
    show(other)
    assert show(other.grow(3), 4) == "unproved"
    assert show(other, 5) == "extends"
    assert alarms() == []


def test_two_logs_of_one_size_are_an_alarm(other: OtherLog) -> None:
    show(other)
    other.leaves[2:] = []
    assert show(other.grow(3, "khác")) == "forked"
    assert alarms() == [("theirs", "LED-PEER-FORKED")]


def test_an_entry_of_the_past_changed_is_an_alarm_though_the_log_grew(other: OtherLog) -> None:
    show(other)
    other.leaves[1] = bytes(32)
    assert show(other.grow(4), 5) == "rewritten"
    assert alarms() == [("theirs", "LED-PEER-REWRITTEN")]
    held = peers.held("G09")
    assert held is not None
    assert held.size == 5, "what was good stays what later heads are held against"


def test_a_restored_backup_is_an_alarm_once(other: OtherLog) -> None:
    show(other)
    del other.leaves[3:]
    assert show(other) == "shrunk"
    assert show(other) == "shrunk"
    assert alarms() == [("theirs", "LED-PEER-SHRUNK")]
    assert PeerHead.objects.filter(standing="shrunk").count() == 1
    acts = Entry.objects.filter(kind="administrative", subject="head_alarm:G09")
    assert acts.count() == 1


def test_a_head_late_on_its_way_is_no_alarm(other: OtherLog) -> None:
    early = other.head()
    show(other.grow(4))
    assert peers.take_head("G09", early, 0, []) == "older"
    assert alarms() == []


def test_an_alarm_is_closed_with_a_reason_and_the_new_log_followed(other: OtherLog) -> None:
    show(other)
    del other.leaves[3:]
    show(other)
    found = HeadAlarm.objects.get()
    peers.close_alarm(found.pk, by="quản trị", reason="khôi phục ngày 20/11", take_up=True)
    assert show(other.grow(1, "mới")) == "first"
    assert show(other.grow(2, "mới"), 4) == "extends"
    assert alarms() == []
    assert list(PeerHead.objects.order_by("pk").values_list("epoch", "size")) == [
        (0, 5), (0, 3), (1, 4), (1, 6),
    ]  # fmt: skip
    with pytest.raises(Problem) as raised:
        peers.close_alarm(found.pk, by="quản trị", reason="lần nữa", take_up=False)
    assert raised.value.code == "LED-NO-ALARM"


def test_a_stranger_shows_no_head(other: OtherLog) -> None:
    stranger = OtherLog(certificates.create_authority("CA lạ")).grow(5)
    with pytest.raises(Problem) as raised:
        show(stranger)
    assert raised.value.code == "SIG-ISSUER"
    with pytest.raises(Problem):
        peers.take_head("H56", other.head(), 0, [])
    assert PeerHead.objects.count() == 0


def test_a_key_revoked_shows_no_head_and_a_new_one_goes_on(
    other: OtherLog, authority: Issuer, tmp_path: Path
) -> None:
    show(other)
    taken = revocation.Revocation(other.cert.serial_number, timezone.now() - timedelta(minutes=1))
    store.save_crl(tmp_path, "anchors", revocation.crl(authority, [taken], number=2))
    with pytest.raises(Problem) as raised:
        show(other.grow(2), 5, at=timezone.now() - timedelta(minutes=3))
    assert raised.value.code == "SIG-REVOKED"
    other.renew()
    assert show(other.grow(2), 5) == "extends"
    assert alarms() == []


@pytest.mark.parametrize("table", ["ledger_peerhead", "ledger_witness"])
def test_the_database_refuses_to_take_a_head_back(other: OtherLog, table: str) -> None:
    show(other)
    with pytest.raises((DatabaseError, IntegrityError), match="only grows"), transaction.atomic():
        connection.cursor().execute(f"UPDATE {table} SET size = 1")


def test_a_head_taken_is_read_again_by_verify(other: OtherLog) -> None:
    show(other)
    assert verify().ok
    tamper("UPDATE ledger_peerhead SET root = decode(repeat('00', 32), 'hex')")
    found = verify().first_fault
    assert found is not None
    assert (found.code, found.subject, found.what) == ("LED-DATA", "G09#5", "root")


def witnessed(other: OtherLog, size: int, root: bytes) -> str:
    return peers.take_witness(LOOKER, "G09", other.witness("H41", size, root))


def test_what_another_signed_of_ours_is_held_against_the_log(other: OtherLog) -> None:
    fill(6)
    head = Head.objects.get()
    assert witnessed(other, 6, bytes(head.root)) == "fits"
    fill(3)
    assert witnessed(other, 6, bytes(head.root)) == "fits"
    assert Witness.objects.count() == 1
    assert alarms() == []


def test_our_own_log_put_back_or_rewritten_is_an_alarm_here_too(other: OtherLog) -> None:
    fill(6)
    assert witnessed(other, 60, bytes(32)) == "cut"
    assert witnessed(other, 4, bytes(32)) == "rewritten"
    assert alarms() == [("ours", "LED-OWN-CUT"), ("ours", "LED-OWN-REWRITTEN")]
    text = HeadAlarm.objects.order_by("pk")[0].problem.message()
    assert "60 mục" in text
    assert actions.sign_head(anew=True).size == Head.objects.get().size
