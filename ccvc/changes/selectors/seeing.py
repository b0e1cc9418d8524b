"""Reads of the changes room.

A change is seen by whoever may act on it: the unit it would leave the person in and the one they are in now must
both lie within reach, so that a transfer shows nobody to the unit that does not manage the dossier yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Scope, Subject
from ccvc.changes.domain import AWAITING, HANDS, provable, unpack
from ccvc.changes.models import PENDING, Batch, Change, Confirmation, Origin, Procedure, State, Step
from ccvc.changes.procedures import RIGHTS, SYSTEM, default
from ccvc.changes.scope import able
from ccvc.dossiers.selectors import MaySee, fields_at, readable, sight
from ccvc.evidence import selectors as evidence
from ccvc.evidence.domain import fields_of
from ccvc.evidence.models import Attachment
from ccvc.organisations.selectors import reached
from ccvc.standard.problems import Problem

SEEING = (Right.CHANGE_PROPOSE, *RIGHTS.values())


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits at one step: how much in all, single changes, and batches with how many of theirs wait."""

    step: str
    count: int
    singles: QuerySet[Change]
    batches: list[tuple[Batch, int]]


@dataclass(frozen=True, slots=True)
class Shown:
    """One change as a subject may read it; `withheld` and `papers_withheld` count what was left out."""

    change: Change
    differences: list[standard.Difference]
    withheld: int
    papers: list[Attachment]
    papers_withheld: int


def within(units: frozenset[int]) -> Q:
    """Changes of these units, or moving somebody between them."""
    return Q(unit_id__in=units) & (Q(dossier__isnull=True) | Q(dossier__unit_id__in=units))


def _own(subject: Subject) -> Q:
    return Q(pk__in=()) if subject.person_key is None else Q(person_key=subject.person_key)


def visible(subject: Subject) -> QuerySet[Change]:
    """Changes within reach of any right over changes, and those of the subject's own dossier."""
    today = timezone.localdate()
    by_scopes = {subject.scopes(right) for right in SEEING if subject.may(right)}
    seen = {reached(scopes, today) for scopes in by_scopes}
    return Change.objects.filter(reduce(or_, map(within, seen), _own(subject)))


def inbox(subject: Subject, step: str) -> QuerySet[Change]:
    """Changes within reach that await this step from this person, what is due first before the rest.

    None of their own dossier, none they had a hand in before, none that still waits for the person to confirm it.
    What is part of a decision is approved there.
    """
    found = Change.objects.filter(_open_to(subject, step), ~_own(subject), state=AWAITING[step])
    if step == "approve":
        found = found.exclude(confirmation=Confirmation.ASKED, waits_until__gt=timezone.now())
        found = found.filter(Q(batch=None) | ~Q(batch__origin=Origin.DECISION))
    ordered = found.order_by(F("due_at").asc(nulls_last=True), "created_at", "pk")
    return ordered.select_related("batch", "dossier", "procedure")


def _open_to(subject: Subject, step: str) -> Q:
    """Changes whose procedure gives this step to a role of the subject, where the role reaches them."""
    parts = [Q(pk__in=())]
    asked = _roles_asked(step)
    for scopes in _by_giver(able(subject, step)):
        for role in {scope.role for scope in scopes}:
            units = reached([scope for scope in scopes if scope.role == role], timezone.localdate())
            ids = {pk for roles, found in asked.items() if role in {*roles, SYSTEM} for pk in found}
            named = Q(procedure__in=ids - {None}) | (
                Q(procedure__isnull=True) if None in ids else Q(pk__in=())
            )
            parts.append(named & within(units) & Q(~_touched(subject, scopes)))
    return reduce(or_, parts)


def _by_giver(scopes: Iterable[Scope]) -> list[list[Scope]]:
    """One's own scopes, and those entrusted by each other person."""
    found: dict[int | None, list[Scope]] = {}
    for scope in scopes:
        found.setdefault(scope.entrusted.user_id if scope.entrusted else None, []).append(scope)
    return list(found.values())


