"""Building packages: from the change feed, from receipts, from rooms above; each takes the next number."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from uuid import UUID

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject, require
from ccvc.catalogues import selectors as catalogues
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.selectors import FeedItem
from ccvc.exchange.actions.following import approved_in, note_carried, queue_following
from ccvc.exchange.actions.repeating import repeat_before
from ccvc.exchange.actions.streams import known_peer, lock_stream, own_code, recipient_certificate
from ccvc.exchange.domain.limits import MAX_CONTENT
from ccvc.exchange.domain.manifest import Kind, Period
from ccvc.exchange.domain.records import approval_line, change_line
from ccvc.exchange.domain.sealing import Sealed, seal
from ccvc.exchange.models import Cursor, Outbound, Peer, Queued, Repeat
from ccvc.exchange.scope import peers_within
from ccvc.ledger import actions as ledger
from ccvc.signing import store
from ccvc.signing.models import Signature
from ccvc.standard.problems import Problem

SAFE_CONTENT = MAX_CONTENT // 4
CATALOGUE_SETS = 16
AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into one package: its lines, and where they come from."""

    lines: Sequence[bytes]
    period: Period
    changes: int = 0
    first: int | None = None
    last: int | None = None
    group: UUID | None = None


def build_packages(subject: Subject, peer_code: str, limit: int | None = None) -> list[Outbound]:
    """Pack everything not packed yet: lines queued for the peer, and what this node has for all to have: its
    change feed at a component, change sets of code lists at the national node.

    At most `limit` changes a package. One transaction a package, so a kill leaves whole packages and a cursor
    that knows of each.
    """
    require(subject, Right.EXCHANGE_RUN)
    peer = known_peer(peer_code)
    queue_following(peer)
    built: list[Outbound] = []
    while outbound := _build_queued(peer):
        built.append(outbound)
    most = limit or settings.CCVC_PACKAGE_RECORDS
    while sends_feed(peer) and (outbound := _build_repeats(peer, most) or _build_next(peer, most)):
        built.append(outbound)
    while outbound := _build_queued(peer):
        built.append(outbound)
    while settings.CCVC_KIND == "national" and (outbound := _build_catalogue(peer)):
        built.append(outbound)
    return built


def sends_feed(peer: Peer) -> bool:
    """Whether the peer is the national node and this node a component: approved changes flow one way."""
    return settings.CCVC_KIND == "component" and peer.agency_code == settings.CCVC_NATIONAL_AGENCY


@transaction.atomic
def _build_next(peer: Peer, limit: int) -> Outbound | None:
    """The next package of the feed, with the cursor moved behind it; None where the feed holds no more.

    Before a version goes out, what was not believed of the same person goes again. Locks: Cursor(out), then the
    ledger's head.
    """
    cursor = lock_stream(peer, Cursor.Direction.OUT)
    items = _bounded(dossiers.feed(cursor.position, limit))
    if not items:
        return None
    if repeat_before(peer, cursor, {item.person for item in items}):
        return _pack_repeats(peer, cursor, limit)
    outbound = _write_changes(peer, cursor, items)
    cursor.position = items[-1].position
    cursor.save(update_fields=["position"])
    return outbound


@transaction.atomic
def _build_repeats(peer: Peer, limit: int) -> Outbound | None:
    """A package of versions that were not believed, and wait to be sent again; None where none does."""
    return _pack_repeats(peer, lock_stream(peer, Cursor.Direction.OUT), limit)


def _pack_repeats(peer: Peer, cursor: Cursor, limit: int) -> Outbound | None:
    waiting = list(Repeat.objects.filter(outbound=None).order_by("position")[:limit])
    if not waiting:
        return None
    items = _bounded(_repeated(waiting))
    outbound = _write_changes(peer, cursor, items, again=True)
    Repeat.objects.filter(pk__in=[row.pk for row in waiting[: len(items)]]).update(outbound=outbound)
    return outbound


def _repeated(rows: Sequence[Repeat]) -> list[FeedItem]:
    """The versions of some rows in order, each with the approval of its row."""
    approvals = {row.position: row for row in rows}
    return [
        replace(item, signature_id=approvals[item.position].signature_id, leaf=approvals[item.position].leaf)
        for item in dossiers.feed_at(approvals)
    ]


