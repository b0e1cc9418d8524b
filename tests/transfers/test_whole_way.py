"""A dossier handed over from one component to another, and back, through the national node."""

from __future__ import annotations

from uuid import UUID

from ccvc.dossiers.models import Dossier, Version
from ccvc.dossiers.selectors import state_rows
from ccvc.registry.selectors import state_rows as register_rows
from tests import people
from tests.transfers.world import COMPONENTS, GIVER, NATIONAL, RECEIVER, World


def test_a_dossier_goes_over_with_its_whole_history_and_goes_on_there(world: World) -> None:
    person = world.person()
    before = _versions(world, GIVER, person)
    made = world.begin(person)
    assert made.state == "offered"
    world.carry()
    assert world.row(RECEIVER, made.pk).problem is None
    assert world.row(RECEIVER, made.pk).state == "sealed"
    assert world.manager(person) == GIVER
    world.accept(made.pk)
    world.carry()
    rows = {node: world.row(node, made.pk) for node in (GIVER, NATIONAL, RECEIVER)}
    assert {row.state for row in rows.values()} == {"switched"}
    assert len({row.receipt_sha256 for row in rows.values()}) == 1
    assert world.manager(person) == RECEIVER
    assert world.managing(person) == [RECEIVER]
    assert _versions(world, RECEIVER, person) == before
    with world.at(RECEIVER):
        document = people.dossier(world.persons, other_names="Ở nơi mới")
        world.approved(RECEIVER, document, key=person)
    world.carry()
    assert len(_versions(world, RECEIVER, person)) == len(before) + 1
    assert_sums_agree(world)


def _versions(world: World, node: str, person: UUID) -> list[tuple[int, str, str]]:
    with world.at(node):
        rows = Version.objects.filter(dossier__key=person).order_by("number")
        return [(row.number, row.statement, row.document) for row in rows]


def assert_sums_agree(world: World) -> None:
    """The national register is the sum of the components, to the hash of each last version."""
    held, numbers = set(), 0
    for node in COMPONENTS:
        with world.at(node):
            rows = list(state_rows())
            numbers += len(rows)
            held |= {(node, *row) for row in rows}
            assert not Dossier.objects.filter(custody="here", unit_id=0).exists()
    with world.at(NATIONAL):
        register = {
            (node, str(r.person), r.number, r.version, r.national)
            for node in COMPONENTS
            for r in register_rows(node)
        }
    assert held == register
    assert len({row[1] for row in held}) == numbers
