"""Whatever is reorganised and undone, days before stay as they were, and everyone belongs to one unit on each day."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from ccvc.access.domain import Subject
from ccvc.dossiers.models import Dossier, Head
from ccvc.dossiers.selectors import Moment, settled
from ccvc.headcount.selectors import sheet
from ccvc.insight.selectors import Question, statistics
from ccvc.organisations.actions import (
    Decision,
    approve_by,
    approve_positions,
    draft_reorganisation,
    draft_undoing,
    open_unit,
)
from ccvc.organisations.domain.positions import read_position
from ccvc.organisations.domain.steps import Step, read_step
from ccvc.organisations.homes import belonging, homes
from ccvc.organisations.models import Reorganisation, UnitState
from ccvc.organisations.selectors import position_sheet, states, unit_by_code
from ccvc.organisations.selectors.foreseeing import foresee
from ccvc.organisations.selectors.positions import position_units
from ccvc.standard.problems import Problem
from tests.organisations.conftest import BASIS, OPENED, TODAY, acting, keyed, signing
from tests.people import found_catalogue

FIRST = date(2026, 2, 1)
UNITS = 8
PEOPLE = 40
EXAMPLES = int(os.environ.get("CCVC_REORGANISATIONS", "3"))
Counts = dict[int, int]
Told = dict[date, tuple[Counts, bytes]]
POSITION = {"code": "NV.01", "name": "Chuyên viên", "kind": "professional", "places": "3"}
HEAD = Subject(6, "duyet", "Duyệt", None, acting(("approver", "H41")).grants, TODAY, "request-2")
draw = st.tuples(st.integers(0, 5), st.integers(0, 99), st.integers(0, 99))
plans = st.lists(st.lists(draw, min_size=1, max_size=5), min_size=1, max_size=3)


class Belonging(TestCase):
    """One province of eight departments with two offices each; hypothesis draws what becomes of them."""

    home: Path

    @classmethod
    def setUpClass(cls) -> None:
        cls.home = Path(cls.enterClassContext(TemporaryDirectory()))
        cls.enterClassContext(override_settings(CCVC_HOME=cls.home, CCVC_AGENCY="H41"))
        super().setUpClass()

    @classmethod
    def setUpTestData(cls) -> None:
        found_catalogue()
        keyed(cls.home)
        system = Subject.system("tests")
        for number in range(UNITS):
            code = f"H41.{number + 10}"
            _open(system, code, "H41")
            for office in "AB":
                _open(system, f"{code}.{office}", code)
            decision = Decision("1/QĐ", OPENED, "UBND tỉnh")
            asked = [read_position(POSITION, OPENED)]
            approve_positions(system, unit_code=code, asked=asked, on=OPENED, decision=decision)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(plans, st.lists(st.integers(0, 3 * UNITS - 1), min_size=PEOPLE, max_size=PEOPLE), st.booleans())
    def test_past_days_stay_and_everyone_is_at_one_place(
        self,
        drawn: list[list[tuple[int, int, int]]],
        where: list[int],
        undo: bool,  # noqa: FBT001 - drawn by hypothesis
    ) -> None:
        codes = sorted(states(OPENED).filter(code__startswith="H41.").values_list("code", flat=True))
        people = Counter(_unit(codes[place]) for place in where)
        _live(people)
        told: Told = {OPENED: (_counts(people, OPENED), _picture(OPENED))}
        done: Reorganisation | None = None
        day = FIRST
        for rows in drawn:
            before = foresee_or_none(day, _steps(day, rows))
            done = _carry_out(day, _steps(day, rows)) if before else done
            told[day] = (_counts(people, day), _picture(day))
            _sound(day, people)
            _same(told, people)
            day += timedelta(days=20)
        if undo and done is not None:
            _undo(done, day, told, people)
            _same(told, people)


def _open(system: Subject, code: str, parent: str) -> None:
    open_unit(
        system,
        code=code,
        name=f"Đơn vị {code}",
        parent_code=parent,
        kind="department",
        on=OPENED,
        basis=BASIS,
    )


def _unit(code: str) -> int:
    found = unit_by_code(code, OPENED)
    assert found is not None
    return found.unit_id


def _steps(day: date, rows: list[tuple[int, int, int]]) -> list[Step]:
    """Drawn numbers as steps over what stands that day; with those that cannot be together left out."""
    standing = sorted(states(day).filter(code__startswith="H41.").values_list("code", flat=True))
    chosen: list[Step] = []
    for act, first, second in rows:
        unit, other = standing[first % len(standing)], standing[second % len(standing)]
        step = read_step(_row(act, unit, other, f"H41.N{day:%m%d}{len(chosen)}"))
        if not foresee(day, [*chosen, step]).faults:
            chosen.append(step)
    return chosen


def _row(act: int, unit: str, other: str, code: str) -> Mapping[str, str]:
    rows: list[Mapping[str, str]] = [
        {"act": "merge", "unit": unit, "into": other},
        {"act": "dissolve", "unit": unit, "into": other},
        {"act": "rename", "unit": unit, "name": f"Tên mới của {unit}"},
        {"act": "move", "unit": unit, "parent_code": other, "code": f"{other}.{code[-3:]}"},
        {"act": "open", "code": code, "name": f"Đơn vị {code}", "kind": "department", "parent_code": "H41"},
        {"act": "split", "unit": unit, "into": other, "people": "*"},
    ]
    return rows[act]


def foresee_or_none(day: date, steps: list[Step]) -> bool:
    return bool(steps) and not foresee(day, steps).faults


def _carry_out(day: date, steps: list[Step]) -> Reorganisation:
    made = draft_reorganisation(Subject.system("drafts"), title="Sắp xếp", basis=BASIS, on=day, steps=steps)
    return approve_by(HEAD, made.key, foresee(day, steps).digest, signing())


def _undo(done: Reorganisation, day: date, told: Told, people: Counter[int]) -> None:
    """Undone, each unit it ended stands again with those it had, unless it is moved since."""
    try:
        made = draft_undoing(Subject.system("drafts"), done.key, on=day, basis=BASIS)
    except Problem as problem:
        assert problem.code in {"ORG-UNDO-MOVED", "ORG-PLAN-FAULTY"}, problem  # noqa: PT017 - what was drawn decides
        return
    steps = [read_step(row) for row in made.steps]
    approve_by(HEAD, made.key, foresee(day, steps).digest, signing())
    before = max((known for known in told if known < done.on), default=OPENED)
    assert _counts(people, day) == told[before][0]
    _sound(day, people)


def _counts(people: Counter[int], day: date) -> Counts:
    """People by the unit where they belong on the day: the statistic by unit."""
    places = homes(people, day)
    counted: Counter[int] = Counter()
    for unit, number in people.items():
        counted[places[unit]] += number
    return dict(counted)


def _live(people: Counter[int]) -> None:
    """Dossiers and heads of these people, as from the first day."""
    units = [unit for unit, number in sorted(people.items()) for _ in range(number)]
    now = timezone.now()
    made = Dossier.objects.bulk_create(
        Dossier(agency_code="H41", unit_id=unit, current_number=1, opened_at=now) for unit in units
    )
    columns = {"full_name": "An", "name_plain": "an", "name_key": b"an", "status": "01"}
    Head.objects.bulk_create(
        Head(
            dossier=one,
            unit_id=one.unit_id,
            category=("CC", "VC")[place % 2],
            job_position_code="NV.01",
            valid_from=OPENED,
            known_from=now,
            **columns,
        )
        for place, one in enumerate(made)
    )


def _picture(day: date) -> bytes:
    """Structure, statistics, headcount and held positions of a day, as pages tell them now, byte for byte."""
    moment, system = Moment(settled(), day), Subject.system("tests")
    rows = list(states(day).filter(code__startswith="H41").order_by("code"))
    counted = statistics(system, Question(rows="agency", columns="category", moment=moment)).table
    top = next(row for row in rows if row.code == "H41")
    sheets = [sheet(system, moment, top.unit.key)]
    sheets += [sheet(system, moment, row.state.unit.key) for row in sheets[0].below if row.has_children]
    cells = [(one.state.code, one.cells, one.own) for found in sheets for one in found.below]
    filled = position_sheet(system, rows[-1].unit.key, day)
    held = [(row.position.code, row.position.places, row.held, row.former) for row in filled.rows]
    units = [(row.code, row.name, row.unit_id, row.parent_id) for row in rows]
    return repr((units, counted, cells, held, sorted(position_units(day).items()))).encode()


def _same(told: Told, people: Counter[int]) -> None:
    for day, (counts, picture) in told.items():
        assert _counts(people, day) == counts
        assert _picture(day) == picture


def _sound(day: date, people: Counter[int]) -> None:
    """No orphan, no circle, no code twice; everyone within the whole once, at a unit that stands."""
    rows = list(states(day).filter(code__startswith="H41"))
    standing = {row.unit_id: row for row in rows}
    assert len({row.code for row in rows}) == len(rows) == len(standing)
    root = next(row.unit_id for row in rows if row.code == "H41")
    for row in rows:
        assert _climbs(row, standing, root)
    assert set(homes(people, day).values()) <= set(standing)
    assert set(people) <= belonging([root], day)
    tops = [row.unit_id for row in rows if row.parent_id == root]
    within = [unit for top in tops for unit in belonging([top], day)]
    assert Counter(within).most_common(1)[0][1] == 1


def _climbs(row: UnitState, standing: Mapping[int, UnitState], root: int) -> bool:
    steps = 0
    while row.unit_id != root and steps < len(standing):
        assert row.parent_id in standing
        row, steps = standing[row.parent_id or 0], steps + 1
    return row.unit_id == root
