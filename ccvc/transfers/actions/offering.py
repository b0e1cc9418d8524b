"""The giver's side: begin, offer once nothing is in the way, seal for the receiver, take back, lay into the drawer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject
from ccvc.changes.models import PENDING, Change
from ccvc.dossiers import custody
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.models import Custody, Dossier
from ccvc.exchange.domain.content import NONCE_SIZE, new_key
from ccvc.exchange.models import RecordVerdict
from ccvc.organisations.domain import parse_code
from ccvc.organisations.selectors import reach
from ccvc.signing import certificates, jwe, store
from ccvc.signing.verification import verify_certificate
from ccvc.standard.problems import Problem
from ccvc.transfers.actions import packing
from ccvc.transfers.actions.telling import by, enter, locked, locked_behind_dossiers, tell, tell_national
from ccvc.transfers.domain.lines import (
    By,
    DeniedLine,
    EndedLine,
    OfferLine,
    OpenedLine,
    PartLine,
    SealedLine,
    WithdrawLine,
)
from ccvc.transfers.domain.sealing import Seal
from ccvc.transfers.models import OPEN, Request, Side, State, Transfer

LONGEST_DECISION, LONGEST_REASON = 100, 500


@transaction.atomic
def begin(
    subject: Subject,
    person_key: UUID,
    to_agency: str,
    effective_on: date,
    *,
    decision: str = "",
    decided_on: date | None = None,
) -> Transfer:
    """Begin to hand a dossier over to another component; from now on it takes no new changes.

    It is offered at once, or, where changes are under way, by the node's rounds once they are settled
    (`hindrances`). Locks: the dossier, then the ledger's head. Problem DOS-UNKNOWN, TRF-SAME, TRF-OPEN, TRF-DECISION,
    ORG-CODE.
    """
    found = dossiers.dossier(subject, person_key, right=Right.TRANSFER_OFFER)
    receiver, number = parse_code(to_agency), " ".join(decision.split())
    if receiver == settings.CCVC_AGENCY:
        raise Problem("TRF-SAME", where="to_agency")
    if not number or len(number) > LONGEST_DECISION:
        raise Problem("TRF-DECISION", where="decision")
    held = custody.locked(found.key)
    if held is None or held.custody != Custody.HERE:
        raise Problem("TRF-OPEN", where="person")
    custody.hold(held, Custody.LEAVING)
    row = Transfer.objects.create(
        side=Side.GIVER,
        state=State.PREPARED,
        person=person_key,
        name=_name_of(held),
        personal_id=held.personal_id,
        giver=settings.CCVC_AGENCY,
        receiver=receiver,
        decision=number,
        decided_on=decided_on,
        effective_on=effective_on,
        begun_by=subject.username,
        begun_by_name=subject.full_name,
    )
    enter(row, "begin", subject.username)
    _offer(row, held)
    return row


def _name_of(found: Dossier) -> str:
    head = getattr(found, "head", None)
    return str(head.full_name)[:200] if head else ""


def hindrances(person_key: UUID) -> list[Problem]:
    """What must be settled before a dossier can be sealed: changes under way, records not accepted."""
    found = []
    pending = Change.objects.filter(person_key=person_key, state__in=PENDING).count()
    if pending:
        found.append(Problem("TRF-PENDING", changes=pending))
    refused = RecordVerdict.objects.filter(person=person_key, resolved_at=None).count()
    if refused:
        found.append(Problem("TRF-REFUSED-RECORDS", records=refused))
    return found


def _offer(row: Transfer, held: Dossier) -> bool:
    """Freeze a locked dossier and offer it behind its last version; whether nothing was in the way."""
    if hindrances(row.person):
        return False
    last = held.versions.get(number=held.current_number)
    custody.hold(held, Custody.OFFERED)
    row.number, row.version, row.state = last.number, bytes(last.hash).hex(), State.OFFERED
    row.save(update_fields=["number", "version", "state"])
    line = OfferLine(
        transfer=row.pk,
        person=row.person,
        receiver=row.receiver,
        number=row.number,
        version=row.version,
        decision=row.decision,
        decided_on=row.decided_on,
        effective_on=row.effective_on,
        at=timezone.now(),
        by=By(row.begun_by, row.begun_by_name),
    )
    tell_national(line, position=max(last.position, 0))
    enter(row, "offer", row.begun_by)
    return True


def offer_prepared() -> int:
    """Offer what was begun and has nothing in its way any more; how many. Each in a transaction of its own."""
    waiting = Transfer.objects.filter(side=Side.GIVER, state=State.PREPARED)
    return sum(_offer_one(key, person) for key, person in list(waiting.values_list("pk", "person")))


@transaction.atomic
def _offer_one(key: UUID, person: UUID) -> bool:
    held, row = custody.locked(person), locked(key)
    return held is not None and row is not None and row.state == State.PREPARED and _offer(row, held)


@transaction.atomic
def withdraw(subject: Subject, key: UUID, reason: str) -> Transfer:
    """Take an offer back. One the national node knows of is given up only by its word: it may have been accepted.

    Problem TRF-NOT-FOUND, TRF-REASON, TRF-STATE.
    """
    known = _own(subject, key)
    said = checked_reason(reason)
    held, row = custody.locked(known.person), locked(key)
    if row is None or held is None or row.state not in OPEN or row.state == State.WITHDRAWING:
        raise Problem("TRF-STATE")
    row.reason = said
    if row.state == State.PREPARED:
        _give_up(row, held, State.WITHDRAWN)
    else:
        row.state = State.WITHDRAWING
        row.save(update_fields=["state", "reason"])
        last = held.versions.get(number=row.number)  # behind which the offer goes: it must not be overtaken
        tell_national(WithdrawLine(row.pk, said, timezone.now(), by(subject)), position=max(last.position, 0))
    enter(row, "withdraw", subject.username)
    return row


def _own(subject: Subject, key: UUID) -> Transfer:
    """A hand-over of this node's of a person within reach; Problem TRF-NOT-FOUND like one that is not there."""
    row = Transfer.objects.filter(pk=key, side=Side.GIVER).first()
    if row is None or not may_offer(subject, row.person):
        raise Problem("TRF-NOT-FOUND")
    return row


