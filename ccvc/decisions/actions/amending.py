"""Decisions about a signed one: what it says is changed, it is revoked, and a revoked one is drafted anew."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject
from ccvc.decisions import domain
from ccvc.decisions.actions.drafting import Terms, draft
from ccvc.decisions.amending import CORRECT, REVOKE, as_amended
from ccvc.decisions.kinds import kind
from ccvc.decisions.models import Decision, DecisionPerson, State
from ccvc.decisions.scope import locked
from ccvc.standard.problems import Problem


@transaction.atomic
def amend(subject: Subject, decision_id: UUID, kind_name: str, reason: str) -> Decision:
    """Begin a decision that changes what a signed one says, or revokes it, about the same people.

    Problem ACC-DENIED, DEC-UNKNOWN, DEC-REACH, DEC-STATE, DEC-KIND, DEC-AMENDED where it is revoked, or amends another,
    or is about to be; DEC-OPENED where it opened a dossier, which nothing takes back yet.
    """
    about = locked(subject, decision_id, Right.DECISION_DRAFT)
    domain.require_state(about, State.SIGNED)
    meant = kind(kind_name)
    waiting = about.amendments.filter(state__in=[State.DRAFT, State.SUBMITTED])
    if not meant.amends or about.about_id or about.revoked_by_id or waiting.exists():
        raise Problem("DEC-AMENDED", number=str(about))
    if kind_name == REVOKE and about.people.filter(dossier_known=False).exists():
        raise Problem("DEC-OPENED", number=str(about))
    terms = Terms(
        unit_code=about.unit_code,
        effective_on=timezone.localdate(),
        authority=about.authority,
        title=f"{meant.title} số {about}",
        proposed_by=about.proposed_by,
        cells={"reason": reason.strip()},
    )
    people = list(about.people.order_by("position").values_list("person_key", flat=True))
    row = draft(subject, kind_name, people, terms, about=about)
    if kind_name == CORRECT:
        _as_it_was(row, as_amended(about)[-1])
    return row


@transaction.atomic
def draft_again(subject: Subject, decision_id: UUID) -> Decision:
    """Begin what replaces a revoked decision: the same form about the same people, another day of effect if need be.

    Problem ACC-DENIED, DEC-UNKNOWN, DEC-REACH, DEC-STATE, DEC-AMENDED unless it was revoked, and those of `draft`.
    """
    old = locked(subject, decision_id, Right.DECISION_DRAFT)
    domain.require_state(old, State.SIGNED)
    if old.revoked_by_id is None:
        raise Problem("DEC-AMENDED", number=str(old))
    terms = Terms(
        unit_code=old.unit_code,
        effective_on=old.effective_on,
        authority=old.authority,
        title=old.title,
        proposed_by=old.proposed_by,
        grounds="\n".join(
            filter(None, (old.grounds, domain.spoken(old.revoked_by) if old.revoked_by else ""))
        ),
        signer=old.signer.username if old.signer else "",
    )
    people = list(old.people.order_by("position").values_list("person_key", flat=True))
    row = draft(subject, old.kind, people, terms)
    _as_it_was(row, as_amended(old)[-1])
    return row


def _as_it_was(row: Decision, old: Decision) -> None:
    """The form of a draft begins with what another decision says of the same people."""
    row.cells = {**old.cells, **row.cells}
    row.effective_on = old.effective_on
    row.save(update_fields=["cells", "effective_on"])
    cells = dict(old.people.values_list("person_key", "cells"))
    people = list(row.people.filter(person_key__in=cells))
    for one in people:
        one.cells = cells[one.person_key]
    DecisionPerson.objects.bulk_update(people, ["cells"], batch_size=500)
