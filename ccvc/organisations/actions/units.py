"""Opening, renaming, moving and closing units, each by a decision from a day on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import EVERYWHERE, Right, Subject, require
from ccvc.organisations import selectors, tree
from ccvc.organisations.actions.records import audit, lock, require_over, standing
from ccvc.organisations.domain import Kind, check_placed, is_below, parse_code, written
from ccvc.organisations.models import Succession, Unit, UnitState
from ccvc.standard.problems import Problem

DAY = timedelta(days=1)


@transaction.atomic
def open_unit(
    subject: Subject,
    *,
    code: str,
    name: str,
    parent_code: str | None,
    kind: str,
    on: date,
    basis: str,
    administrative_code: str = "",
) -> UnitState:
    """A new unit from a day on, under the unit with `parent_code` (None: a level-1 body).

    Raises ACC-DENIED, ORG-CODE, ORG-CODE-PARENT, ORG-CODE-TAKEN, ORG-NO-UNIT, ORG-PARENT-ENDS, ORG-KIND,
    ORG-NAME, ORG-BASIS.
    """
    lock()
    given = parse_code(code)
    parent = standing(parent_code, on, "parent_code") if parent_code else None
    if parent is None:
        require(subject, Right.ORGANISATION_EDIT, EVERYWHERE)
    else:
        require_over(subject, parent.unit_id, on)
        check_lasting(parent)
    check_placed(given, parent.code if parent else None)
    check_free(given, on)
    unit = Unit.objects.create(kind=check_kind(kind), opened_on=on)
    state = UnitState.objects.create(
        unit=unit,
        code=given,
        name=check_text(name, "ORG-NAME"),
        parent=parent.unit if parent else None,
        administrative_code=administrative_code,
        valid_from=on,
        basis=check_text(basis, "ORG-BASIS"),
    )
    audit("open", subject, str(unit.key), code=given, name=state.name, on=on.isoformat(), basis=state.basis)
    return state


@transaction.atomic
def rename_unit(subject: Subject, *, code: str, name: str, on: date, basis: str) -> UnitState:
    """Another name from a day on.

    Raises ACC-DENIED, ORG-NO-UNIT, ORG-NATIONAL, ORG-LATER, ORG-NAME, ORG-BASIS.
    """
    lock()
    before = _changeable(subject, code, on)
    state = _change(before, on, basis, name=check_text(name, "ORG-NAME"))
    audit(
        "rename",
        subject,
        str(before.unit.key),
        code=before.code,
        was=before.name,
        name=state.name,
        on=on.isoformat(),
        basis=state.basis,
    )
    return state


@transaction.atomic
def move_unit(
    subject: Subject, *, code: str, parent_code: str, on: date, basis: str, new_code: str | None = None
) -> UnitState:
    """Another place from a day on, with all below; codes written below the unit's follow its new code.

    Raises ACC-DENIED, ORG-NO-UNIT, ORG-NATIONAL, ORG-LATER, ORG-INTO-ITSELF, ORG-CODE-PARENT, ORG-CODE-TAKEN,
    ORG-PARENT-ENDS, ORG-BASIS.
    """
    lock()
    before = _changeable(subject, code, on)
    parent = standing(parent_code, on, "parent_code")
    require_over(subject, parent.unit_id, on)
    check_lasting(parent)
    if parent.unit_id in tree.below([before.unit_id], on):
        raise Problem("ORG-INTO-ITSELF", where="parent_code", unit=before.code, parent=parent.code)
    given = parse_code(new_code or before.code)
    check_placed(given, parent.code)
    state = _move(before, parent.unit, given, on, basis)
    audit(
        "move",
        subject,
        str(before.unit.key),
        was=before.code,
        code=given,
        parent=parent.code,
        on=on.isoformat(),
        basis=state.basis,
    )
    return state


def _move(before: UnitState, parent: Unit, code: str, on: date, basis: str) -> UnitState:
    if code == before.code:
        return _change(before, on, basis, parent=parent)
    check_free(code, on)
    lower = selectors.states(on).filter(unit_id__in=tree.below([before.unit_id], on)).exclude(pk=before.pk)
    for row in lower.order_by("code"):
        if is_below(row.code, before.code):
            recoded = parse_code(code + row.code.removeprefix(before.code))
            check_free(recoded, on)
            _change(row, on, basis, code=recoded)
    return _change(before, on, basis, parent=parent, code=code)


@transaction.atomic
def close_unit(
    subject: Subject,
    *,
    code: str,
    last_day: date,
    basis: str,
    successor_code: str | None = None,
    way: str = Succession.Way.MERGE,
) -> Unit:
    """End a unit after its last day; what takes over, if anything, has `successor_code` the day after.

    Raises ACC-DENIED, ORG-NO-UNIT, ORG-NATIONAL, ORG-LATER, ORG-HAS-UNITS, ORG-BASIS.
    """
    lock()
    state = _changeable(subject, code, last_day)
    after = last_day + DAY
    _check_empty(state, after)
    successor = standing(successor_code, after, "successor_code") if successor_code else None
    said = check_text(basis, "ORG-BASIS")
    _replace(state, [_copy(state, valid_to=last_day)])
    unit = state.unit
    unit.closed_on = last_day
    unit.save(update_fields=["closed_on"])
    if successor:
        Succession.objects.create(
            predecessor=unit, successor=successor.unit, kind=Succession.Way(way), on=after, basis=said
        )
    taken_by = successor.code if successor else None
    audit(
        "close", subject, str(unit.key), code=state.code, last=last_day.isoformat(), to=taken_by, basis=said
    )
    return unit


def _changeable(subject: Subject, code: str, on: date) -> UnitState:
    """The state of that day, if the subject may change it and nothing later stands in the way."""
    state = standing(code, on)
    require_over(subject, state.unit_id, on)
    if state.unit.national:
        raise Problem("ORG-NATIONAL", where="code", unit=state.code)
    later = selectors.as_known().filter(unit=state.unit, valid_from__gt=on).order_by("valid_from").first()
    if later is not None:
        raise Problem("ORG-LATER", where="on", unit=state.code, later=written(later.valid_from))
    return state


def _change(state: UnitState, on: date, basis: str, **changes: Any) -> UnitState:
    """Write a state from `on` on, in place of what was known of those days; nothing is overwritten."""
    after = _copy(state, valid_from=on, basis=check_text(basis, "ORG-BASIS"), certainty="S", **changes)
    kept = [_copy(state, valid_to=on - DAY)] if state.valid_from < on else []
    _replace(state, [*kept, after])
    return after


def _copy(state: UnitState, **changes: Any) -> UnitState:
    fields = ("code", "name", "administrative_code", "valid_from", "valid_to", "basis", "certainty")
    values = {field: getattr(state, field) for field in fields}
    return UnitState(**{"unit": state.unit, "parent": state.parent, **values, **changes})


def _replace(state: UnitState, rows: Iterable[UnitState]) -> None:
    now = timezone.now()
    state.known_to = now
    state.save(update_fields=["known_to"])
    for row in rows:
        row.known_from = now
        row.save(force_insert=True)


def _check_empty(state: UnitState, after: date) -> None:
    lower = selectors.states(after).filter(parent=state.unit)
    if count := lower.count():
        raise Problem("ORG-HAS-UNITS", where="code", unit=state.code, count=count, on=written(after))


def check_free(code: str, on: date) -> None:
    """Raise ORG-CODE-TAKEN if a unit has the code on that day or later."""
    taken = selectors.as_known().filter(code=code).exclude(valid_to__lt=on).first()
    if taken is not None:
        raise code_taken(taken)


def code_taken(state: UnitState) -> Problem:
    """That another unit has the code."""
    since = written(state.valid_from)
    return Problem("ORG-CODE-TAKEN", where="code", unit=state.code, name=state.name, since=since)


def check_lasting(parent: UnitState) -> None:
    """Raise ORG-PARENT-ENDS if the parent is known to end: what is under it would be left under nothing."""
    if parent.unit.closed_on is not None:
        raise Problem(
            "ORG-PARENT-ENDS", where="parent_code", unit=parent.code, last=written(parent.unit.closed_on)
        )


def check_kind(kind: str) -> Kind:
    """The kind so named. Raises ORG-KIND."""
    try:
        return Kind(kind)
    except ValueError:
        raise Problem("ORG-KIND", where="kind", kind=kind, kinds=", ".join(Kind)) from None


def check_text(text: str, code: str) -> str:
    """The text without surrounding space. Raises the code if nothing is left."""
    if not (kept := " ".join(text.split())):
        raise Problem(code)
    return kept
