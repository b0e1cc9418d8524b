"""Which decisions, and which of their people, a subject sees: nobody sees of whom they see nothing else."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.decisions.models import Decision, DecisionPerson, State
from ccvc.dossiers.models import Dossier
from ccvc.organisations.selectors import reach
from ccvc.standard.problems import Problem


def units_over(subject: Subject, right: Right) -> frozenset[int]:
    """Units over which the subject has a right; whoever may sign decisions there sees them too."""
    today = timezone.localdate()
    signs = reach(subject, Right.DECISION_SIGN, today) if right == Right.DECISION_SEE else frozenset()
    return reach(subject, right, today) | signs


def people_within(subject: Subject, right: Right) -> QuerySet[DecisionPerson]:
    """Rows of people over whom the subject has a right, by where their dossier belongs now.

    What was decided of somebody whose dossier lies in the drawer is still seen, and nothing else.
    """
    units = units_over(subject, right)
    kept = Dossier.objects.filter(key=OuterRef("person_key"))
    belongs = Q(unit_id__in=units)
    if right == Right.DECISION_SEE:
        belongs |= Q(drawer_unit_id__in=units)
    here = Exists(kept.filter(belongs))
    opened = Q(unit_id__in=units) & ~Exists(kept)
    return DecisionPerson.objects.filter(here | opened)


def visible_people(subject: Subject) -> QuerySet[DecisionPerson]:
    """Rows the subject may see: of people within reach, and what was decided of themself and signed."""
    own = Q(pk__in=())
    if subject.person_key is not None:
        own = Q(person_key=subject.person_key, decision__state=State.SIGNED)
    return DecisionPerson.objects.filter(
        Q(pk__in=people_within(subject, Right.DECISION_SEE).values("pk")) | own
    )


def visible(subject: Subject) -> QuerySet[Decision]:
    """Decisions with somebody the subject may see, and drafts of their units that name nobody yet."""
    named = Exists(visible_people(subject).filter(decision=OuterRef("pk")))
    units = units_over(subject, Right.DECISION_SEE)
    empty = Q(unit_id__in=units) & ~Exists(DecisionPerson.objects.filter(decision=OuterRef("pk")))
    return Decision.objects.filter(named | empty)


def wholly_within(subject: Subject, decision: Decision, right: Right) -> bool:
    """Whether the subject has the right over the decision's unit and every one of its people."""
    if decision.unit_id not in reach(subject, right, timezone.localdate()):
        return False
    within = people_within(subject, right).filter(decision=decision).count()
    return within == decision.people.count()


def locked(subject: Subject, decision_id: UUID, right: Right) -> Decision:
    """The decision, locked, if the subject sees it and has the right over all of it.

    Problem ACC-DENIED, DEC-UNKNOWN for one out of sight as for none, DEC-REACH where some of its people are out of
    reach.
    """
    return whole(subject, decision_id, right, Decision.objects.select_for_update(of=("self",)))


def whole(
    subject: Subject, decision_id: UUID, right: Right, rows: QuerySet[Decision] | None = None
) -> Decision:
    """The decision, of these rows, if the subject sees it and has the right over all of it; as `locked` raises."""
    require(subject, right)
    if not visible(subject).filter(pk=decision_id).exists():
        raise Problem("DEC-UNKNOWN")
    row = (Decision.objects.all() if rows is None else rows).get(pk=decision_id)
    if not wholly_within(subject, row, right):
        raise Problem("DEC-REACH")
    return row
