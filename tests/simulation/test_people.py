"""Synthetic people: clean by the standard, coherent in themselves, repeatable, distributed as asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice, pairwise
from typing import Any

import pytest

from ccvc.rules import salary
from ccvc.simulation.agencies import units_for
from ccvc.simulation.degrees import RANKING
from ccvc.simulation.people import REFERENCE_DAY, Person, people
from ccvc.simulation.units import UnitSpec
from ccvc.standard import Finding, canonical, check, current, decode, earliest, latest, normal

PER_AGENCY = 700
AGENCIES = ("H41", "G09", "H55")
LATER = date(2026, 11, 21)
FULL_DATE = 10


@pytest.fixture(scope="module")
def crowd() -> list[Person]:
    """About two thousand people of three agencies."""
    return [
        one for agency in AGENCIES for one in people(7, agency, units_for(agency, PER_AGENCY), PER_AGENCY)
    ]


def month(text: str) -> int:
    day = earliest(text)
    return day.year * 12 + day.month - 1


def rows(crowd: list[Person], group: str, table: str) -> Iterator[tuple[Person, list[dict[str, Any]]]]:
    for one in crowd:
        if found := one.document[group].get(table):
            yield one, found


def faults(crowd: Iterable[Person], on: date) -> list[tuple[str, Finding]]:
    return [(one.truth.profession, fault) for one in crowd for fault in check(one.document, on=on)]


def test_every_document_is_clean(crowd: list[Person]) -> None:
    assert faults(crowd, REFERENCE_DAY) == []


def test_documents_stay_clean_as_days_go_by(crowd: list[Person]) -> None:
    assert faults(crowd[::7], LATER) == []


def test_every_document_decodes(crowd: list[Person]) -> None:
    assert all(decode(canonical(one.document)) == one.document for one in crowd)


def test_documents_use_the_standard_widely(crowd: list[Person]) -> None:
    used = {
        f"{group}.{name}"
        for one in crowd
        for group, values in one.document.items()
        if group != "standard"
        for name in values
    }
    known = {path for path in (*current().fields, *current().tables) if "[]" not in path}
    assert used <= known
    assert len(used) >= 85


def test_the_same_seed_gives_the_same_bytes() -> None:
    units = units_for("H41", 300)
    first, second, other = (
        [canonical(one.document) for one in people(seed, "H41", units, 300)] for seed in (5, 5, 6)
    )
    assert first == second
    assert first != other


def test_a_stream_can_be_left_early() -> None:
    units = units_for("H41", 2_000)
    whole = [one.document for one in people(5, "H41", units, 2_000)]
    assert [one.document for one in islice(people(5, "H41", units, 2_000), 40)] == whole[:40]


def test_numbers_are_unique_over_agencies_and_seeds(crowd: list[Person]) -> None:
    more = [*crowd, *people(8, "H42", units_for("H42", PER_AGENCY), PER_AGENCY)]
    assert len({one.document["identity"]["personal_id"] for one in more}) == len(more)


def test_everybody_works_in_a_unit_of_the_agency(crowd: list[Person]) -> None:
    for agency in AGENCIES:
        placed = Counter(
            one.unit_code for one in crowd if one.document["employment"]["managing_agency"] == agency
        )
        assert placed == {unit.code: unit.people for unit in units_for(agency, PER_AGENCY) if unit.people}
    assert all(one.document["employment"]["unit_code"] == one.unit_code for one in crowd)


def test_units_opened_elsewhere_share_people_evenly() -> None:
    units = [("H41.77", "Trường Tiểu học Kim Liên", "public_unit"), ("H41.78", "Sở Nội vụ", "department")]
    found = list(people(1, "H41", units, 41))
    assert Counter(one.unit_code for one in found) == {"H41.77": 21, "H41.78": 20}
    assert {one.truth.activity for one in found} == {"primary", "department"}


def test_an_agency_without_units_is_refused() -> None:
    with pytest.raises(ValueError, match="no units"):
        next(people(1, "H41", [], 10))


def test_ages_and_recruitment(crowd: list[Person]) -> None:
    now = REFERENCE_DAY.year * 12 + REFERENCE_DAY.month - 1
    for one in crowd:
        born = month(one.truth.birth_date)
        assert 19 * 12 <= now - born <= 62 * 12
        assert month(one.truth.retires_after) > now
        recruited = month(one.document["career"]["recruited_on"])
        assert recruited - born >= 18 * 12
        assert recruited <= now
        birth = one.document["identity"]["birth_date"]
        assert one.truth.birth_date.startswith(birth)


def test_degrees_at_plausible_ages_and_the_highest_computed(crowd: list[Person]) -> None:
    for one in crowd:
        degrees = one.document["education"].get("degrees", [])
        highest = max((row["level"] for row in degrees), key=lambda code: RANKING[code], default="0")
        assert one.document["education"]["highest_level"] == highest
        assert all(month(row["from"]) < month(row["to"]) <= month(row["issued_on"]) for row in degrees)
        assert all(month(later["from"]) >= month(earlier["to"]) for earlier, later in pairwise(degrees))
        if degrees:
            assert month(degrees[0]["from"]) - month(one.truth.birth_date) >= 17 * 12
            assert month(degrees[0]["to"]) <= month(one.document["career"]["recruited_on"])


def test_rank_asks_for_its_education(crowd: list[Person]) -> None:
    for one in crowd:
        group = one.document["employment"].get("salary_group")
        if group and group.startswith(("A1", "A2", "A3")):
            assert RANKING[one.document["education"]["highest_level"]] >= RANKING["6"]


def group_of(code: str) -> str:
    rank = current().codes["ranks"].get(code)
    assert rank is not None
    return rank.extra["salary_group"]


def test_pay_agrees_with_the_scale(crowd: list[Person]) -> None:
    for one, history in rows(crowd, "employment", "salary_history"):
        held = one.document["employment"]
        for row in history:
            group = group_of(row["rank"])
            assert salary.coefficient(group, row["step"], latest(row["from"])) == Decimal(row["coefficient"])
        last = history[-1]
        assert (last["step"], last["coefficient"]) == (held["salary_step"], held["salary_coefficient"])
        assert held["salary_from"].startswith(last["from"])
        assert group_of(held["rank"]) == held["salary_group"]


def test_pay_history_adds_up(crowd: list[Person]) -> None:
    """Steps follow one another, each held its time less a year's merit at most; nobody's pay falls."""
    for one, history in rows(crowd, "employment", "salary_history"):
        assert all(month(later["from"]) == month(earlier["to"]) + 1 for earlier, later in pairwise(history))
        for earlier, later in pairwise(history[1:]):
            before, after = (group_of(row["rank"]) for row in (earlier, later))
            assert Decimal(later["coefficient"]) >= Decimal(earlier["coefficient"])
            if before == after:
                assert later["step"] == earlier["step"] + 1
        steps = [
            month(later["from"]) - month(earlier["from"])
            for before, earlier, later in zip(history[1:], history[2:], history[3:], strict=False)
            if len({group_of(row["rank"]) for row in (before, earlier, later)}) == 1
        ]
        need = salary.months_to_next(one.document["employment"]["salary_group"], 1) or 0
        assert all(min(24, need) - 12 <= held <= 36 + 6 for held in steps)


def test_the_raise_due_is_the_clock_and_the_months(crowd: list[Person]) -> None:
    checked = 0
    for one in crowd:
        held = one.document["employment"]
        months = salary.months_to_next(held.get("salary_group", ""), held.get("salary_step", 0))
        if months and not held.get("disciplines") and one.truth.raise_due:
            due, ordinary = month(one.truth.raise_due), month(held["raise_clock_from"]) + months
            assert ordinary - 12 <= due <= ordinary
            assert due > month(REFERENCE_DAY.isoformat())
            checked += due == ordinary
    assert checked > PER_AGENCY


def test_beyond_the_frame_only_on_the_last_step(crowd: list[Person]) -> None:
    for one in crowd:
        held = one.document["employment"]
        if "beyond_frame_percent" in held:
            assert held["salary_step"] == len(salary.steps(held["salary_group"]))
            assert 5 <= held["beyond_frame_percent"] <= 25
            assert held["beyond_frame_from"] <= REFERENCE_DAY.isoformat()


def test_work_without_gaps_from_recruitment_to_today(crowd: list[Person]) -> None:
    for one, history in rows(crowd, "career", "work_history"):
        assert history[0]["from"] == one.document["career"]["recruited_on"][:7]
        assert all(month(later["from"]) == month(earlier["to"]) + 1 for earlier, later in pairwise(history))
        last = history[-1]
        assert "to" not in last
        assert (last["unit_code"], last["unit_name"]) == (
            one.unit_code,
            one.document["employment"]["unit_name"],
        )
        assert last["position"] == one.document["employment"]["position_title"]


def test_leaders_were_appointed_and_terms_follow(crowd: list[Person]) -> None:
    for one in crowd:
        appointments = one.document["career"].get("appointments", [])
        assert bool(appointments) == (one.truth.role in {"head", "deputy"})
        assert all(
            month(later["effective_from"]) > month(earlier["effective_from"])
            for earlier, later in pairwise(appointments)
        )
        if appointments:
            assert month(appointments[0]["effective_from"]) > month(one.document["career"]["recruited_on"])
            assert month(appointments[-1]["effective_to"]) >= month(REFERENCE_DAY.isoformat())
            assert appointments[-1]["position"] == one.document["employment"]["position_title"]


def test_each_unit_has_one_head(crowd: list[Person]) -> None:
    heads = Counter(one.unit_code for one in crowd if one.truth.role == "head")
    assert set(heads) == {one.unit_code for one in crowd}
    assert set(heads.values()) == {1}


def test_party_dates_are_ordered(crowd: list[Person]) -> None:
    members = [one for one in crowd if "party_joined_on" in one.document["affiliation"]]
    assert len(members) > PER_AGENCY / 2
    for one in members:
        party = one.document["affiliation"]
        assert month(party["party_joined_on"]) - month(one.truth.birth_date) >= 18 * 12
        if "party_official_on" in party:
            assert month(party["party_official_on"]) == month(party["party_joined_on"]) + 12
        assert party["party_joined_on"] < REFERENCE_DAY.isoformat()


def test_families_hold_together(crowd: list[Person]) -> None:
    for one, relatives in rows(crowd, "family", "relatives"):
        years = {row["relationship"]: int(row["birth_year"]) for row in relatives}
        born = int(one.truth.birth_date[:4])
        assert years["01"] <= born - 22
        assert years["02"] <= born - 18
        assert not years.keys() & (
            {"05", "12", "13"} if one.document["identity"]["sex"] == "2" else {"06", "14", "15"}
        )
        married = one.document["identity"]["marital_status"] != "1"
        assert married == bool(years.keys() & {"05", "06"})
        children = [int(row["birth_year"]) for row in relatives if row["relationship"] == "07"]
        assert all(year >= born + 19 for year in children)
        assert all(row["full_name"] == normal(row["full_name"]) for row in relatives)
        siblings = [int(row["birth_year"]) for row in relatives if row["relationship"] in {"09", "10", "11"}]
        assert all(year >= years["02"] + 18 for year in siblings)


def test_punished_people_failed_their_year(crowd: list[Person]) -> None:
    more = [*crowd, *people(9, "H41", units_for("H41", 3_000), 3_000)]
    punished = list(rows(more, "employment", "disciplines"))
    assert 0.001 < len(punished) / len(more) < 0.008
    for one, (discipline,) in punished:
        year = int(discipline["decided_on"][:4])
        levels = {row["year"]: row["level"] for row in one.document["employment"]["ratings"]}
        assert levels.get(year, "4") == "4"
        assert one.truth.role not in {"head", "deputy", "lead"}


def test_shares_of_the_crowd() -> None:
    crowd = list(people(3, "H41", units_for("H41", 4_000), 4_000))
    schools = [
        one
        for one in crowd
        if one.truth.activity in {"kindergarten", "primary", "lower_secondary", "upper_secondary"}
    ]
    women = sum(one.document["identity"]["sex"] == "2" for one in schools) / len(schools)
    assert 0.66 < women < 0.84
    categories = Counter(one.document["employment"]["category"] for one in crowd)
    assert set(categories) == {"CB", "CC", "VC", "HD"}
    assert categories["VC"] > 4 * categories["CC"] > 4 * categories["CB"] > 0
    party = sum("party_joined_on" in one.document["affiliation"] for one in crowd) / len(crowd)
    assert 0.25 < party < 0.5
    young = sum(2026 - int(one.truth.birth_date[:4]) <= 30 for one in crowd) / len(crowd)
    assert 0.09 < young < 0.25
    partial = sum(len(one.document["identity"]["birth_date"]) < FULL_DATE for one in crowd) / len(crowd)
    assert 0 < partial < 0.02


def test_another_day_gives_people_of_that_day() -> None:
    on = date(2024, 3, 15)
    found = list(
        people(4, "H41", [UnitSpec("H41.77", "Trường Tiểu học Kim Liên", "H41", "public_unit")], 200, on=on)
    )
    assert all(month(one.truth.retires_after) > month(on.isoformat()) for one in found)
    assert all(one.document["career"]["recruited_on"] <= on.isoformat() for one in found)
