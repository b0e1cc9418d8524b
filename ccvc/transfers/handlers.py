"""Packages of kind transfer: each line to whom it concerns, at the national node or at a component."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from ccvc.access.domain import Subject
from ccvc.exchange.domain import Arrival, Judgement
from ccvc.signing import jws, store
from ccvc.standard.problems import Problem
from ccvc.transfers.actions import asking, offering, passing, receiving
from ccvc.transfers.actions.telling import enter, locked_behind_dossiers
from ccvc.transfers.domain.lines import (
    AnnouncedLine,
    AnswerLine,
    AnyLine,
    AskLine,
    DeclineLine,
    DeniedLine,
    EndedLine,
    OfferLine,
    OpenedLine,
    PartLine,
    SealedLine,
    SwitchedLine,
    WithdrawLine,
    decode,
    decode_receipt,
    receipt_digest,
)
from ccvc.transfers.models import Side, State


def take(subject: Subject, arrival: Arrival) -> Judgement:  # noqa: ARG001 - every handler has this shape
    """Take the lines in their order; Problem EXC-LINE or EXC-PEER refuses the package whole, and changes nothing."""
    national = settings.CCVC_KIND == "national"
    if not national and arrival.sender != settings.CCVC_NATIONAL_AGENCY:
        raise Problem("EXC-PEER", where="manifest.sender", got=arrival.sender)
    for raw in arrival.lines:
        line = decode(raw)
        if national:
            _pass(arrival.sender, line, raw)
        else:
            _take(arrival, line)
    return Judgement(len(arrival.lines), 0, 0)


def _pass(sender: str, line: AnyLine, raw: bytes) -> None:
    match line:
        case OfferLine():
            passing.take_offer(sender, line)
        case PartLine():
            passing.pass_part(sender, line, raw)
        case SealedLine():
            passing.pass_sealed(sender, line, raw)
        case AnswerLine():
            passing.take_answer(sender, line)
        case WithdrawLine():
            passing.take_withdraw(sender, line)
        case AskLine():
            asking.pass_ask(sender, line)
        case DeclineLine():
            asking.take_decline(sender, line)
        case _:
            raise Problem("EXC-LINE", where="type", reason="not for the national node")


def _take(arrival: Arrival, line: AnyLine) -> None:
    match line:
        case OpenedLine():
            offering.take_opened(line)
        case DeniedLine():
            offering.take_denied(line)
            receiving.take_denied(line)
        case AnnouncedLine():
            receiving.take_announced(line)
        case PartLine():
            receiving.take_part(line)
        case SealedLine():
            receiving.take_sealed(line)
        case EndedLine():
            offering.take_ended(line)
            receiving.take_ended(line)
        case SwitchedLine():
            take_switched(line)
        case AskLine():
            asking.take_ask(line)
        case DeclineLine():
            asking.take_decline(arrival.sender, line)
        case _:
            raise Problem("EXC-LINE", where="type", reason="not for a component")


def take_switched(line: SwitchedLine) -> None:
    """Believe the national node's receipt: open the dossier here, or lay it into the drawer; once.

    Problem TRF-RECEIPT where it is not its signature, or speaks of another dossier than this hand-over.
    """
    row = locked_behind_dossiers(line.transfer)
    if row is None or row.state == State.SWITCHED:
        return
    payload = _believed(line)
    said = decode_receipt(payload)
    told = (said.transfer, said.person, said.giver, said.receiver, said.version, said.root)
    if told != (row.pk, row.person, row.giver, row.receiver, row.version, row.root):
        raise Problem("TRF-RECEIPT", where="receipt", reason="another hand-over")
    row.receipt, row.receipt_sha256 = line.receipt, receipt_digest(payload)
    row.state, row.ended_at = State.SWITCHED, said.at
    row.save(update_fields=["receipt", "receipt_sha256", "state", "ended_at"])
    if row.side == Side.GIVER:
        offering.lay_away(row)
    else:
        receiving.open_switched(row)
    enter(row, "switch", "transfers")


def _believed(line: SwitchedLine) -> bytes:
    found = jws.verify(line.receipt, store.trust(), timezone.now(), "sign", settings.CCVC_NATIONAL_AGENCY)[0]
    if not found.verdict.ok:
        raise Problem("TRF-RECEIPT", where="receipt", reason=found.verdict.message)
    return found.payload
