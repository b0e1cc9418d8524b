"""Quality rules on whole documents: what is planted is found, what is clean is left alone, what is suggested mends."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import islice

import pytest

from ccvc.simulation.agencies import units_for
from ccvc.simulation.contradictions import KINDS, contradict
from ccvc.simulation.people import REFERENCE_DAY, people
from ccvc.standard import apply, check, current, national
from ccvc.standard.quality import FAMILIES, Judge, judge, rules, scores
from tests.people import dossier

PEOPLE = 900
FEWEST_RULES = 40
LEAST_RECALL = 0.99
MOST_FALSE = 0.02
TRUE_OF_CLEAN_PEOPLE = {
    "LIVE-CARD-EXPIRED",
    "COMPLETE-BIRTH-DAY",
    "COMPLETE-EVIDENCE-OLD",
    "COMPLETE-EVIDENCE-FILE",
}
"""What holds of synthetic people: cards expire, of a few only the year of birth is known, and nobody has papers."""


@pytest.fixture(scope="module")
def crowd():
    return [
        one.document for a in ("H41", "G09", "H55") for one in people(7, a, units_for(a, 300), PEOPLE // 3)
    ]


@pytest.fixture(scope="module")
def on_day():
    return Judge(REFERENCE_DAY)


def codes(document, on=REFERENCE_DAY):
    return [one.rule for one in judge(document, on)]


def test_rules_are_many_and_of_all_families():
    assert len(rules()) >= FEWEST_RULES
    assert {rule.family for rule in rules().values()} == set(FAMILIES)


def test_no_rule_speaks_of_an_open_question_as_an_error():
    assert all(rule.severity != "error" for rule in rules().values() if rule.certainty in {"?", "R"})


@pytest.mark.slow
def test_planted_contradictions_are_found(crowd, on_day):
    planted = list(contradict(crowd, 3))
    found = [one.rule in {f.rule for f in on_day(one.document)} for one in planted]
    missed = Counter(one.rule for one, hit in zip(planted, found, strict=True) if not hit)
    assert {one.rule for one in planted} == set(KINDS)
    assert sum(found) / len(found) >= LEAST_RECALL, missed


@pytest.mark.slow
def test_clean_people_have_few_false_findings(crowd, on_day):
    false = Counter(f.rule for d in crowd for f in on_day(d) if f.rule not in TRUE_OF_CLEAN_PEOPLE)
    assert false.total() / len(crowd) <= MOST_FALSE, false


@pytest.mark.slow
def test_a_suggestion_mends_what_was_found_and_breaks_nothing(crowd, on_day):
    mended = 0
    for one in contradict(crowd, 5):
        for finding in on_day(one.document):
            if not finding.suggestion:
                continue
            after = apply(one.document, finding.suggestion)
            again = [(f.rule, f.path) for f in on_day(after)]
            assert (finding.rule, finding.path) not in again
            assert not errors(after) - errors(one.document)
            mended += 1
    assert mended > len(KINDS)


def errors(document):
    return {(f.code, f.path) for f in check(document, on=REFERENCE_DAY) if f.severity == "error"}


def test_the_national_node_finds_the_same_that_counts(crowd, on_day):
    for one in islice(contradict(crowd, 9), 200):
        here = on_day(one.document)
        there = on_day(national(one.document))
        assert [(f.rule, f.path) for f in here if f.counts] == [(f.rule, f.path) for f in there if f.counts]
        assert scores(here) == scores(there)


def test_every_sentence_can_be_said_in_both_languages(crowd, on_day):
    for one in islice(contradict(crowd, 11), 100):
        for finding in on_day(one.document):
            assert "{" not in finding.message() + finding.message("en")
            assert finding.next_step("en") != finding.next_step("vi")


def test_tone_marks_stay_where_people_put_them():
    assert "CLEAN-NFC" not in codes(dossier(full_name="Nguyễn Thị Hoà"))
    assert [
        one.suggestion
        for one in judge(dossier(full_name="Nguyễn Thị Hoà"), REFERENCE_DAY)
        if one.family == "clean"
    ] == []


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("NGUYỄN VĂN AN", "Nguyễn Văn An"),
        ("nguyễn văn an", "Nguyễn Văn An"),
        ("Nguyễn  Văn An", "Nguyễn Văn An"),
        ("Nguyễn Văn An,", "Nguyễn Văn An"),
        ("H'HEN NIÊ", None),
        ("Nguyễn Văn An", None),
    ],
)
def test_names_are_written_as_people_write_them(written, right):
    found = [d.new for one in judge(dossier(full_name=written), REFERENCE_DAY) for d in one.suggestion]
    assert found == ([right] if right else [])


@pytest.mark.parametrize(
    ("recruited", "found"),
    [("2003-03-06", True), ("2003-03-07", False), ("2003", False), ("2002-12", True)],
)
def test_eighteen_on_the_day_before_and_the_day_of(recruited, found):
    document = dossier() | {"career": {"recruited_on": recruited}}
    assert ("CORRECT-AGE-RECRUITED-18" in codes(document)) is found


def test_the_coefficient_is_certain_only_with_the_history_behind_it():
    document = dossier()
    document["employment"] |= {
        "rank": "01.003",
        "salary_group": "A1",
        "salary_step": 3,
        "salary_coefficient": "3.03",
    }
    document["employment"] |= {"salary_from": "2024-03-01"}
    assert suggested(document, "CORRECT-COEFFICIENT") == []
    row = {"id": "s1", "from": "2024-03", "rank": "01.003", "step": 3, "coefficient": "3.00"}
    document["employment"]["salary_history"] = [row]
    assert suggested(document, "CORRECT-COEFFICIENT") == ["3.00"]


def suggested(document, rule):
    return [d.new for one in judge(document, REFERENCE_DAY) if one.rule == rule for d in one.suggestion]


def test_a_province_goes_to_its_successor_with_its_day():
    address = {"text": "xã Yên Bình, tỉnh Yên Bái", "code": "15", "code_date": "2024-05-01"}
    document = dossier(permanent_address=address)
    assert suggested(document, "LIVE-PROVINCE") == [{**address, "code": "15", "code_date": "2025-07-01"}]
    assert suggested(dossier(permanent_address={**address, "code_date": "2025-07-01"}), "LIVE-PROVINCE") == []


def test_a_commune_goes_to_its_one_successor_and_a_divided_one_to_none():
    address = {"text": "xã Hòa Tiến, huyện Hòa Vang", "code": "20326", "code_date": "2025-06-30"}
    document = dossier(permanent_address=address)
    assert suggested(document, "LIVE-PROVINCE") == [{**address, "code": "20332", "code_date": "2025-07-01"}]
    for code in ("00019", "497"):
        divided = dossier(permanent_address={**address, "code": code})
        assert "LIVE-PROVINCE" in {one.rule for one in judge(divided, REFERENCE_DAY)}
        assert suggested(divided, "LIVE-PROVINCE") == []


def test_a_card_that_expires_with_day_and_month_swapped():
    document = dossier(birth_date="1985-03-07", identity_card_expires_on="2045-07-03")
    assert suggested(document, "CORRECT-CARD-EXPIRY") == ["2045-03-07"]


def test_a_rule_holds_from_its_day():
    document = dossier()
    document["employment"] |= {"category": "VC"}
    assert "LIVE-JOB-LEVEL" not in codes(document, date(2027, 7, 1))
    assert "LIVE-JOB-LEVEL" in codes(document, date(2027, 7, 2))


def test_each_rule_takes_its_weight_once():
    spoilt = dossier(full_name="Nguyễn  Văn An", other_names="Bé  Hai")
    found = judge(spoilt, REFERENCE_DAY)
    clean = scores([f for f in found if f.rule != "CLEAN-SPACES"])["clean"]
    assert scores(found)["clean"] == clean - rules()["CLEAN-SPACES"].weight


def test_every_rule_names_fields_of_the_standard_and_its_law():
    for rule in rules().values():
        assert rule.basis, rule.code
        assert all(path in {"texts", "codes"} or current().find(path) for path in rule.fields), rule.code
