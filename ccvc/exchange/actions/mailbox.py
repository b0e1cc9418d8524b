"""The mailbox: packages wait at the national node until their component fetches them, in order."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from ccvc.exchange.actions.delivering import current_signature
from ccvc.exchange.actions.streams import enrolled_peer
from ccvc.exchange.models import Outbound, Peer
from ccvc.standard.problems import Problem


@dataclass(frozen=True, slots=True)
class Waiting:
    """The next package for a peer."""

    sequence: int
    data: bytes


def next_from_mailbox(agency_code: str, after: int, digest: str | None = None) -> Waiting | None:
    """The package that follows number `after`, None where there is none; asking says those up to `after` are
    held.

    `digest` names the package held under that number. Problem EXC-PEER, EXC-SUSPENDED; EXC-RESTORED where this node
    has never sent it: then it was restored from an older backup, and goes on with another history. The caller has
    proved the agency by its request token.
    """
    peer = enrolled_peer(agency_code)
    _refuse_unknown(peer, after, digest)
    now = timezone.now()
    Peer.objects.filter(pk=peer.pk).update(seen_at=now)
    held = Outbound.objects.filter(peer=peer, state=Outbound.State.BUILT, sequence__lte=after)
    held.update(state=Outbound.State.DELIVERED, delivered_at=now, last_error=None)
    found = Outbound.objects.filter(peer=peer, sequence__gt=after).order_by("sequence").first()
    return Waiting(found.sequence, current_signature(bytes(found.data))) if found else None


def _refuse_unknown(peer: Peer, after: int, digest: str | None) -> None:
    sent = Outbound.objects.filter(peer=peer)
    known = sent.filter(sequence=after).values_list("manifest_sha256", flat=True).first()
    if after and (known is None or (digest is not None and digest != known)):
        last = sent.order_by("-sequence").values_list("sequence", flat=True).first() or 0
        raise Problem("EXC-RESTORED", where="after", expected=last, got=after)
