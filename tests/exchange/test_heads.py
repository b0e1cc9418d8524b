"""Heads of logs between our own client and our own endpoint, by files, and with a node that knows of none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from django.test import Client

from ccvc.exchange import carriers, selectors, tasks
from ccvc.exchange.actions import heads
from ccvc.exchange.domain import heads as messages
from ccvc.exchange.models import Peer
from ccvc.exchange.transports.file import FileTransport
from ccvc.exchange.transports.https import HttpsTransport
from ccvc.exchange.transports.memory import MemoryTransport
from ccvc.inspection.actions import verify_ledger
from ccvc.inspection.command import heads_held, heads_of, read_heads
from ccvc.ledger import actions as ledger
from ccvc.ledger import peers
from ccvc.ledger.heads import read
from ccvc.ledger.models import Entry, Head, HeadAlarm, PeerHead, SignedHead, Verification, Witness
from ccvc.ledger.verification import verify
from ccvc.node import health
from ccvc.signing import store
from ccvc.standard.problems import Problem
from tests.exchange.nodes import COMPONENT, NATIONAL, SYSTEM, Nodes
from tests.exchange.wire import wired
from tests.ledger.logs import OtherLog
from tests.ledger.test_verify import rebuild
from tests.owner import tamper

pytestmark = [pytest.mark.django_db, pytest.mark.urls("ccvc.exchange.urls_exchange")]


def exchange(nodes: Nodes, transport: Any) -> bool:
    with nodes.acting_as(COMPONENT):
        return heads.exchange_heads(SYSTEM, nodes.peer(NATIONAL), transport)


def test_each_side_holds_the_others_head_and_signs_it(nodes: Nodes, monkeypatch: Any, approve: Any) -> None:
    wire = wired(nodes, monkeypatch)
    assert exchange(nodes, wire)
    approve(2)
    assert exchange(nodes, wire)
    for agency in (COMPONENT, NATIONAL):
        held = PeerHead.objects.filter(agency=agency).order_by("pk")
        assert [row.standing for row in held] == ["first", "extends"], agency
        signed = peers.witnessed_by(agency)
        assert signed is not None
        assert peers.held(COMPONENT if agency == NATIONAL else NATIONAL) is not None
    assert Witness.objects.filter(agency=NATIONAL).count() == 2
    assert not HeadAlarm.objects.exists()
    with nodes.acting_as(COMPONENT):
        assert not heads.due(nodes.peer(NATIONAL))
        monkeypatch.setattr(carriers, "transport_for", lambda peer: wire)
        assert tasks.exchange_heads() == 0


def national(nodes: Nodes) -> tuple[OtherLog, MemoryTransport, dict[str, Any]]:
    """A national node whose log we hold in our hand: it answers as the protocol says, and remembers ours."""
    log = OtherLog(nodes.issuer, NATIONAL).grow(4)
    seen: dict[str, Any] = {"theirs": 0}

    def answer(raw: bytes) -> bytes:
        shown = messages.decode(raw)
        with nodes.acting_as(NATIONAL):
            said = read(shown.head, store.trust(), COMPONENT)
        seen.setdefault("own", []).append(said.size)
        witness = log.witness(COMPONENT, seen.get("lie", said.size), bytes.fromhex(said.root))
        proof = [one.hex() for one in log.proof(seen["theirs"])]
        found = messages.Heads(messages.FORMAT, log.head(), seen["theirs"], proof, witness)
        seen["theirs"] = len(log.leaves)
        return messages.encode(found)

    carrier = MemoryTransport(lambda data: None, heads_of=answer)
    return log, carrier, seen


def test_a_national_log_put_back_is_an_alarm_at_the_component(nodes: Nodes) -> None:
    log, carrier, _ = national(nodes)
    exchange(nodes, carrier)
    del log.leaves[2:]
    exchange(nodes, carrier)
    assert list(HeadAlarm.objects.values_list("agency", "side", "code")) == [
        (NATIONAL, "theirs", "LED-PEER-SHRUNK")
    ]


def test_a_component_put_back_learns_it_and_shows_a_head_signed_now(nodes: Nodes) -> None:
    _, carrier, seen = national(nodes)
    exchange(nodes, carrier)
    signed = SignedHead.objects.filter(agency=COMPONENT).count()
    seen["lie"] = 900
    exchange(nodes, carrier)
    assert list(HeadAlarm.objects.values_list("side", "code", "held")) == [("ours", "LED-OWN-CUT", 900)]
    assert SignedHead.objects.filter(agency=COMPONENT).count() > signed + 1, (
        "so that the other side is certain"
    )


def test_a_node_of_before_knows_of_no_heads(nodes: Nodes, monkeypatch: Any) -> None:
    assert not exchange(nodes, MemoryTransport(lambda data: None))
    wire = wired(nodes, monkeypatch)
    old = httpx.MockTransport(lambda request: httpx.Response(404, json={"code": "not_found"}))
    asked = HttpsTransport(wire.address, wire.own, wire.peer, wire.keys, wire.trust, old)
    assert not exchange(nodes, asked)


def test_by_files_too(nodes: Nodes, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    own = FileTransport(folder, COMPONENT, NATIONAL)
    theirs = FileTransport(folder, NATIONAL, COMPONENT)
    for _ in range(3):
        exchange(nodes, own)
        with nodes.acting_as(NATIONAL):
            heads.exchange_heads(SYSTEM, nodes.peer(COMPONENT), theirs)
    for agency in (COMPONENT, NATIONAL):
        assert peers.held(agency) is not None
        assert peers.witnessed_by(agency) is not None
    assert not HeadAlarm.objects.exists()


@pytest.mark.parametrize(
    "spoilt",
    [
        b"",
        b"{}",
        b'{"format":"ccvc-heads/1","head":{},"first":0,"proof":[],"witness":null,"more":1}',
        b'{"format":"ccvc-heads/1","head":{},"first":-1,"proof":[],"witness":null}',
        b'{"format":"ccvc-heads/2","head":{},"first":0,"proof":[],"witness":null}',
        b" " * (messages.MAX_MESSAGE + 1),
    ],
)
def test_a_message_of_another_shape_is_refused(spoilt: bytes) -> None:
    with pytest.raises(Problem) as raised:
        messages.decode(spoilt)
    assert raised.value.code == "EXC-HEADS"


def test_who_shows_no_token_or_anothers_head_is_refused(nodes: Nodes, monkeypatch: Any) -> None:
    target, client = "/exchange/v1/heads", Client()
    with nodes.acting_as(NATIONAL):
        assert client.post(target, b"{}", content_type="application/json").status_code == 401
        shown = ledger.sign_head()
    message = messages.Heads(messages.FORMAT, shown.jws, 0, [], None)
    wire = wired(nodes, monkeypatch)
    with pytest.raises(Problem) as raised:
        wire.heads(messages.encode(message))
    assert raised.value.code == "EXC-PEER-REFUSED"
    assert not PeerHead.objects.exists()
    assert wire.held_of_us() is not None


def test_a_suspended_peer_is_not_followed(nodes: Nodes, monkeypatch: Any) -> None:
    wire = wired(nodes, monkeypatch)
    Peer.objects.filter(agency_code=COMPONENT).update(state=Peer.State.SUSPENDED)
    with pytest.raises(Problem):
        exchange(nodes, wire)
    assert Head.objects.get().size == Entry.objects.count()


def test_an_alarm_is_in_the_status_and_found_by_the_doctor(nodes: Nodes) -> None:
    log, carrier, _ = national(nodes)
    exchange(nodes, carrier)
    assert health._heads().ok
    del log.leaves[2:]
    exchange(nodes, carrier)
    with nodes.acting_as(COMPONENT):
        found = selectors.status(SYSTEM).peers[0]
    assert [alarm.code for alarm in found.alarms] == ["LED-PEER-SHRUNK"]
    assert not health._heads().ok
    assert "ngắn lại" in health._heads().detail


def test_a_log_put_back_is_told_by_asking_the_peer_or_by_the_file_it_gives(
    nodes: Nodes, monkeypatch: Any, tmp_path: Path
) -> None:
    wire = wired(nodes, monkeypatch)
    exchange(nodes, wire)
    Peer.objects.filter(agency_code=NATIONAL).update(transport=Peer.Transport.HTTPS)
    with nodes.acting_as(COMPONENT):
        found, silent = heads.held_elsewhere()
        assert silent == []
        assert verify(heads=found).ok
    file = tmp_path / "heads.json"
    with nodes.acting_as(NATIONAL):
        file.write_bytes(heads_of(COMPONENT))
    assert len(read_heads(file)) == 1
    size = PeerHead.objects.get(agency=COMPONENT).size
    tamper("DELETE FROM ledger_entry WHERE index >= %s", size - 1)
    tamper("DELETE FROM ledger_signedhead")
    tamper("DELETE FROM ledger_witness")
    rebuild()
    with nodes.acting_as(COMPONENT):
        assert verify().ok, "nothing here can show it"
        for given in (found, read_heads(file)):
            fault = verify_ledger("test", heads=given).first_fault
            assert fault is not None
            assert fault.code == "LED-RESTORED"
    kept = Verification.objects.order_by("pk")
    assert [(row.count, row.faults[0]["code"]) for row in kept] == [(1, "LED-RESTORED")] * 2


def test_a_file_that_holds_no_heads_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"[]")
    for file in (tmp_path / "x", tmp_path / "y"):
        with pytest.raises(Problem) as raised:
            read_heads(file)
        assert raised.value.code == "INS-HEADS"


def test_a_peer_away_is_named(nodes: Nodes) -> None:
    Peer.objects.filter(agency_code=NATIONAL).update(transport=Peer.Transport.HTTPS)
    with nodes.acting_as(COMPONENT):
        assert heads.held_elsewhere() == ([], [NATIONAL])
        assert tasks.exchange_heads(now=True) == 0
    assert [one["kind"] for one in heads_held("")] == ["own"]
