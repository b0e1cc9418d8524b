"""Criteria hold, fail or cannot be told; what is missing is never taken for no."""

from __future__ import annotations

from datetime import date

import pytest

from ccvc.rules.criteria import Criterion, ask, check, qualify
from ccvc.standard.problems import Problem

ON = date(2026, 11, 1)
DOCUMENT = {
    "identity": {"sex": "2", "birth_date": "1985-03", "full_name": "Nguyễn Thị Hòa"},
    "education": {
        "political_theory": "3",
        "state_management": {"state": "unknown"},
        "degrees": [{"id": "a", "level": "6", "major": "Luật"}, {"id": "b", "level": "7"}],
        "languages": [],
    },
    "employment": {
        "category": "CC",
        "salary_coefficient": "4.40",
        "disciplines": [{"id": "d", "form": "HC1", "effective_from": "2026-01-10", "kind": "HC"}],
        "ratings": [{"id": "r", "year": 2025, "level": "2"}, {"id": "s", "year": 2024, "level": "3"}],
    },
}


@pytest.mark.parametrize(
    ("subject", "test", "values", "answer"),
    [
        ("education.political_theory", "at_least", ("3",), "yes"),
        ("education.political_theory", "at_least", ("4",), "no"),
        ("education.political_theory", "is", ("2", "3"), "yes"),
        ("education.political_theory", "is_not", ("3",), "no"),
        ("education.state_management", "at_least", ("1",), "cannot_tell"),
        ("education.it_level", "given", (), "cannot_tell"),
        ("education.degrees[].level", "at_least", ("7",), "yes"),
        ("education.degrees[].level", "at_least", ("8",), "no"),
        ("education.degrees[].major", "contains", ("luat",), "yes"),
        (
            "education.degrees[].major",
            "contains",
            ("kinh tế",),
            "cannot_tell",
        ),  # of the other degree nothing is said
        ("education.languages[].language", "given", (), "no"),
        ("education.languages[].language", "lacking", (), "yes"),
        ("education.trainings[].kind", "given", (), "cannot_tell"),
        ("education.trainings[].kind", "lacking", (), "cannot_tell"),
        ("employment.salary_coefficient", "at_least", ("4.4",), "yes"),
        ("employment.salary_coefficient", "at_most", ("4.39",), "no"),
        ("identity.birth_date", "at_least", ("1985-03-01",), "yes"),
        ("identity.birth_date", "at_least", ("1985-03-15",), "cannot_tell"),
        ("identity.birth_date", "at_most", ("1985-02-28",), "no"),
        ("identity.birth_date", "at_least", ("1985-04",), "no"),
        ("rule:no_bar", "is", (), "no"),
        ("rule:no_bar", "is", ("retire",), "yes"),
        ("rule:years_left", "is", ("10",), "yes"),
        ("rule:years_left", "is", ("30",), "no"),
        ("rule:rated", "is", ("2", "1"), "yes"),
        ("rule:rated", "is", ("2", "2"), "no"),
        ("rule:rated", "is", ("3", "3"), "cannot_tell"),
    ],
)
def test_each_test_of_a_field_or_rule(subject, test, values, answer):
    (held,) = qualify([Criterion(subject, test, values)], DOCUMENT, ON).results
    assert held.answer == answer, held.reason.told()
    assert held.reason.told("en")


@pytest.mark.parametrize(
    ("rows", "answer"),
    [
        ([{"year": 2025, "level": "3", "period": "Q4"}], "cannot_tell"),  # a quarter is no year
        ([{"year": 2025, "level": "2", "period": "N"}, {"year": 2025, "level": "4", "period": "T03"}], "yes"),
        ([{"year": 2025, "level": "2"}, {"year": 2025, "level": "4"}], "cannot_tell"),
        ([{"year": 2025, "level": "4", "period": "N"}], "no"),
    ],
)
def test_a_year_is_rated_by_the_ratings_of_whole_years_alone(rows, answer):
    document = {
        "employment": {"category": "CC", "ratings": [{"id": str(n), **row} for n, row in enumerate(rows)]}
    }
    assert qualify([Criterion("rule:rated", "is", ("2", "1"))], document, ON).answer == answer


@pytest.mark.parametrize("rule", ["rule:no_bar", "rule:years_left", "rule:rated"])
def test_of_an_empty_dossier_nothing_can_be_told(rule):
    assert qualify([Criterion(rule)], {}, ON).answer == "cannot_tell"