def _touched(subject: Subject, scopes: Sequence[Scope]) -> Exists:
    """Changes in which the subject had a hand, or whoever entrusted these scopes to them."""
    hands = {subject.user_id, *(scope.entrusted.user_id for scope in scopes if scope.entrusted)} - {None}
    of_them = Q(user_id__in=hands) | Q(entrusted_by_id__in=hands)
    return Exists(Step.objects.filter(of_them, change=OuterRef("pk"), step__in=HANDS, undone=False))


def _roles_asked(step: str) -> dict[frozenset[str], set[int | None]]:
    """Procedures (None: the shipped one) by the roles they give a step to."""
    rule = default().rule(step)
    found: dict[frozenset[str], set[int | None]] = {frozenset(rule.roles if rule else ()): {None}}
    for pk, roles in Procedure.objects.values_list("pk", f"{step}_roles"):
        found.setdefault(frozenset(roles), set()).add(pk)
    return found


def waiting(subject: Subject, step: str) -> Waiting:
    """The inbox of a step, batches apart."""
    changes = inbox(subject, step)
    inside = changes.filter(batch__isnull=False).order_by()
    counted = dict(inside.values_list("batch").annotate(n=Count("pk")))
    batches = Batch.objects.filter(pk__in=counted).order_by("created_at")
    singles = changes.filter(batch__isnull=True)
    pairs = [(batch, counted[batch.pk]) for batch in batches]
    return Waiting(step, changes.count(), singles, pairs)


def steps_open_to(subject: Subject) -> list[str]:
    """The steps this person may take at all, in order: by their roles, and what procedures give these roles."""
    roles = {step: {scope.role for scope in able(subject, step)} for step in RIGHTS}
    given: dict[str, set[str]] = {step: set() for step in RIGHTS}
    for row in (
        Procedure.objects.values_list(*(f"{step}_roles" for step in RIGHTS)) if any(roles.values()) else ()
    ):
        for step, names in zip(RIGHTS, row, strict=True):
            given[step].update(names)
    return [step for step in RIGHTS if subject.may(RIGHTS[step]) or roles[step] & given[step]]


def change(subject: Subject, change_id: UUID) -> Change:
    """One change within reach, or of the person's own dossier; else Problem CHG-UNKNOWN."""
    rows = visible(subject).select_related("batch", "dossier", "version", "procedure", "follows")
    found = rows.filter(pk=change_id).first()
    if found is None:
        raise Problem("CHG-UNKNOWN")
    return found


def known(subject: Subject, change_ids: Sequence[UUID]) -> list[UUID]:
    """The ids, each once, if the subject may see every one of these changes; else Problem CHG-UNKNOWN."""
    wanted = list(dict.fromkeys(change_ids))
    if not wanted or visible(subject).filter(pk__in=wanted).count() != len(wanted):
        raise Problem("CHG-UNKNOWN")
    return wanted


def shown(subject: Subject, changes: Sequence[Change]) -> list[Shown]:
    """The changes with the differences and papers this person may read."""
    may_see, papers = sight(subject), evidence.of_changes([change.pk for change in changes])
    return [_shown(c, may_see(c.person_key, _unit_of(c)), papers.get(c.pk, [])) for c in changes]


def _unit_of(found: Change) -> int:
    return found.dossier.unit_id if found.dossier else found.unit_id


def _shown(found: Change, may_see: MaySee, papers: list[Attachment]) -> Shown:
    every = [d for d in unpack(found.differences) if fields_at(d.path)]
    kept = [d for d in every if readable(d.path, may_see)]
    seen = [paper for paper in papers if evidence.readable(paper, may_see)]
    return Shown(found, kept, len(every) - len(kept), seen, len(papers) - len(seen))


