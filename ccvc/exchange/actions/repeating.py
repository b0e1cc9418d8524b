"""Sending again what was not believed: the same version under the same number, with its approval or another.

A version is never made anew for that: a later one would follow a version the receiver does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.accounts.models import User
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.domain import version_hash
from ccvc.dossiers.selectors import FeedItem
from ccvc.exchange.actions.streams import lock_stream
from ccvc.exchange.domain import believing
from ccvc.exchange.models import Cursor, Outbound, Peer, RecordVerdict, Repeat
from ccvc.exchange.selectors.work import within_reach
from ccvc.ledger import actions as ledger
from ccvc.means.actions import keep_pending, open_own, take_pending
from ccvc.means.models import PendingSignature
from ccvc.signing import certificates, jws
from ccvc.signing.actions import OpenKey, keep_signed, sign_batch, stated
from ccvc.signing.models import Signature
from ccvc.signing.selectors import get_key
from ccvc.standard.problems import Problem

PURPOSE = "phê duyệt"
Signing = Callable[[list[bytes]], Signature]


@dataclass(frozen=True, slots=True)
class Handed:
    """What the officer's machine is given: the bytes to sign, the statement they stand for, and whose it is."""

    pending: PendingSignature
    statement: str
    person: UUID


@transaction.atomic
def send_again(subject: Subject, verdict_id: int) -> int:
    """Have a version that was not believed sent again, and those that follow it; how many.

    Locks: Cursor(out), the ledger's head. Problem ACC-DENIED, EXC-NOT-FOUND, EXC-BELIEVED.
    """
    found = _free(subject, verdict_id, Right.CHANGE_PROPOSE)
    cursor = lock_stream(found.outbound.peer, Cursor.Direction.OUT)
    count = _plan(cursor, found.person, found.number)
    _enter(subject, found, "send_again", count)
    return count


def approve_again(
    subject: Subject, verdict_id: int, passphrase: str, seen: str, means_id: int | None = None
) -> int:
    """Sign a version anew whose approval was not believed, and have it sent again with those that follow it.

    `seen` is the hash of the version shown. A service elsewhere is asked for its signature outside the transaction.
    Locks: Cursor(out), the ledger's head. Problem ACC-DENIED, EXC-NOT-FOUND, EXC-BELIEVED, CHG-SEEN-CHANGED and those
    of signing.
    """
    found = _free(subject, verdict_id, Right.CHANGE_APPROVE)
    opened = open_own(subject, passphrase, means_id)
    by = _signed_away(opened, _shown(found, seen)) if opened.away else _signed_here(opened)
    return _approved_again(subject, found, seen, by)


def _signed_here(opened: OpenKey) -> Signing:
    """The signature is made inside the transaction."""
    agency = settings.CCVC_AGENCY
    return partial(sign_batch, opened.user, opened, agency=agency, purpose=PURPOSE, audit=ledger.append)


def _signed_away(opened: OpenKey, leaf: bytes) -> Signing:
    """The signature is asked for now, and kept inside the transaction if it is over what was asked."""
    agency = settings.CCVC_AGENCY
    at, payload = stated(opened.user, opened.cert, [leaf], agency=agency, purpose=PURPOSE)
    made = jws.sign_with(payload, opened.signer, at=at)
    return partial(keep_signed, opened.user, opened.row_id, made, agency=agency, purpose=PURPOSE)


def begin_again_locally(subject: Subject, session: str, verdict_id: int, seen: str, means_id: int) -> Handed:
    """What the officer's own machine is to sign for that; as `approve_again` raises, and SIG-NO-KEY."""
    found = _free(subject, verdict_id, Right.CHANGE_APPROVE)
    signer = User.objects.get(username=subject.username)
    row = get_key(signer, means_id)
    chain = certificates.from_pem(row.certificate_pem)
    leaf = _shown(found, seen)
    at, payload = stated(signer, chain[0], [leaf], agency=settings.CCVC_AGENCY, purpose=PURPOSE)
    prepared = jws.prepare(payload, chain, str(row.place.get("algorithm", "")), at=at)
    about = {"verdict": found.pk, "seen": seen, "means": row.pk}
    pending = keep_pending(subject, session, PendingSignature.Kind.AGAIN, prepared, about)
    return Handed(pending, _version(found).statement.decode(), found.person)


def end_again_locally(
    subject: Subject, session: str, verdict_id: int, came: Callable[[], tuple[UUID, bytes]]
) -> int:
    """Send again under what came back signed (`came`, asked when the verdict is found to be within reach).

    Raises as `take_pending` and `approve_again`.
    """
    found = _free(subject, verdict_id, Right.CHANGE_APPROVE)
    pending_id, signature = came()
    taken = take_pending(subject, session, PendingSignature.Kind.AGAIN, pending_id, signature)
    if taken.about["verdict"] != found.pk:
        raise Problem("SIG-PENDING", where="verdict")
    signer = User.objects.get(username=subject.username)
    kept = partial(keep_signed, signer, taken.about["means"], taken.made)
    by = partial(kept, agency=settings.CCVC_AGENCY, purpose=PURPOSE)
    return _approved_again(subject, found, taken.about["seen"], by)


