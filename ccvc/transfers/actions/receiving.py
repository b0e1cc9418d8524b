"""The receiver's side: announced, sealed parts coming in, proved, accepted or refused, and opened by the switch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject
from ccvc.dossiers import custody
from ccvc.dossiers.custody import Brought
from ccvc.evidence.actions import bring
from ccvc.evidence.storage import keep
from ccvc.exchange.domain import open_approval
from ccvc.exchange.domain.records import Approval, ApprovalLine
from ccvc.organisations.selectors import reach
from ccvc.signing import jwe, jws, services, store
from ccvc.signing.actions import keep_approval
from ccvc.signing.approvals import stated_in
from ccvc.standard.problems import Problem
from ccvc.transfers.actions.offering import checked_reason
from ccvc.transfers.actions.telling import by, enter, incoming, locked, locked_behind_dossiers, tell_national
from ccvc.transfers.actions.twins import annul_twin, refuse_unsettled
from ccvc.transfers.domain import contents
from ccvc.transfers.domain.contents import Contents, Expected
from ccvc.transfers.domain.lines import (
    AnnouncedLine,
    AnswerLine,
    DeniedLine,
    EndedLine,
    PartLine,
    SealedLine,
    decode_receipt,
    receipt_digest,
)
from ccvc.transfers.domain.sealing import opened, root_of
from ccvc.transfers.models import OPEN, Part, Request, Side, State, Transfer

log = structlog.get_logger(__name__)


def take_announced(line: AnnouncedLine) -> None:
    """Keep that a dossier is on its way; said twice, it is kept once."""
    Transfer.objects.get_or_create(
        pk=line.transfer,
        defaults={
            "side": Side.RECEIVER,
            "state": State.OPENED,
            "person": line.person,
            "name": line.name,
            "personal_id": line.personal_id,
            "giver": line.giver,
            "receiver": settings.CCVC_AGENCY,
            "number": line.number,
            "version": line.version,
            "decision": line.decision,
            "decided_on": line.decided_on,
            "effective_on": line.effective_on,
            "expires_on": line.expires_on,
            "begun_at": line.at,
            "begun_by": line.by.account,
            "begun_by_name": line.by.name,
        },
    )
    Request.objects.filter(
        personal_id=line.personal_id or "", side=Side.RECEIVER, state=Request.State.OPEN
    ).update(state=Request.State.OFFERED, answered_at=timezone.now())


def _theirs(key: UUID, *states: State) -> Transfer | None:
    row = locked(key)
    return row if row is not None and row.side == Side.RECEIVER and row.state in states else None


def take_part(line: PartLine) -> None:
    """Keep a sealed part."""
    row = _theirs(line.transfer, State.OPENED)
    if row is not None:
        Part.objects.get_or_create(transfer=row, index=line.index, defaults={"data": line.data})


def take_sealed(line: SealedLine) -> None:
    """All parts are here: prove the dossier. What is wrong with it stands beside it, and it can only be refused."""
    row = _theirs(line.transfer, State.OPENED)
    if row is None:
        return
    row.parts, row.size, row.root, row.key = line.parts, line.size, line.root, line.key
    row.state, row.problem = State.SEALED, None
    try:
        _refuse_other_parts(row)
        row.facts = read(row).facts()
    except Problem as problem:
        row.problem = problem.as_json()
    row.save(update_fields=["parts", "size", "root", "key", "state", "problem", "facts"])
    enter(row, "arrived", "transfers")


def _refuse_other_parts(row: Transfer) -> None:
    """Problem TRF-DAMAGED where the parts are not those under the root."""
    if row.sealed_parts.count() != row.parts or root_of(_parts(row)) != row.root:
        raise Problem("TRF-DAMAGED", where="root", reason="parts")


def _parts(row: Transfer) -> Iterator[bytes]:
    for data in row.sealed_parts.order_by("index").values_list("data", flat=True).iterator(chunk_size=1):
        yield bytes(data)


def read(row: Transfer, put: Callable[[bytes], object] = contents.pass_over) -> Contents:
    """The dossier inside, proved whole; `put` is given each file. Problem TRF-… where it is not what was approved."""
    key = jwe.unwrap(row.key, store.node_keys().decrypt)
    lines = opened(row.pk, key, _parts(row))
    return contents.read(lines, Expected(str(row.person), row.number, row.version), _approve, put)


def _approve(line: ApprovalLine) -> Approval:
    """The approval, verified; whose people may have signed is said by each statement."""
    sender = stated_in(line.jws).agency.partition(".")[0]
    return open_approval(line, trust=services.trust(), at=timezone.now(), sender=sender)


@transaction.atomic
def accept(subject: Subject, key: UUID, unit_id: int) -> Transfer:
    """Say yes, into a unit: who manages the person changes when the national node has said so.

    Problem ACC-DENIED, TRF-NOT-FOUND, TRF-STATE, TRF-FAULTY, TRF-EARLY, TRF-UNIT, TRF-TWIN, TRF-TWIN-OTHER,
    TRF-TWIN-BUSY.
    """
    incoming(subject, key)
    row = locked_behind_dossiers(key)
    if row is None or row.state != State.SEALED:
        raise Problem("TRF-STATE")
    if row.problem is not None:
        raise Problem("TRF-FAULTY", reason=row.problem["message"])
    if timezone.localdate() < row.effective_on:
        raise Problem("TRF-EARLY", day=f"{row.effective_on:%d/%m/%Y}")
    if unit_id not in reach(subject, Right.TRANSFER_ACCEPT, timezone.localdate()):
        raise Problem("TRF-UNIT", where="unit")
    refuse_unsettled(row)
    row.unit_id = unit_id
    return _answer(subject, row, accepted=True, reason="")


@transaction.atomic
def refuse(subject: Subject, key: UUID, reason: str) -> Transfer:
    """Say no, and why: the dossier stays with the giver. Problem ACC-DENIED, TRF-NOT-FOUND, TRF-STATE, TRF-REASON."""
    incoming(subject, key)
    said = checked_reason(reason)
    row = locked(key)
    if row is None or row.state not in {State.OPENED, State.SEALED}:
        raise Problem("TRF-STATE")
    return _answer(subject, row, accepted=False, reason=said)


def _answer(subject: Subject, row: Transfer, *, accepted: bool, reason: str) -> Transfer:
    row.state, row.reason = State.ANSWERED, reason
    row.answered_by, row.answered_by_name = subject.username, subject.full_name
    row.save(update_fields=["state", "reason", "answered_by", "answered_by_name", "unit_id"])
    root = row.root if accepted else None
    tell_national(AnswerLine(row.pk, accepted, root, reason, timezone.now(), by(subject)))
    enter(row, "accept" if accepted else "refuse", subject.username)
    return row


def take_denied(line: DeniedLine) -> None:
    """The answer was not taken: it can be given again."""
    row = _theirs(line.transfer, State.ANSWERED)
    if row is not None:
        row.state = State.SEALED
        row.problem = {"code": line.code, "message": line.message, "next": line.next}
        row.save(update_fields=["state", "problem"])
        enter(row, "denied", "transfers")


def take_ended(line: EndedLine) -> None:
    """Nothing has changed hands: what came is let go."""
    row = _theirs(line.transfer, *OPEN)
    if row is not None:
        row.state, row.reason, row.ended_at = State(line.how), line.reason or row.reason, timezone.now()
        row.key, row.facts = "", {}
        row.save(update_fields=["state", "reason", "ended_at", "key", "facts"])
        row.sealed_parts.all().delete()
        enter(row, line.how, "transfers")


def open_switched(row: Transfer) -> bool:
    """Open a dossier whose manager this node has become; whether it is open now.

    `row` is locked behind its dossiers. What keeps it from being opened stands beside it, and the rounds try again:
    it is not lost.
    """
    try:
        with transaction.atomic():
            _open(row)
    except Problem as problem:
        log.warning("transfers.open", transfer=str(row.pk), code=problem.code)
        row.problem = problem.as_json()
        row.save(update_fields=["problem"])
        return False
    return True


def _open(row: Transfer) -> None:
    """Locks: the own dossier with its number, the dossier, rows of papers, then the ledger's head.

    Files lie in their places before a row names them.
    """
    found = read(row, keep)
    signatures = {
        index: keep_approval(line.jws, line.leaves, evidence=line.evidence)
        for index, line in sorted(found.approvals.items())
    }
    versions = [
        Brought(
            bytes(one.line.statement),
            bytes(one.line.document),
            one.line.known_at,
            signatures[one.line.approval],
            one.line.leaf,
        )
        for one in found.versions
    ]
    annul_twin(row)
    held = custody.take_over(
        row.person,
        versions,
        agency=settings.CCVC_AGENCY,
        unit_id=row.unit_id or 0,
        on=row.effective_on,
        transfer=row.pk,
    )
    bring(held, found.papers, row.giver)
    _keep_earlier(row, found)
    row.opened_at, row.problem, row.key, row.facts = timezone.now(), None, "", {}
    row.save(update_fields=["opened_at", "problem", "key", "facts"])
    row.sealed_parts.all().delete()
    enter(row, "opened", row.answered_by)


def _keep_earlier(row: Transfer, found: Contents) -> None:
    """The receipts of hand-overs before this one, for the person to see; what does not hold is left out."""
    for made in found.handovers:
        checked = jws.verify(made, services.trust(), timezone.now(), "sign", settings.CCVC_NATIONAL_AGENCY)[0]
        if checked.verdict.status == "invalid":
            continue
        keep_receipt(made, checked.payload, row.name, row.personal_id)


def keep_receipt(made: dict[str, object], payload: bytes, name: str, personal_id: str | None) -> None:
    """The row of a hand-over between others, as its receipt tells it."""
    said = decode_receipt(payload)
    Transfer.objects.get_or_create(
        pk=said.transfer,
        defaults={
            "side": Side.NATIONAL,
            "state": State.SWITCHED,
            "person": said.person,
            "name": name,
            "personal_id": personal_id,
            "giver": said.giver,
            "receiver": said.receiver,
            "number": said.number,
            "version": said.version,
            "root": said.root,
            "decision": said.decision,
            "decided_on": said.decided_on,
            "effective_on": said.effective_on,
            "ended_at": said.at,
            "begun_by": "",
            "begun_by_name": "",
            "receipt": made,
            "receipt_sha256": receipt_digest(payload),
        },
    )


def open_waiting() -> int:
    """Open what could not be opened when its manager changed; how many are open now."""
    waiting = Transfer.objects.filter(side=Side.RECEIVER, state=State.SWITCHED, opened_at=None)
    return sum(_open_one(key) for key in list(waiting.values_list("pk", flat=True)))


@transaction.atomic
def _open_one(key: UUID) -> bool:
    row = locked_behind_dossiers(key)
    return row is not None and row.state == State.SWITCHED and row.opened_at is None and open_switched(row)
