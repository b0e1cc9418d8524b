"""Killed at every step of a hand-over: one component manages each person, both receipts match, nothing is lost.

Three nodes hand people over by files. Whatever a node does, as an officer's act or a turn of its worker, is done in a
forked child that is killed at a point, then at a later one, until it lives to the end: every statement, commit and file
moved is a point, and now and then it is the database server that is killed. After each kill nobody may be open to
changes but where the register says; in the end all come to rest.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections
from django.utils import timezone

from ccvc.dossiers.models import Custody, Dossier, Version
from ccvc.evidence import actions as evidence
from ccvc.evidence import storage
from ccvc.evidence.domain import Details
from ccvc.evidence.models import Attachment
from ccvc.exchange.actions import delivering
from ccvc.exchange.domain import retry
from ccvc.node.postgres import Postgres
from ccvc.transfers import actions, tasks
from ccvc.transfers.models import Part, State, Transfer
from tests.evidence import samples
from tests.killing.server import KILL_DATABASE, KILL_SELF, Killer
from tests.transfers import world as worlds
from tests.transfers.world import COMPONENTS, GIVER, NATIONAL, RECEIVER, TODAY, World

pytestmark = pytest.mark.slow
EVERY = int(os.environ.get("CCVC_KILL_EVERY", "80"))  # 1 takes every point: some minutes
FROM = int(os.environ.get("CCVC_KILL_FROM", timezone.localdate().toordinal()))  # each day takes other points
ACTS_SHORTER = 8  # an officer's act has fewer points than a turn of a worker
DATABASE_EVERY = 12  # which kill ends the database server
LEAST_KILLS = 40
EACH = 2
OPEN_TO_CHANGES = (Custody.HERE, Custody.LEAVING)
Act = Callable[[], object]


class Killed:
    """A world whose nodes are killed, and the people handed over in it."""

    def __init__(self, world: World, server: Postgres) -> None:
        self.world, self.server, self.kills = world, server, 0
        self.persons: list[UUID] = []

    def found(self) -> None:
        """People with a paper each, known in the register."""
        self.persons = self.world.people(3 * EACH)
        with self.world.at(GIVER):
            officer = self.world.subject(GIVER, "officer")
            for person in self.persons:
                taken = evidence.receive(officer, samples.pdf(f"Quyết định {person}"))
                evidence.attach(officer, person, taken, Details("99", "career", file_name="a.pdf"))
        self.world.rest()

    def turns(self, *nodes: str) -> None:
        """A turn of each node's worker, killed."""
        for node in nodes:
            self.suffer(node, "turn", partial(self.world.turn, node))

    def suffer(self, node: str, what: str, act: Act, each: Sequence[UUID] = ()) -> None:
        """Have a node killed in an act again and again, each time at a later point, until it lives to the end.

        Where an act is for `each` of some people, the others have it done to them in peace.
        """
        every = EVERY if what == "turn" else max(1, EVERY // ACTS_SHORTER)
        point = FROM % every
        while self._killed(node, act, point, f"{what} at {node}, point {point} (CCVC_KILL_FROM={FROM})"):
            point += every
        with self.world.at(node):
            for _ in each:
                act()

    def _killed(self, node: str, act: Act, point: int, what: str) -> bool:
        self.kills += 1
        kill = KILL_SELF if self.kills % DATABASE_EVERY else KILL_DATABASE
        ended = self._forked(node, act, Killer(point, kill, self.server.kill))
        dead = not self.server.alive()
        if dead:
            self._start_again()
        assert ended in {0, 1, -9}, (what, ended)
        assert ended != 1 or dead, (what, (self.world.folder / "failed.log").read_text())
        self.assert_one_may_change(what)
        return dead or ended < 0

    def _forked(self, node: str, act: Act, killer: Killer) -> int:
        child = os.fork()
        if child == 0:
            self._obey(node, act, killer)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def _obey(self, node: str, act: Act, killer: Killer) -> None:
        """In the child: connections of its own, the act, and out without cleaning up."""
        code, inherited = 0, []
        for one in (connections["default"], *self.world.connections.values()):
            inherited.append(one.connection)  # the parent's: let go of, they would end there too
            one.connection = None
        try:
            with self.world.at(node):
                killer.watch()
                with connection.execute_wrapper(killer.around_statement):
                    act()
        except BaseException:  # noqa: BLE001 - the child must end here whatever happens
            (self.world.folder / "failed.log").write_text(traceback.format_exc())
            code = 1
        os._exit(code)

    def _start_again(self) -> None:
        for one in self.world.connections.values():
            one.close()
        with self.server.running():
            pass

    def assert_one_may_change(self, what: str) -> None:
        """Nobody is open to changes but at the component which the register says manages them."""
        for node in COMPONENTS:
            with self.world.at(node):
                here = Dossier.objects.filter(key__in=self.persons, custody__in=OPEN_TO_CHANGES)
                keys = list(here.values_list("key", flat=True))
            for key in keys:
                assert self.world.manager(key) == node, what


@pytest.fixture(scope="module")
def killed(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Killed]:
    root = tmp_path_factory.mktemp("handed")
    server = Postgres(root / "postgres", durable=False)
    with django_db_blocker.unblock(), server.running(), pytest.MonkeyPatch.context() as patch:
        # Leases and waits are over at once: what is done after them is shown, not how long they are.
        patch.setattr(delivering, "LEASE", timedelta(0))
        patch.setattr(retry, "FIRST", timedelta(0))
        with worlds.standing(root / "nodes", server, by_file=True) as world:
            made = Killed(world, server)
            made.found()
            yield made


def held(world: World, node: str, person: UUID) -> tuple[list[tuple[str, str]], list[bytes]]:
    """Every version of a dossier as its node keeps it, and its papers."""
    with world.at(node):
        versions = Version.objects.filter(dossier__key=person).order_by("number")
        found = Attachment.objects.filter(person_key=person).select_related("file")
        papers = [storage.read(row.file.sha256) for row in found]
        return list(versions.values_list("statement", "document")), papers


def next_sealed(persons: list[UUID]) -> Transfer | None:
    """The next of these people whose dossier waits for an answer here."""
    return Transfer.objects.filter(state=State.SEALED, person__in=persons).first()


def hand_over(killed: Killed, ends: dict[str, list[UUID]]) -> None:
    """The whole way of everybody's hand-over, with a node killed in each step of it."""
    world = killed.world

    def begin() -> None:
        free = Dossier.objects.filter(key__in=killed.persons, custody=Custody.HERE).first()
        if free is not None:
            world.begin(free.key)

    def accept() -> None:
        if row := next_sealed(ends["switched"]):
            world.accept(row.pk)

    def refuse() -> None:
        if row := next_sealed(ends["refused"]):
            actions.refuse(world.subject(RECEIVER, "officer"), row.pk, "Chưa có vị trí")

    killed.suffer(GIVER, "begin", begin, each=killed.persons)
    killed.turns(GIVER, NATIONAL, GIVER, NATIONAL, RECEIVER)
    killed.suffer(RECEIVER, "accept", accept, each=ends["switched"])
    killed.suffer(RECEIVER, "refuse", refuse, each=ends["refused"])
    with world.at(NATIONAL):
        Transfer.objects.filter(person__in=ends["lapsed"]).update(expires_on=TODAY - timedelta(days=1))
    killed.suffer(NATIONAL, "lapse", tasks.carry_on)
    killed.turns(RECEIVER, NATIONAL, GIVER, RECEIVER)
    world.rest()


def test_killed_at_points_of_a_hand_over_every_one_comes_to_rest_with_one_manager(killed: Killed) -> None:
    world, persons = killed.world, killed.persons
    ends = {how: persons[place::3] for place, how in enumerate(("switched", "refused", "lapsed"))}
    before = {person: held(world, GIVER, person) for person in persons}
    hand_over(killed, ends)
    assert killed.kills >= LEAST_KILLS
    for how, some in ends.items():
        at = RECEIVER if how == "switched" else GIVER
        for person in some:
            rows = [world.handed(node, person) for node in (*COMPONENTS, NATIONAL)]
            assert {row.state for row in rows} == {how}
            assert len({row.receipt_sha256 for row in rows}) == 1
            assert bool(rows[0].receipt_sha256) == (how == "switched")
            assert world.managing(person) == [world.manager(person)] == [at]
            assert held(world, at, person) == before[person]
    with world.at(RECEIVER):
        assert not Part.objects.exists()
    world.assert_sums_agree()
