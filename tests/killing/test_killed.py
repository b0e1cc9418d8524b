"""Killed at every step of commit, send and receive: nothing is lost, nothing applied twice, the ledger holds.

So with decisions: all of one or nothing, and every number given is accounted for once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from ccvc.node import home as homes
from ccvc.node.postgres import Postgres
from tests import database

pytestmark = pytest.mark.slow
LEAST_POINTS = 40
KILLS = {"submit_decision": 2, "sign_decision": 2}
"""Points of each at which a decision is killed; as of all acts, each day takes others."""
PERSON = 9
PROCESS_EVERY = int(os.environ.get("CCVC_KILL_EVERY", "6"))  # 1 takes every point: some minutes
DATABASE_EVERY = 12
KILL_FROM = int(
    os.environ.get("CCVC_KILL_FROM", timezone.localdate().toordinal())
)  # each day takes other points


class Node:
    """A node in a process of its own that forks for each act."""

    def __init__(self, home: Path) -> None:
        self.home = home
        environment = os.environ | {
            "CCVC_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "ccvc.node.django_settings",
        }
        environment.pop("CCVC_DATABASE_URL", None)
        self.log = (home / "server.log").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.killing.server", str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env=environment,
        )
        assert self._hear() == {"ready": True}

    def _hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, (self.home / "server.log").read_text()[-3000:]
        return dict(json.loads(line))

    def order(self, act: str, *arguments: Any, **more: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"act": act, "arguments": arguments, **more}) + "\n")
        self.process.stdin.flush()
        return self._hear()

    def do(self, act: str, *arguments: Any) -> Any:
        """Carry an act out, to its end."""
        heard = self.order(act, *arguments)
        assert heard["exit"] == 0, (act, heard, (self.home / "server.log").read_text()[-3000:])
        return heard["result"]["result"]

    def points(self, act: str, *arguments: Any) -> list[str]:
        """Carry an act out, and name the points it passes."""
        heard = self.order(act, *arguments, point=None)
        assert heard["exit"] == 0, (act, heard, (self.home / "server.log").read_text()[-3000:])
        return list(heard["result"]["points"])

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.log.close()


class Pair:
    """A component and a national node that exchange files, on a database server of their own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.server = Postgres(root / "postgres", durable=False)
        self.people = 0
        folder = root / "exchange"
        folder.mkdir()
        for agency, kind in (("G09", "national"), ("H41", "component")):
            homes.create(
                root / agency,
                kind=kind,
                agency=agency,
                name=agency,
                database=f"ccvc_{agency.lower()}",
                postgres_folder="../postgres",
            )
        self.component, self.national = Node(root / "H41"), Node(root / "G09")
        self._join(folder)
        self.component.do("found")
        self._trust()

    def _join(self, folder: Path) -> None:
        request, answer = (
            self.root / "H41/enrolment-request.json",
            self.root / "H41/enrolment-answer-H41.json",
        )
        where = ("--folder", str(folder), "--component-folder", str(folder))
        for node in (self.national, self.component):
            node.do("command", "furnish")
        self.national.do("command", "exchange", "enrol", str(request), *where)
        self.component.do("command", "exchange", "join", str(answer))

    def _trust(self) -> None:
        for file in ("test.pem", "test.crl.pem"):
            (self.root / "G09/trust" / file).write_bytes((self.root / "H41/trust" / file).read_bytes())

    def finish(self) -> None:
        """Let everything under way come to its end, as the workers do again and again."""
        for _ in range(6):
            quiet = self.component.do("turn"), self.national.do("turn")
            if all(quiet):
                return
        raise AssertionError("the exchange did not come to rest")

    def check(self, point: str) -> None:
        """Both sides hold the same, each version once."""
        held, registered = self.component.do("held"), self.national.do("registered")
        assert held == registered, point
        versions, register = self.component.do("counts")["versions"], self.national.do("counts")["register"]
        assert versions == register, point

    def new_change(self) -> str:
        self.people += 1
        return str(self.component.do("propose", 1 + self.people % 5, f"lần {self.people}"))

    def restart_database(self) -> None:
        """Start the server that was killed, as the next process to come would."""
        with self.server.running():
            self.component.do("forget")
            self.national.do("forget")


