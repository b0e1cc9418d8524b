"""The way of a hand-over as a model: three components, one register, a wire that loses, repeats, reorders, and crashes.

Each node is its durable state and a list of messages written with it, as one transaction writes both; a crash forgets
nothing else. Whatever the schedule, one component manages the person, and it holds every version.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from ccvc.standard.problems import Problem
from ccvc.transfers.domain import passing
from ccvc.transfers.domain.passing import Managed, Passing

TODAY = date(2026, 11, 22)
AGENCIES = ("H41", "H56", "G01")
SCHEDULES, STEPS = 400, 120


@dataclass
class Component:
    """What a component keeps: its dossier (number of versions, or none), whether it may change it, open hand-overs."""

    code: str
    versions: int = 0
    custody: str = ""
    given: dict[int, str] = field(default_factory=dict)
    taken: dict[int, str] = field(default_factory=dict)
    sealed: dict[int, int] = field(default_factory=dict)


@dataclass
class Nation:
    """Three components and the register, with messages on their way."""

    draw: random.Random
    nodes: dict[str, Component] = field(default_factory=lambda: {code: Component(code) for code in AGENCIES})
    manager: str = "H41"
    registered: int = 1
    passings: dict[int, Passing] = field(default_factory=dict)
    wire: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    today: date = TODAY
    made: int = 0

    def __post_init__(self) -> None:
        first = self.nodes["H41"]
        first.versions, first.custody = 1, "here"

    @property
    def held(self) -> Managed:
        return Managed(self.manager, self.registered, f"v{self.registered}")

    def send(self, sender: str, receiver: str, **message: Any) -> None:
        self.wire.append((sender, receiver, message))

    def step(self) -> None:
        """Something happens somewhere: an officer acts, a message comes (once, twice, late), a day passes."""
        acts = (
            self.begin,
            self.answer,
            self.withdraw,
            self.change,
            self.arrive,
            self.arrive,
            self.arrive,
            self.night,
        )
        self.draw.choice(acts)()

    def begin(self) -> None:
        node = self.nodes[self.draw.choice(AGENCIES)]
        if (
            self.draw.random() < 0.2
        ):  # a second offer, or one by who does not manage: the register must refuse it
            self.made += 1
            self.send(node.code, "G09", act="offer", key=self.made, to="H56", number=node.versions or 1)
        elif node.custody == "here":
            self.made += 1
            node.custody, node.given[self.made] = "offered", "offered"
            to = self.draw.choice([code for code in AGENCIES if code != node.code])
            self.send(node.code, "G09", act="offer", key=self.made, to=to, number=node.versions)

    def answer(self) -> None:
        node = self.nodes[self.draw.choice(AGENCIES)]
        for key, state in node.taken.items():
            if state == "sealed":
                node.taken[key] = "answered"
                root = f"root{key}" if self.draw.random() < 0.9 else "another"
                said = "accept" if self.draw.random() < 0.7 else "refuse"
                self.send(node.code, "G09", act=said, key=key, root=root)
                return

    def withdraw(self) -> None:
        node = self.nodes[self.draw.choice(AGENCIES)]
        for key, state in node.given.items():
            if state in {"offered", "sealed"} and self.draw.random() < 0.5:
                self.send(node.code, "G09", act="withdraw", key=key)

    def change(self) -> None:
        """A change of the dossier is approved where it may be, and comes to the register in its order."""
        for node in self.nodes.values():
            if node.custody == "here" and self.manager == node.code and node.versions == self.registered:
                node.versions += 1
                self.registered += 1

    def night(self) -> None:
        self.today += timedelta(days=self.draw.choice((0, 0, 7)))
        for key, now in list(self.passings.items()):
            self.settle(key, passing.lapsed(now, self.today))

    def arrive(self) -> None:
        if not self.wire:
            return
        streams = sorted({(sender, to) for sender, to, _ in self.wire})
        stream = self.draw.choice(streams)  # streams overtake each other, packages of one stream do not
        place = next(i for i, (sender, to, _) in enumerate(self.wire) if (sender, to) == stream)
        sender, to, message = self.wire[place]
        fate = self.draw.random()
        if fate > 0.25:  # else it is lost here, and comes again later; or it comes, and comes again
            del self.wire[place]
        if fate > 0.15:
            self.judge(sender, message) if to == "G09" else self.take(self.nodes[to], message)

    def judge(self, sender: str, message: dict[str, Any]) -> None:
        """The national node, by the real rules."""
        key, act = message["key"], message["act"]
        now = self.passings.get(key)
        if act == "offer":
            self.offered(sender, message)
        elif now is None:
            self.send("G09", sender, act="denied", key=key)
        elif act == "sealed":
            after = passing.sealed(now, sender, f"root{key}")
            if after != now:
                self.passings[key] = after
                self.send("G09", now.receiver, act="sealed", key=key, number=now.number)
        elif act == "accept":
            try:
                self.settle(
                    key, passing.accepted(now, sender, message["root"], self.held, self.today), sender
                )
            except Problem:
                self.send("G09", sender, act="denied", key=key)
        else:
            rule = passing.refused if act == "refuse" else passing.withdrawn
            self.settle(key, rule(now, sender), sender)

    def offered(self, sender: str, message: dict[str, Any]) -> None:
        key, number = message["key"], message["number"]
        now = self.passings.get(key)
        if now is not None:
            self.say(key, sender) if now.giver == sender else None
            return
        others = any(one.is_open for one in self.passings.values())
        try:
            passing.refuse_offer(
                sender, message["to"], number, f"v{number}", self.held, open_elsewhere=others
            )
        except Problem:
            self.send("G09", sender, act="denied", key=key)
            return
        expires = passing.expiry(self.today, self.today, 15)
        self.passings[key] = Passing(sender, message["to"], number, f"v{number}", self.today, expires)
        self.say(key, sender)
        self.send("G09", message["to"], act="announced", key=key)

    def settle(self, key: int, after: Passing, sender: str = "") -> None:
        """The register's transaction: state, manager and both messages, or nothing."""
        before = self.passings[key]
        if after == before:
            if not before.is_open and sender:
                self.say(key, sender)
            return
        self.passings[key] = after
        if after.state == "switched":
            self.manager = after.receiver
        for agency in (after.giver, after.receiver):
            self.say(key, agency)

    def say(self, key: int, agency: str) -> None:
        now = self.passings[key]
        act = {"opened": "opened", "switched": "switched"}.get(now.state, "ended")
        if now.state != "sealed":
            self.send("G09", agency, act=act, key=key, number=now.number)

    def take(self, node: Component, message: dict[str, Any]) -> None:  # noqa: C901 - one line a message
        """A component, which believes the register and nothing else."""
        key, act = message["key"], message["act"]
        given, taken = node.given.get(key), node.taken.get(key)
        if act == "announced" and taken is None:
            node.taken[key] = "opened"
        elif act == "opened" and given == "offered":
            node.given[key] = "sealed"
            self.send(node.code, "G09", act="sealed", key=key)
        elif act == "sealed" and taken in {None, "opened"}:
            node.taken[key], node.sealed[key] = "sealed", message["number"]
        elif act == "denied":
            if given == "offered":
                node.given[key], node.custody = "ended", "here"
            elif taken == "answered":
                node.taken[key] = "sealed"
        elif act == "ended":
            if given in {"offered", "sealed"}:
                node.given[key], node.custody = "ended", "here"
            if taken in {None, "opened", "sealed", "answered"}:
                node.taken[key] = "ended"
        elif act == "switched":
            self.switched(node, key, message["number"])

    def switched(self, node: Component, key: int, number: int) -> None:
        if node.given.get(key) in {"offered", "sealed"}:
            node.given[key], node.custody = "ended", "gone"
        if node.taken.get(key) in {"sealed", "answered"}:
            assert node.sealed[key] == number
            node.taken[key], node.versions, node.custody = "ended", number, "here"

    def settled(self) -> None:
        """Everything on its way comes, and offers nobody answers lapse."""
        self.today += timedelta(days=60)
        for _ in range(3):
            while self.wire:
                sender, to, message = self.wire.pop(0)
                self.judge(sender, message) if to == "G09" else self.take(self.nodes[to], message)
            self.night()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_on_the_way_one_component_manages_and_holds_every_version(seed: int) -> None:
    switches = 0
    for number in range(SCHEDULES // 4):
        nation = Nation(random.Random(f"{seed}:{number}"))
        for _ in range(STEPS):
            nation.step()
            changing = [n.code for n in nation.nodes.values() if n.custody == "here"]
            assert [c for c in changing if c == nation.manager] == changing, (seed, number)
        nation.settled()
        here = [node for node in nation.nodes.values() if node.custody in {"here", "offered"}]
        assert [node.code for node in here] == [nation.manager], (seed, number)
        assert here[0].versions == nation.registered
        switches += sum(now.state == "switched" for now in nation.passings.values())
    assert switches > SCHEDULES // 16


def test_an_offer_is_judged_by_who_manages_and_by_the_last_version() -> None:
    held = Managed("H41", 2, "v2")
    cases = [
        (("H41", "H56", 2, "v2", None), False, "TRF-UNKNOWN"),
        (("H56", "G01", 2, "v2", held), False, "TRF-NOT-MANAGER"),
        (("H41", "H41", 2, "v2", held), False, "TRF-SAME"),
        (("H41", "H56", 2, "v2", held), True, "TRF-OPEN"),
        (("H41", "H56", 1, "v1", held), False, "TRF-BEHIND"),
        (("H41", "H56", 2, "other", held), False, "TRF-BEHIND"),
    ]
    for given, elsewhere, code in cases:
        with pytest.raises(Problem) as refused:
            passing.refuse_offer(*given, open_elsewhere=elsewhere)
        assert refused.value.code == code
    passing.refuse_offer("H41", "H56", 2, "v2", held, open_elsewhere=False)


def test_it_lapses_the_day_after_the_last_one_counted_from_when_it_takes_effect() -> None:
    later = TODAY + timedelta(days=10)
    assert passing.expiry(TODAY, later, 15) == later + timedelta(days=15)
    now = Passing("H41", "H56", 1, "v1", TODAY, TODAY + timedelta(days=15), "sealed", "r")
    assert passing.lapsed(now, TODAY + timedelta(days=15)).state == "sealed"
    assert passing.lapsed(now, TODAY + timedelta(days=16)).state == "lapsed"


def test_it_is_accepted_from_the_effective_day_on_by_the_receiver_alone_under_the_root() -> None:
    held = Managed("H41", 1, "v1")
    now = Passing("H41", "H56", 1, "v1", TODAY, TODAY + timedelta(days=15), "sealed", "r")
    for sender, root, day, code in (
        ("H41", "r", TODAY, "TRF-NOT-RECEIVER"),
        ("H56", "other", TODAY, "TRF-ROOT"),
        ("H56", "r", TODAY - timedelta(days=1), "TRF-EARLY"),
    ):
        with pytest.raises(Problem) as refused:
            passing.accepted(now, sender, root, held, day)
        assert refused.value.code == code
    assert passing.accepted(now, "H56", "r", held, TODAY).state == "switched"
