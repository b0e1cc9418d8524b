"""Whatever the way does to packages, a receiver takes each once, in order, undamaged; and nothing is lost."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccvc.exchange.domain.opening import open_package
from ccvc.exchange.domain.sealing import Sealed
from ccvc.exchange.domain.sequence import Chain, decide_sequence, refuse
from ccvc.standard.problems import Problem
from tests.exchange.scheme import NATIONAL, NOW, node, package, trust

PACKAGES = 6


@dataclass
class Receiver:
    """The receiver's state machine in memory: the same decisions as the one that keeps it in tables."""

    last: Chain = field(default_factory=Chain)
    seen: dict[int, str] = field(default_factory=dict)
    taken: list[list[bytes]] = field(default_factory=list)

    def receive(self, data: bytes) -> str:
        key = node(NATIONAL, "encrypt").key
        opened = open_package(data, decrypt_key=key, trust=trust(), receiver=NATIONAL, at=NOW)
        number, previous = opened.manifest.sequence, opened.manifest.previous
        digest = opened.manifest_sha256
        place = decide_sequence(
            self.last, sequence=number, previous=previous, digest=digest, seen=self.seen.get(number)
        )
        if place == "next":
            self.last = Chain(number, digest)
            self.seen[number] = digest
            self.taken.append(opened.lines)
        elif place != "repeat":
            refuse(place, self.last, sequence=number, previous=previous, sender=opened.manifest.sender)
        return place


@cache
def stream() -> tuple[tuple[Sealed, ...], list[list[bytes]]]:
    packages: list[Sealed] = []
    contents = []
    previous = None
    for number in range(1, PACKAGES + 1):
        lines = [b'{"record":%d,"package":%d}' % (index, number) for index in range(number)]
        packages.append(package(number, previous, lines=lines))
        previous = packages[-1].manifest_sha256
        contents.append(lines)
    return tuple(packages), contents


faults = st.one_of(
    st.tuples(st.just("send"), st.integers(0, PACKAGES - 1)),
    st.tuples(st.just("cut"), st.integers(0, PACKAGES - 1), st.integers(0, 10**6)),
    st.tuples(st.just("flip"), st.integers(0, PACKAGES - 1), st.integers(0, 10**6), st.integers(0, 7)),
    st.tuples(st.just("append"), st.integers(0, PACKAGES - 1), st.binary(min_size=1, max_size=20)),
    st.tuples(
        st.just("splice"), st.integers(0, PACKAGES - 1), st.integers(0, PACKAGES - 1), st.integers(0, 10**6)
    ),
)


def damaged(fault: tuple) -> bytes:
    data = stream()[0][fault[1]].data
    if fault[0] == "cut":
        return data[: fault[2] % len(data)]
    if fault[0] == "flip":
        place = fault[2] % len(data)
        return data[:place] + bytes([data[place] ^ (1 << fault[3])]) + data[place + 1 :]
    if fault[0] == "append":
        return data + fault[2]
    if fault[0] == "splice":
        other = stream()[0][fault[2]].data
        place = fault[3] % min(len(data), len(other))
        return data[:place] + other[place:]
    return data


@settings(max_examples=60, deadline=None)
@given(st.lists(faults, max_size=30))
def test_whatever_happens_on_the_way_nothing_is_corrupt_doubled_reordered_or_lost(way: list[tuple]):
    receiver = Receiver()
    for fault in way:
        with suppress(Problem):
            receiver.receive(damaged(fault))
        assert receiver.taken == stream()[1][: len(receiver.taken)]
    for sealed in stream()[0]:
        receiver.receive(sealed.data)
    assert receiver.taken == stream()[1]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 7))
def test_no_single_bit_of_a_package_can_be_turned(place: int, bit: int):
    data = stream()[0][0].data
    place %= len(data)
    turned = data[:place] + bytes([data[place] ^ (1 << bit)]) + data[place + 1 :]
    receiver = Receiver()
    try:
        receiver.receive(turned)
    except Problem:
        return
    assert receiver.taken == stream()[1][:1], "only a change without meaning may pass"


@pytest.mark.parametrize(
    ("sequence", "previous", "digest", "seen", "place"),
    [
        (4, "c", "d", None, "next"),
        (4, "x", "d", None, "fork"),
        (4, None, "d", None, "fork"),
        (5, "d", "e", None, "gap"),
        (3, "b", "c", "c", "repeat"),
        (3, "b", "z", "c", "fork"),
        (2, "a", "b", "b", "repeat"),
        (2, "a", "b", None, "fork"),
    ],
)
def test_the_place_of_a_package_after_number_three(
    sequence: int, previous: str | None, digest: str, seen: str | None, place: str
):
    last = Chain(3, "c")
    assert decide_sequence(last, sequence=sequence, previous=previous, digest=digest, seen=seen) == place


def test_the_first_package_has_number_one_and_nothing_before_it():
    assert decide_sequence(Chain(), sequence=1, previous=None, digest="a", seen=None) == "next"
    assert decide_sequence(Chain(), sequence=1, previous="x", digest="a", seen=None) == "fork"
    assert decide_sequence(Chain(), sequence=2, previous="x", digest="a", seen=None) == "gap"


@pytest.mark.parametrize(
    ("place", "sequence", "code", "expected"),
    [("gap", 7, "EXC-GAP", 4), ("fork", 3, "EXC-FORK", None), ("fork", 4, "EXC-CHAIN", "c")],
)
def test_each_wrong_place_is_refused_with_what_was_expected(place, sequence, code, expected):
    with pytest.raises(Problem) as caught:
        refuse(place, Chain(3, "c"), sequence=sequence, previous="x", sender="H41")
    assert caught.value.code == code
    assert caught.value.params.get("expected") == expected
