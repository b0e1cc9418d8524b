"""Taking packages: verified whole and in their place before storing; what is refused is kept apart."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from ccvc.exchange.actions.streams import enrolled_peer, lock_stream, own_code
from ccvc.exchange.domain.handlers import handler_of
from ccvc.exchange.domain.limits import MAX_PACKAGE, MIB
from ccvc.exchange.domain.manifest import Kind
from ccvc.exchange.domain.opening import Proved, open_content, prove
from ccvc.exchange.domain.sealing import read_manifest
from ccvc.exchange.domain.sequence import Chain, Place, decide_sequence, refuse
from ccvc.exchange.models import Cursor, Inbound, Peer, Quarantine
from ccvc.signing import store
from ccvc.standard.problems import Problem

MOST_UNSIGNED = 512 * MIB
MOST_OF_A_STRANGER = 4096


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer to a package: the same whenever it is repeated, but for what has been done since."""

    inbound: int
    sequence: int
    manifest_sha256: str
    state: str
    receipt: int | None
    repeated: bool

    def as_json(self) -> dict[str, object]:
        """The answer's JSON: status, sequence, manifest_sha256, receipt (number in the mailbox, or null)."""
        return {
            "status": self.state,
            "sequence": self.sequence,
            "manifest_sha256": self.manifest_sha256,
            "receipt": self.receipt,
        }


def store_inbound(data: bytes, via: str, *, at: datetime | None = None) -> Taken:
    """Verify a package and store it under its number; a repeat gets the same answer and changes nothing.

    The package is opened whole here, so that its sender is told every fault of the package itself at once,
    and what is stored can be judged record by record. Problem EXC-… otherwise; the bytes are then kept in
    quarantine.
    """
    now = at or timezone.now()
    proved = None
    try:
        proved = prove(data, trust=store.trust(), receiver=own_code(), at=now)
        return _take(proved, data, via, now)
    except Problem as problem:
        _quarantine(data, via, problem, signed=proved is not None)
        raise


def _take(proved: Proved, data: bytes, via: str, now: datetime) -> Taken:
    peer = enrolled_peer(proved.manifest.sender)
    _refuse_useless(proved.manifest.kind)
    if (repeat := _repeat(peer, proved)) is not None:
        return repeat
    open_content(proved, store.node_keys().decrypt)
    return _store(peer, proved, data, via, now)


def _refuse_useless(kind: Kind) -> None:
    """Problem EXC-KIND for a kind this node has no use for: code lists go out from the national node alone."""
    handler_of(kind)
    if kind == Kind.CATALOGUE and settings.CCVC_KIND == "national":
        raise Problem("EXC-KIND", where="manifest.kind", got=kind.value)


def _repeat(peer: Peer, proved: Proved) -> Taken | None:
    """The answer given before to the very same manifest."""
    found = Inbound.objects.filter(peer=peer, manifest_sha256=proved.manifest_sha256)
    inbound = found.select_related("receipt").defer("data", "receipt__data").first()
    return _answer(inbound, repeated=True) if inbound else None


@transaction.atomic
def _store(peer: Peer, proved: Proved, data: bytes, via: str, now: datetime) -> Taken:
    """Give the package its place. Lock: Cursor(in), so two deliveries of one sender are decided in turn."""
    cursor = lock_stream(peer, Cursor.Direction.IN)
    if _place(peer, cursor, proved) == "repeat" and (repeat := _repeat(peer, proved)) is not None:
        return repeat
    manifest = proved.manifest
    inbound = Inbound.objects.create(
        peer=peer,
        epoch=cursor.epoch,
        sequence=manifest.sequence,
        package_id=manifest.id,
        kind=manifest.kind.value,
        manifest_sha256=proved.manifest_sha256,
        data=data,
        size=len(data),
        records=manifest.records,
        via=via,
        received_at=now,
    )
    cursor.sequence, cursor.manifest_sha256 = manifest.sequence, proved.manifest_sha256
    cursor.save(update_fields=["sequence", "manifest_sha256"])
    Peer.objects.filter(pk=peer.pk).update(seen_at=now)
    Quarantine.objects.filter(data_sha256=hashlib.sha256(data).hexdigest()).delete()
    return _answer(inbound, repeated=False)


def _place(peer: Peer, cursor: Cursor, proved: Proved) -> Place:
    """Next or repeat; Problem EXC-GAP, EXC-FORK or EXC-CHAIN."""
    manifest = proved.manifest
    last = Chain(cursor.sequence, cursor.manifest_sha256)
    taken = Inbound.objects.filter(peer=peer, epoch=cursor.epoch, sequence=manifest.sequence)
    seen = taken.values_list("manifest_sha256", flat=True).first()
    sequence, previous = manifest.sequence, manifest.previous
    place = decide_sequence(
        last, sequence=sequence, previous=previous, digest=proved.manifest_sha256, seen=seen
    )
    if place in {"gap", "fork"}:
        refuse(place, last, sequence=sequence, previous=previous, sender=manifest.sender)
    return place


def _answer(inbound: Inbound, *, repeated: bool) -> Taken:
    receipt = inbound.receipt.sequence if inbound.receipt else None
    return Taken(inbound.pk, inbound.sequence, inbound.manifest_sha256, inbound.state, receipt, repeated)


def _quarantine(data: bytes, via: str, problem: Problem, *, signed: bool) -> None:
    """Keep what was refused, the same bytes once; what anyone could have sent gives way when too much is
    kept.

    Of what does not even name a known peer only the beginning is kept, so that a stranger cannot fill the
    disk.
    """
    sender = _claimed_sender(data)
    named = Peer.objects.filter(agency_code=sender).exists()
    kept = data[: MAX_PACKAGE if named else MOST_OF_A_STRANGER]
    digest = hashlib.sha256(data).hexdigest()
    now = timezone.now()
    again = Quarantine.objects.filter(data_sha256=digest)
    if again.update(last_at=now, times=F("times") + 1, problem=problem.as_json()):
        return
    Quarantine.objects.get_or_create(
        data_sha256=digest,
        defaults={
            "data": kept,
            "size": len(kept),
            "claimed_sender": sender,
            "signed": signed,
            "problem": problem.as_json(),
            "via": via,
        },
    )
    if not signed:
        _make_room()


def _claimed_sender(data: bytes) -> str:
    try:
        return read_manifest(data).sender
    except Problem:
        return ""


def _make_room() -> None:
    unsigned = Quarantine.objects.filter(signed=False)
    while (unsigned.aggregate(total=Sum("size"))["total"] or 0) > MOST_UNSIGNED:
        unsigned.filter(pk__in=unsigned.order_by("last_at").values("pk")[:10]).delete()
