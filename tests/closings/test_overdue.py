"""Days that passed without a decision are signed with the month: nobody above the agency has to be told of them."""

from __future__ import annotations

import re
from datetime import date

from ccvc.dossiers.domain import parse
from ccvc.exchange.domain import snapshots
from ccvc.ledger.verification import verify
from ccvc.worklists.actions import compute_due
from tests.closings.test_pages import MONTH, at, join, text_of
from tests.closings.world import LAST, THIS, TODAY, World
from tests.exchange.nodes import COMPONENT, NATIONAL

PAID = {"rank": "01.003", "salary_group": "A1", "salary_step": 3, "salary_coefficient": "3.00"}
CLOCK, DUE = date(TODAY.year - 4, 1, 1), date(TODAY.year - 1, 1, 1)
"""Who holds a step of 36 months since the one day was due a raise on the other."""


def overlook(world: World, clock: date | None) -> None:
    """One person more, whose time for the next raise counts from a day, or nobody knows since when."""
    version = world.approve(1)[0]
    whole = parse(version.document)
    since = {"raise_clock_from": clock.isoformat()} if clock else {}
    world.change(version.dossier.key, {**whole, "employment": {**whole["employment"], **PAID, **since}})
    with world.nodes.acting_as(COMPONENT):
        compute_due()


def test_a_missed_raise_is_in_the_figures_that_are_signed_and_sent(world: World) -> None:
    overlook(world, CLOCK)
    overlook(world, TODAY)
    overlook(world, None)
    closing = world.close()
    found = {one.matter: one for one in _statement(closing).overdue or ()}
    raises = found["raise_regular"]
    assert (raises.people, raises.days, raises.untold) == (1, (TODAY - DUE).days, 1)
    assert not found["probation_end"].people
    assert "raise_early" not in found  # comes to pass or not: nobody has to decide it
    world.nodes.round()
    taken = world.held(at=NATIONAL).closing
    assert taken is not None
    assert (closing.overdue, taken.overdue) == (1, 1)
    report = verify(all_faults=True)
    assert report.ok, report.faults


def test_both_sides_show_it_and_few_are_told_as_few_where_each_may_not_be_seen(world: World) -> None:
    overlook(world, CLOCK)
    join(world, "analyst", "analyst")
    world.prepare()
    with at(world, COMPONENT, "officer") as officer:
        page = text_of(officer.get(f"/closings/{MONTH}/"))
    assert "Quá hạn chưa có quyết định" in page
    assert "Nâng bậc lương thường xuyên" in page
    assert f"{(TODAY - DUE).days}" in page
    world.close()
    world.nodes.round()
    with at(world, NATIONAL, "analyst") as analyst:
        listed = text_of(analyst.get("/closings/overview/"))
        assert re.search(r"dưới \d+ quá hạn", listed)  # few of all are few of each
        assert "1 quá hạn" not in listed
        told = text_of(analyst.get(f"/closings/agencies/{COMPONENT}/{MONTH}/"))
    assert "Nâng bậc lương thường xuyên" in told
    assert "dưới" in told


def test_figures_of_an_earlier_month_say_nothing_of_the_days_of_now(world: World) -> None:
    world.approve_last_month(1)
    overlook(world, CLOCK)
    closing = world.close(LAST, "Hệ thống bảo trì cuối tháng")
    assert (closing.overdue, _statement(closing).overdue) == (None, None)
    assert closing.month < THIS


def _statement(closing) -> snapshots.Statement:
    return snapshots.decode_statement(closing.snapshot.statement.encode())
