"""Business acts on changes: propose, check, verify, send back, withdraw, approve with a signature."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject, require
from ccvc.accounts.models import User
from ccvc.changes import domain
from ccvc.changes.domain import Facts, Kind, Proposal, Taken
from ccvc.changes.models import PENDING, Batch, Change, Origin, State, Step
from ccvc.changes.scope import refuse_foreign_fields, refuse_out_of_reach, role_for, unit_id_of
from ccvc.dossiers import actions as dossiers
from ccvc.dossiers import domain as dossier_domain
from ccvc.dossiers import selectors as dossier_selectors
from ccvc.dossiers.models import Dossier, Version
from ccvc.ledger import actions as ledger
from ccvc.signing.actions import OpenKey, sign_batch, unlock
from ccvc.signing.models import Signature
from ccvc.standard.problems import Problem

PURPOSE = "approve-changes"
RIGHT_FOR = {"check": Right.CHANGE_CHECK, "verify": Right.CHANGE_VERIFY, "approve": Right.CHANGE_APPROVE}


@dataclass(slots=True)
class BatchResult:
    """What became of a batch: how many changes were made, were unchanged, or stood in conflict."""

    batch: Batch
    created: int = 0
    unchanged: int = 0
    conflicts: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What an approver is shown before signing: the changes with their statements, and the root that binds them."""

    changes: list[Change]
    approved: list[dossier_domain.ApprovedChange]
    root: str


@dataclass(frozen=True, slots=True)
class Approved:
    """What a signature brought about."""

    signature: Signature
    versions: list[Version]


@transaction.atomic
def propose(subject: Subject, proposal: Proposal) -> Change:
    """Propose one change; Problem CHG-NOTHING where nothing would change, CHG-CONFLICT where another is pending."""
    base = _lock_base([proposal]).get(_key(proposal))
    change = _change(subject, proposal, base, batch=None)
    if change is None:
        raise Problem("CHG-NOTHING")
    change.save(force_insert=True)
    _record(subject, "declare", [change], Right.CHANGE_PROPOSE)
    return change


@transaction.atomic
def propose_batch(
    subject: Subject,
    *,
    title: str,
    origin: Origin | str,
    source: str,
    unit_code: str,
    proposals: Iterable[Proposal],
) -> BatchResult:
    """Propose many changes in one batch; repeating a call for the same source adds nothing twice.

    A proposal that conflicts with a pending change is reported, and holds back no other.
    """
    batch, _ = Batch.objects.select_for_update().get_or_create(
        origin=origin, source=source, defaults=_batch_facts(subject, title, unit_code)
    )
    result = BatchResult(batch)
    given = list(proposals)
    bases = _lock_base(given)
    done = _already_in(batch, given)
    changes: list[Change] = []
    for proposal in given:
        try:
            change = _change(subject, proposal, bases.get(_key(proposal)), batch=batch)
        except Problem as problem:
            if problem.code != "CHG-CONFLICT":
                raise
            if dossier_domain.present(proposal.document, "identity.personal_id") not in done:
                result.conflicts.append(problem)
            continue
        if change is None:
            result.unchanged += 1
        else:
            changes.append(change)
    Change.objects.bulk_create(changes, batch_size=1000)
    _record(subject, "declare", changes, Right.CHANGE_PROPOSE)
    result.created = len(changes)
    return result


def _batch_facts(subject: Subject, title: str, unit_code: str) -> dict[str, object]:
    return {
        "title": title,
        "unit_code": unit_code,
        "unit_id": unit_id_of(unit_code),
        "created_by_name": subject.full_name,
        "created_at": timezone.now(),
    }


def _already_in(batch: Batch, given: Sequence[Proposal]) -> frozenset[str | None]:
    ids = [dossier_domain.present(p.document, "identity.personal_id") for p in given]
    return frozenset(
        Change.objects.filter(batch=batch, personal_id__in=ids).values_list("personal_id", flat=True)
    )


Base = tuple[Dossier, dossier_domain.Document]


def _key(proposal: Proposal) -> uuid.UUID:
    """The person's key; a new person's is drawn from their number, so that a repeat meets itself."""
    if proposal.person_key is not None:
        return proposal.person_key
    personal_id = dossier_domain.present(proposal.document, "identity.personal_id")
    return (
        uuid.uuid5(uuid.UUID(int=0), f"{settings.CCVC_AGENCY}:{personal_id}") if personal_id else uuid.uuid4()
    )


def _lock_base(proposals: Sequence[Proposal]) -> dict[uuid.UUID, Base]:
    """The dossiers proposed for, locked in order of key, with their last documents."""
    keys = sorted({_key(p) for p in proposals})
    list(Dossier.objects.select_for_update().filter(key__in=keys).order_by("key").values_list("pk"))
    return dossier_selectors.current_documents(keys)


