"""Two sides that hold the same agree; every difference is named, and nothing else."""

from __future__ import annotations

import hashlib
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ccvc.exchange.domain.reconcile import (
    StateRow,
    bucket,
    by_bucket,
    compare,
    differing_buckets,
    state_digests,
)

digests = st.sampled_from(["a" * 64, "b" * 64])
rows = st.dictionaries(st.integers(0, 30), st.tuples(st.integers(1, 3), digests, digests))


def state(values: dict[int, tuple[int, str, str]]) -> list[StateRow]:
    return [StateRow(UUID(int=key), *value) for key, value in values.items()]


@given(rows, rows)
def test_every_difference_is_named_and_nothing_else(mine, theirs):
    found = {difference.person.int for difference in compare(state(mine), state(theirs))}
    assert found == {key for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key)}


@given(rows, rows)
def test_the_buckets_that_differ_are_those_of_the_people_who_differ(mine, theirs):
    found = differing_buckets(state_digests(state(mine)), state_digests(state(theirs)))
    people = compare(state(mine), state(theirs))
    assert found == sorted({bucket(difference.person) for difference in people})


@given(rows, st.randoms())
def test_the_order_of_rows_does_not_matter(values, random):
    shuffled = state(values)
    random.shuffle(shuffled)
    assert state_digests(shuffled) == state_digests(state(values))


def test_kinds_of_difference_are_told_apart():
    a, b = "a" * 64, "b" * 64
    mine = state({1: (1, a, a), 2: (2, a, a), 3: (1, a, a), 4: (1, a, a)})
    theirs = state({2: (1, a, a), 3: (2, a, a), 4: (1, b, a), 5: (1, a, a)})
    found = {difference.person.int: difference.kind for difference in compare(mine, theirs)}
    assert found == {1: "missing_there", 2: "ahead", 3: "behind", 4: "differs", 5: "missing_here"}


def test_a_bucket_is_digested_as_the_protocol_says():
    person = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
    row = StateRow(person, 3, "a" * 64, "b" * 64)
    name = hashlib.sha256(str(person).encode()).hexdigest()[:2]
    text = f"{person}|3|{'a' * 64}|{'b' * 64}\n"
    assert state_digests([row]) == {name: hashlib.sha256(text.encode()).hexdigest()}
    assert by_bucket([row]) == {name: [row]}
