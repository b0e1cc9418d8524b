"""Asking for a dossier another agency keeps: through the national node to its keeper, who offers it or says why not."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.registry import custody
from ccvc.standard.problems import Problem
from ccvc.transfers.actions.offering import LONGEST_DECISION, checked_reason, may_offer
from ccvc.transfers.actions.telling import by, tell, tell_national
from ccvc.transfers.domain.lines import AskLine, DeclineLine
from ccvc.transfers.models import Request, Side

NUMBER_LENGTH = 12


@transaction.atomic
def ask(subject: Subject, personal_id: str, reason: str, decision: str = "") -> Request:
    """Ask whoever keeps the dossier of a number for it. Problem ACC-DENIED, TRF-NUMBER, TRF-REASON, TRF-ASKED."""
    require(subject, Right.TRANSFER_ACCEPT, settings.CCVC_AGENCY)
    number = personal_id.strip()
    if len(number) != NUMBER_LENGTH or not number.isascii() or not number.isdigit():
        raise Problem("TRF-NUMBER", where="personal_id")
    said = checked_reason(reason)
    if Request.objects.filter(personal_id=number, side=Side.RECEIVER, state=Request.State.OPEN).exists():
        raise Problem("TRF-ASKED", where="personal_id")
    row = Request.objects.create(
        side=Side.RECEIVER,
        personal_id=number,
        asker=settings.CCVC_AGENCY,
        decision=" ".join(decision.split())[:LONGEST_DECISION],
        reason=said,
        asked_by=subject.username,
        asked_by_name=subject.full_name,
    )
    tell_national(AskLine(row.pk, number, row.decision, said, timezone.now(), by(subject)))
    return row


def pass_ask(sender: str, line: AskLine) -> None:
    """At the national node: pass it to the keeper; where there is none, or it is the asker, say so."""
    held = custody.managed_by_number(line.personal_id)
    if held is None or held.agency == sender:
        code = "TRF-UNKNOWN" if held is None else "TRF-YOURS"
        tell(sender, [DeclineLine(line.request, Problem(code).message())])
        return
    row, fresh = _kept(line, Side.NATIONAL, asker=sender, keeper=held.agency, person=held.key)
    if fresh:
        tell(row.keeper, [_asked(row, line)])


def _asked(row: Request, line: AskLine) -> AskLine:
    said = line.personal_id, line.decision, line.reason, line.at, line.by
    return AskLine(row.pk, *said, asker=row.asker, person=row.person)


def _kept(line: AskLine, side: Side, *, asker: str, keeper: str, person: UUID | None) -> tuple[Request, bool]:
    return Request.objects.get_or_create(
        pk=line.request,
        defaults={
            "side": side,
            "person": person,
            "personal_id": line.personal_id,
            "asker": asker,
            "keeper": keeper,
            "decision": line.decision,
            "reason": line.reason,
            "asked_at": line.at,
            "asked_by": line.by.account,
            "asked_by_name": line.by.name,
        },
    )


def take_ask(line: AskLine) -> None:
    """At the keeper: keep what is asked, for those who may offer the dossier."""
    if line.asker is not None and line.person is not None:
        _kept(line, Side.GIVER, asker=line.asker, keeper=settings.CCVC_AGENCY, person=line.person)


@transaction.atomic
def decline(subject: Subject, key: UUID, reason: str) -> Request:
    """Say why a dossier is not handed over. Problem TRF-NOT-FOUND, TRF-REASON."""
    row = (
        Request.objects.select_for_update().filter(pk=key, side=Side.GIVER, state=Request.State.OPEN).first()
    )
    if row is None or row.person is None or not may_offer(subject, row.person):
        raise Problem("TRF-NOT-FOUND")
    _declined(row, checked_reason(reason))
    tell_national(DeclineLine(row.pk, row.answer))
    return row


def _declined(row: Request, reason: str) -> None:
    row.state, row.answer, row.answered_at = Request.State.DECLINED, reason, timezone.now()
    row.save(update_fields=["state", "answer", "answered_at"])


def take_decline(sender: str, line: DeclineLine) -> None:
    """Keep the answer; the national node passes the keeper's on to whoever asked."""
    row = Request.objects.select_for_update().filter(pk=line.request, state=Request.State.OPEN).first()
    if row is None or (row.side == Side.NATIONAL and sender != row.keeper):
        return
    _declined(row, line.reason)
    if row.side == Side.NATIONAL:
        tell(row.asker, [line])
