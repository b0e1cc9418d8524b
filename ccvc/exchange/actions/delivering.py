"""Delivering: claim a package, hand it to the transport outside any transaction, write down what became of
it.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.exchange import carriers
from ccvc.exchange.domain import retry
from ccvc.exchange.domain.sealing import sign_again, signer_id
from ccvc.exchange.models import Outbound, Peer
from ccvc.exchange.scope import peers_within
from ccvc.exchange.transports import Delivery, Transport
from ccvc.signing import certificates, store
from ccvc.standard.problems import Problem

LEASE = timedelta(minutes=10)
State = Outbound.State


def deliver_due(subject: Subject, peer: Peer, transport: Transport | None = None) -> list[Outbound]:
    """Deliver the waiting packages of a peer in order, until one is not taken or is not due yet."""
    require(subject, Right.EXCHANGE_RUN)
    done: list[Outbound] = []
    if peer.transport == Peer.Transport.MAILBOX or peer.state != Peer.State.ENROLLED:
        return done
    carrier = transport or carriers.transport_for(peer)
    while (waiting := _first_waiting(peer)) is not None and waiting.state == State.BUILT:
        outbound = deliver(subject, waiting.pk, carrier)
        if outbound is None or outbound.state != State.DELIVERED:
            break
        done.append(outbound)
    return done


def _first_waiting(peer: Peer) -> Outbound | None:
    """The earliest package the peer has not taken; one refused holds back those after it, which would be a
    gap.
    """
    waiting = Outbound.objects.filter(peer=peer, receipted_at=None, state__in=[State.BUILT, State.REFUSED])
    return waiting.defer("data").order_by("sequence").first()


def deliver(subject: Subject, outbound_id: int, transport: Transport | None = None) -> Outbound | None:
    """Deliver one package; None where another process has it or it is not due.

    The claim is one conditional update with a lease, so a process killed while sending leaves the package to
    be sent again when the lease ends; the receiver knows repeats. No lock is held while the network is waited
    for.
    """
    require(subject, Right.EXCHANGE_RUN)
    if not _claim(outbound_id):
        return None
    outbound = Outbound.objects.select_related("peer").get(pk=outbound_id)
    carrier = transport or carriers.transport_for(outbound.peer)
    _record(outbound, carrier.deliver(current_signature(bytes(outbound.data))))
    outbound.refresh_from_db(fields=["state", "attempts", "next_attempt_at", "last_error", "delivered_at"])
    return outbound


def _claim(outbound_id: int) -> bool:
    now = timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    due = Outbound.objects.filter(free, pk=outbound_id, state=State.BUILT, next_attempt_at__lte=now)
    return due.update(claimed_until=now + LEASE, attempts=F("attempts") + 1) == 1


def current_signature(data: bytes) -> bytes:
    """The package, signed again if the node's certificate was renewed since; the manifest stays."""
    pair = store.node_keys().sign
    if signer_id(data) == certificates.fingerprint(pair.cert):
        return data
    return sign_again(data, pair.key, pair.chain)


def _record(outbound: Outbound, delivery: Delivery) -> None:
    """Write down the outcome; a receipt that overtook it is left as it is."""
    if delivery.outcome in {"stored", "carried"}:
        _mark(outbound, state=State.DELIVERED, delivered_at=timezone.now(), last_error=None)
        Peer.objects.filter(pk=outbound.peer_id).update(seen_at=timezone.now())
    elif (
        delivery.outcome == "gap" and delivery.expected is not None and delivery.expected < outbound.sequence
    ):
        _rewind(outbound, delivery.expected, delivery.problem)
    elif delivery.outcome == "refused":
        _mark(outbound, state=State.REFUSED, last_error=delivery.problem)
    else:
        wait = retry.delay(outbound.attempts, random.random())  # noqa: S311 - spreads load, no secret
        _mark(outbound, next_attempt_at=timezone.now() + wait, last_error=delivery.problem)


def _mark(outbound: Outbound, **values: Any) -> None:
    waiting = Outbound.objects.filter(pk=outbound.pk, state=State.BUILT)
    waiting.update(claimed_until=None, **values)


@transaction.atomic
def _rewind(outbound: Outbound, expected: int, problem: dict[str, Any] | None) -> None:
    """Send again from the number expected: the receiver lost what it had taken, perhaps in a restore."""
    again = Outbound.objects.filter(
        peer=outbound.peer_id, sequence__gte=expected, sequence__lte=outbound.sequence
    )
    again.update(
        state=State.BUILT,
        receipted_at=None,
        claimed_until=None,
        next_attempt_at=timezone.now(),
        last_error=problem,
    )


def retry_outbound(subject: Subject, outbound_id: int) -> Outbound:
    """Let a package the receiver would not take go again, once its cause is mended; Problem EXC-STATE."""
    known = Outbound.objects.filter(pk=outbound_id, peer__in=peers_within(subject, Right.EXCHANGE_RUN))
    changed = known.filter(receipted_at=None, state__in=[State.REFUSED, State.BUILT]).update(
        state=State.BUILT, next_attempt_at=timezone.now(), claimed_until=None
    )
    outbound = known.defer("data").first()
    if outbound is None:
        raise Problem("EXC-NOT-FOUND")
    if not changed:
        raise Problem("EXC-STATE", sequence=outbound.sequence, got=outbound.get_state_display())
    return outbound
