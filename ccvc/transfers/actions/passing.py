"""The national node: judges offers, passes sealed bytes on, changes the manager at one stroke, lets offers lapse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.exchange.models import Peer
from ccvc.registry import custody
from ccvc.rules.parameters import parameter
from ccvc.signing import jws, store
from ccvc.standard.problems import Problem
from ccvc.transfers.actions.telling import enter, forward, locked, tell
from ccvc.transfers.domain import passing
from ccvc.transfers.domain.lines import (
    RECEIPT_FORMAT,
    AnnouncedLine,
    AnswerLine,
    AnyLine,
    DeniedLine,
    EndedLine,
    How,
    OfferLine,
    OpenedLine,
    PartLine,
    Receipt,
    SealedLine,
    SwitchedLine,
    WithdrawLine,
    line_bytes,
    receipt_digest,
)
from ccvc.transfers.domain.passing import Managed, Passing
from ccvc.transfers.models import OPEN, Side, State, Transfer

Steps = Callable[[Passing], Passing]


def take_offer(sender: str, line: OfferLine) -> None:
    """Let an offer stand, or say why not; the same offer again is answered as it now stands. Lock: the person."""
    held = custody.managed(line.person)
    known = locked(line.transfer)
    if known is not None:
        if known.giver == sender and known.person == line.person:
            _answer_again(known, sender)
        else:
            _deny(sender, line.transfer, Problem("TRF-OPEN"))
        return
    try:
        _refuse(sender, line, held)
    except Problem as problem:
        _deny(sender, line.transfer, problem)
        return
    assert held is not None  # noqa: S101 - refused above
    row = _open(sender, line, held)
    _tell_opened(row)
    tell(row.receiver, [_announced(row, line)])
    enter(row, "offer", sender)


def _refuse(sender: str, line: OfferLine, held: custody.Managed | None) -> None:
    others = Transfer.objects.filter(person=line.person, state__in=OPEN).exists()
    register = Managed(held.agency, held.number, held.hash) if held else None
    passing.refuse_offer(sender, line.receiver, line.number, line.version, register, open_elsewhere=others)
    peer = Peer.objects.filter(agency_code=line.receiver, state=Peer.State.ENROLLED).first()
    if peer is None or "encrypt" not in peer.certificates:
        raise Problem("TRF-NO-NODE", receiver=line.receiver)


def _open(sender: str, line: OfferLine, held: custody.Managed) -> Transfer:
    today = timezone.localdate()
    days = parameter("transfer_answer_days", today).value
    return Transfer.objects.create(
        pk=line.transfer,
        side=Side.NATIONAL,
        state=State.OPENED,
        person=line.person,
        name=held.name[:200],
        personal_id=held.personal_id,
        giver=sender,
        receiver=line.receiver,
        decision=line.decision,
        decided_on=line.decided_on,
        effective_on=line.effective_on,
        number=line.number,
        version=line.version,
        expires_on=passing.expiry(today, line.effective_on, days),
        begun_at=line.at,
        begun_by=line.by.account,
        begun_by_name=line.by.name,
    )


def _announced(row: Transfer, line: OfferLine) -> AnnouncedLine:
    return AnnouncedLine(
        transfer=row.pk,
        person=row.person,
        personal_id=row.personal_id,
        name=row.name,
        giver=row.giver,
        number=row.number,
        version=row.version,
        decision=row.decision,
        decided_on=row.decided_on,
        effective_on=row.effective_on,
        expires_on=_expires(row),
        at=line.at,
        by=line.by,
    )


def _expires(row: Transfer) -> date:
    return row.expires_on or row.effective_on


def _tell_opened(row: Transfer) -> None:
    pem = Peer.objects.get(agency_code=row.receiver).certificates["encrypt"]
    tell(row.giver, [OpenedLine(row.pk, pem, _expires(row))])


def _deny(agency: str, transfer: UUID, problem: Problem) -> None:
    words = problem.message(), problem.next_step()
    tell(agency, [DeniedLine(transfer, problem.code, *words)])


def _answer_again(row: Transfer, agency: str) -> None:
    """What a hand-over has come to, said once more to one of its sides."""
    if row.state == State.OPENED and agency == row.giver:
        _tell_opened(row)
    elif row.state == State.SWITCHED and row.receipt is not None:
        tell(agency, [SwitchedLine(row.pk, row.receipt)])
    elif not row.is_open:
        tell(agency, [_ended(row)])


def _ended(row: Transfer) -> EndedLine:
    return EndedLine(row.pk, cast("How", row.state), row.reason, row.ended_at or timezone.now())


def _passing(row: Transfer) -> Passing:
    return Passing(
        row.giver,
        row.receiver,
        row.number,
        row.version,
        row.effective_on,
        _expires(row),
        cast("passing.State", row.state),
        row.root,
    )


def pass_part(sender: str, line: PartLine, raw: bytes) -> None:
    """Pass a sealed part on as it came; one of no open hand-over goes nowhere."""
    row = locked(line.transfer)
    if row is not None and sender == row.giver and row.state == State.OPENED:
        _forward(row, raw)


def _forward(row: Transfer, raw: bytes) -> None:
    forward(row.receiver, raw)


def pass_sealed(sender: str, line: SealedLine, raw: bytes) -> None:
    """Keep the root the receiver must accept under, and pass the line on."""
    row = locked(line.transfer)
    if row is None or row.side != Side.NATIONAL:
        return
    after = passing.sealed(_passing(row), sender, line.root)
    if after.state == "sealed" and row.state == State.OPENED:
        row.state, row.root, row.parts, row.size = State.SEALED, after.root, line.parts, line.size
        row.save(update_fields=["state", "root", "parts", "size"])
        _forward(row, raw)
        enter(row, "sealed", sender)


def take_withdraw(sender: str, line: WithdrawLine) -> None:
    """End an offer its giver takes back, if nobody has accepted it yet; else say what it has come to."""
    _end(line.transfer, sender, line.reason, lambda now: passing.withdrawn(now, sender))


def take_answer(sender: str, line: AnswerLine) -> None:
    """Change the manager, or end the hand-over; what has ended before is said again. Locks: the person, the row."""
    if not line.accepted:
        _end(line.transfer, sender, line.reason, lambda now: passing.refused(now, sender))
        return
    person = (
        Transfer.objects.filter(pk=line.transfer, side=Side.NATIONAL).values_list("person", flat=True).first()
    )
    held = custody.managed(person) if person else None
    row = locked(line.transfer)
    if row is None or sender not in {row.giver, row.receiver}:
        _deny(sender, line.transfer, Problem("TRF-NOT-FOUND"))
        return
    register = Managed(held.agency, held.number, held.hash) if held else None
    try:
        after = passing.accepted(_passing(row), sender, line.root, register, timezone.localdate())
    except Problem as problem:
        _deny(sender, line.transfer, problem)
        return
    if after.state != "switched" or row.state == State.SWITCHED:
        _answer_again(row, sender)
        return
    row.answered_by, row.answered_by_name = line.by.account, line.by.name
    _switch(row)


def _switch(row: Transfer) -> None:
    """The one step in which who manages a person changes, with the receipt both sides are given."""
    custody.pass_on(row.person, row.receiver, on=row.effective_on, transfer=row.pk)
    now = timezone.now()
    said = line_bytes(_receipt(row))
    keys = store.node_keys()
    row.receipt = jws.sign(said, keys.sign.key, keys.sign.chain)
    row.receipt_sha256, row.state, row.ended_at = receipt_digest(said), State.SWITCHED, now
    row.save()
    for agency in (row.giver, row.receiver):
        tell(agency, [SwitchedLine(row.pk, row.receipt)])
    enter(row, "switch", row.receiver)


def _receipt(row: Transfer) -> Receipt:
    return Receipt(
        format=RECEIPT_FORMAT,
        agency=settings.CCVC_AGENCY,
        at=timezone.now().replace(microsecond=0),
        transfer=row.pk,
        person=row.person,
        giver=row.giver,
        receiver=row.receiver,
        number=row.number,
        version=row.version,
        root=row.root,
        decision=row.decision,
        decided_on=row.decided_on,
        effective_on=row.effective_on,
    )


def _end(key: UUID, sender: str, reason: str, step: Steps) -> None:
    row = locked(key)
    if row is None or row.side != Side.NATIONAL:
        _deny(sender, key, Problem("TRF-NOT-FOUND"))
        return
    after = step(_passing(row))
    if after.is_open or not row.is_open:
        _answer_again(row, sender)
        return
    _close(row, State(after.state), reason)


def _close(row: Transfer, state: State, reason: str) -> None:
    row.state, row.reason, row.ended_at = state, reason, timezone.now()
    row.save(update_fields=["state", "reason", "ended_at"])
    lines: list[AnyLine] = [_ended(row)]
    for agency in (row.giver, row.receiver):
        tell(agency, lines)
    enter(row, state.value, settings.CCVC_AGENCY)


def lapse_due() -> int:
    """End the offers nobody accepted in time; how many."""
    today = timezone.localdate()
    due = Transfer.objects.filter(side=Side.NATIONAL, state__in=OPEN, expires_on__lt=today)
    return sum(_lapse(key, today) for key in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _lapse(key: UUID, today: date) -> bool:
    row = locked(key)
    if row is None or passing.lapsed(_passing(row), today).state != "lapsed":
        return False
    if not row.is_open:
        return False
    _close(row, State.LAPSED, "")
    return True
