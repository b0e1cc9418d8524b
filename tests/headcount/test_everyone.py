"""Everyone who serves is counted once, on any day, however people come, move and leave and units end and move."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from ccvc.dossiers.heads import HEAD_COLUMNS
from ccvc.dossiers.models import Dossier, Head, Past
from ccvc.dossiers.selectors import Moment
from ccvc.dossiers.spans import Span, now, row_of
from ccvc.headcount import selectors
from ccvc.headcount.domain import line_of
from ccvc.headcount.selectors import Row, Sheet, room
from ccvc.organisations.actions import close_unit, move_unit, open_unit
from ccvc.organisations.models import Unit
from ccvc.organisations.selectors import states
from ccvc.standard.reading import serving
from tests.people import AGENCY, SYSTEM, Agency, dossier

START, DAYS = date(2025, 8, 1), 600
PEOPLE, UNITS, TIMES = 40, 6, 3
CATEGORIES = ("CC", "CC", "VC", "CB", "HD", "XA0", None)
STATUSES = ("01", "01", "04", "05", "06", "07", "09", "20", "21", "23", "26")


def day_of(chance: Random) -> date:
    return START + timedelta(days=chance.randrange(DAYS))


def grow(chance: Random) -> list[int]:
    """Units in and under each other, some of which end in another's favour or in nobody's, or move."""
    codes = [AGENCY]
    for number in range(UNITS):
        above = chance.choice(codes[-3:])
        code = f"{above}.{60 + number}"
        more: dict[str, Any] = {
            "parent_code": above,
            "kind": "department",
            "on": date(2025, 7, 1),
            "basis": "Thử",
        }
        open_unit(SYSTEM, code=code, name=f"Phòng {number}", **more)
        codes.append(code)
    leaves = [code for code in codes if not any(other.startswith(f"{code}.") for other in codes)]
    ended, moved, taker = chance.sample(leaves, 3)
    last = day_of(chance)
    close_unit(SYSTEM, code=ended, last_day=last, basis="Thử", successor_code=chance.choice([taker, None]))
    to = f"{AGENCY}.99"
    move_unit(SYSTEM, code=moved, parent_code=AGENCY, on=day_of(chance), basis="Thử", new_code=to)
    return list(Unit.objects.filter(states__code__in=[*codes, to]).distinct().values_list("pk", flat=True))


def live(chance: Random, number: int, units: list[int], told: Any) -> None:
    """Somebody's spans as their versions would have told them, all known since a moment."""
    days = sorted({day_of(chance) for _ in range(chance.randint(1, 4))})
    spans = []
    for day in days:
        document = dossier(number)
        document["employment"] = {"status": chance.choice(STATUSES)}
        if category := chance.choice(CATEGORIES):
            document["employment"]["category"] = category
            document["career"]["contracts"] = [{"kind": chance.choice("346789"), "from": "2020-01-01"}]
        spans.append(Span(document, chance.choice(units), day, told))
    row = Dossier.objects.create(
        personal_id=f"{number:012d}",
        agency_code=AGENCY,
        unit_id=int(spans[-1].place),
        opened_at=told,
        current_number=len(days),
    )
    head, changes_on = now(spans, timezone.localdate())
    columns = row_of(head, "unit_id", changes_on=changes_on)
    Head.objects.create(dossier=row, **{name: columns[name] for name in HEAD_COLUMNS})
    Past.objects.bulk_create(Past(dossier=row, **row_of(one, "unit_id")) for one in spans if one is not head)


def expected(day: date) -> dict[str, int]:
    """Of everyone, by line ("" for none): by the last span that has begun, read off one by one."""
    found: dict[str, int] = {}
    for row in Dossier.objects.all():
        spans = [*Past.objects.filter(dossier=row), Head.objects.get(dossier=row)]
        begun = [one for one in spans if one.valid_from <= day]
        if begun and (last := max(begun, key=lambda one: one.valid_from)).status in serving():
            line = line_of(last.category, last.contract_kind, day) or ""
            found[line] = found.get(line, 0) + 1
    return found


def leaves(sheet: Sheet, moment: Moment) -> Iterator[tuple[str, int]]:
    """People of each unit alone, down to the last, and those beside: every number of every page once."""
    rows = [sheet.row, *sheet.ended] if sheet.row else sheet.listed
    yield "", sheet.unplaced
    for row in rows:
        yield from _down(row, moment)


def _down(row: Row, moment: Moment) -> Iterator[tuple[str, int]]:
    yield from row.own.items()
    yield "", sum(row.own_aside.values())
    if row.has_children:
        for below in selectors.sheet(SYSTEM, moment, row.state.unit.key).below:
            yield from _down(below, moment)


@pytest.mark.parametrize("seed", range(2))
def test_everyone_is_counted_once_on_any_day(agency: Agency, seed: int) -> None:
    """Random trees and careers; the sum over all units alone is everyone, line by line."""
    chance = Random(seed)
    units = grow(chance)
    told = timezone.now()
    for number in range(PEOPLE):
        live(chance, number, units, told)
    for day in [timezone.localdate(), *(day_of(chance) for _ in range(TIMES))]:
        moment = Moment(timezone.now(), day)
        sums: dict[str, int] = {}
        for line, number in leaves(selectors.sheet(SYSTEM, moment), moment):
            sums[line] = sums.get(line, 0) + number
        assert {line: number for line, number in sums.items() if number} == expected(day), day
    today = timezone.localdate()
    moment = Moment(timezone.now(), today)
    for state in states(today).filter(unit_id__in=units):
        of_unit = selectors.sheet(SYSTEM, moment, state.unit.key).row
        assert of_unit is not None
        for line in ("civil_servants", "contracts_111"):
            assert room(state.unit_id, line, today).actual == of_unit.cells[line].actual, line
