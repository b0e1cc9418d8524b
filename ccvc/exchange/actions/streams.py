"""Partners and their streams: who is enrolled, and the row locks that order what is sent and taken.

Order of locks in this room, everywhere: Cursor of the stream, Inbound or Outbound rows, rows of the handler's
own room, the ledger's head.
"""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from django.conf import settings

from ccvc.exchange.models import Cursor, Peer
from ccvc.signing import certificates
from ccvc.signing.verification import Trust, verify_certificate
from ccvc.standard.problems import Problem


def own_code() -> str:
    """Agency code of this node."""
    return str(settings.CCVC_AGENCY)


def known_peer(code: str) -> Peer:
    """The peer of an agency this node sends to; Problem EXC-NOT-JOINED."""
    try:
        return Peer.objects.get(agency_code=code)
    except Peer.DoesNotExist:
        raise Problem("EXC-NOT-JOINED", where="peer", got=code) from None


def enrolled_peer(code: str) -> Peer:
    """The peer a message came from; Problem EXC-PEER where it is not enrolled, EXC-SUSPENDED."""
    peer = Peer.objects.filter(agency_code=code).first()
    if peer is None:
        raise Problem("EXC-PEER", where="manifest.sender", got=code)
    if peer.state != Peer.State.ENROLLED:
        raise Problem("EXC-SUSPENDED", where="manifest.sender", got=code)
    return peer


def open_streams(peer: Peer) -> None:
    """Give a new peer its two cursors; those of a peer known before stay where they are."""
    for direction in Cursor.Direction.values:
        Cursor.objects.get_or_create(peer=peer, direction=direction)


def lock_stream(peer: Peer, direction: str) -> Cursor:
    """The cursor of a stream, FOR UPDATE: one builder, or one taker, of a peer at a time."""
    return Cursor.objects.select_for_update(of=("self",)).get(peer=peer, direction=direction)


def recipient_certificate(peer: Peer, trust: Trust, at: datetime) -> x509.Certificate:
    """The certificate a peer receives content keys with, verified now; Problem SIG-… where it may not be
    used.
    """
    found = certificates.from_pem(peer.certificates["encrypt"])[0]
    verify_certificate(found, trust, at, "encrypt", peer.agency_code).required(f"{peer.agency_code}/encrypt")
    return found