def test_one_that_fails_outweighs_what_cannot_be_told():
    unknown, failed = Criterion("education.it_level", "given"), Criterion("identity.sex", "is", ("1",))
    held = Criterion("identity.sex", "is", ("2",))
    assert qualify([held], DOCUMENT, ON).answer == "yes"
    assert qualify([held, unknown], DOCUMENT, ON).answer == "cannot_tell"
    assert qualify([held, unknown, failed], DOCUMENT, ON).answer == "no"


@pytest.mark.parametrize(
    ("criterion", "code"),
    [
        (Criterion("education.nothing", "given"), "CRI-UNKNOWN"),
        (Criterion("rule:nothing"), "CRI-UNKNOWN"),
        (Criterion("identity.full_name", "at_least", ("A",)), "CRI-VALUE"),
        (Criterion("identity.birth_date", "at_least", ("soon",)), "CRI-VALUE"),
        (Criterion("education.it_level", "at_least", ("A",)), "CRI-TEST"),
        (Criterion("rule:rated", "is", ("x",)), "CRI-VALUE"),
        (Criterion("rule:rated", "is", ("2", "99999999")), "CRI-VALUE"),
        (Criterion("rule:rated", "is", ("2", "²")), "CRI-VALUE"),
        (Criterion("rule:years_left", "is", ("-5",)), "CRI-VALUE"),
        (Criterion("rule:no_bar", "is", ("anything",)), "CRI-VALUE"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused_before_it_begins(criterion, code):
    with pytest.raises(Problem) as refused:
        check(criterion)
    assert refused.value.code == code


def test_a_day_is_asked_for_as_a_day_and_refused_where_it_is_none():
    check(Criterion("identity.birth_date", "at_least", ("1985-03",)))
    with pytest.raises(Problem):
        check(Criterion("identity.birth_date", "at_least", ("3",)))


def test_a_code_without_an_order_is_neither_below_nor_above():
    old = {"education": {"it_level": "B"}}
    assert qualify([Criterion("education.it_level", "at_least", ("1",))], old, ON).answer == "cannot_tell"


LAW_DEGREE = {"id": "a", "level": "6", "major": "Luật"}
ECONOMICS = {"id": "b", "level": "7", "major": "Kinh tế"}
MASTER_OF_LAW = Criterion(
    "education.degrees[].level",
    "at_least",
    ("7",),
    also=(Criterion("education.degrees[].major", "contains", ("luật",)),),
)


@pytest.mark.parametrize(
    ("rows", "answer"),
    [
        ([LAW_DEGREE, ECONOMICS], "no"),
        ([LAW_DEGREE, ECONOMICS, {"id": "c", "level": "7", "major": "Luật học"}], "yes"),
        ([LAW_DEGREE, {"id": "c", "level": "7", "major": {"state": "unknown"}}], "cannot_tell"),
        ([LAW_DEGREE, {"id": "c", "level": "7"}], "cannot_tell"),
        ([{"id": "c", "level": "6"}], "no"),
        ([], "no"),
        (None, "cannot_tell"),
    ],
)
def test_several_cells_have_to_hold_in_one_row(rows, answer):
    document = {"education": {} if rows is None else {"degrees": rows}}
    assert ask(MASTER_OF_LAW, document, ON).answer == answer
    if rows == [LAW_DEGREE, ECONOMICS]:  # asked one by one, each holds somewhere
        apart = (Criterion(MASTER_OF_LAW.subject, "at_least", ("7",)), *MASTER_OF_LAW.also)
        assert [ask(one, document, ON).answer for one in apart] == ["yes", "yes"]


@pytest.mark.parametrize(
    ("test", "given", "answer"),
    [
        ("given", {"state": "unknown"}, "cannot_tell"),
        ("given", {"state": "none"}, "no"),
        ("given", None, "no"),
        ("given", "Luật", "yes"),
        ("lacking", None, "yes"),
        ("lacking", "Luật", "no"),
    ],
)
def test_a_cell_of_the_same_row_may_be_asked_whether_it_is_given(test, given, answer):
    row = {"id": "a", "level": "7"} | ({} if given is None else {"major": given})
    one = Criterion(
        "education.degrees[].level", "is", ("7",), also=(Criterion("education.degrees[].major", test),)
    )
    assert ask(one, {"education": {"degrees": [row]}}, ON).answer == answer


def test_rows_of_two_tables_are_no_row():
    with pytest.raises(Problem, match="cùng một bảng"):
        check(
            Criterion(
                "education.degrees[].level", "given", also=(Criterion("employment.ratings[].level", "given"),)
            )
        )
