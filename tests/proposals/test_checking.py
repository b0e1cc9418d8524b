"""A proposal beside the record: what agrees, differs, is not recorded; what bars; whose record it is and whose not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from ccvc.access.models import Grant
from ccvc.ledger.models import Entry
from ccvc.proposals import actions, selectors
from ccvc.proposals.actions import Head
from ccvc.proposals.domain import COMPARE, Person, claims, compare
from ccvc.standard.versions import current
from tests.candidates.world import NAMES, THIS_YEAR
from tests.people import OTHER_UNIT
from tests.problems import code_of

pytestmark = pytest.mark.django_db
NUMBERS = {name: f"0400850{number:05d}" for number, name in enumerate(NAMES, 1)}
TODAY = timezone.localdate()


def head(**more):
    terms: dict[str, Any] = {
        "agency": "Sở Nội vụ",
        "document_number": "12/TTr-SNV",
        "document_date": TODAY,
        "position": "Phó Giám đốc Sở",
        "act": "higher",
        "on": TODAY,
    }
    return Head(**(terms | more))


def proposed(name, **said):
    return Person(NUMBERS.get(name, name), NAMES.get(name, ""), said)


def shown(agency, *people, by="officer", **more):
    made = actions.check(agency.subject(by), head(**more), people)
    return selectors.people(agency.subject(by), made)


def verdicts(one):
    return {compared.claim.name: compared.verdict for compared in one.compared}


def test_each_claim_agrees_differs_or_finds_the_record_silent(agency):
    (one,) = shown(
        agency,
        proposed(
            "good",
            birth_date="1985",
            sex="Nữ",
            highest_level="Thạc sĩ",
            major="luat",
            party_official_on="05/2013",
            rank="Chuyên viên chính",
            planning="Phó Giám đốc Sở",
            ratings=f"{THIS_YEAR - 1}: Hoàn thành tốt nhiệm vụ; {THIS_YEAR - 2}: Không hoàn thành nhiệm vụ",
            salary_coefficient="không rõ",
        ),
    )
    assert verdicts(one) == {
        "full_name": "agrees",
        "birth_date": "agrees",
        "sex": "differs",
        "highest_level": "agrees",
        "major": "agrees",
        "party_official_on": "differs",
        "rank": "silent",
        "planning": "silent",
        "ratings": "differs",
        "salary_coefficient": "silent",
        "disciplines": "silent",
    }
    assert one.row.differing == 3


def test_a_disciplined_persons_proposal_shows_it_at_once(agency):
    (one,) = shown(agency, proposed("barred", disciplines="Không"))
    assert verdicts(one)["disciplines"] == "differs"
    assert one.row.outcome == one.check.outcome == "block"
    bar = next(condition for condition in one.check.against if condition.name == "discipline")
    assert bar.reason.law.basis
    (silent,) = shown(agency, proposed("barred"))
    assert verdicts(silent)["disciplines"] == "differs"  # what is left out is shown all the same
    (told,) = shown(agency, proposed("barred", disciplines="Cảnh cáo năm nay"))
    assert verdicts(told)["disciplines"] == "agrees"
    assert told.row.outcome == "block"


def test_a_claim_proves_nothing(agency):
    """What the agency says of planning meets no condition: only the record does."""
    (one,) = shown(agency, proposed("good", planning="Phó Giám đốc Sở"))
    planning = next(condition for condition in one.check.conditions if condition.name == "planning")
    assert planning.met == "cannot_tell"


@pytest.mark.parametrize(
    ("number", "finding"),
    [
        ("", "invalid"),
        ("12345", "invalid"),
        ("' OR 1=1 --", "invalid"),
        ("٠٤٠٠٨٥٠٠٠٠٠١", "invalid"),
        ("040085099999", "unknown"),
    ],
)
def test_no_number_no_record_whatever_the_name(agency, number, finding):
    (one,) = shown(agency, Person(number, NAMES["good"], {"birth_date": "1985"}))
    assert (one.row.finding, one.record, one.compared, one.check) == (finding, None, [], None)
    assert one.row.namesakes == 1


def test_two_of_one_number_are_held_against_the_record_once(agency):
    one, other = shown(agency, proposed("good"), Person(NUMBERS["good"], "Ai đó khác", {}))
    assert (one.row.finding, other.row.finding) == ("found", "repeated")


def test_a_number_with_anothers_name_is_marked(agency):
    (one,) = shown(agency, Person(NUMBERS["good"], NAMES["low"], {}))
    assert verdicts(one)["full_name"] == "differs"


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("birth_date", "01/01/2199"),
        ("birth_date", "hôm qua"),
        ("highest_level", "Trình độ lạ"),
        ("ratings", "tốt"),
        ("ratings", "2198: Hoàn thành tốt nhiệm vụ"),
    ],
)
def test_what_cannot_be_read_or_has_not_come_yet_is_not_compared(agency, claim, said):
    (one,) = shown(agency, proposed("good", **{claim: said}))
    assert verdicts(one)[claim] == "unclear"


def test_empty_claims_are_no_claims(agency):
    (one,) = shown(agency, proposed("good", birth_date="  ", rank=""))
    assert set(verdicts(one)) == {"full_name", "disciplines"}


def test_out_of_reach_reads_like_nobody(agency):
    rows = [
        shown(agency, Person(number, "Không Ai Biết", {}), by="colleague")[0].row
        for number in (NUMBERS["good"], "040085099999")
    ]
    assert {(row.finding, row.namesakes, row.version, row.outcome) for row in rows} == {("unknown", 0, 0, "")}


def test_the_check_is_kept_with_versions_and_read_as_known_then_within_reach_of_now(agency):
    subject = agency.subject("officer")
    made = actions.check(subject, head(), [proposed("good"), proposed("elsewhere")])
    kept = made.people.get(place=1)
    assert (kept.version, len(kept.version_hash)) == (1, 64)
    assert Entry.objects.filter(subject=f"proposals:{made.pk}").count() == 1
    assert NAMES["good"] not in Entry.objects.get(subject=f"proposals:{made.pk}").payload
    Grant.objects.filter(user=agency.users["officer"]).update(unit_code=OTHER_UNIT)
    first, second = selectors.people(agency.subject("officer"), made)
    assert first.record is None
    assert second.record.name == NAMES["elsewhere"]


def test_who_may_not_check_and_what_is_no_proposal_is_refused(agency):
    def code(by, people, **wrong):
        return code_of(lambda: actions.check(agency.subject(by), head(**wrong), people))

    good = [proposed("good")]
    assert {code(by, good) for by in ("administrator", "inspector", "owner")} == {"ACC-DENIED"}
    heads = ({"agency": " "}, {"position": "x" * 301}, {"act": "crown"})
    assert {code("officer", good, **wrong) for wrong in heads} == {"PRO-HEAD"}
    assert {code("officer", people) for people in ([], good * 201)} == {"PRO-PEOPLE"}
    wrong = ([proposed("good", rank="x" * 301)], [proposed("good", crown="x")])
    assert {code("officer", people) for people in wrong} == {"PRO-CLAIM"}


def test_the_office_may_be_of_a_day_to_come_and_the_record_of_today(agency):
    (one,) = shown(agency, proposed("barred"), on=TODAY + timedelta(days=4000))
    assert one.record is not None
    assert all(condition.name != "discipline" or condition.met == "yes" for condition in one.check.conditions)


def test_every_claim_is_of_the_standard_and_can_be_compared_with_nothing():
    for claim in claims():
        assert claim.path in current().fields
        assert claim.kind in COMPARE
    said = {claim.name: "x" for claim in claims()}
    assert all(one.verdict in {"silent", "unclear"} for one in compare(Person("1", "A", said), {}, TODAY))
