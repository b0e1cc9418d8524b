"""What changed in the tree from one day to another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ccvc.access.domain import Right, Subject, require
from ccvc.organisations.models import Succession, UnitState
from ccvc.organisations.selectors.units import sight, states

MOST = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """A unit on the first day and on the second, with who took over from it or whom it took over from between."""

    before: UnitState | None
    after: UnitState | None
    others: Sequence[str]


def difference(subject: Subject, since: date, until: date) -> Mapping[str, list[Difference]]:
    """Units the subject sees: opened, closed, renamed, moved between the two days. Raises ACC-DENIED."""
    require(subject, Right.ORGANISATION_SEE)
    before = {row.unit_id: row for row in filter(sight(subject, since), _rows(since))}
    after = {row.unit_id: row for row in filter(sight(subject, until), _rows(until))}
    followed, follows = _others(since, until)
    found: dict[str, list[Difference]] = {"closed": [], "opened": [], "renamed": [], "moved": []}
    for unit in sorted(before.keys() | after.keys(), key=lambda unit: (after.get(unit) or before[unit]).code):
        was, now = before.get(unit), after.get(unit)
        if was is None or now is None:
            kind, others = ("opened", follows) if was is None else ("closed", followed)
            found[kind].append(Difference(was, now, others.get(unit, ())))
            continue
        if was.name != now.name:
            found["renamed"].append(Difference(was, now, ()))
        if (was.code, was.parent_id) != (now.code, now.parent_id):
            found["moved"].append(Difference(was, now, ()))
    return found


def _rows(day: date) -> list[UnitState]:
    return list(states(day).order_by("code"))


def _others(since: date, until: date) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Codes and names of who followed each unit, and whom each followed, in the days between."""
    links = Succession.objects.filter(on__gt=since, on__lte=until).values_list(
        "predecessor_id", "successor_id"
    )
    pairs = list(links)
    met = {unit for pair in pairs for unit in pair}
    rows = UnitState.objects.filter(unit_id__in=met, known_to__isnull=True).order_by("valid_from")
    names = {row.unit_id: f"{row.code} {row.name}" for row in rows}
    followed: defaultdict[int, list[str]] = defaultdict(list)
    follows: defaultdict[int, list[str]] = defaultdict(list)
    for one, other in pairs:
        followed[one].append(names[other])
        follows[other].append(names[one])
    return followed, follows
