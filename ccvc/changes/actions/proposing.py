"""Proposing changes: one by one, or a batch from a file."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject
from ccvc.changes import domain
from ccvc.changes.actions.proving import prove
from ccvc.changes.actions.recording import record, refusals_recorded
from ccvc.changes.domain import Proposal
from ccvc.changes.governing import Governing, ask_to_confirm, begin
from ccvc.changes.models import PENDING, Batch, Change, Confirmation, Correction, Origin, State
from ccvc.changes.procedures import Source
from ccvc.changes.scope import Bounds, Hand, bounds, hand_for, refuse_foreign_fields
from ccvc.changes.selectors import visible
from ccvc.dossiers import custody
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.domain import Document
from ccvc.dossiers.models import Dossier
from ccvc.evidence.actions import Received
from ccvc.evidence.domain import Details
from ccvc.standard.problems import Problem
from ccvc.standard.reading import value_at

Base = tuple[Dossier, Document]
HELD_BACK = frozenset({"CHG-CONFLICT", "CHG-LEFT", "DOS-LEAVING", "DOS-OFFERED", "DOS-GONE"})
"""Why one row of a batch is left out, and holds back no other."""
NUMBER, NAME = "identity.personal_id", "identity.full_name"


@dataclass(slots=True)
class BatchResult:
    """What became of a batch: how many changes were made, were unchanged, or stood in conflict."""

    batch: Batch
    created: int = 0
    unchanged: int = 0
    conflicts: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ground:
    """What proposals are judged on: bounds, locked dossiers with their documents, and pending changes by person.

    `gone`: dossiers in the drawer, by number; whoever comes back is not given a second one.
    """

    limits: Bounds
    bases: Mapping[uuid.UUID, Base]
    pending: Mapping[uuid.UUID, list[Change]]
    governing: Governing
    gone: Mapping[str | None, Dossier]

    def source(self, person_key: uuid.UUID, batch: Batch | None) -> Source:
        """Where a change of this person comes from: a file, the person themself, or an officer."""
        if batch is not None and batch.origin == Origin.INTAKE:
            return "intake"
        return "own" if person_key == self.limits.subject.person_key else "office"


@refusals_recorded("propose")
@transaction.atomic
def propose(subject: Subject, proposal: Proposal, papers: Sequence[tuple[Received, Details]] = ()) -> Change:
    """Propose one change with the papers that prove it.

    Problem CHG-NOTHING where nothing would change, CHG-CONFLICT where another is pending, DOS-LEAVING, DOS-OFFERED and
    DOS-GONE where it is handed over, CHG-LEFT, CHG-FOLLOWS, those of `prove`.
    """
    ground = _ground(subject, [proposal], [proposal.unit_code])
    change = _change(proposal, ground, batch=None)
    if change is None:
        raise Problem("CHG-NOTHING")
    change.follows = _followed(subject, proposal, change)
    _confirmations(ground, [change], batch=None)
    try:
        with transaction.atomic():
            change.save(force_insert=True)
    except IntegrityError as error:  # another creation for the same number committed meanwhile
        raise _conflict(change, [NUMBER], timezone.now().strftime("%d/%m/%Y")) from error
    record("declare", [(change, hand_for(subject, Right.CHANGE_PROPOSE))])
    if change.confirmation == Confirmation.GIVEN:
        record("confirm", [(change, Hand(subject))])
    for received, details in papers:
        prove(subject, change.pk, received, details)
    return change


def _followed(subject: Subject, proposal: Proposal, change: Change) -> Change | None:
    """The returned or withdrawn change this one mends, of the same person and seen by the subject; CHG-FOLLOWS."""
    if proposal.follows is None:
        return None
    seen = visible(subject).filter(pk=proposal.follows, person_key=change.person_key, followed_by=None)
    found = seen.filter(state__in=(State.RETURNED, State.WITHDRAWN)).first()
    if found is None:
        raise Problem("CHG-FOLLOWS", changes=[proposal.follows])
    return found


def _confirmations(ground: Ground, changes: Sequence[Change], *, batch: Batch | None) -> None:
    """Ask the people these new changes are about to confirm what others declared for them."""
    ask_to_confirm(
        [
            (
                change,
                ground.source(change.person_key, batch),
                [d.path for d in domain.unpack(change.differences)],
            )
            for change in changes
        ]
    )


@refusals_recorded("propose")
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
    given = list(proposals)
    ground = _ground(subject, given, [unit_code, *(p.unit_code for p in given)])
    result = BatchResult(_batch(subject, ground.limits, title, origin, source, unit_code))
    done = _already_in(result.batch, given)
    changes: list[Change] = []
    for proposal in given:
        try:
            change = _change(proposal, ground, batch=result.batch)
        except Problem as problem:
            if problem.code not in HELD_BACK:
                raise
            if value_at(proposal.document, NUMBER) not in done:
                result.conflicts.append(problem)
            continue
        if change is None:
            result.unchanged += 1
        else:
            changes.append(change)
    _confirmations(ground, changes, batch=result.batch)
    Change.objects.bulk_create(changes, batch_size=1000)
    Correction.objects.bulk_create(_corrections(changes, given))
    hand = hand_for(subject, Right.CHANGE_PROPOSE)
    record("declare", [(change, hand) for change in changes])
    result.created = len(changes)
    return result


def _corrections(changes: Sequence[Change], given: Sequence[Proposal]) -> list[Correction]:
    """Which version each change of a batch corrects, where its proposal names one."""
    named = {_key(one): one.corrects for one in given if one.corrects}
    rows = [(change, named[change.person_key]) for change in changes if change.person_key in named]
    return [Correction(change=change, version=version, authority=by) for change, (version, by) in rows]


def _batch(
    subject: Subject, limits: Bounds, title: str, origin: Origin | str, source: str, unit_code: str
) -> Batch:
    """The batch of this source, locked, so that two takings of one file follow one another."""
    facts = {
        "title": title,
        "unit_code": unit_code,
        "unit_id": limits.unit_id(unit_code),
        "created_by_name": subject.full_name,
        "created_at": timezone.now(),
    }
    batch, _ = Batch.objects.select_for_update().get_or_create(origin=origin, source=source, defaults=facts)
    return batch


def _already_in(batch: Batch, given: Sequence[Proposal]) -> frozenset[str | None]:
    ids = [value_at(p.document, NUMBER) for p in given]
    known = Change.objects.filter(batch=batch, personal_id__in=ids)
    return frozenset(known.values_list("personal_id", flat=True))


def _key(proposal: Proposal) -> uuid.UUID:
    """The person's key; a new person's is drawn from their number, so that a repeat meets itself."""
    if proposal.person_key is not None:
        return proposal.person_key
    number = value_at(proposal.document, NUMBER)
    return uuid.uuid5(uuid.UUID(int=0), f"{settings.CCVC_AGENCY}:{number}") if number else uuid.uuid4()


def _ground(subject: Subject, given: Sequence[Proposal], unit_codes: Iterable[str]) -> Ground:
    """Lock the dossiers in order of key, and read once all that the proposals are judged on."""
    keys = sorted({_key(p) for p in given})
    list(Dossier.objects.select_for_update().filter(key__in=keys).order_by("key").values_list("pk"))
    pending: dict[uuid.UUID, list[Change]] = {}
    for other in Change.objects.filter(person_key__in=keys, state__in=PENDING).order_by("created_at"):
        pending.setdefault(other.person_key, []).append(other)
    limits = bounds(subject, Right.CHANGE_PROPOSE, unit_codes)
    numbers = [value_at(p.document, NUMBER) for p in given]
    gone = {row.personal_id: row for row in custody.in_drawer(numbers)}
    return Ground(limits, dossiers.current_documents(keys), pending, Governing(), gone)


def _change(proposal: Proposal, ground: Ground, *, batch: Batch | None) -> Change | None:
    """The change to store, or None where the document would stay as it is."""
    key = _key(proposal)
    dossier, before = ground.bases.get(key, (None, None))
    custody.refuse_leaving(dossier or ground.gone.get(value_at(proposal.document, NUMBER)))
    ground.limits.refuse_outside(dossier, proposal.unit_code)
    differences = list(proposal.past) or standard.diff(before, proposal.document)
    if not differences:
        return None
    domain.refuse_left(before, proposal.kind, [difference.path for difference in differences])
    refuse_foreign_fields(ground.limits.subject, dossier, differences)
    packed = domain.pack(differences)
    change = Change(
        batch=batch,
        dossier=dossier,
        person_key=key,
        personal_id=value_at(proposal.document, NUMBER),
        full_name=value_at(proposal.document, NAME) or "",
        unit_code=proposal.unit_code,
        unit_id=ground.limits.unit_id(proposal.unit_code),
        kind="create" if dossier is None else proposal.kind,
        differences=packed,
        digest=standard.digest(packed.encode()),
        base_number=dossier.current_number if dossier else 0,
        valid_from=proposal.valid_from,
        reason=proposal.reason,
        created_at=timezone.now(),
    )
    paths = [difference.path for difference in differences]
    _refuse_conflict(change, paths, ground.pending.get(key, []))
    source = ground.source(key, batch)
    begin(change, ground.governing, source, paths)
    if source == "own" and proposal.confirmed:
        change.confirmation = Confirmation.GIVEN
    return change


def _refuse_conflict(change: Change, paths: list[str], pending: Sequence[Change]) -> None:
    for other in pending:
        both = domain.overlapping(paths, [d.path for d in domain.unpack(other.differences)])
        if both:
            raise _conflict(change, both, f"{timezone.localtime(other.created_at):%d/%m/%Y}", [other.pk])


def _conflict(change: Change, paths: Sequence[str], since: str, others: Sequence[uuid.UUID] = ()) -> Problem:
    fields = ", ".join(standard.label(path) for path in paths[:3])
    named = {"fields": fields, "fields_en": ", ".join(standard.label(path, "en") for path in paths[:3])}
    return Problem("CHG-CONFLICT", where=change.full_name, since=since, changes=list(others), **named)
