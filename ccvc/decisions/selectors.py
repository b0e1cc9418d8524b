"""Reads of decisions, the acting subject first."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.decisions.kinds import Basis, kind
from ccvc.decisions.models import Decision, DecisionPerson, State
from ccvc.decisions.scope import visible, visible_people, wholly_within
from ccvc.documents.selectors import require_whole
from ccvc.dossiers.models import Head
from ccvc.dossiers.selectors import search
from ccvc.standard.problems import Problem

TO_SIGN = "to_sign"
MOST_FOUND = 50


def decisions(
    subject: Subject, *, state: str = "", kind: str = "", words: str = "", following: UUID | None = None
) -> QuerySet[Decision]:
    """Decisions the subject may see, newest first: of a state (or waiting for their signature), a kind, with a number
    or somebody of a name; `following`: from the reorganisation with this key.
    """
    found = visible(subject)
    if subject.person_key is None and not subject.may(Right.DECISION_SIGN):
        require(subject, Right.DECISION_SEE)
    if state == TO_SIGN:
        found = to_sign(subject)
    elif state:
        found = found.filter(state=state)
    if kind:
        found = found.filter(kind=kind)
    if following:
        found = found.filter(reorganisation__key=following)
    text = words.strip()
    if text:
        named = visible_people(subject).filter(decision=OuterRef("pk"), full_name__icontains=text)
        number = Q(number=int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else Q(pk__in=())  # noqa: PLR2004 - fits the column
        found = found.filter(Q(title__icontains=text) | number | Exists(named))
    return found.order_by("-drafted_at", "pk")


def to_sign(subject: Subject) -> QuerySet[Decision]:
    """Submitted decisions all of whose changes are verified, that the subject may sign."""
    if not subject.may(Right.DECISION_SIGN):
        return Decision.objects.none()
    waiting = DecisionPerson.objects.filter(decision=OuterRef("pk")).exclude(change__state="verified")
    return visible(subject).filter(~Exists(waiting), state=State.SUBMITTED)


def decision(subject: Subject, decision_id: UUID) -> Decision:
    """One decision the subject may see; Problem DEC-UNKNOWN."""
    rows = visible(subject).select_related(
        "about", "revoked_by", "corrected_by", "signature", "batch", "paper", "reorganisation"
    )
    found = rows.filter(pk=decision_id).first()
    if found is None:
        raise Problem("DEC-UNKNOWN")
    return found


def people(subject: Subject, row: Decision) -> QuerySet[DecisionPerson]:
    """Those of a decision the subject may see, in order; counts speak of nobody else."""
    found = (
        visible_people(subject).filter(decision=row).select_related("change", "change__dossier", "decision")
    )
    return found.order_by("position")


def laws(subject: Subject, row: Decision) -> tuple[Basis, ...]:
    """What a decision rests on: in force on the day it is decided (a draft: today), for those the subject sees of it.

    Their categories are those they have and those the decision gives them.
    """
    rows = people(subject, row).order_by()
    kept = Head.objects.filter(dossier__key__in=rows.values("person_key")).values_list("category", flat=True)
    given = rows.values_list("cells__category", flat=True)
    found = {*kept.distinct(), *given.distinct(), row.cells.get("category")}
    return kind(row.kind).laws(row.decided_on or timezone.localdate(), {str(one) for one in found if one})


def counts(subject: Subject, rows: Sequence[Decision]) -> dict[UUID, int]:
    """How many of their people the subject may see."""
    found = visible_people(subject).filter(decision__in=rows).order_by()
    return dict(found.values_list("decision").annotate(n=Count("pk")))


def whose(subject: Subject, rows: Sequence[Decision]) -> dict[UUID, tuple[UUID, str]]:
    """Of decisions with one person the subject may see: key and name."""
    single = [pk for pk, count in counts(subject, rows).items() if count == 1]
    found = visible_people(subject).filter(decision__in=single)
    return {one.decision_id: (one.person_key, one.full_name) for one in found}


def steps_waiting(subject: Subject, row: Decision) -> dict[str, int]:
    """How many of its changes the subject may see stand in each state."""
    rows = people(subject, row).order_by().values_list("change__state").annotate(n=Count("pk"))
    return {state: number for state, number in rows if state}


def may(subject: Subject, row: Decision, right: Right) -> bool:
    """Whether the subject has the right over the whole of a decision."""
    return subject.may(right) and wholly_within(subject, row, right)


def may_open_paper(subject: Subject, row: Decision) -> bool:
    """Whether there is a paper and all it speaks of may be read."""
    if row.paper is None:
        return False
    try:
        require_whole(subject, row.paper)
    except Problem:
        return False
    return True


def found(subject: Subject, words: str, chosen: Sequence[UUID]) -> list[Head]:
    """People the subject may draft a decision about, by name or number; none of those chosen already."""
    if not words.strip():
        return []
    rows = search(subject, words).exclude(dossier__key__in=chosen)
    return list(rows[:MOST_FOUND])


def named(subject: Subject, keys: Sequence[UUID]) -> list[Head]:
    """Those of these people the subject may list, by name."""
    return list(search(subject, "").filter(dossier__key__in=keys))


def about_me(subject: Subject) -> QuerySet[Decision]:
    """Signed decisions about the subject themself, newest first."""
    if subject.person_key is None:
        return Decision.objects.none()
    own = DecisionPerson.objects.filter(decision=OuterRef("pk"), person_key=subject.person_key)
    return Decision.objects.filter(Exists(own), state=State.SIGNED).order_by("-signed_at")


def in_effect(row: Decision) -> bool:
    """Whether a signed decision holds today."""
    return row.state == State.SIGNED and row.revoked_by is None and row.effective_on <= timezone.localdate()