def _bounded(items: Sequence[FeedItem]) -> list[FeedItem]:
    """As many items as stay well below the size a receiver takes; at least one."""
    taken: list[FeedItem] = []
    size = 0
    for item in items:
        size += len(item.statement) + len(item.national_document)
        if taken and size > SAFE_CONTENT:
            break
        taken.append(item)
    return taken


def _write_changes(peer: Peer, cursor: Cursor, items: Sequence[FeedItem], *, again: bool = False) -> Outbound:
    """A package of changes, with how far the evidence of its approvals is noted."""
    signatures = Signature.objects.in_bulk({item.signature_id for item in items})
    note_carried(peer, signatures.values())
    return write_outbound(peer, cursor, Kind.CHANGES, _contents(items, signatures, again=again))


def _contents(
    items: Sequence[FeedItem], signatures: dict[UUID, Signature], *, again: bool = False
) -> Contents:
    """What goes into a package of changes; of versions sent again no range of the feed is told."""
    days = sorted(timezone.localdate(signature.at) for signature in signatures.values())
    lines = list(_lines(items, signatures))
    period = Period(from_=days[0], to=days[-1])
    first, last = (None, None) if again else (items[0].position, items[-1].position)
    return Contents(lines, period, len(items), first, last)


def _lines(items: Iterable[FeedItem], signatures: dict[UUID, Signature]) -> Iterable[bytes]:
    """Change lines in feed order, each approval once, before the first change that refers to it."""
    index: dict[UUID, int] = {}
    for item in items:
        if item.signature_id not in index:
            index[item.signature_id] = len(index)
            signature = signatures[item.signature_id]
            yield approval_line(
                index[item.signature_id],
                signature.jws,
                bytes(signature.leaves),
                orjson.loads(signature.evidence) if signature.evidence else None,
            )
        yield change_line(
            approval=index[item.signature_id],
            leaf=item.leaf,
            statement=item.statement,
            document=item.national_document,
        )


def send_package(
    subject: Subject,
    peer_code: str,
    kind: str,
    lines: Iterable[bytes],
    *,
    group: UUID | None = None,
    position: int | None = None,
) -> None:
    """Have lines sent to a peer, in the caller's transaction; they are packed when the node next sends.

    Lines of a group make one package by themselves, behind a position of the change feed if one is named. Takes no
    lock, so a handler working for one peer may write to another. Problem EXC-NOT-JOINED.
    """
    require(subject, Right.EXCHANGE_RUN)
    peer, kind = known_peer(peer_code), Kind(kind)
    rows = (Queued(peer=peer, kind=kind.value, line=line, group=group, position=position) for line in lines)
    while some := list(islice(rows, AT_ONCE)):
        Queued.objects.bulk_create(some)


def give_up_refused(groups: Iterable[UUID]) -> int:
    """Say of packages refused whole that another was sent in their place; how many. In the caller's transaction."""
    refused = Outbound.objects.filter(group__in=list(groups), state=Outbound.State.REFUSED)
    return refused.exclude(receipted_at=None).update(state=Outbound.State.REPLACED)


@transaction.atomic
def _build_queued(peer: Peer) -> Outbound | None:
    """A package of the lines waiting longest and the others of their kind; None where none waits.

    Locks: Cursor(out), then the ledger's head.
    """
    cursor = lock_stream(peer, Cursor.Direction.OUT)
    free = Q(position=None) | Q(position__lte=cursor.position)
    waiting = Queued.objects.filter(free, peer=peer).order_by("pk")
    first = waiting.first()
    if first is None:
        return None
    together = waiting.filter(kind=first.kind, group=first.group)
    rows = list(together if first.group else together[: settings.CCVC_PACKAGE_RECORDS])
    lines, period = [bytes(row.line) for row in rows], Period.day(timezone.localdate(first.at))
    contents = Contents(lines, period, group=first.group)
    outbound = write_outbound(peer, cursor, Kind(first.kind), contents)
    if first.kind == Kind.SNAPSHOT:
        note_carried(peer, approved_in(lines[:1]))
    Queued.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return outbound


