"""Giving and withdrawing roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from ccvc.access import reach
from ccvc.access.capacity import LONGEST_TITLE, NO_CAPACITY, OWN_MODES, Capacity
from ccvc.access.domain import EVERYWHERE, Right, Subject, policy, require, signs
from ccvc.access.models import Grant
from ccvc.accounts.models import User
from ccvc.ledger import actions as ledger
from ccvc.standard.problems import Problem

ADMINISTRATIVE = "administrative"


@transaction.atomic
def grant_role(
    subject: Subject,
    *,
    user: User,
    role: str,
    unit_code: str,
    valid_from: date,
    valid_to: date | None = None,
    basis: str,
    capacity: Capacity = NO_CAPACITY,
) -> Grant:
    """Give an account a role over a unit and all below it, by a decision; `capacity` says how its holder signs.

    Raises ACC-DENIED, ACC-OWN-GRANT, ACC-ROLE, ACC-BASIS, ACC-DATES, ACC-UNIT-UNKNOWN, ACC-ROLES-CLASH,
    ACC-GRANT-EXISTS, ACC-CAPACITY.
    """
    require(subject, Right.GRANTS_EDIT, unit_code)
    if subject.user_id is not None and subject.user_id == user.pk:
        raise Problem("ACC-OWN-GRANT")
    _check_terms(role, unit_code, valid_from, valid_to, basis)
    refuse_unsound_capacity(capacity, OWN_MODES)
    holder = User.objects.select_for_update().get(pk=user.pk)
    refuse_clash(holder, role, unit_code, valid_from, valid_to)
    grant = Grant.objects.create(
        user=holder,
        role=role,
        unit_code=unit_code,
        valid_from=valid_from,
        valid_to=valid_to,
        basis=basis.strip(),
        granted_by=subject.username,
        mode=capacity.mode,
        for_title=capacity.for_title,
        title=capacity.title,
    )
    _audit("grant", grant, subject, basis)
    return grant


def _check_terms(role: str, unit_code: str, valid_from: date, valid_to: date | None, basis: str) -> None:
    known = policy().roles.get(role)
    if known is None or not known.grantable:
        raise Problem("ACC-ROLE", where="role", role=role, roles=", ".join(_grantable()))
    if not basis.strip():
        raise Problem("ACC-BASIS", where="basis")
    if valid_to is not None and valid_to < valid_from:
        raise Problem(
            "ACC-DATES", where="valid_to", to=f"{valid_to:%d/%m/%Y}", since=f"{valid_from:%d/%m/%Y}"
        )
    if unit_code != EVERYWHERE and not reach.tree().known(unit_code, valid_from):
        raise Problem("ACC-UNIT-UNKNOWN", where="unit_code", unit=unit_code, on=f"{valid_from:%d/%m/%Y}")


def refuse_unsound_capacity(capacity: Capacity, modes: Sequence[str]) -> None:
    """Problem ACC-CAPACITY unless the mode is one of these, and its titles belong to it."""
    longest = max(len(capacity.title), len(capacity.for_title))
    if capacity.mode not in modes or not capacity.sound or longest > LONGEST_TITLE:
        raise Problem("ACC-CAPACITY", where="mode", mode=capacity.mode or "—")


def _grantable() -> list[str]:
    return [name for name, role in policy().roles.items() if role.grantable]


def refuse_clash(user: User, role: str, unit_code: str, valid_from: date, valid_to: date | None) -> None:
    """Refuse a grant that repeats one of the same time, or a role the account may not hold beside another."""
    held = Grant.objects.filter(user=user, withdrawn_at__isnull=True).exclude(valid_to__lt=valid_from)
    if valid_to is not None:
        held = held.filter(valid_from__lte=valid_to)
    for other in held:
        if (other.role, other.unit_code) == (role, unit_code):
            raise Problem("ACC-GRANT-EXISTS", unit=unit_code, **_named(role=role))
        if policy().role(other.role) and policy().clash(role, other.role):
            raise Problem("ACC-ROLES-CLASH", where="role", **_named(one=role, other=other.role))


def _named(**roles: str) -> dict[str, str]:
    """What roles are called, as a Problem's texts ask for it: `one` in Vietnamese, `one_en` in English."""
    found = {name: policy().roles[role] for name, role in roles.items()}
    english = {f"{name}_en": role.label("en") for name, role in found.items()}
    return {name: role.label() for name, role in found.items()} | english


@transaction.atomic
def set_capacity(subject: Subject, grant: Grant, capacity: Capacity, *, basis: str) -> Grant:
    """Say by a decision in which capacity the holder of a grant signs from now on; what was signed stays as it was.

    Raises ACC-GRANT-UNKNOWN where the subject gives no rights, ACC-OWN-GRANT, ACC-GRANT-WITHDRAWN, ACC-SIGNS-NOT
    where the role signs nothing, ACC-BASIS, ACC-CAPACITY.
    """
    stored = Grant.objects.select_for_update(of=("self",)).select_related("user").get(pk=grant.pk)
    if not reach.covers(subject.scopes(Right.GRANTS_EDIT), stored.unit_code, subject.on):
        raise Problem("ACC-GRANT-UNKNOWN")
    if subject.user_id is not None and subject.user_id == stored.user_id:
        raise Problem("ACC-OWN-GRANT")
    if stored.withdrawn_at is not None:
        raise Problem("ACC-GRANT-WITHDRAWN")
    if not signs(stored.role):
        raise Problem("ACC-SIGNS-NOT", **_named(role=stored.role))
    if not basis.strip():
        raise Problem("ACC-BASIS", where="basis")
    refuse_unsound_capacity(capacity, OWN_MODES)
    before = str(stored.capacity)
    stored.mode, stored.for_title, stored.title = capacity.mode, capacity.for_title, capacity.title
    stored.save(update_fields=["mode", "for_title", "title"])
    _audit("capacity", stored, subject, basis, {"capacity": str(capacity), "capacity_before": before})
    return stored


@transaction.atomic
def withdraw_grant(subject: Subject, grant: Grant, *, basis: str) -> Grant:
    """End a grant at once. Raises ACC-DENIED, ACC-BASIS, ACC-GRANT-WITHDRAWN."""
    stored = Grant.objects.select_for_update().select_related("user").get(pk=grant.pk)
    require(subject, Right.GRANTS_EDIT, stored.unit_code)
    if not basis.strip():
        raise Problem("ACC-BASIS", where="basis")
    if stored.withdrawn_at is not None:
        raise Problem("ACC-GRANT-WITHDRAWN")
    stored.withdrawn_at = timezone.now()
    stored.withdrawn_by = subject.username
    stored.withdrawal_basis = basis.strip()
    stored.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_basis"])
    _audit("withdraw", stored, subject, basis)
    return stored


def _audit(
    act: str, grant: Grant, subject: Subject, basis: str, more: Mapping[str, str] | None = None
) -> None:
    payload = {
        "act": act,
        "by": subject.username,
        "account": grant.user.username,
        "role": grant.role,
        "unit": grant.unit_code,
        "from": grant.valid_from.isoformat(),
        "to": grant.valid_to.isoformat() if grant.valid_to else None,
        "basis": basis.strip(),
        "request": subject.request_id,
    }
    if grant.capacity.lines:
        payload["capacity"] = str(grant.capacity)
    ledger.append(ADMINISTRATIVE, f"grant:{grant.pk}", payload | dict(more or {}))