def _approved_again(subject: Subject, found: RecordVerdict, seen: str, by: Signing) -> int:
    """Signed and planned, if the version is still the one that was shown."""
    with transaction.atomic():
        cursor = lock_stream(found.outbound.peer, Cursor.Direction.OUT)
        signature = by([_shown(found, seen)])
        renewed = replace(_version(found), signature_id=signature.pk, leaf=0)
        count = _plan(cursor, found.person, found.number, renewed)
        _enter(subject, found, "approve_again", count)
    return count


def _version(found: RecordVerdict) -> FeedItem:
    """The version a verdict is on, which was sent."""
    position = Cursor.objects.get(peer=found.outbound.peer_id, direction=Cursor.Direction.OUT).position
    return dossiers.feed_of(found.person, found.number, position)[0]


def _shown(found: RecordVerdict, seen: str) -> bytes:
    """Its hash; Problem CHG-SEEN-CHANGED where another was shown."""
    leaf = version_hash(_version(found).statement)
    if leaf.hex() != seen:
        raise Problem("CHG-SEEN-CHANGED")
    return leaf


def _free(subject: Subject, verdict_id: int, right: Right) -> RecordVerdict:
    """An open verdict within reach on a version that may be sent again."""
    require(subject, right)
    reached = RecordVerdict.objects.filter(within_reach(subject, right), pk=verdict_id, resolved_at=None)
    found = reached.select_related("outbound__peer").defer("outbound__data").first()
    if found is None:
        raise Problem("EXC-NOT-FOUND", where="verdict")
    if not believing.is_free(found.code):
        raise Problem("EXC-BELIEVED", number=found.number, code=found.code)
    return found


def _enter(subject: Subject, found: RecordVerdict, act: str, count: int) -> None:
    payload = {"act": act, "by": subject.username, "number": found.number, "count": count}
    ledger.append("administrative", f"verdict:{found.pk}", {**payload, "request": subject.request_id})


def _plan(cursor: Cursor, person: UUID, number: int, signed: FeedItem | None = None) -> int:
    """Note the versions of a person from a number on that went out before; how many."""
    items = dossiers.feed_of(person, number, cursor.position)
    if signed is not None:
        items = [signed if item.position == signed.position else item for item in items]
    rows = [_row(item, renewed=item is signed) for item in items]
    Repeat.objects.filter(outbound=None, position__in=[item.position for item in items]).delete()
    Repeat.objects.bulk_create(rows)
    return len(rows)


def _row(item: FeedItem, *, renewed: bool) -> Repeat:
    """With the approval last given to it."""
    before = None if renewed else Repeat.objects.filter(position=item.position).order_by("-at").first()
    return Repeat(
        position=item.position,
        person=item.person,
        number=item.number,
        signature_id=before.signature_id if before else item.signature_id,
        leaf=before.leaf if before else item.leaf,
    )


def repeat_before(peer: Peer, cursor: Cursor, people: Iterable[UUID]) -> int:
    """Note what was not believed of people whose next version goes out now, unless that was done since; how many.

    The next version follows it, and would come back for that alone.
    """
    open_rows = RecordVerdict.objects.filter(
        resolved_at=None, outbound__peer=peer, person__in=list(people), number__gt=0
    )
    free = [pk for pk, code in open_rows.values_list("pk", "code") if believing.is_free(code)]
    told = open_rows.filter(pk__in=free).values("person").annotate(first=Min("number"), last_at=Max("at"))
    count = 0
    for row in told.order_by("person"):
        if not Repeat.objects.filter(person=row["person"], at__gt=row["last_at"]).exists():
            count += _plan(cursor, row["person"], row["first"])
    return count


def repeat_following(outbound: Outbound, accepted: Iterable[tuple[UUID, int]]) -> None:
    """Note the versions that came back only because they followed one the receiver knows now."""
    cursor = Cursor.objects.get(peer=outbound.peer_id, direction=Cursor.Direction.OUT)
    numbers = dict(sorted(accepted))
    rows = RecordVerdict.objects.filter(
        resolved_at=None, outbound__peer=outbound.peer_id, code=believing.UNCHAINED, person__in=numbers.keys()
    )
    for person, number in rows.order_by("person", "number").values_list("person", "number"):
        if number == numbers[person] + 1:
            _plan(cursor, person, number)


def settle_verdicts(person: UUID) -> None:
    """Close the open work on a person whose dossier is annulled: nothing of it will be sent again."""
    RecordVerdict.objects.filter(person=person, resolved_at=None).update(resolved_at=timezone.now())


def reopen_verdicts(person: UUID) -> None:
    """Open the work again on a person whose dossier counts again after all."""
    refused = RecordVerdict.objects.filter(person=person).exclude(verdict=RecordVerdict.Verdict.ACCEPTED)
    refused.update(resolved_at=None)
