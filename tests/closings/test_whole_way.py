"""A month from the review to the proof: drawn up, signed, sent, compared person by person, answered."""

from __future__ import annotations

from ccvc.closings.models import Closing, Snapshot
from ccvc.exchange.domain import snapshots
from ccvc.ledger.verification import verify
from tests.closings.world import World
from tests.exchange.nodes import NATIONAL


def statement_of(closing: Closing | Snapshot) -> snapshots.Statement:
    held = closing.snapshot if isinstance(closing, Closing) else closing
    return snapshots.decode_statement(held.statement.encode())


def test_the_month_is_signed_sent_and_both_sides_prove_that_they_agree(world: World) -> None:
    versions = world.approve(3)
    closing = world.close()
    world.nodes.round()
    told, held = world.outcome(), world.outcome(at=NATIONAL)
    assert (told.people, told.register, told.agreed, told.differing) == (3, 3, 3, 0)
    assert (held.people, held.agreed, held.differing) == (3, 3, 0)
    assert world.held().stage == world.held(at=NATIONAL).stage == "in_time"
    statement = statement_of(closing)
    assert (statement.people, statement.serving, statement.position) == (3, 3, versions[-1].position)
    assert [(c.category, c.status, c.people) for c in statement.counts] == [("CC", "01", 3)]
    taken = world.held(at=NATIONAL).closing
    assert taken is not None
    assert taken.snapshot.statement == closing.snapshot.statement
    report = verify(all_faults=True)
    assert report.ok, report.faults
    assert report.entries["closing"] == 2
