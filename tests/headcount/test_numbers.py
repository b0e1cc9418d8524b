"""However numbers are given, parts stay within the whole on every day; everyone is counted once."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ccvc.headcount.domain import Given, excess, without
from ccvc.rules import headcount
from ccvc.rules.headcount import Post

START = date(2026, 1, 1)
days = st.integers(0, 60).map(lambda n: START + timedelta(days=n))
acts = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 9), days, st.one_of(st.none(), st.integers(0, 30))),
    max_size=12,
)


@settings(max_examples=300, deadline=None)
@given(acts)
def test_accepted_numbers_never_let_the_parts_exceed_the_whole(asked):
    """Unit 0 is the whole; an act that would exceed on any day is left out, as the door leaves it out."""
    rows: list[Given] = []
    for unit, number, first, length in asked:
        last = None if length is None else first + timedelta(days=length)
        tried = [*without(rows, unit, first, last), Given(unit, number, first, last)]
        whole, parts = [r for r in tried if r.unit == 0], [r for r in tried if r.unit != 0]
        if excess(whole, parts, first) is None:
            rows = tried
    for n in range(130):
        day = START + timedelta(days=n)
        held = {unit: [r.number for r in rows if r.unit == unit and r.on(day)] for unit in range(4)}
        assert all(len(numbers) <= 1 for numbers in held.values())
        if held[0]:
            assert sum(sum(held[unit]) for unit in (1, 2, 3)) <= held[0][0], (day, rows)


posts = st.builds(
    Post,
    person=st.sampled_from("abc"),
    body=st.sampled_from("xyz"),
    line=st.sampled_from(("civil_servants", "public_employees", "contracts")),
    how=st.sampled_from(("own", "seconded", "concurrent", "acting")),
    first=days,
    last=st.one_of(st.none(), days),
)


@given(st.lists(posts, max_size=12), days)
def test_everyone_who_has_a_post_of_their_own_counts_once(held, day):
    counts = [headcount.count(held, body, day) for body in "xyz"]
    there = {post.person for post in held if post.how == "own" and post.on(day)}
    assert sum(count.actual + count.contracts for count in counts) == len(there)