def paper(subject: Subject, change_id: UUID, paper_id: UUID) -> Attachment:
    """One paper of a change within reach that this person may read; else Problem CHG-UNKNOWN or EVI-UNKNOWN."""
    found = change(subject, change_id)
    return evidence.of_change(found.pk, paper_id, sight(subject)(found.person_key, _unit_of(found)))


def provable_for(subject: Subject, found: Change) -> list[str]:
    """Entries of a change this person may read and attach papers for; none once it is checked, or is another's."""
    if found.state != AWAITING[found.terms.after(None)] or not is_declarer(subject, found):
        return []
    may_see = sight(subject)(found.person_key, _unit_of(found))
    entries = provable(found.kind, [d.path for d in unpack(found.differences)])
    return [entry for entry in entries if all(may_see(field) for field in fields_of(entry))]


def steps(found: Change) -> list[Step]:
    """The steps taken on a change, in order."""
    return list(found.steps.all())


def declared_by(subject: Subject, found: Change) -> bool:
    """Whether this person declared the change."""
    return found.steps.filter(step="declare", user_id=subject.user_id).exists()


def is_declarer(subject: Subject, found: Change) -> bool:
    """Whether papers of the change are this person's to bring: they declared it, or it is about themself."""
    own = subject.person_key is not None and found.person_key == subject.person_key
    return own or declared_by(subject, found)


def batch(subject: Subject, batch_id: UUID) -> tuple[Batch, QuerySet[Change]]:
    """One batch and those of its changes that the subject may see, by name; Problem CHG-UNKNOWN if none."""
    found = Batch.objects.filter(pk=batch_id).first()
    changes = visible(subject).filter(batch=found).select_related("dossier").order_by("full_name", "pk")
    if found is None or not changes.exists():
        raise Problem("CHG-UNKNOWN")
    return found, changes


def counts(changes: QuerySet[Change]) -> dict[State, int]:
    """How many of these changes stand in each state, in the order of the states."""
    counted = dict(changes.order_by().values_list("state").annotate(n=Count("pk")))
    return {state: counted[state] for state in State if state in counted}


def mine(subject: Subject) -> QuerySet[Change]:
    """Changes this person declared one by one, or that concern their own dossier, newest first.

    What lies out of reach by now is not shown, whoever declared it.
    """
    declared = Step.objects.filter(change=OuterRef("pk"), step="declare", user_id=subject.user_id)
    found = visible(subject).filter(_own(subject) | Q(Exists(declared), batch__isnull=True))
    return found.order_by("-created_at", "pk")


def pending_for(subject: Subject, person_key: UUID) -> QuerySet[Change]:
    """Changes pending for a person that the subject may see."""
    return visible(subject).filter(person_key=person_key, state__in=PENDING).order_by("created_at")


def ready_to_sign(subject: Subject, most: int, *, batch_id: UUID | None = None) -> list[Change]:
    """Verified changes this person may sign now, oldest first, at most so many, one per dossier."""
    changes = inbox(subject, "approve")
    if batch_id is not None:
        changes = changes.filter(batch=batch_id)
    chosen: dict[UUID, Change] = {}
    for found in changes.iterator(chunk_size=1000):
        if len(chosen) == most:
            break
        chosen.setdefault(found.person_key, found)
    return list(chosen.values())


def named(subject: Subject, change_ids: Sequence[UUID]) -> list[Change]:
    """Those of these changes that the subject may see, by name."""
    return list(visible(subject).filter(pk__in=change_ids).order_by("full_name", "pk"))


def may_resend(subject: Subject, found: Change) -> bool:
    """Whether this person may send a returned or withdrawn change again: it is theirs, and nobody has yet."""
    return is_declarer(subject, found) and not Change.objects.filter(follows=found).exists()


def to_confirm(subject: Subject) -> QuerySet[Change]:
    """Pending changes of the subject's own dossier that they are asked to confirm, oldest first."""
    found = Change.objects.filter(_own(subject), confirmation=Confirmation.ASKED, state__in=PENDING)
    return found.select_related("dossier").order_by("created_at", "pk")