@pytest.fixture(scope="module")
def pair(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    root = tmp_path_factory.mktemp("killed")
    root.chmod(0o755)
    server = Postgres(root / "postgres", durable=False)
    with server.running():
        with django_db_blocker.unblock():
            database.spread(connection.settings_dict["NAME"], server, ["ccvc_g09", "ccvc_h41"])
        made = Pair(root)
        try:
            yield made
        finally:
            made.component.close()
            made.national.close()


ACTS = ("commit", "send", "national receive", "component receive")


def stage(pair: Pair, act: str) -> tuple[Node, str, list[Any]]:
    """Bring a new change just before an act; the node, the act's name and its arguments."""
    change = pair.new_change()
    if act == "commit":
        return pair.component, "commit", [change]
    pair.component.do("commit", change)
    if act == "send":
        return pair.component, "send", []
    pair.component.do("send")
    if act == "national receive":
        return pair.national, "receive", []
    pair.national.do("receive")
    pair.national.do("send")
    return pair.component, "receive", []


def kill_at_points(pair: Pair, act: str, kill: str, every: int) -> list[str]:
    node, name, arguments = stage(pair, act)
    points = node.points(name, *arguments)
    pair.finish()
    pair.check(f"{act}, not killed")
    for point in range(KILL_FROM % every, len(points), every):
        node, name, arguments = stage(pair, act)
        heard = node.order(name, *arguments, point=point, kill=kill)
        if kill == "database":
            pair.restart_database()
        else:
            assert heard["killed"] or point >= len(points) - 2, (act, points[point], heard)
        if act == "commit":
            pair.component.do("commit", *arguments)
        pair.finish()
        pair.check(f"{act} killed at {point} {points[point]} (CCVC_KILL_FROM={KILL_FROM})")
    return points[KILL_FROM % every :: every]


def test_processes_killed_at_points_of_every_act(pair: Pair) -> None:
    points = [point for act in ACTS for point in kill_at_points(pair, act, "process", PROCESS_EVERY)]
    assert len(points) >= LEAST_POINTS
    assert pair.component.do("sound") == ""
    assert pair.national.do("sound") == ""


def test_the_database_killed_in_every_act(pair: Pair) -> None:
    points = [point for act in ACTS for point in kill_at_points(pair, act, "database", DATABASE_EVERY)]
    assert len(points) >= len(ACTS)
    assert pair.component.do("sound") == ""
    assert pair.national.do("sound") == ""


def does(node: Node, act: str, decision: str) -> None:
    """An act to its end, in a child: what lays papers out keeps threads, which no later child would have."""
    node.points(act, decision)


def drafted(node: Node, *, before: str) -> str:
    """A decision just before an act."""
    decision = str(node.do("draft_reward", PERSON))
    if before == "sign_decision":
        does(node, "submit_decision", decision)
        node.do("pass_decision", decision)
    return decision


def finish(node: Node, decision: str) -> None:
    """What was killed is done again by whoever did it, and the rest follows."""
    does(node, "submit_decision", decision)
    node.do("pass_decision", decision)
    does(node, "sign_decision", decision)


def accounted(node: Node, point: str, done: int) -> None:
    """Each number stands or is struck, once; what is signed stands in the dossier with its paper, and nothing else."""
    told = node.do("decided")
    assert sorted([*told["standing"], *told["struck"]]) == list(range(1, told["last"] + 1)), (point, told)
    assert told["signed"] == told["entries"] == told["papers"], (point, told)
    assert len(told["signed"]) >= done, point


def test_a_decision_killed_at_points_of_submission_and_signature(pair: Pair) -> None:
    node, done = pair.component, 0
    for act, kills in KILLS.items():
        decision = drafted(node, before=act)
        points = node.points(act, decision)
        finish(node, decision)
        done += 1
        every = len(points) // kills
        for point in range(KILL_FROM % every, len(points), every):
            decision = drafted(node, before=act)
            heard = node.order(act, decision, point=point, kill="process")
            assert heard["killed"] or point >= len(points) - 2, (act, points[point], heard)
            where = f"{act} killed at {point} {points[point]} (CCVC_KILL_FROM={KILL_FROM})"
            accounted(node, where, done)
            finish(node, decision)
            done += 1
            accounted(node, where, done)
    assert node.do("decided")["struck"] == []  # what an unfinished submission left was used by the next one
    assert node.do("sound") == ""
    pair.finish()
    pair.check("decisions, killed")
