"""Giving and withdrawing rights, opening accounts, recording looks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ccvc.access import reach
from ccvc.access.domain import EVERYWHERE, SELF, Right, Subject, policy, require
from ccvc.access.models import AccessLog, Grant
from ccvc.accounts import actions as accounts
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
) -> Grant:
    """Give an account a role over a unit and all below it, by a decision.

    Raises ACC-DENIED, ACC-OWN-GRANT, ACC-ROLE, ACC-BASIS, ACC-DATES, ACC-UNIT-UNKNOWN, ACC-ROLES-CLASH,
    ACC-GRANT-EXISTS.
    """
    require(subject, Right.GRANTS_EDIT, unit_code)
    if subject.user_id is not None and subject.user_id == user.pk:
        raise Problem("ACC-OWN-GRANT")
    _check_terms(role, unit_code, valid_from, valid_to, basis)
    holder = User.objects.select_for_update().get(pk=user.pk)
    _check_held(holder, role, unit_code, valid_from, valid_to)
    grant = Grant.objects.create(
        user=holder,
        role=role,
        unit_code=unit_code,
        valid_from=valid_from,
        valid_to=valid_to,
        basis=basis.strip(),
        granted_by=subject.username,
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


def _grantable() -> list[str]:
    return [name for name, role in policy().roles.items() if role.grantable]


def _check_held(user: User, role: str, unit_code: str, valid_from: date, valid_to: date | None) -> None:
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


def _audit(act: str, grant: Grant, subject: Subject, basis: str) -> None:
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
    ledger.append(ADMINISTRATIVE, f"grant:{grant.pk}", payload)


@transaction.atomic
def open_account(
    subject: Subject,
    *,
    username: str,
    full_name: str,
    password: str,
    email: str = "",
    person_key: UUID | None = None,
) -> User:
    """Open an account; what it may do comes by `grant_role`. Raises ACC-DENIED and those of `create_user`."""
    require(subject, Right.GRANTS_EDIT)
    user = accounts.create_user(
        username=username, full_name=full_name, password=password, email=email, person_key=person_key
    )
    _audit_account("open", user, subject)
    return user


@transaction.atomic
def close_account(subject: Subject, user: User) -> User:
    """Close an account: it opens nothing from its next request on. Its grants stay as they were."""
    require(subject, Right.GRANTS_EDIT)
    closed = accounts.set_active(user, active=False)
    _audit_account("close", closed, subject)
    return closed


def _audit_account(act: str, user: User, subject: Subject) -> None:
    payload = {"act": act, "by": subject.username, "account": user.username, "request": subject.request_id}
    ledger.append(ADMINISTRATIVE, f"account:{user.username}", payload)


def record_look(
    subject: Subject, person_keys: Iterable[UUID], act: str = "view", purpose: str = "", detail: str = ""
) -> AccessLog | None:
    """Record a look at people, before it is shown; None where there is nobody to look at.

    `act` is view, list, search or export; without `purpose` the subject's own counts. Raises ACC-PURPOSE.
    If the record cannot be written, the caller must not answer: let the error through.
    """
    keys = list(person_keys)
    if not keys:
        return None
    own = keys == [subject.person_key]
    said = purpose.strip() or subject.purpose
    if not said and not own:
        raise Problem("ACC-PURPOSE", where="purpose")
    return _write(subject, keys, AccessLog.Act(act), said or "Xem hồ sơ của chính mình", detail, own=own)


def record_denial(subject: Subject, detail: str) -> AccessLog:
    """Record that an act was refused."""
    return _write(subject, [], AccessLog.Act.DENIED, subject.purpose, detail, own=False)


def _write(
    subject: Subject, keys: list[UUID], act: AccessLog.Act, purpose: str, detail: str, *, own: bool
) -> AccessLog:
    roles = [SELF] if own else list(dict.fromkeys(scope.role for scope in subject.grants))
    units = [] if own else list(dict.fromkeys(scope.unit_code for scope in subject.grants))
    return AccessLog.objects.create(
        actor_id=subject.user_id,
        actor_name=subject.full_name[:200],
        actor_role=", ".join(roles)[:200],
        actor_units=", ".join(units)[:500],
        person_keys=keys,
        act=act,
        purpose=purpose[:300],
        detail=detail,
        request_id=subject.request_id,
    )
