"""A peer restored from an older backup goes on with another history: taken up by a person, the old one is kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db import transaction

from ccvc.access.domain import Right, Subject, require
from ccvc.exchange import carriers
from ccvc.exchange.actions.streams import known_peer, lock_stream
from ccvc.exchange.models import Cursor, Inbound, Peer
from ccvc.exchange.transports import Transport
from ccvc.exchange.transports.file import FileTransport
from ccvc.ledger import actions as ledger
from ccvc.standard.problems import Problem


@dataclass(frozen=True, slots=True)
class NewHistory:
    """Which history of the peer is taken from now on, the last number both had, and up to which the old one goes."""

    epoch: int
    common: int
    held: int


def held_digest(peer: Peer, number: int) -> str | None:
    """The digest of the package held under a number, of the newest history; None where there is none."""
    found = Inbound.objects.filter(peer=peer, sequence=number).order_by("-epoch")
    return found.values_list("manifest_sha256", flat=True).first()


def take_up_history(
    subject: Subject, agency_code: str, *, reason: str, transport: Transport | None = None
) -> NewHistory:
    """Go on from the last package both nodes know, in another epoch; what was taken since is kept as it is.

    Lock: Cursor(in), then the ledger's head. Problem ACC-DENIED, EXC-NOT-JOINED, EXC-REASON; EXC-SAME-HISTORY where the
    peer still has what is held here.
    """
    require(subject, Right.NODE_ADMIN)
    if not reason.strip():
        raise Problem("EXC-REASON", where="reason")
    peer = known_peer(agency_code)
    seen = Cursor.objects.get(peer=peer, direction=Cursor.Direction.IN)
    common = _last_common(peer, seen.sequence, transport or carriers.transport_for(peer))
    with transaction.atomic():
        cursor = lock_stream(peer, Cursor.Direction.IN)
        if common == cursor.sequence or cursor.sequence != seen.sequence:
            raise Problem("EXC-SAME-HISTORY", agency=agency_code, sequence=cursor.sequence)
        done = NewHistory(cursor.epoch + 1, common, cursor.sequence)
        cursor.epoch, cursor.sequence = done.epoch, common
        cursor.manifest_sha256 = held_digest(peer, common)
        cursor.save(update_fields=["epoch", "sequence", "manifest_sha256"])
        Peer.objects.filter(pk=peer.pk).update(trouble=None)
        told = {"act": "new_history", "by": subject.username, "peer": agency_code, "reason": reason}
        ledger.append("administrative", f"peer:{agency_code}", {**told, **asdict(done)})
    return done


def _last_common(peer: Peer, last: int, carrier: Transport) -> int:
    """The last number under which both have the same package: what comes before is the same, for it is chained."""
    if isinstance(carrier, FileTransport):
        other = carrier.first_other(last, lambda number: held_digest(peer, number))
        return last if other is None else other - 1
    same, other = 0, last + 1
    while other - same > 1:
        number = (same + other) // 2
        digest = held_digest(peer, number)
        if digest is not None and carrier.agrees(number, digest):
            same = number
        else:
            other = number
    return same
