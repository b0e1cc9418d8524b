"""Milestones of dossiers that do not say everything: told by what is said, else not; by the law of the category."""

from __future__ import annotations

from datetime import date

import pytest

from ccvc.rules.milestones import of_topic

ON = date(2026, 8, 1)


def found(topic, **groups):
    return [(one.first, one.last) for one in of_topic(topic, groups, ON)]


@pytest.mark.parametrize(
    ("row", "days"),
    [
        ({"form": "HC1", "effective_from": "2026-01-10"}, [(date(2027, 1, 10), date(2027, 1, 10))]),
        ({"effective_from": "2026-01-10"}, [(date(2027, 1, 10), date(2027, 1, 10))]),  # whatever its form
        ({"form": "HC1", "effective_from": "2025-07-31"}, []),
        ({"form": "HC1"}, [(None, None)]),
        ({"form": "HC1", "effective_to": "2020-01-10"}, []),  # it ended, whenever it began
        ({"form": "D1", "effective_from": "2026-01-10"}, []),
    ],
)
@pytest.mark.parametrize("category", ["CC", None])
def test_a_discipline_lapses_on_its_day_or_nobody_can_tell(row, days, category):
    employment = {"disciplines": [{"id": "d", **row}]} | ({"category": category} if category else {})
    assert found("discipline", employment=employment) == days


@pytest.mark.parametrize(("category", "law"), [("CC", "NĐ 170/2025"), ("VC", "NĐ 259/2026")])
def test_a_term_ends_by_the_law_of_the_category(category, law):
    appointment = {"id": "a", "kind": "appoint", "effective_from": "2021-09-01", "effective_to": "2026-08-31"}
    document = {"career": {"appointments": [appointment]}, "employment": {"category": category}}
    (one,) = of_topic("term", document, ON)
    assert (one.first, one.last) == (date(2026, 8, 31), date(2026, 8, 31))
    assert one.reasons[0].law.basis.startswith(law)
