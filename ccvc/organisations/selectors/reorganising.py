"""Reorganisations within reach, and each as what it makes of every unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from ccvc.access.domain import EVERYWHERE, Right, Subject, require
from ccvc.organisations.domain.planning import Standing
from ccvc.organisations.domain.steps import read_step
from ccvc.organisations.models import Reorganisation
from ccvc.organisations.selectors.foreseeing import Foreseen, foresee
from ccvc.organisations.selectors.units import as_known, reach
from ccvc.standard.problems import Problem

Said = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """What becomes of one unit; empty codes where it is not yet, or no longer. `people`: None where not counted."""

    what: str
    code: str
    name: str
    to_code: str = ""
    to_name: str = ""
    people: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A reorganisation, row by row; of a draft also what it would come to, and what the reader may do with it."""

    found: Reorganisation
    rows: Sequence[Row]
    counts: Mapping[str, int]
    foreseen: Foreseen | None
    assigned: int
    may_approve: bool
    may_withdraw: bool
    may_undo: bool


@dataclass(frozen=True, slots=True)
class Moving:
    """How many of one unit are named to go elsewhere than the rest, by a decision."""

    code: str
    name: str
    to_code: str
    to_name: str
    number: int


def assigned(found: Sheet) -> list[Moving]:
    """Who is named to go elsewhere than the rest, by unit before and after."""
    seen, made = found.foreseen, found.found
    pairs = (
        [(one.before, one.after) for one in seen.assigned]
        if seen
        else list(made.reassignments.values_list("before_id", "after_id"))
    )
    if not pairs:
        return []
    names = _names({unit for pair in pairs for unit in pair}, made.on)
    if seen:
        names |= {one.unit: (one.code, one.name) for one in (*seen.plan.opened, *seen.plan.reopened)}
    moving = Counter(pairs)
    return [Moving(*names[before], *names[after], number) for (before, after), number in moving.items()]


def _names(units: Iterable[int], on: date) -> dict[int, tuple[str, str]]:
    """Code and name of units, on the day or else as they were last."""
    rows = as_known().filter(unit_id__in=list(units), valid_from__lte=on).order_by("valid_from")
    return {unit: (code, name) for unit, code, name in rows.values_list("unit_id", "code", "name")}


def reorganisations(subject: Subject) -> QuerySet[Reorganisation]:
    """Those that touch a unit the subject sees, newest first. Raises ACC-DENIED."""
    require(subject, Right.ORGANISATION_SEE)
    rows = Reorganisation.objects.order_by("-drafted_at", "-pk")
    if any(scope.unit_code == EVERYWHERE for scope in subject.scopes(Right.ORGANISATION_SEE)):
        return rows
    return rows.filter(units__overlap=sorted(reach(subject, Right.ORGANISATION_SEE, subject.on)))


def sheet(subject: Subject, key: UUID) -> Sheet:
    """One of them. Raises ACC-DENIED, ORG-PLAN-UNKNOWN (also where it is out of reach)."""
    found = reorganisations(subject).filter(key=key).first()
    if found is None:
        raise Problem("ORG-PLAN-UNKNOWN")
    draft = found.state == Reorganisation.State.DRAFT
    applied = found.state == Reorganisation.State.APPLIED
    foreseen = foresee(found.on, [read_step(row) for row in found.steps]) if draft else None
    rows = list(_foreseen(foreseen)) if foreseen else list(_written(found))
    may_edit = subject.may(Right.ORGANISATION_EDIT)
    other = subject.username != found.drafted_by
    return Sheet(
        found=found,
        rows=rows,
        counts=Counter(row.what for row in rows),
        foreseen=foreseen,
        assigned=len(foreseen.assigned) if foreseen else found.reassignments.count(),
        may_approve=draft and other and subject.may(Right.ORGANISATION_APPROVE),
        may_withdraw=draft and may_edit,
        may_undo=applied and may_edit and not found.reversed_by.filter(state="applied").exists(),
    )


def _unchanged(keys: set[str], on: date) -> dict[str, Said]:
    """Codes and names of units that took others over and stayed what they were."""
    rows = as_known().filter(unit__key__in=keys, valid_from__lte=on).order_by("valid_from")
    return {str(row.unit.key): {"code": row.code, "name": row.name} for row in rows}


def _foreseen(seen: Foreseen) -> Iterator[Row]:
    """Rows of what would be written."""
    plan = seen.plan
    after = {one.unit: one for one in (*plan.opened, *plan.reopened)}
    after |= {now.unit: now for _, now in plan.changed}
    heirs = {link.before: link.after for link in plan.links if link.people}
    after = {one.unit: one for one in seen.standing} | after
    for one in plan.closed:
        heir = after.get(heirs.get(one.unit, 0))
        taken = (heir.code, heir.name) if heir else ("", "")
        yield Row("closed", one.code, one.name, *taken, seen.before.get(one.unit, 0))
    for was, now in plan.changed:
        yield Row(_what(was, now), was.code, was.name, now.code, now.name, seen.before.get(was.unit, 0))
    for what, units in (("opened", plan.opened), ("reopened", plan.reopened)):
        for one in units:
            yield Row(what, "", "", one.code, one.name, seen.after.get(one.unit, 0))


def _what(was: Standing, now: Standing) -> str:
    return "renamed" if (was.code, was.parent) == (now.code, now.parent) else "moved"


def _written(found: Reorganisation) -> Iterator[Row]:
    """Rows of what was written."""
    outcome = found.outcome
    now: dict[str, Said] = {
        one["key"]: one for name in ("opened", "reopened") for one in outcome.get(name, ())
    }
    now |= {after["key"]: after for _, after in outcome.get("changed", ())}
    heirs = dict(outcome.get("heirs", ()))
    now |= _unchanged(set(heirs.values()) - now.keys(), found.on)
    for one in outcome.get("closed", ()):
        heir = now.get(heirs.get(one["key"], ""), {})
        yield Row("closed", one["code"], one["name"], heir.get("code", ""), heir.get("name", ""))
    for was, after in outcome.get("changed", ()):
        same = (was["code"], was["parent"]) == (after["code"], after["parent"])
        what = "renamed" if same else "moved"
        yield Row(what, was["code"], was["name"], after["code"], after["name"])
    for what in ("opened", "reopened"):
        for one in outcome.get(what, ()):
            yield Row(what, "", "", one["code"], one["name"])