def may_offer(subject: Subject, person_key: UUID) -> bool:
    """Whether the subject may hand over this person's dossier."""
    units = reach(subject, Right.TRANSFER_OFFER, timezone.localdate())
    return Dossier.objects.filter(key=person_key, unit_id__in=units).exists()


def checked_reason(text: str) -> str:
    """Why, in one line; Problem TRF-REASON where nothing is said, or too much."""
    said = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not said or len(said) > LONGEST_REASON:
        raise Problem("TRF-REASON", where="reason", most=LONGEST_REASON)
    return said


def _give_up(row: Transfer, held: Dossier, state: State, problem: dict[str, str] | None = None) -> None:
    """End a hand-over in which nothing changed hands: the dossier goes on as before."""
    row.state, row.ended_at, row.problem = state, timezone.now(), problem
    row.save(update_fields=["state", "ended_at", "problem", "reason"])
    if held.custody in {Custody.LEAVING, Custody.OFFERED}:
        custody.hold(held, Custody.HERE)


def take_opened(line: OpenedLine) -> None:
    """Seal the dossier for the receiver's certificate and send it; said twice, it is sent once.

    Problem SIG-… where the certificate is not the receiver's: the national node cannot have it sealed for another.
    """
    row = _mine(line.transfer, State.OFFERED)
    if row is None:
        return
    chain = certificates.from_pem(line.certificate)
    now = timezone.now()
    verify_certificate(chain[0], store.trust(), now, "encrypt", row.receiver).required("certificate")
    key = new_key()
    seal = Seal(row.pk, key, _nonces())
    held = Dossier.objects.get(key=row.person)
    for index, part in enumerate(seal.parts(packing.content(held))):
        tell(settings.CCVC_NATIONAL_AGENCY, [PartLine(row.pk, index, part)])
    row.parts, row.size, row.root = len(seal.leaves), seal.size, seal.root
    row.state, row.expires_on = State.SEALED, line.expires_on
    row.save(update_fields=["parts", "size", "root", "state", "expires_on"])
    tell_national(SealedLine(row.pk, row.parts, row.size, row.root, jwe.wrap(key, chain[0])))
    enter(row, "seal", "transfers")


def _nonces() -> Iterator[bytes]:
    """Each number once: a content key seals one dossier only."""
    number = 0
    while True:
        yield number.to_bytes(NONCE_SIZE)
        number += 1


def _mine(key: UUID, *states: State) -> Transfer | None:
    """The giver's row in one of these states; None of whatever else is spoken of."""
    row = locked_behind_dossiers(key)
    return row if row is not None and row.side == Side.GIVER and row.state in states else None


def take_denied(line: DeniedLine) -> None:
    """The national node does not take the offer: the dossier goes on as before.

    One it had taken stands, whatever is denied after: an answer in the giver's name, by whoever holds its key, must not
    free a dossier that the receiver may still accept.
    """
    row = _mine(line.transfer, State.OFFERED, State.WITHDRAWING)
    held = custody.locked(row.person) if row else None
    if row is None or held is None:
        return
    _give_up(row, held, State.DENIED, {"code": line.code, "message": line.message, "next": line.next})
    enter(row, "denied", "transfers")


def take_ended(line: EndedLine) -> None:
    """Nothing has changed hands, by the national node's word: the dossier goes on as before."""
    row = _mine(line.transfer, *OPEN)
    held = custody.locked(row.person) if row else None
    if row is None or held is None:
        return
    row.reason = line.reason or row.reason
    _give_up(row, held, State(line.how))
    enter(row, line.how, "transfers")


def lay_away(row: Transfer) -> None:
    """Lay a dossier that has changed hands into the drawer; `row` is locked and says so."""
    held = custody.locked(row.person)
    if held is not None and held.custody != Custody.GONE:
        custody.lay_away(held, on=row.effective_on, transfer=row.pk)
    row.opened_at = timezone.now()
    row.save(update_fields=["opened_at"])
    Request.objects.filter(person=row.person, asker=row.receiver, state=Request.State.OPEN).update(
        state=Request.State.OFFERED, answered_at=timezone.now()
    )