def _change(subject: Subject, proposal: Proposal, base: Base | None, *, batch: Batch | None) -> Change | None:
    """The change to store, or None where the document would stay as it is."""
    dossier, before = base or (None, None)
    refuse_out_of_reach(subject, dossier, proposal.unit_code)
    differences = standard.diff(before, proposal.document)
    if not differences:
        return None
    refuse_foreign_fields(subject, dossier, differences)
    key = _key(proposal)
    _refuse_conflict(key, [d.path for d in differences])
    packed = domain.pack(differences)
    return Change(
        batch=batch,
        dossier=dossier,
        person_key=key,
        personal_id=dossier_domain.present(proposal.document, "identity.personal_id"),
        full_name=dossier_domain.present(proposal.document, "identity.full_name") or "",
        unit_code=proposal.unit_code,
        unit_id=unit_id_of(proposal.unit_code),
        kind="create" if dossier is None else proposal.kind,
        differences=packed,
        digest=standard.digest(packed.encode()),
        base_number=dossier.current_number if dossier else 0,
        valid_from=proposal.valid_from,
        reason=proposal.reason,
        created_at=timezone.now(),
    )


def _refuse_conflict(key: uuid.UUID, paths: list[str]) -> None:
    for other in Change.objects.filter(person_key=key, state__in=PENDING).order_by("created_at"):
        both = domain.overlapping(paths, [d.path for d in domain.unpack(other.differences)])
        if both:
            labels = ", ".join(standard.label(p) for p in both[:3])
            raise Problem(
                "CHG-CONFLICT", where=other.full_name, fields=labels, since=f"{other.created_at:%d/%m/%Y}"
            )


def check(subject: Subject, change_ids: Sequence[uuid.UUID], note: str = "") -> int:
    """Record that the officer checked these changes; returns how many."""
    return _advance(subject, "check", change_ids, note)


def verify(subject: Subject, change_ids: Sequence[uuid.UUID], note: str = "") -> int:
    """Record that the verifier stands for these changes; returns how many."""
    return _advance(subject, "verify", change_ids, note)


@transaction.atomic
def _advance(subject: Subject, step: str, change_ids: Sequence[uuid.UUID], note: str) -> int:
    changes = _locked(subject, step, change_ids)
    Change.objects.filter(pk__in=[c.pk for c in changes]).update(state=domain.NEXT_STATE[step][1])
    _record(subject, step, changes, RIGHT_FOR[step], note)
    return len(changes)


def _locked(subject: Subject, step: str, change_ids: Sequence[uuid.UUID]) -> list[Change]:
    """The changes, locked in order of id, all within reach, in the right state, none touched by this person before."""
    changes = list(
        Change.objects.select_for_update(of=("self",))
        .filter(pk__in=change_ids)
        .order_by("pk")
        .select_related("dossier")
    )
    if len(changes) != len(set(change_ids)):
        raise Problem("CHG-UNKNOWN")
    taken = steps_taken(changes)
    for change in changes:
        refuse_out_of_reach(subject, change.dossier, change.unit_code, right=RIGHT_FOR[step])
        domain.refuse_wrong_state(step, change.state)
        domain.refuse_same_person(step, subject.user_id, taken[change.pk])
    return changes


def steps_taken(changes: Sequence[Change]) -> dict[uuid.UUID, list[Taken]]:
    """Steps of each change since it was last returned, in order."""
    rows = Step.objects.filter(change__in=changes).order_by("change_id", "pk")
    result: dict[uuid.UUID, list[Taken]] = {c.pk: [] for c in changes}
    for change_id, steps in groupby(rows, key=lambda s: s.change_id):
        result[change_id] = [Taken(s.step, s.user_id, s.account, s.name, s.at) for s in steps]
    return result


@transaction.atomic
def send_back(subject: Subject, change_ids: Sequence[uuid.UUID], reason: str) -> int:
    """Return pending changes to whoever declared them, with the reason; Problem CHG-REASON where there is none."""
    if not reason.strip():
        raise Problem("CHG-REASON")
    changes = list(Change.objects.select_for_update().filter(pk__in=change_ids).order_by("pk"))
    for change in changes:
        step = next((s for s, (state, _) in domain.NEXT_STATE.items() if state == change.state), None)
        if step is None:
            raise Problem("CHG-STATE", state=change.get_state_display())
        refuse_out_of_reach(subject, change.dossier, change.unit_code, right=RIGHT_FOR[step])
    Change.objects.filter(pk__in=[c.pk for c in changes]).update(state=State.RETURNED, returned_reason=reason)
    _record(subject, "return", changes, Right.CHANGE_CHECK, reason)
    return len(changes)


