"""Handing rights to another in writing, and ending it. Source: NĐ 30/2020/NĐ-CP Điều 13."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from ccvc.access import reach
from ccvc.access.actions.granting import refuse_clash, refuse_unsound_capacity
from ccvc.access.capacity import Capacity, Lent
from ccvc.access.domain import EVERYWHERE, Right, Scope, Subject, denied, policy
from ccvc.access.models import Delegation, Grant
from ccvc.access.selectors import may_end
from ccvc.accounts.models import User
from ccvc.ledger import actions as ledger
from ccvc.standard.problems import Problem

KIND = "delegation"
LENT = (
    Right.CHANGE_CHECK,
    Right.CHANGE_VERIFY,
    Right.CHANGE_APPROVE,
    Right.DOCUMENT_SIGN,
    Right.DECISION_SIGN,
)
"""Rights that can be handed on: the steps of a change, signing documents and decisions."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a written delegation says; `paper_sha256` names the stored scan of it, "" where there is none."""

    rights: Sequence[Right]
    unit_code: str
    valid_from: date
    valid_to: date
    document_number: str
    document_date: date
    capacity: Capacity
    paper_sha256: str = ""


@transaction.atomic
def delegate(subject: Subject, *, grant: Grant, to: User, terms: Terms) -> Delegation:
    """Hand rights of a grant to another account, by the holder or by whoever gives rights on that unit.

    Raises ACC-DENIED, ACC-SUBDELEGATION, ACC-GRANT-WITHDRAWN, ACC-DELEGATION-SELF, ACC-DELEGATION-RIGHTS,
    ACC-DELEGATION-TOGETHER, ACC-DELEGATION-DATES, ACC-DELEGATION-DOCUMENT, ACC-UNIT-UNKNOWN, ACC-ROLES-CLASH,
    ACC-CAPACITY.
    """
    stored = Grant.objects.select_for_update().select_related("user").get(pk=grant.pk)
    holder = User.objects.select_for_update().get(pk=to.pk)
    _refuse_foreign(subject, stored, holder)
    _refuse_terms(stored, terms)
    refuse_clash(holder, stored.role, terms.unit_code, terms.valid_from, terms.valid_to)
    made = Delegation.objects.create(
        grant=stored,
        delegate=holder,
        rights=sorted(terms.rights),
        unit_code=terms.unit_code,
        valid_from=terms.valid_from,
        valid_to=terms.valid_to,
        document_number=terms.document_number.strip(),
        document_date=terms.document_date,
        paper_sha256=terms.paper_sha256,
        mode=terms.capacity.mode,
        for_title=terms.capacity.for_title,
        title=terms.capacity.title,
        recorded_by=subject.username,
    )
    _audit("delegate", made, subject)
    return made


def _refuse_foreign(subject: Subject, grant: Grant, to: User) -> None:
    """Nobody hands on what is not theirs, least of all what was handed to them; nobody serves themself."""
    own = subject.user_id is not None and subject.user_id == grant.user_id
    if not own:
        scopes = subject.scopes(Right.GRANTS_EDIT)
        if any(s.entrusted and s.entrusted.user_id == grant.user_id for s in subject.grants):
            raise Problem("ACC-SUBDELEGATION")
        if not reach.covers(scopes, grant.unit_code, subject.on):
            raise denied(Right.GRANTS_EDIT, grant.unit_code)
    if to.pk in {grant.user_id, None if own else subject.user_id}:
        raise Problem("ACC-DELEGATION-SELF", where="delegate")
    if not to.is_active:
        raise Problem("ACC-DELEGATION-SELF", where="delegate")


def _refuse_terms(grant: Grant, terms: Terms) -> None:
    role = policy().role(grant.role)
    lendable = {right for right in LENT if role is not None and right in role.rights}
    if not terms.rights or not set(terms.rights) <= lendable:
        raise Problem("ACC-DELEGATION-RIGHTS", where="rights")
    if Right.DECISION_SIGN in terms.rights and Right.CHANGE_APPROVE not in terms.rights:
        raise Problem("ACC-DELEGATION-TOGETHER", where="rights")
    if not terms.document_number.strip() or terms.document_date > min(terms.valid_to, timezone.localdate()):
        raise Problem("ACC-DELEGATION-DOCUMENT", where="document_number")
    last = grant.valid_to or date.max
    if grant.withdrawn_at is not None:
        raise Problem("ACC-GRANT-WITHDRAWN")
    if not grant.valid_from <= terms.valid_from <= terms.valid_to <= last:
        raise Problem("ACC-DELEGATION-DATES", where="valid_to", since=f"{terms.valid_from:%d/%m/%Y}")
    within = [Scope(grant.role, grant.unit_code, grant.valid_from)]
    if terms.unit_code == EVERYWHERE and grant.unit_code != EVERYWHERE:
        raise Problem("ACC-UNIT-UNKNOWN", where="unit_code", unit="*", on=f"{terms.valid_from:%d/%m/%Y}")
    if terms.unit_code != grant.unit_code and not reach.covers(within, terms.unit_code, terms.valid_from):
        on = f"{terms.valid_from:%d/%m/%Y}"
        raise Problem("ACC-UNIT-UNKNOWN", where="unit_code", unit=terms.unit_code, on=on)
    refuse_unsound_capacity(terms.capacity, list(Lent))


@transaction.atomic
def end_delegation(subject: Subject, delegation: Delegation, *, basis: str) -> Delegation:
    """End a delegation at once: by its giver, by its receiver, or by whoever gives rights on that unit.

    Raises ACC-DENIED, ACC-BASIS, ACC-DELEGATION-ENDED.
    """
    rows = Delegation.objects.select_for_update(of=("self",)).select_related("grant__user", "delegate")
    stored = rows.get(pk=delegation.pk)
    if not may_end(subject, stored):
        raise denied(Right.GRANTS_EDIT, stored.unit_code)
    if not basis.strip():
        raise Problem("ACC-BASIS", where="basis")
    if stored.ended_at is not None:
        raise Problem("ACC-DELEGATION-ENDED")
    stored.ended_at, stored.ended_by, stored.ending_basis = timezone.now(), subject.username, basis.strip()
    stored.save(update_fields=["ended_at", "ended_by", "ending_basis"])
    _audit("end", stored, subject)
    return stored


def described(delegation: Delegation) -> dict[str, Any]:
    """What the ledger says of a delegation: all of it that never changes."""
    return {
        "delegation": delegation.pk,
        "from": delegation.grant.user.username,
        "to": delegation.delegate.username,
        "rights": sorted(delegation.rights),
        "unit": delegation.unit_code,
        "valid_from": delegation.valid_from.isoformat(),
        "valid_to": delegation.valid_to.isoformat(),
        "document": str(delegation),
        "paper": delegation.paper_sha256,
        "capacity": str(delegation.capacity),
    }


def _audit(act: str, delegation: Delegation, subject: Subject) -> None:
    payload = {"act": act, "by": subject.username, "basis": delegation.ending_basis, **described(delegation)}
    ledger.append(KIND, f"delegation:{delegation.pk}", payload | {"request": subject.request_id})
