"""Exchanging heads of logs with a peer: each side shows its own, proves it, and signs what it holds of the other's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.exchange import carriers
from ccvc.exchange.actions.streams import enrolled_peer
from ccvc.exchange.domain.heads import FORMAT, Heads, decode, encode
from ccvc.exchange.models import Peer
from ccvc.exchange.transports import Transport
from ccvc.ledger import actions as ledger
from ccvc.ledger import peers
from ccvc.ledger import selectors as log
from ccvc.ledger.heads import read_witness
from ccvc.ledger.models import PeerHead, Witness
from ccvc.standard.problems import Problem

TURNS = 3  # shown, asked for the proof from another size, and once more where the log was behind
HOURLY = timedelta(minutes=55)


def exchange_heads(subject: Subject, peer: Peer, transport: Transport | None = None) -> bool:
    """Show a peer the head of this log and take the head of its; False where it knows of no heads, or there is
    nothing to show yet.

    Problem ACC-DENIED, EXC-UNREACHABLE, EXC-HEADS, LED-HEAD-FORM, SIG-…. Alarms are raised, not thrown.
    """
    require(subject, Right.EXCHANGE_RUN)
    if not log.head(subject).size:
        return False
    carrier = transport or carriers.transport_for(peer)
    last = peers.witnessed_by(peer.agency_code)
    first, anew = last.size if last else 0, False
    for _ in range(TURNS):
        shown, message = _message(subject, peer, first, anew=anew)
        answer = carrier.heads(encode(message))
        if answer is None:
            return False
        theirs = _take(subject, peer, decode(answer))
        if theirs == shown:
            return True
        first, anew = theirs, theirs > shown
    return True


def answer_heads(subject: Subject, agency: str, raw: bytes | None, first: int = 0) -> bytes:
    """What this node answers a peer that shows its head, or only asks; Problem EXC-PEER, EXC-SUSPENDED, EXC-HEADS."""
    peer = enrolled_peer(agency)
    if raw is not None:
        first = _take(subject, peer, decode(raw))
    return encode(_message(subject, peer, first)[1])


def held_elsewhere() -> tuple[list[dict[str, Any]], list[str]]:
    """What the peers that can be asked hold of this log, signed by them, and the agencies that could not be asked."""
    found: list[dict[str, Any]] = []
    silent: list[str] = []
    for peer in Peer.objects.filter(state=Peer.State.ENROLLED, transport=Peer.Transport.HTTPS):
        try:
            answer = carriers.https_to(peer).held_of_us()
            witness = decode(answer).witness if answer is not None else None
        except Problem:
            silent.append(peer.agency_code)
            continue
        found += [witness] if witness is not None else []
    return found, silent


def due(peer: Peer) -> bool:
    """Whether nothing was exchanged with the peer for about an hour."""
    since = timezone.now() - HOURLY
    shown = Witness.objects.filter(agency=peer.agency_code, taken_at__gt=since)
    return (
        not shown.exists()
        and not PeerHead.objects.filter(agency=peer.agency_code, taken_at__gt=since).exists()
    )


def _message(subject: Subject, peer: Peer, first: int, *, anew: bool = False) -> tuple[int, Heads]:
    """The own head with the proof from a size, and its own size; a size beyond the log's is proved from nowhere."""
    signed = ledger.sign_head(anew=anew)
    known = first if 0 < first <= signed.size else 0
    proof = log.prove_consistency(subject, known, signed.size).proof if known else []
    before = peers.held(peer.agency_code)
    witness = before.witness if before else None
    return signed.size, Heads(FORMAT, signed.jws, known, [one.hex() for one in proof], witness)


def _take(subject: Subject, peer: Peer, message: Heads) -> int:
    """Take what a peer says; the size of the own log that it holds, 0 where it holds none."""
    peers.take_head(peer.agency_code, message.head, message.first, message.hashes)
    if message.witness is None:
        return 0
    peers.take_witness(subject, peer.agency_code, message.witness)
    return read_witness(message.witness, peer.agency_code).size
