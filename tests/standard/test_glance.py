"""A document passed over because each value was judged before: the thorough judge has nothing to say of it either."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from hypothesis import given, settings

from ccvc.simulation.agencies import units_for
from ccvc.simulation.contradictions import contradict
from ccvc.simulation.people import REFERENCE_DAY, people
from ccvc.standard import Document, Field, Standard, Table, check, current
from ccvc.standard.glance import is_settled, soundness
from tests.standard import tiny
from tests.standard.strategies import spoilt

judge = cache(soundness)


def passed_over(document: Document, standard: Standard, on: date) -> bool:
    sound = all(judge(field, standard, on)(value) for value, field in declared_values(document, standard))
    return sound and is_settled(document, standard, on)


def declared_values(document: Document, standard: Standard) -> Iterator[tuple[Any, Field]]:
    for name, group in standard.groups.items():
        yield from cells(document.get(name, {}), group.members)


def cells(holder: Mapping[str, Any], members: Mapping[str, Any]) -> Iterator[tuple[Any, Field]]:
    for name, value in holder.items():
        member = members.get(name)
        if isinstance(member, Table):
            for row in value:
                yield from cells(row, member.members)
        elif isinstance(member, Field):
            yield value, member


def is_as_read(document: Document, standard: Standard) -> bool:
    """Whether a document could have been put together from the columns of a file: declared names, rows in lists."""
    for name, group in document.items():
        if name == "standard":
            continue
        if name not in standard.groups or not isinstance(group, dict):
            return False
        for cell, value in group.items():
            member = standard.groups[name].members.get(cell)
            if member is None or not (isinstance(member, Field) or are_rows(value, member)):
                return False
    return True


def are_rows(value: Any, table: Table) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(row, dict) and {"id"} <= row.keys() <= {"id", *table.members} for row in value)
        and all(isinstance(row["id"], str) for row in value)
    )


@settings(deadline=None, max_examples=30)
@given(document=spoilt())
def test_what_is_passed_over_has_no_fault(document: Document) -> None:
    if is_as_read(document, current()) and passed_over(document, current(), REFERENCE_DAY):
        assert check(document, on=REFERENCE_DAY) == []


@settings(deadline=None, max_examples=100)
@given(document=spoilt(tiny.standard()))
def test_what_is_passed_over_has_no_fault_of_any_type(document: Document) -> None:
    if is_as_read(document, tiny.standard()) and passed_over(document, tiny.standard(), REFERENCE_DAY):
        assert check(document, on=REFERENCE_DAY, standard=tiny.standard()) == []


def test_people_without_a_fault_are_passed_over_and_contradictions_are_not() -> None:
    crowd = [one.document for one in people(7, "H41", units_for("H41", 60), 60)]
    spoiled = [one.document for one in contradict(crowd, 3)]
    for document in (*crowd, *spoiled):
        silent = check(document, on=REFERENCE_DAY) == []
        assert passed_over(document, current(), REFERENCE_DAY) <= silent
    assert (
        sum(passed_over(document, current(), REFERENCE_DAY) for document in crowd) > len(crowd) * 0.2
    )  # past codes are looked at closely
    assert sum(check(document, on=REFERENCE_DAY) != [] for document in spoiled) > 0
