"""Signing a decision: one act signs its statement and every change it brings about, or nothing is signed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction

from ccvc import standard
from ccvc.access.domain import Right, Subject, require
from ccvc.changes import actions as changes
from ccvc.changes.actions import Prepared
from ccvc.changes.actions.approving import PURPOSE
from ccvc.decisions import domain, grounds, newcomers, places, printing, sealing
from ccvc.decisions.actions.settling import signed
from ccvc.decisions.actions.submitting import refuse
from ccvc.decisions.domain import leaf, stated_bytes
from ccvc.decisions.grounds import Said
from ccvc.decisions.models import Decision, Moment, State
from ccvc.decisions.scope import locked, whole
from ccvc.documents import actions as documents
from ccvc.documents.actions import Made
from ccvc.documents.models import Document
from ccvc.dossiers.domain import version_hash
from ccvc.ledger import actions as ledger
from ccvc.means.actions import open_own
from ccvc.signing import jws, merkle
from ccvc.signing.actions import keep_signed, sign_batch, stated
from ccvc.signing.models import Signature
from ccvc.standard.problems import Problem

Signing = Callable[[list[bytes]], Signature]


@dataclass(frozen=True, slots=True)
class Ready:
    """What one signature would bring about: the decision's statement, the changes with theirs, the root over all.

    `judged` is what the checks answer now, which the statement names.
    """

    decision: Decision
    stated: bytes
    judged: bytes
    prepared: Prepared

    @property
    def leaves(self) -> list[bytes]:
        """What is signed: each change's statement, and behind them the decision's."""
        hashes = [version_hash(one.statement_bytes) for one in self.prepared.approved]
        return [*hashes, leaf(self.stated)]

    @property
    def root(self) -> str:
        """Merkle root over the leaves, in hexadecimal."""
        return merkle.root(self.leaves).hex()


@newcomers.looks_recorded
def prepare(subject: Subject, decision_id: UUID) -> Ready:
    """What signing a decision would bring about, as things stand now.

    Problem ACC-DENIED, DEC-UNKNOWN, DEC-REACH, DEC-STATE, DEC-NOT-READY, and those of preparing changes.
    """
    require(subject, Right.DECISION_SIGN)
    with transaction.atomic():
        ready = _ready(subject, decision_id)
        transaction.set_rollback(True)  # nothing was written, so there is no disk to wait for
    return ready


def sign(
    subject: Subject, decision_id: UUID, passphrase: str, seen_root: str, means_id: int | None = None
) -> Decision:
    """Sign what was shown, its paper and its statement: both stand with every change committed, or nothing does.

    The paper is signed, and a service elsewhere asked for its signature, outside the transaction. As `prepare` raises;
    DEC-SEEN-CHANGED, and those of signing documents.
    """
    paper = paper_to_sign(subject, decision_id)
    opened = open_own(subject, passphrase, means_id)
    agency = settings.CCVC_AGENCY
    made = documents.signature_on(subject, paper, opened.signer)
    if opened.away:
        leaves = shown(prepare(subject, decision_id), seen_root).leaves
        at, payload = stated(opened.user, opened.cert, leaves, agency=agency, purpose=PURPOSE)
        elsewhere = jws.sign_with(payload, opened.signer, at=at)
        by: Signing = partial(
            keep_signed, opened.user, opened.row_id, elsewhere, agency=agency, purpose=PURPOSE
        )
    else:
        by = partial(sign_batch, opened.user, opened, agency=agency, purpose=PURPOSE, audit=ledger.append)
    return sign_together(subject, decision_id, seen_root, by, made)


@newcomers.looks_recorded
@transaction.atomic
def sign_together(subject: Subject, decision_id: UUID, seen_root: str, by: Signing, made: Made) -> Decision:
    """Keep both signatures over what was shown: `by` signs the leaves, `made` is the signed paper.

    Locks: the decision, its document, the dossiers, the ledger.
    """
    row = locked(subject, decision_id, Right.DECISION_SIGN)
    paper = documents.hold_decision(_paper_of(row).pk)
    ready = shown(_ready(subject, decision_id), seen_root)
    own = leaf(ready.stated)
    done = changes.approve_within(subject, ready.prepared, lambda leaves: by([*leaves, own]))
    documents.keep_decision(subject, paper, made)
    return signed(subject, ready.decision, done, ready.judged)


def paper_to_sign(subject: Subject, decision_id: UUID) -> Document:
    """The paper of a decision that waits for the subject's signature; DEC-NOT-READY while a change is not verified."""
    require(subject, Right.DECISION_SIGN)
    row = whole(subject, decision_id, Right.DECISION_SIGN)
    _refuse_unready(row)
    paper = _paper_of(row)
    units = printing.units_of(row)
    return documents.decision_to_sign(subject, paper.pk, paper.content_sha256, units, Right.DECISION_SIGN)


def _paper_of(row: Decision) -> Document:
    if row.paper is None:
        raise Problem("DEC-STATE", state=str(State(row.state).label))
    return row.paper


def shown(ready: Ready, seen_root: str) -> Ready:
    if ready.root != seen_root:
        raise Problem("DEC-SEEN-CHANGED")
    return ready


def _ready(subject: Subject, decision_id: UUID) -> Ready:
    """The decision, locked, its changes prepared, its places held; worked out once, by the dossiers of now.

    Problem DEC-NOT-READY, HC-FULL, DEC-KNOWN, DEC-TAKEN of somebody who was to get a dossier, and has one; DEC-BARRED,
    DEC-UNTOLD, whatever was sealed.
    """
    places.keep_still()
    row = locked(subject, decision_id, Right.DECISION_SIGN)
    _refuse_unready(row)
    newcomers.refuse_opened(subject, row)
    said = Said.of(row)
    worked = grounds.work_out(row, list(row.people.order_by("position")), said)
    places.hold(row, worked)
    for one in worked:
        one.faults.clear()  # the form was sound when it was submitted; values that moved are told by the changes
    refuse(worked, said)
    ids = [one.person.change_id for one in worked]
    prepared = changes.prepare_within(subject, [pk for pk in ids if pk is not None])
    answers = row.sealed.get(round=row.round, moment=Moment.SUBMITTED).sha256
    judged = sealing.answers(row, worked)
    keys = [one.person.person_key for one in worked]
    return Ready(row, stated_bytes(row, keys, answers, standard.digest(judged)), judged, prepared)


def _refuse_unready(row: Decision) -> None:
    domain.require_state(row, State.SUBMITTED)
    waiting = [one for one in row.people.select_related("change") if not _verified(one.change)]
    if waiting:
        names: Sequence[str] = [one.full_name for one in waiting[: domain.MOST_NAMED]]
        raise Problem("DEC-NOT-READY", who=", ".join(names), count=len(waiting))


def _verified(change: object) -> bool:
    return getattr(change, "state", "") == "verified"
