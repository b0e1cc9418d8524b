"""Approving: what a signature would bring about, and the signature over exactly that."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, cast

from cryptography import x509
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject, require
from ccvc.accounts.models import User
from ccvc.changes import domain
from ccvc.changes.actions.correcting import moved_value
from ccvc.changes.actions.proposing import Base
from ccvc.changes.actions.recording import record, refusals_recorded
from ccvc.changes.actions.stepping import locked
from ccvc.changes.bare import refuse_bare
from ccvc.changes.domain import Facts, Kind, Stale
from ccvc.changes.models import Change, Confirmation, State
from ccvc.changes.scope import Hand
from ccvc.dossiers import actions as dossiers
from ccvc.dossiers import domain as dossier_domain
from ccvc.dossiers import selectors as dossier_selectors
from ccvc.dossiers.domain import Document
from ccvc.dossiers.models import Version
from ccvc.evidence import actions as evidence
from ccvc.evidence import selectors as papers
from ccvc.evidence.models import Attachment
from ccvc.evidence.verification import named_in_statement
from ccvc.ledger import actions as ledger
from ccvc.means.actions import open_own
from ccvc.signing import jws
from ccvc.signing.actions import keep_signed, sign_batch, stated
from ccvc.signing.models import Signature
from ccvc.standard.problems import Problem

PURPOSE = "approve-changes"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What an approver is shown before signing: the changes with their statements, and the root that binds them.

    `proved` are those that bring papers; `hands` is as what the subject signs each.
    """

    hands: Sequence[tuple[Change, Hand]]
    changes: list[Change]
    approved: list[dossier_domain.ApprovedChange]
    root: str
    proved: frozenset[uuid.UUID]

    @property
    def documents(self) -> dict[uuid.UUID, Document]:
        """The document after each change."""
        pairs = zip(self.changes, self.approved, strict=True)
        return {change.pk: approved.document for change, approved in pairs}


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is to be signed elsewhere: the statement, the moment it names, and what was prepared."""

    payload: bytes
    at: datetime
    prepared: Prepared


@dataclass(frozen=True, slots=True)
class Ground:
    """All a statement is made of: the change, the dossier it builds on, its document, papers, and whose hand signs."""

    change: Change
    base: Base | None
    document: Document
    papers: list[Attachment]
    hand: Hand


@dataclass(frozen=True, slots=True)
class Approved:
    """What a signature brought about."""

    signature: Signature
    versions: list[Version]


@refusals_recorded("prepare")
def prepare(subject: Subject, change_ids: Sequence[uuid.UUID]) -> Prepared:
    """What signing these changes would bring about, against the dossiers as they stand now.

    Problem CHG-DECISION for changes of a decision, CHG-STALE, CHG-UNCONFIRMED while the person is asked, and
    CHG-EVIDENCE where a paper of one waits to be scanned or was refused.
    """
    with transaction.atomic():
        prepared = _prepared(_own(locked(subject, "approve", change_ids)))
        transaction.set_rollback(True)  # nothing was written, so there is no disk to wait for
    return prepared


def prepare_within(subject: Subject, change_ids: Sequence[uuid.UUID]) -> Prepared:
    """As `prepare`, for a room above that signs these changes with something of its own, in its transaction.

    The changes stay locked until that ends.
    """
    return _prepared(locked(subject, "approve", change_ids))


def approve_within(
    subject: Subject, prepared: Prepared, sign: Callable[[list[bytes]], Signature]
) -> Approved:
    """As `approve`, of what `prepare_within` drew up in the same transaction, whose locks still hold.

    `sign` signs these leaves, and may sign others of its own behind them.
    """
    _refuse_unfit_to_sign(subject, [change.pk for change in prepared.changes])
    return _commit(prepared, sign)


def _own(hands: list[tuple[Change, Hand]]) -> list[tuple[Change, Hand]]:
    """These changes, none of them part of a decision; Problem CHG-DECISION."""
    domain.refuse_decided([change.pk for change, _ in hands if change.decided])
    return hands


def _prepared(hands: Sequence[tuple[Change, Hand]]) -> Prepared:
    changes = [change for change, _ in hands]
    domain.refuse_unconfirmed(_unconfirmed(changes))
    bases = dossier_selectors.current_documents([c.person_key for c in changes])
    documents = _documents(changes, bases)
    proofs = papers.of_changes([change.pk for change in changes])
    domain.refuse_unfit(_unfit(changes, proofs))
    refuse_bare(changes, documents)
    approved = [
        _approved_change(
            Ground(
                change,
                bases.get(change.person_key),
                documents[change.pk],
                proofs.get(change.pk, []),
                hand,
            ),
            leaf,
        )
        for leaf, (change, hand) in enumerate(hands)
    ]
    root = dossier_domain.root_of(a.statement_bytes for a in approved)
    return Prepared(hands, changes, approved, root.hex(), frozenset(proofs))


def _unconfirmed(changes: list[Change]) -> dict[uuid.UUID, str]:
    """Changes whose person is asked to confirm them and may still take their time: whose, and until when."""
    now = timezone.now()
    return {
        change.pk: f"{change.full_name} ({timezone.localtime(change.waits_until):%d/%m/%Y})"
        for change in changes
        if change.confirmation == Confirmation.ASKED and change.waits_until and change.waits_until > now
    }


def _documents(changes: list[Change], bases: Mapping[uuid.UUID, Base]) -> dict[uuid.UUID, Document]:
    """The document after each change; Problem CHG-STALE names every one that replaces a value no longer there."""
    found: dict[uuid.UUID, Document] = {}
    stale: list[Stale] = []
    for change in changes:
        base = bases.get(change.person_key)
        named = getattr(change, "correction", None)
        if base is not None and named is not None and named.until:
            found[change.pk] = base[1]
            moved = moved_value(change, named)
            stale += [Stale(change.pk, change.full_name, moved)] if moved else []
            continue
        try:
            found[change.pk] = standard.apply(base[1] if base else None, domain.unpack(change.differences))
        except Problem as problem:
            if problem.code != "STD-CONFLICT":
                raise
            stale.append(Stale(change.pk, change.full_name, problem.where))
    domain.refuse_stale(stale)
    return found


def _unfit(changes: list[Change], proofs: Mapping[uuid.UUID, list[Attachment]]) -> dict[uuid.UUID, str]:
    """Changes with papers nobody may sign over: whose, and which files."""
    held = {change.pk: papers.unfit(proofs[change.pk]) for change in changes if change.pk in proofs}
    names = {change.pk: change.full_name for change in changes}
    return {pk: f"{names[pk]}: {', '.join(p.file_name for p in bad)}" for pk, bad in held.items() if bad}


def _corrects(change: Change) -> dossier_domain.Corrects | None:
    """Which version the change corrects, as its statement says it."""
    named = getattr(change, "correction", None)
    if named is None or named.until is None:
        return dossier_domain.Corrects(named.version, named.authority) if named else None
    past = [dossier_domain.PastValue(d.path, d.old, d.new) for d in domain.unpack(change.differences)]
    return dossier_domain.Corrects(named.version, named.authority, named.until.isoformat(), past)


def _approved_change(ground: Ground, leaf: int) -> dossier_domain.ApprovedChange:
    change, document = ground.change, ground.document
    dossier = ground.base[0] if ground.base else None
    facts = Facts(
        person=change.person_key,
        agency=settings.CCVC_AGENCY,
        unit=change.unit_code,
        number=(dossier.current_number if dossier else 0) + 1,
        base=bytes(dossier.current_hash).hex() if dossier and dossier.current_hash else None,
        kind=cast("Kind", change.kind),
        valid_from=change.valid_from,
        reason=change.reason,
        evidence=[named_in_statement(paper) for paper in ground.papers],
        procedure=_named(change),
        signing=ground.hand.acting(),
        corrects=_corrects(change),
    )
    statement = domain.statement(facts, document, ground.hand.before)
    return dossier_domain.ApprovedChange(
        statement=statement,
        statement_bytes=dossier_domain.statement_bytes(statement),
        document=document,
        document_bytes=standard.canonical(document),
        leaf=leaf,
        unit_id=change.unit_id,
    )


def _named(change: Change) -> dossier_domain.ProcedureNamed:
    """The procedure the change passed, as its statement names it."""
    found = change.procedure
    if found is None:
        return dossier_domain.ProcedureNamed(change.procedure_name)
    decided = found.decision_date.isoformat()
    return dossier_domain.ProcedureNamed(change.procedure_name, found.decision_number, decided)


@refusals_recorded("approve")
def approve(
    subject: Subject,
    change_ids: Sequence[uuid.UUID],
    passphrase: str,
    seen_root: str,
    means_id: int | None = None,
) -> Approved:
    """Sign and commit verified changes: one signature over the Merkle root of exactly what was shown.

    Raises Problem CHG-TOO-MANY above 5,000, CHG-SEEN-CHANGED where what would be signed is not what was shown,
    and the problems of `signing` (wrong passphrase, certificate expired or revoked) and of the commit door. A service
    elsewhere is asked for its signature outside the transaction, over what is then found again to be the same.
    """
    _refuse_unfit_to_sign(subject, change_ids)
    opened = open_own(subject, passphrase, means_id)
    if opened.away:
        drawn = draw_up(subject, change_ids, seen_root, opened.cert)
        made = jws.sign_with(drawn.payload, opened.signer, at=drawn.at)
        return approve_signed(subject, change_ids, seen_root, opened.row_id, made)
    sign = partial(
        sign_batch, opened.user, opened, agency=settings.CCVC_AGENCY, purpose=PURPOSE, audit=ledger.append
    )
    with transaction.atomic():
        return _approve(_own(locked(subject, "approve", change_ids)), seen_root, sign)


@refusals_recorded("approve")
def draw_up(
    subject: Subject, change_ids: Sequence[uuid.UUID], seen_root: str, cert: x509.Certificate
) -> Drawn:
    """The statement to be signed elsewhere with this certificate over what was shown; as `approve` raises."""
    _refuse_unfit_to_sign(subject, change_ids)
    with transaction.atomic():
        prepared = _prepared(_own(locked(subject, "approve", change_ids)))
    _refuse_changed(prepared, seen_root)
    signer = User.objects.get(username=subject.username)
    at, payload = stated(signer, cert, _leaves(prepared), agency=settings.CCVC_AGENCY, purpose=PURPOSE)
    return Drawn(payload, at, prepared)


@refusals_recorded("approve")
def approve_signed(
    subject: Subject,
    change_ids: Sequence[uuid.UUID],
    seen_root: str,
    means_id: int,
    made: dict[str, Any],
) -> Approved:
    """Commit what was signed elsewhere: the signature is judged, and must be over exactly what is there now."""
    _refuse_unfit_to_sign(subject, change_ids)
    signer = User.objects.get(username=subject.username)
    keep = partial(keep_signed, signer, means_id, made, agency=settings.CCVC_AGENCY, purpose=PURPOSE)
    with transaction.atomic():
        return _approve(_own(locked(subject, "approve", change_ids)), seen_root, keep)


def _refuse_unfit_to_sign(subject: Subject, change_ids: Sequence[uuid.UUID]) -> None:
    if len(change_ids) > domain.MOST_IN_ONE_SIGNATURE:
        raise Problem("CHG-TOO-MANY", most=domain.MOST_IN_ONE_SIGNATURE, got=len(change_ids))
    require(subject, Right.CHANGE_APPROVE)


def _refuse_changed(prepared: Prepared, seen_root: str) -> None:
    if prepared.root != seen_root:
        raise Problem("CHG-SEEN-CHANGED")


def _leaves(prepared: Prepared) -> list[bytes]:
    return [dossier_domain.version_hash(a.statement_bytes) for a in prepared.approved]


def _approve(
    hands: Sequence[tuple[Change, Hand]], seen_root: str, sign: Callable[[list[bytes]], Signature]
) -> Approved:
    """Prepared again, held against what was shown, signed or found to be signed, committed."""
    prepared = _prepared(hands)
    _refuse_changed(prepared, seen_root)
    return _commit(prepared, sign)


def _commit(prepared: Prepared, sign: Callable[[list[bytes]], Signature]) -> Approved:
    signature = sign(_leaves(prepared))
    versions = dossiers.commit(prepared.approved, signature)
    _mark_approved(prepared.hands, versions, prepared.proved)
    return Approved(signature, versions)


def _mark_approved(
    hands: Sequence[tuple[Change, Hand]], versions: list[Version], proved: frozenset[uuid.UUID]
) -> None:
    """Each change approved, with the version it made; in one statement, as a batch may hold thousands."""
    changes = [change for change, _ in hands]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE changes_change AS c SET state = %s, due_at = NULL, version_id = v.id, dossier_id = v.dossier_id
            FROM dossiers_version AS v JOIN dossiers_dossier AS d ON d.id = v.dossier_id
            WHERE v.position BETWEEN %s AND %s AND d.key = c.person_key AND c.id = ANY(%s)
            """,
            [State.APPROVED, versions[0].position, versions[-1].position, [c.pk for c in changes]],
        )
    _settle_papers(proved)
    record("approve", hands)


def _settle_papers(proved: frozenset[uuid.UUID]) -> None:
    """Papers of these changes belong to the versions they have just become."""
    if not proved:
        return
    made = Change.objects.filter(pk__in=proved, version__isnull=False).values_list("pk", "version_id")
    evidence.settle({pk: version for pk, version in made if version is not None})
