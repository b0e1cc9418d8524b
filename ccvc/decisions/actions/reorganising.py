"""Drafts for everyone whom a reorganisation makes a decision necessary for."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.decisions.actions.drafting import Terms, draft, fill
from ccvc.decisions.kinds import kind
from ccvc.decisions.models import Decision
from ccvc.decisions.reorganised import APPOINT, KINDS, RELIEVE, Affected, Bound
from ccvc.organisations.models import Reorganisation
from ccvc.organisations.selectors import reach, reorganising, states
from ccvc.standard.problems import Problem

AT_ONCE = 500
"""So many people in a draft: a list behind a decision that somebody still reads."""
EQUAL = "equal"


@transaction.atomic
def draft_reorganised(subject: Subject, key: UUID, authority: str) -> list[Decision]:
    """A draft of each kind for the first people who have none yet; asked again, for the next.

    Problem ACC-DENIED, ORG-PLAN-UNKNOWN, DEC-NOBODY, and what drafting raises.
    """
    require(subject, Right.DECISION_DRAFT)
    found = reorganising.sheet(subject, key).found
    made = Reorganisation.objects.select_for_update().get(pk=found.pk)
    if made.state != Reorganisation.State.APPLIED:
        raise Problem("DEC-NOBODY")
    affected = Affected(subject, made)
    named = {name: affected.people(name, AT_ONCE) for name in KINDS}
    drafts = [_draft(subject, made, name, people, authority) for name, people in named.items() if people]
    if not drafts:
        raise Problem("DEC-NOBODY")
    return drafts


def _draft(
    subject: Subject, made: Reorganisation, name: str, people: Sequence[Bound], authority: str
) -> Decision:
    """One of them, with what the reorganisation says of each filled in."""
    terms = Terms(
        unit_code=_own_unit(subject),
        effective_on=made.on,
        authority=authority,
        title=f"{kind(name).title} do {made.title}"[:300],
        grounds=made.basis,
    )
    row = draft(subject, name, [one.key for one in people], terms)
    row = fill(subject, row.pk, terms, {one.key: _cells(name, made, one) for one in people})
    row.reorganisation = made
    row.save(update_fields=["reorganisation"])
    return row


def _own_unit(subject: Subject) -> str:
    """The highest unit the subject may draft decisions for; empty where there is none."""
    today = timezone.localdate()
    rows = states(today).filter(unit_id__in=reach(subject, Right.DECISION_DRAFT, today))
    return rows.order_by("code").values_list("code", flat=True).first() or ""


def _cells(name: str, made: Reorganisation, one: Bound) -> dict[str, str]:
    """What the form of the kind says of somebody."""
    if name == RELIEVE:
        return {"reason": f"{one.before} kết thúc hoạt động theo {made.basis}"[:500]}
    office = (
        {"position": one.title, "position_code": one.position, "office": EQUAL} if name == APPOINT else {}
    )
    return {"unit_code": one.into, **office}