@transaction.atomic
def _build_catalogue(peer: Peer) -> Outbound | None:
    """A package of the change sets of code lists the peer has not been sent; None where it has all.

    Locks: Cursor(out), then the ledger's head.
    """
    cursor = lock_stream(peer, Cursor.Direction.OUT)
    sets = catalogues.feed(cursor.catalogue, CATALOGUE_SETS)
    if not sets:
        return None
    days = [timezone.localdate(one.published_at) for one in sets]
    contents = Contents([one.content.encode() for one in sets], Period(from_=min(days), to=max(days)))
    outbound = write_outbound(peer, cursor, Kind.CATALOGUE, contents)
    cursor.catalogue = sets[-1].number
    cursor.save(update_fields=["catalogue"])
    return outbound


@transaction.atomic
def resend(subject: Subject, outbound_id: int) -> Outbound:
    """Pack the changes of a package refused whole once more, under the next number; Problem EXC-STATE.

    Locks: Cursor(out), the old package's row, the ledger's head.
    """
    within = Outbound.objects.filter(peer__in=peers_within(subject, Right.EXCHANGE_RUN))
    known = within.select_related("peer").defer("data").filter(pk=outbound_id).first()
    if known is None:
        raise Problem("EXC-NOT-FOUND")
    cursor = lock_stream(known.peer, Cursor.Direction.OUT)
    old = (
        Outbound.objects.select_for_update(of=("self",)).select_related("peer").defer("data").get(pk=known.pk)
    )
    repeats = list(old.repeats.order_by("position"))
    if not old.may_resend or not (old.first_position or repeats):
        raise Problem("EXC-STATE", sequence=old.sequence, got=old.get_state_display())
    old.state = Outbound.State.REPLACED
    old.save(update_fields=["state"])
    if old.first_position:
        items = dossiers.feed(old.first_position - 1, old.changes)
        return _write_changes(old.peer, cursor, items)
    outbound = _write_changes(old.peer, cursor, _repeated(repeats), again=True)
    old.repeats.update(outbound=outbound)
    return outbound


def write_outbound(peer: Peer, cursor: Cursor, kind: Kind, contents: Contents) -> Outbound:
    """Seal and store a package under the next number of the locked stream, and enter it in the ledger."""
    sealed = _seal(peer, cursor, kind, contents)
    manifest = sealed.manifest
    outbound = Outbound.objects.create(
        peer=peer,
        sequence=manifest.sequence,
        package_id=manifest.id,
        kind=kind.value,
        manifest_sha256=sealed.manifest_sha256,
        data=sealed.data,
        size=len(sealed.data),
        first_position=contents.first,
        last_position=contents.last,
        records=manifest.records,
        changes=contents.changes,
        group=contents.group,
    )
    cursor.sequence, cursor.manifest_sha256 = manifest.sequence, sealed.manifest_sha256
    cursor.save(update_fields=["sequence", "manifest_sha256"])
    _enter(peer, outbound)
    return outbound


def _seal(peer: Peer, cursor: Cursor, kind: Kind, contents: Contents) -> Sealed:
    keys = store.node_keys()
    return seal(
        kind=kind,
        sender=own_code(),
        receiver=peer.agency_code,
        sequence=cursor.sequence + 1,
        previous=cursor.manifest_sha256,
        lines=contents.lines,
        sign_key=keys.sign.key,
        sign_chain=keys.sign.chain,
        recipient_cert=recipient_certificate(peer, store.trust(), timezone.now()),
        standard=standard.current().version,
        period=contents.period,
    )


def _enter(peer: Peer, outbound: Outbound) -> None:
    payload = {
        "direction": "sent",
        "peer": peer.agency_code,
        "sequence": outbound.sequence,
        "package": str(outbound.package_id),
        "kind": outbound.kind,
        "manifest_sha256": outbound.manifest_sha256,
        "data_sha256": hashlib.sha256(outbound.data).hexdigest(),
        "records": outbound.records,
    }
    kind = "receipt" if outbound.kind == Kind.RECEIPT else "package_sent"
    ledger.append(kind, f"{peer.agency_code}#{outbound.sequence}", payload)
