"""The mailbox: packages wait at the national node until their component fetches them, in order."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from ccvc.exchange.actions.delivering import current_signature
from ccvc.exchange.actions.streams import enrolled_peer
from ccvc.exchange.models import Outbound, Peer


@dataclass(frozen=True, slots=True)
class Waiting:
    """The next package for a peer."""

    sequence: int
    data: bytes


def next_from_mailbox(agency_code: str, after: int) -> Waiting | None:
    """The package that follows number `after`, None where there is none; asking says those up to `after` are
    held.

    Problem EXC-PEER, EXC-SUSPENDED. The caller has proved the agency by its request token.
    """
    peer = enrolled_peer(agency_code)
    now = timezone.now()
    Peer.objects.filter(pk=peer.pk).update(seen_at=now)
    held = Outbound.objects.filter(peer=peer, state=Outbound.State.BUILT, sequence__lte=after)
    held.update(state=Outbound.State.DELIVERED, delivered_at=now, last_error=None)
    found = Outbound.objects.filter(peer=peer, sequence__gt=after).order_by("sequence").first()
    return Waiting(found.sequence, current_signature(bytes(found.data))) if found else None