@transaction.atomic
def withdraw(subject: Subject, change_ids: Sequence[uuid.UUID], reason: str = "") -> int:
    """Take back one's own pending changes."""
    changes = list(
        Change.objects.select_for_update().filter(pk__in=change_ids, state__in=PENDING).order_by("pk")
    )
    taken = steps_taken(changes)
    for change in changes:
        if not any(t.step == "declare" and t.user_id == subject.user_id for t in taken[change.pk]):
            raise Problem("CHG-NOT-YOURS")
    Change.objects.filter(pk__in=[c.pk for c in changes]).update(state=State.WITHDRAWN)
    _record(subject, "withdraw", changes, Right.CHANGE_PROPOSE, reason)
    return len(changes)


def prepare(subject: Subject, change_ids: Sequence[uuid.UUID]) -> Prepared:
    """What signing these changes would bring about, against the dossiers as they stand now."""
    with transaction.atomic():
        return _prepared(_locked(subject, "approve", change_ids))


def _prepared(changes: list[Change]) -> Prepared:
    bases = dossier_selectors.current_documents([c.person_key for c in changes])
    taken = steps_taken(changes)
    approved = [
        _approved_change(change, bases.get(change.person_key), taken[change.pk], leaf)
        for leaf, change in enumerate(changes)
    ]
    root = dossier_domain.root_of(a.statement_bytes for a in approved)
    return Prepared(changes, approved, root.hex())


def _approved_change(
    change: Change, base: Base | None, taken: list[Taken], leaf: int
) -> dossier_domain.ApprovedChange:
    dossier, before = base or (None, None)
    document = domain.after(before, domain.unpack(change.differences))
    facts = Facts(
        person=change.person_key,
        agency=settings.CCVC_AGENCY,
        unit=change.unit_code,
        number=(dossier.current_number if dossier else 0) + 1,
        base=bytes(dossier.current_hash).hex() if dossier and dossier.current_hash else None,
        kind=cast("Kind", change.kind),
        valid_from=change.valid_from,
        reason=change.reason,
    )
    statement = domain.statement(facts, document, taken)
    return dossier_domain.ApprovedChange(
        statement=statement,
        statement_bytes=dossier_domain.statement_bytes(statement),
        document=document,
        document_bytes=standard.canonical(document),
        leaf=leaf,
        unit_id=change.unit_id,
    )


def approve(subject: Subject, change_ids: Sequence[uuid.UUID], passphrase: str, seen_root: str) -> Approved:
    """Sign and commit verified changes: one signature over the Merkle root of exactly what was shown.

    Raises Problem CHG-TOO-MANY above 5,000, CHG-SEEN-CHANGED where what would be signed is not what was shown,
    and the problems of `signing` (wrong passphrase, certificate expired or revoked) and of the commit door.
    """
    if len(change_ids) > domain.MOST_IN_ONE_SIGNATURE:
        raise Problem("CHG-TOO-MANY", most=domain.MOST_IN_ONE_SIGNATURE, got=len(change_ids))
    require(subject, Right.CHANGE_APPROVE)
    signer = User.objects.get(username=subject.username)
    opened = unlock(signer, passphrase, audit=ledger.append)
    with transaction.atomic():
        return _approve(subject, change_ids, opened, seen_root)


def _approve(subject: Subject, change_ids: Sequence[uuid.UUID], opened: OpenKey, seen_root: str) -> Approved:
    changes = _locked(subject, "approve", change_ids)
    prepared = _prepared(changes)
    if prepared.root != seen_root:
        raise Problem("CHG-SEEN-CHANGED")
    leaves = [dossier_domain.version_hash(a.statement_bytes) for a in prepared.approved]
    signature = sign_batch(
        opened.user, opened, leaves, agency=settings.CCVC_AGENCY, purpose=PURPOSE, audit=ledger.append
    )
    versions = dossiers.commit(prepared.approved, signature)
    _mark_approved(subject, changes, versions)
    return Approved(signature, versions)


def _mark_approved(subject: Subject, changes: list[Change], versions: list[Version]) -> None:
    dossier_of = {v.dossier.key: v for v in versions}
    for change in changes:
        change.version = dossier_of[change.person_key]
        change.dossier = change.version.dossier
        change.state = State.APPROVED
    Change.objects.bulk_update(changes, ["version", "dossier", "state"], batch_size=500)
    _record(subject, "approve", changes, Right.CHANGE_APPROVE)


def _record(
    subject: Subject,
    step: str,
    changes: Sequence[Change],
    right: Right,
    note: str = "",
    at: datetime | None = None,
) -> None:
    moment = at or timezone.now()
    role = role_for(subject, right)
    Step.objects.bulk_create(
        [
            Step(
                change=change,
                step=step,
                user_id=subject.user_id,
                account=subject.username,
                name=subject.full_name,
                role=role,
                at=moment,
                note=note,
            )
            for change in changes
        ],
        batch_size=1000,
    )
