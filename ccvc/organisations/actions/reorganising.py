"""A reorganisation: drafted by one person, approved by another, carried out whole, undone by a later one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject, denied, require
from ccvc.ledger import actions as ledger
from ccvc.means.actions import open_own
from ccvc.organisations.actions.records import audit, lock
from ccvc.organisations.actions.units import check_text
from ccvc.organisations.actions.writing import carry_out
from ccvc.organisations.domain.planning import Plan
from ccvc.organisations.domain.statements import PURPOSE, digest_of, leaf_of, statement
from ccvc.organisations.domain.steps import Step, as_row, read_step
from ccvc.organisations.models import Reorganisation
from ccvc.organisations.selectors.foreseeing import Foreseen, foresee
from ccvc.organisations.selectors.units import reach
from ccvc.organisations.undoing import undoing_steps
from ccvc.organisations.verification import KIND
from ccvc.signing import jws
from ccvc.signing.actions import OpenKey, keep_signed, sign_batch, stated
from ccvc.signing.models import Signature
from ccvc.standard.problems import Problem

MOST_STEPS = 20_000
Signing = Callable[[list[bytes]], Signature]
DRAFT, APPLIED, WITHDRAWN = (
    Reorganisation.State.DRAFT,
    Reorganisation.State.APPLIED,
    Reorganisation.State.WITHDRAWN,
)


@transaction.atomic
def draft_reorganisation(
    subject: Subject,
    *,
    title: str,
    basis: str,
    on: date,
    steps: Sequence[Step],
    reverses: Reorganisation | None = None,
) -> Reorganisation:
    """Keep a reorganisation to be approved by another person; nothing of the tree changes.

    Raises ACC-DENIED, ORG-NAME, ORG-BASIS, ORG-PLAN-EMPTY, ORG-PLAN-LONG, ORG-PLAN-FAULTY with every faulty step.
    """
    require(subject, Right.ORGANISATION_EDIT)
    lock()
    if not steps:
        raise Problem("ORG-PLAN-EMPTY")
    if len(steps) > MOST_STEPS:
        raise Problem("ORG-PLAN-LONG", most=MOST_STEPS)
    found = foresee(on, steps)
    require_all(subject, Right.ORGANISATION_EDIT, found.plan, on)
    found.refuse_faulty()
    made = Reorganisation.objects.create(
        title=check_text(title, "ORG-NAME")[:300],
        basis=check_text(basis, "ORG-BASIS")[:500],
        on=on,
        steps=[as_row(step) for step in steps],
        units=_units(found.plan),
        reverses=reverses,
        drafted_by=subject.username,
        drafted_name=subject.full_name or subject.username,
    )
    _enter("draft", subject, made, found)
    return made


def approve_reorganisation(
    subject: Subject, key: UUID, seen: str, passphrase: str, means_id: int | None = None
) -> Reorganisation:
    """Sign a reorganisation and carry it out from its day on, exactly as it was shown (`seen`: digest of what was).

    A service elsewhere is asked for its signature outside the transaction. Raises as `approve_by`, and what opening a
    means of signing raises.
    """
    with transaction.atomic():
        _found, said = to_sign(subject, key, seen)
    opened = open_own(subject, passphrase, means_id)
    return approve_by(subject, key, seen, _signing(opened, leaf_of(said)))


def to_sign(subject: Subject, key: UUID, seen: str) -> tuple[Reorganisation, bytes]:
    """The draft, locked until the transaction ends, and the bytes to be signed; raises as `approve_by`."""
    found, foreseen = _judged(subject, key, seen)
    return found, _statement(found, foreseen)


def _signing(opened: OpenKey, leaf: bytes) -> Signing:
    """Here the signature is made inside the transaction; elsewhere before it, and kept if it is over what is there."""
    agency = settings.CCVC_AGENCY
    if not opened.away:
        return partial(sign_batch, opened.user, opened, agency=agency, purpose=PURPOSE, audit=ledger.append)
    at, payload = stated(opened.user, opened.cert, [leaf], agency=agency, purpose=PURPOSE)
    made = jws.sign_with(payload, opened.signer, at=at)
    return partial(keep_signed, opened.user, opened.row_id, made, agency=agency, purpose=PURPOSE)


@transaction.atomic
def approve_by(subject: Subject, key: UUID, seen: str, sign: Signing) -> Reorganisation:
    """Carry a reorganisation out with a signature over what it writes, all at once.

    Raises ORG-PLAN-UNKNOWN, ORG-PLAN-SETTLED, ACC-DENIED, ORG-PLAN-SAME-PERSON, ORG-PLAN-FAULTY, ORG-PLAN-CHANGED and
    what signing raises.
    """
    found, foreseen = _judged(subject, key, seen)
    said = _statement(found, foreseen)
    found.signature, found.statement = sign([leaf_of(said)]), said.decode()
    found.outcome = carry_out(found, foreseen)
    found.units, found.digest = _units(foreseen.plan), foreseen.digest
    _decide(found, subject, APPLIED)
    signed = {
        "statement": leaf_of(said).hex(),
        "signature": str(found.signature_id),
        "outcome": digest_of(found.outcome),
    }
    _enter("reorganise", subject, found, foreseen, kind=KIND, **signed)
    return found


def _judged(subject: Subject, key: UUID, seen: str) -> tuple[Reorganisation, Foreseen]:
    """The draft, locked, and what it comes to, where the subject may approve just that."""
    require(subject, Right.ORGANISATION_APPROVE)
    lock()
    found = _drafted(key)
    foreseen = foresee(found.on, [read_step(row) for row in found.steps])
    require_all(subject, Right.ORGANISATION_APPROVE, foreseen.plan, found.on)
    if subject.username == found.drafted_by:
        raise Problem("ORG-PLAN-SAME-PERSON")
    foreseen.refuse_faulty()
    if foreseen.digest != seen:
        raise Problem("ORG-PLAN-CHANGED")
    return found, foreseen


def _statement(found: Reorganisation, foreseen: Foreseen) -> bytes:
    return statement(
        str(found.key),
        title=found.title,
        basis=found.basis,
        on=found.on,
        steps=found.steps,
        digest=foreseen.digest,
        drafted_by=found.drafted_by,
        undoes=str(found.reverses.key) if found.reverses else None,
    )


@transaction.atomic
def withdraw_reorganisation(subject: Subject, key: UUID) -> Reorganisation:
    """Take a draft back; it stays as history. Raises ORG-PLAN-UNKNOWN, ORG-PLAN-SETTLED, ACC-DENIED."""
    require(subject, Right.ORGANISATION_EDIT)
    lock()
    found = _drafted(key)
    if not set(found.units) <= _allowed(subject, Right.ORGANISATION_EDIT, found.on):
        raise denied(Right.ORGANISATION_EDIT)
    _decide(found, subject, WITHDRAWN)
    audit("withdraw", subject, str(found.key), title=found.title)
    return found


@transaction.atomic
def draft_undoing(subject: Subject, key: UUID, *, on: date, basis: str) -> Reorganisation:
    """Draft the reorganisation that undoes one from a day on; days before stay as they were.

    Raises ORG-PLAN-UNKNOWN, ORG-UNDO-DAY, ORG-UNDO-MOVED and what drafting raises.
    """
    require(subject, Right.ORGANISATION_EDIT)
    found = Reorganisation.objects.filter(key=key, state=APPLIED).first()
    if found is None:
        raise Problem("ORG-PLAN-UNKNOWN")
    if on <= found.on:
        raise Problem("ORG-UNDO-DAY", where="on", on=f"{found.on:%d/%m/%Y}")
    return draft_reorganisation(
        subject,
        title=f"Hoàn nguyên: {found.title}",
        basis=basis,
        on=on,
        steps=undoing_steps(found, on),
        reverses=found,
    )


def require_all(subject: Subject, right: Right, plan: Plan, on: date) -> None:
    """Raise ACC-DENIED unless the subject has the right over every unit the plan changes or puts others under."""
    if not set(_units(plan)) <= _allowed(subject, right, on):
        raise denied(right)


def _allowed(subject: Subject, right: Right, on: date) -> frozenset[int]:
    """Units of today, and those that stand only on a day to come."""
    return reach(subject, right, subject.on) | reach(subject, right, max(on, subject.on))


def _units(plan: Plan) -> list[int]:
    return sorted({*plan.touched(), *plan.over})


def _drafted(key: UUID) -> Reorganisation:
    found = Reorganisation.objects.select_for_update().filter(key=key).first()
    if found is None:
        raise Problem("ORG-PLAN-UNKNOWN")
    if found.state != DRAFT:
        raise Problem("ORG-PLAN-SETTLED")
    return found


def _decide(found: Reorganisation, subject: Subject, state: str) -> None:
    found.state = state
    found.decided_by, found.decided_name = subject.username, subject.full_name or subject.username
    found.decided_at = timezone.now()
    found.save()


def _enter(
    act: str,
    subject: Subject,
    made: Reorganisation,
    foreseen: Foreseen,
    *,
    kind: str = "administrative",
    **signed: str,
) -> None:
    """The entry in the ledger: what was decided, its digest, and its size."""
    planned = foreseen.plan
    said: dict[str, Any] = {
        "title": made.title,
        "basis": made.basis,
        "on": made.on.isoformat(),
        "digest": foreseen.digest,
        "opened": len(planned.opened),
        "reopened": len(planned.reopened),
        "changed": len(planned.changed),
        "closed": len(planned.closed),
        "people": foreseen.affected,
        "undoes": str(made.reverses.key) if made.reverses else None,
    }
    audit(act, subject, str(made.key), kind=kind, **said, **signed)
