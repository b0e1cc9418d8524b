"""From approval to receipt, through tables: in order, once, whole; and what goes wrong is told."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from ccvc.exchange import actions, selectors
from ccvc.exchange.actions import receiving, streams
from ccvc.exchange.domain.records import ConflictLine, line_bytes
from ccvc.exchange.domain.sealing import read_manifest
from ccvc.exchange.models import Cursor, Inbound, Notice, Outbound, Peer, Quarantine
from ccvc.exchange.transports import Delivery
from ccvc.exchange.transports.memory import MemoryTransport
from ccvc.ledger.models import Entry
from ccvc.ledger.verification import verify
from ccvc.standard.problems import Problem
from tests.exchange.nodes import COMPONENT, NATIONAL, SYSTEM
from tests.problems import code_of

pytestmark = pytest.mark.django_db


def sent(number: int) -> Outbound:
    return Outbound.objects.get(peer__agency_code=NATIONAL, sequence=number)


def test_what_is_approved_reaches_the_register_and_its_receipt_comes_back(nodes, approve):
    versions = approve(3)
    nodes.round()
    assert sorted(nodes.register.versions) == sorted((v.dossier.key, 1) for v in versions)
    outbound = sent(1)
    assert outbound.state == Outbound.State.RECEIPTED
    assert (outbound.changes, outbound.records, outbound.accepted, outbound.refused) == (3, 4, 3, 0)
    assert (outbound.first_position, outbound.last_position) == (versions[0].position, versions[-1].position)
    inbound = Inbound.objects.get(peer__agency_code=COMPONENT)
    assert (inbound.state, inbound.accepted, inbound.via) == ("accepted", 3, "test")
    kinds = list(Entry.objects.order_by("index").values_list("kind", flat=True))
    assert kinds[-4:] == ["package_sent", "package_received", "receipt", "receipt"]


def test_a_second_round_changes_nothing(nodes, approve):
    approve(2)
    nodes.round()
    before = Entry.objects.count(), Outbound.objects.count(), Inbound.objects.count()
    nodes.round()
    assert (Entry.objects.count(), Outbound.objects.count(), Inbound.objects.count()) == before


def test_the_feed_is_cut_into_packages_of_the_size_asked_for(nodes, approve):
    approve(5)
    with nodes.acting_as(COMPONENT):
        built = actions.build_packages(SYSTEM, NATIONAL, limit=2)
    assert [outbound.changes for outbound in built] == [2, 2, 1]
    assert [outbound.sequence for outbound in built] == [1, 2, 3]
    assert [read_manifest(bytes(outbound.data)).previous for outbound in built] == [
        None,
        built[0].manifest_sha256,
        built[1].manifest_sha256,
    ]
    nodes.round()
    assert len(nodes.register.versions) == 5


def test_each_approval_stands_once_before_its_changes(nodes, approve):
    approve(2)
    approve(2, together=False)
    nodes.round()
    assert sent(1).records == 3 + 4
    assert len(nodes.register.versions) == 4


def test_a_repeat_gets_the_same_answer_and_is_not_applied_again(nodes, approve):
    approve(2)
    nodes.send()
    data = bytes(sent(1).data)
    first = nodes.take(data)
    assert first.repeated
    assert first.as_json() == {
        "status": "stored",
        "sequence": 1,
        "manifest_sha256": sent(1).manifest_sha256,
        "receipt": None,
    }
    nodes.process()
    again = nodes.take(data)
    assert (again.state, again.receipt) == ("accepted", 1)
    nodes.process()
    assert len(nodes.register.versions) == 2
    assert Quarantine.objects.count() == 0


def test_a_gap_is_answered_with_the_number_expected_and_mends_itself(nodes, approve):
    approve(4)
    with nodes.acting_as(COMPONENT):
        first, second = actions.build_packages(SYSTEM, NATIONAL, limit=2)
    with pytest.raises(Problem) as caught:
        nodes.take(bytes(second.data))
    assert (caught.value.code, caught.value.params["expected"]) == ("EXC-GAP", 1)
    assert Quarantine.objects.get().signed
    Outbound.objects.filter(pk=first.pk).update(state="delivered")  # believed delivered, but lost on the way
    nodes.send()
    nodes.send()
    nodes.process()
    assert len(nodes.register.versions) == 4
    assert Quarantine.objects.count() == 0


def test_other_content_under_a_number_taken_is_a_fork(nodes, approve):
    approve(1)
    nodes.round()
    Cursor.objects.filter(direction="out", peer__agency_code=NATIONAL).update(
        sequence=0, manifest_sha256=None
    )
    Outbound.objects.filter(peer__agency_code=NATIONAL).update(
        sequence=1000
    )  # as if restored from an old backup
    approve(1)
    nodes.send()
    outbound = sent(1)
    assert (outbound.state, outbound.last_error["code"]) == ("refused", "EXC-FORK")
    assert Quarantine.objects.get().problem["code"] == "EXC-FORK"
    assert len(nodes.register.versions) == 1


def test_a_package_that_continues_another_history_is_refused(nodes, approve):
    approve(1)
    nodes.round()
    Cursor.objects.filter(direction="out", peer__agency_code=NATIONAL).update(manifest_sha256="ab" * 32)
    approve(1)
    nodes.send()
    assert sent(2).last_error["code"] == "EXC-CHAIN"


def test_damage_on_the_way_is_sent_again_by_itself(nodes, approve):
    approve(1)
    damaged = MemoryTransport(lambda data: nodes.take(data[:-1]))
    assert nodes.send(damaged) == []
    outbound = sent(1)
    assert (outbound.state, outbound.attempts, outbound.last_error["code"]) == ("built", 1, "EXC-TRUNCATED")
    assert outbound.next_attempt_at > timezone.now()
    assert nodes.send() == []
    Outbound.objects.update(next_attempt_at=timezone.now())
    assert [o.sequence for o in nodes.send()] == [1]


def test_waiting_grows_with_each_failure_up_to_a_quarter_of_an_hour(nodes, approve):
    approve(1)

    class Dead:
        def deliver(self, data):
            return Delivery("retry", Problem("EXC-BUSY", where="x").as_json())

    for attempt in range(1, 16):
        Outbound.objects.update(next_attempt_at=timezone.now())
        nodes.send(Dead())
        outbound = sent(1)
        assert outbound.attempts == attempt
        assert outbound.next_attempt_at - timezone.now() <= timedelta(minutes=15)
    assert outbound.next_attempt_at - timezone.now() > timedelta(minutes=7)


def test_two_processes_do_not_deliver_the_same_package(nodes, approve):
    approve(1)
    with nodes.acting_as(COMPONENT):
        built = actions.build_packages(SYSTEM, NATIONAL)[0]
        calls = []

        class Slow(MemoryTransport):
            def deliver(self, data: bytes) -> Delivery:
                calls.append(actions.deliver(SYSTEM, built.pk, self))
                return Delivery("stored")

        actions.deliver(SYSTEM, built.pk, Slow(nodes.take))
    assert calls == [None]


def test_a_claim_of_a_killed_process_ends(nodes, approve):
    approve(1)
    with nodes.acting_as(COMPONENT):
        built = actions.build_packages(SYSTEM, NATIONAL)[0]
    Outbound.objects.update(claimed_until=timezone.now() + timedelta(minutes=5))
    assert nodes.send() == []
    Outbound.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert [o.pk for o in nodes.send()] == [built.pk]


def test_a_package_of_an_agency_not_enrolled_or_suspended_is_refused(nodes, approve):
    approve(1)
    with nodes.acting_as(COMPONENT):
        data = bytes(actions.build_packages(SYSTEM, NATIONAL)[0].data)
    with nodes.acting_as(NATIONAL):
        actions.suspend_peer(SYSTEM, COMPONENT, reason="Thử")
    assert code_of(lambda: nodes.take(data)) == "EXC-SUSPENDED"
    with nodes.acting_as(NATIONAL):
        actions.resume_peer(SYSTEM, COMPONENT, reason="Thử")
    Peer.objects.filter(agency_code=COMPONENT).update(agency_code="H42")
    assert code_of(lambda: nodes.take(data)) == "EXC-PEER"


def test_a_kind_the_node_has_no_use_for_is_refused_before_it_takes_a_number(nodes):
    with nodes.acting_as(COMPONENT):
        actions.send_package(SYSTEM, NATIONAL, "catalogue", [b"{}"])
    nodes.send()
    assert sent(1).last_error["code"] == "EXC-KIND"
    assert Cursor.objects.get(peer__agency_code=COMPONENT, direction="in").sequence == 0


def test_queued_lines_of_one_kind_travel_together(nodes):
    line = line_bytes(
        ConflictLine(uuid4(), "040085000001", "H41", "H56", "REG-CONFLICT", "Hai cơ quan", "Liên hệ")
    )
    with nodes.acting_as(NATIONAL):
        actions.send_package(SYSTEM, COMPONENT, "share", [line])
        actions.send_package(SYSTEM, COMPONENT, "share", [line, line])
        assert [o.records for o in actions.build_packages(SYSTEM, COMPONENT)] == [3]
        assert actions.build_packages(SYSTEM, COMPONENT) == []
    nodes.fetch()
    assert Notice.objects.count() == 3


def test_every_stored_byte_is_held_by_the_ledger(nodes, approve):
    approve(2)
    nodes.round()
    with nodes.acting_as(COMPONENT):
        assert verify(all_faults=True).faults == []
    rows: list[Outbound | Inbound] = [sent(1), *Inbound.objects.all()]
    for row in rows:
        for place in (3, 40, len(row.data) // 2, len(row.data) - 1):
            good = bytes(row.data)
            row.data = good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]
            row.save()
            with nodes.acting_as(COMPONENT):
                assert [fault.what for fault in verify(all_faults=True).faults] == ["data"]
            row.data = good
            row.save()
    inbound = Inbound.objects.get(peer__agency_code=COMPONENT)
    Inbound.objects.filter(pk=inbound.pk).update(receipt=None)
    inbound.delete()
    with nodes.acting_as(COMPONENT):
        assert [fault.code for fault in verify(all_faults=True).faults] == ["LED-MISSING"]


def test_the_mailbox_tells_what_was_taken(nodes, approve):
    approve(1)
    nodes.send()
    nodes.process()
    receipt = Outbound.objects.get(peer__agency_code=COMPONENT)
    with nodes.acting_as(NATIONAL):
        assert actions.next_from_mailbox(COMPONENT, 0).sequence == 1
        assert actions.next_from_mailbox(COMPONENT, 0).sequence == 1
        receipt.refresh_from_db()
        assert receipt.state == "built"
        assert actions.next_from_mailbox(COMPONENT, 1) is None
    receipt.refresh_from_db()
    assert receipt.state == "delivered"


def test_quarantine_keeps_a_stranger_small_and_the_same_bytes_once(nodes):
    for _ in range(3):
        assert code_of(lambda: nodes.take(b"x" * 100_000)) == "EXC-MAGIC"
    kept = Quarantine.objects.get()
    assert (kept.times, kept.signed, kept.size) == (3, False, 4096)
    assert kept.problem["code"] == "EXC-MAGIC"


def test_old_strangers_give_way_in_quarantine(nodes, monkeypatch):
    monkeypatch.setattr(receiving, "MOST_UNSIGNED", 20)
    for number in range(30):
        code_of(lambda number=number: nodes.take(b"stranger %d" % number))
    assert 0 < sum(Quarantine.objects.values_list("size", flat=True)) <= 20
    assert Quarantine.objects.order_by("-last_at").first().data == b"stranger 29"


def test_the_status_takes_as_many_queries_for_many_peers_as_for_one(nodes, django_assert_num_queries):
    for number in range(20):
        streams.open_streams(Peer.objects.create(agency_code=f"H{number + 70}", name="Tỉnh"))
    with nodes.acting_as(COMPONENT), django_assert_num_queries(8):
        assert len(selectors.peers(SYSTEM)) == 22
