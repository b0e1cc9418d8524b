"""Who qualifies: three answers and never a fourth, nobody out of reach, no field one may not read, all recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ccvc.access import domain as access
from ccvc.access.actions import grant_role
from ccvc.access.models import Grant
from ccvc.access.selectors import subject_of
from ccvc.accounts.models import User
from ccvc.candidates import actions, narrowing, selectors, sources
from ccvc.candidates import domain as candidates
from ccvc.candidates.actions import seeking
from ccvc.candidates.domain import Definition, Line, rules
from ccvc.candidates.models import Search
from ccvc.dossiers.models import Head
from ccvc.ledger.models import Entry
from ccvc.rules.criteria import RULES, ask
from ccvc.standard.versions import current
from tests.candidates.world import LEVEL, NAMES, PARTY
from tests.people import AGENCY, OTHER_UNIT, SYSTEM, UNIT
from tests.problems import code_of, refused

pytestmark = pytest.mark.django_db
PURPOSE = "Tìm nguồn cho vị trí: Công văn 12/SNV"
MASTER = Line(LEVEL, "at_least", ("7",))
NO_BAR = Line("rule:no_bar")


def names(agency, search, answer="", by="officer"):
    page = selectors.found(agency.subject(by), search, answer, None, 50)
    return [one.person.name for one in page]


def seek(agency, *lines, by="officer", **more):
    return actions.seek(agency.subject(by), Definition(tuple(lines), **more), PURPOSE)


def test_each_person_holds_fails_or_cannot_be_told_and_the_counts_say_so(agency):
    search = seek(agency, MASTER, NO_BAR)
    assert (search.reached, search.holding, search.untold) == (5, 2, 1)
    assert search.passed_over + search.failing == 2
    assert search.reached == search.holding + search.untold + search.failing + search.passed_over
    assert set(names(agency, search, "yes")) == {NAMES["good"], NAMES["elsewhere"]}
    assert names(agency, search, "cannot_tell") == [NAMES["untold"]]
    assert names(agency, search, "no") == []  # who fails what must hold is counted, not listed


def test_what_is_only_preferred_lists_who_fails_it_behind_with_the_reason(agency):
    search = seek(
        agency,
        Line(LEVEL, "at_least", ("7",), must=False),
        Line(PARTY, "given"),
        Line("rule:no_bar", must=False),
    )
    listed = names(agency, search)
    assert len(listed) == 5
    assert set(listed[:2]) == {NAMES["good"], NAMES["elsewhere"]}
    page = selectors.found(agency.subject("officer"), search, "no", None, 50)
    barred = next(one for one in page if one.person.name == NAMES["barred"])
    reason = barred.qualified.results[2].reason
    assert reason.law is not None
    assert "kỷ luật" in reason.told().casefold()
    assert reason.path == "employment.disciplines[k1]"


def test_columns_pass_over_only_whom_the_document_would_fail(agency):
    today, now = timezone.localdate(), timezone.now()
    keys = dict(Head.objects.values_list("dossier__key", "full_name"))
    people = sources.known(sources.seeker(agency.subject("officer")), list(keys), now, today)
    for line, passed_over in (
        (MASTER, {"low"}),
        (Line("identity.birth_date", "at_most", ("1984",)), set(NAMES)),
        (Line("identity.birth_date", "at_least", ("1985-03",)), set()),
        (Line("identity.full_name", "contains", ("binh",)), set(NAMES) - {"good"}),
        (Line("identity.sex", "is_not", ("1",)), set(NAMES)),
        (Line("rule:years_left", values=("40",)), set(NAMES)),
        (Line("employment.salary_coefficient", "at_least", ("3.0",)), set()),
        (Line("employment.unit_name", "given"), set()),
        (Line(LEVEL, "lacking"), {"good", "low", "barred", "elsewhere"}),
    ):
        kept = set(Head.objects.filter(narrowing.kept((line,), today)).values_list("full_name", flat=True))
        assert set(NAMES.values()) - kept == {NAMES[name] for name in passed_over}, line
        answers = {one.name: ask(line.criterion, one.document, today).answer for one in people.values()}
        assert {answers[NAMES[name]] for name in passed_over} <= {"no"}, line


def test_nobody_out_of_reach_is_listed_counted_or_looked_for(agency):
    search = seek(agency, MASTER, by="colleague")
    assert (search.reached, search.holding) == (1, 1)
    assert names(agency, search, by="colleague") == [NAMES["elsewhere"]]
    nobody = seek(agency, MASTER, by="stranger")
    assert (nobody.reached, nobody.to_judge, nobody.passed_over) == (0, 0, 0)


def test_a_unit_out_of_reach_reads_like_none(agency):
    units = (UNIT, "H41.99", "không phải mã")
    problems = [refused(lambda: seek(agency, MASTER, by="colleague", unit=one)).as_json() for one in units]  # noqa: B023 - called at once
    assert problems[0] == problems[1] == problems[2]
    assert seek(agency, MASTER, unit=OTHER_UNIT).reached == 1


def test_who_left_the_reach_since_is_no_longer_shown(agency):
    search = seek(agency, MASTER)
    agency.users["officer"].grants.update(unit_code=OTHER_UNIT)
    assert names(agency, search) == [NAMES["elsewhere"]]


@pytest.mark.parametrize(
    "line",
    [Line("employment.disciplines[].violation", "contains", ("zut",)), NO_BAR, Line(PARTY, "given")],
    ids=lambda line: line.subject,
)
def test_what_one_may_not_read_one_may_not_seek_by(agency, line, monkeypatch):
    _reads_basic_only(monkeypatch)
    assert code_of(lambda: seek(agency, line)) == "CAN-FIELD"
    assert code_of(lambda: actions.save(agency.subject("officer"), "Thử", Definition((line,)))) == "CAN-FIELD"
    assert not Search.objects.exists()


def _reads_basic_only(monkeypatch):
    policy = access.policy()
    narrow = replace(policy.roles["officer"], reads=frozenset({"basic"}))
    monkeypatch.setattr(access, "policy", lambda: replace(policy, roles={**policy.roles, "officer": narrow}))


def test_a_role_that_reads_elsewhere_opens_nothing_here(agency):
    """An inspector of the agency who is an officer of one unit seeks among that unit alone."""
    user = User.objects.create(username="both", full_name="Người both")
    since = timezone.localdate()
    grant_role(SYSTEM, user=user, role="inspector", unit_code=AGENCY, valid_from=since, basis="QĐ 1")
    assert code_of(lambda: actions.seek(subject_of(user), Definition((MASTER,)), PURPOSE)) == "ACC-DENIED"
    Grant.objects.create(user=user, role="officer", unit_code=OTHER_UNIT, valid_from=since, basis="QĐ 1")
    found = actions.seek(subject_of(user), Definition((MASTER, NO_BAR)), PURPOSE)
    assert (found.reached, found.holding) == (1, 1)


def test_a_purpose_must_be_given_and_is_kept_with_criteria_and_count(agency):
    assert (
        code_of(lambda: actions.seek(agency.subject("officer"), Definition((MASTER,)), "  ")) == "CAN-PURPOSE"
    )
    search = seek(agency, MASTER)
    assert (search.purpose, search.asked.lines, search.account.username) == (PURPOSE, (MASTER,), "officer")
    entry = Entry.objects.get(subject=f"candidates:{search.pk}")
    assert PURPOSE in entry.payload
    assert '"reached":5' in entry.payload


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (None, "CAN-NOTHING"),
        (Line("identity.nothing"), "CRI-UNKNOWN"),
        (Line("rule:nothing"), "CRI-UNKNOWN"),
        (Line(LEVEL, "at_least", ("99",)), "CAN-VALUE"),
        (Line(LEVEL, "at_least", ()), "CAN-VALUE"),
        (Line("employment.ratings[].level", "at_least", ("2",)), "CRI-TEST"),
        (Line("identity.birth_date", "at_least", ("hôm qua",)), "CAN-VALUE"),
        (Line("employment.salary_coefficient", "at_least", ("nan",)), "CAN-VALUE"),
        (Line("employment.salary_coefficient", "at_least", ("1e9999",)), "CAN-VALUE"),
        (Line("identity.full_name", "contains", ("   ",)), "CAN-VALUE"),
        (Line("identity.full_name", "contains", ("x" * 101,)), "CAN-VALUE"),
        (Line("rule:rated", values=("x", "3")), "CAN-VALUE"),
        (Line("rule:rated", values=("2", "9999")), "CAN-VALUE"),
        (Line("rule:years_left", values=("٣",)), "CAN-VALUE"),
    ],
)
def test_a_search_that_means_nothing_is_refused_before_it_begins(agency, line, code):
    assert code_of(lambda: seek(agency, *([line] if line else []))) == code
    assert code_of(lambda: seek(agency, *[MASTER] * 21)) == "CAN-MANY"
    assert not Search.objects.exists()


def test_every_rule_and_every_field_can_be_chosen():
    assert set(rules()) == set(RULES)
    for rule in rules().values():
        assert all(path in current().fields for path in rule.reads)
    assert all(candidates.tests_of(field) for field in current().fields.values())


def test_a_search_killed_in_the_middle_goes_on_and_counts_nobody_twice(agency, monkeypatch):
    monkeypatch.setattr(seeking, "SLICE", 2)
    monkeypatch.setattr(seeking, "AT_ONCE", 0)
    search = seek(agency, Line(PARTY, "given"))
    assert search.ended_at is None
    real, calls = sources.known, []

    def dying(*given, **more):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*given, **more)

    monkeypatch.setattr(sources, "known", dying)
    with pytest.raises(KeyboardInterrupt):
        actions.go_on(search.pk)
    search.refresh_from_db()
    assert (search.judged, search.ended_at) == (2, None)
    done = actions.go_on(search.pk)
    assert (done.judged, done.holding, done.results.count()) == (5, 5, 5)
    assert actions.go_on(search.pk).judged == 5


def test_whose_right_is_gone_meanwhile_gets_nothing(agency, monkeypatch):
    monkeypatch.setattr(seeking, "AT_ONCE", 0)
    search = seek(agency, MASTER)
    agency.users["officer"].grants.all().delete()
    done = actions.go_on(search.pk)
    assert done.ended_at is not None
    assert done.problem["code"] == "ACC-DENIED"
    assert not done.results.exists()


def test_too_wide_a_search_is_refused_in_words(agency, monkeypatch):
    monkeypatch.setitem(seeking.MOST_JUDGED, "component", 3)
    assert code_of(lambda: seek(agency, Line(PARTY, "given"))) == "CAN-TOO-MANY"
    assert seek(agency, Line("identity.full_name", "contains", ("binh",))).holding == 1


def test_the_number_of_questions_does_not_grow_with_people(agency):
    with CaptureQueriesContext(connection) as few:
        seek(agency, MASTER, by="colleague")
    with CaptureQueriesContext(connection) as many:
        seek(agency, Line(PARTY, "given"))
    assert len(many) <= len(few) + 4


def test_as_of_a_day_before_they_were_there_nobody_is_found(agency):
    before = timezone.localdate().replace(year=timezone.localdate().year - 1)
    assert seek(agency, MASTER, valid=f"{before:%d/%m/%Y}").reached == 0
    today = timezone.localdate()
    assert seek(agency, MASTER, known=f"{today:%d/%m/%Y}").holding == 3
