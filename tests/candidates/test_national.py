"""The same questions asked of the national register: within reach of agencies, with a purpose that goes on."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from ccvc.access.models import AccessLog, Grant
from ccvc.access.selectors import subject_of
from ccvc.accounts.models import User
from ccvc.candidates import actions, selectors
from ccvc.candidates.domain import Definition, Line
from ccvc.candidates.models import Search
from ccvc.dossiers.domain import columns, parse
from ccvc.dossiers.models import Version
from ccvc.proposals import actions as proposals
from ccvc.proposals import selectors as checked
from ccvc.proposals.domain import Person
from ccvc.registry import models as register
from tests.candidates.world import LEVEL, NAMES
from tests.people import AGENCY, FOREIGN

pytestmark = pytest.mark.django_db
MASTER, NO_BAR = Line(LEVEL, "at_least", ("7",)), Line("rule:no_bar")
PURPOSE = "Tìm nguồn: Công văn 12/BNV"


@pytest.fixture
def node(agency, settings):
    settings.CCVC_KIND, settings.CCVC_AGENCY = "national", "G09"
    for place, version in enumerate(Version.objects.select_related("dossier"), start=1):
        _accepted(version, place)
    since = timezone.localdate()
    for name, unit in (("appraiser", AGENCY), ("foreign", FOREIGN)):
        user = User.objects.create(username=name, full_name=name)
        Grant.objects.create(user=user, role="appraiser", unit_code=unit, valid_from=since, basis="QĐ 1")
    return lambda name="appraiser": subject_of(User.objects.get(username=name))


def _accepted(version, place):
    facts = {"number": version.number, "hash": version.hash, "agency_code": AGENCY}
    facts |= {"valid_from": version.valid_from}
    derived = columns(parse(version.document))
    person = register.Person.objects.create(
        key=version.dossier.key, accepted_at=timezone.now(), known_from=version.known_at, **facts, **derived
    )
    register.Version.objects.create(
        person=person,
        statement=version.statement,
        document=version.document,
        known_at=version.known_at,
        package=1,
        record=place,
        signature=version.signature,
        leaf=version.leaf,
        **facts,
    )


def test_people_are_sought_in_the_register_and_nobody_of_other_agencies(node):
    search = actions.seek(node(), Definition((MASTER, NO_BAR)), PURPOSE)
    assert (search.reached, search.holding, search.untold) == (5, 2, 1)
    page = selectors.found(node(), search, "yes", None, 10)
    assert {one.person.name for one in page} == {NAMES["good"], NAMES["elsewhere"]}
    assert actions.seek(node("foreign"), Definition((MASTER,)), PURPOSE).reached == 0
    today = f"{timezone.localdate():%d/%m/%Y}"
    then = actions.seek(node(), Definition((MASTER,), known=today, valid=today, unit=AGENCY), PURPOSE)
    assert then.holding == 3


def test_from_the_page_to_a_person_with_the_purpose_said_once(node):
    client = Client()
    client.force_login(User.objects.get(username="appraiser"))
    line = {"line": "0", "subject-0": LEVEL, "test-0": "at_least", "value-0": "7", "must-0": "1"}
    said = {"kind": "review", "basis": "Công văn 12/BNV", "act": "seek"}
    answer = client.post("/candidates/new/", {**line, **said}, follow=True)
    assert NAMES["good"] in answer.content.decode()
    key = Search.objects.get().results.filter(answer="yes")[0].person
    assert client.get(f"/register/people/{key}").status_code == 200
    assert AccessLog.objects.latest("pk").purpose == "Rà soát theo tiêu chuẩn: Công văn 12/BNV"


def test_an_agencys_proposal_is_held_against_the_register(node):
    head = proposals.Head("Tỉnh Nghệ An", "9/TTr", None, "Giám đốc Sở", "higher", timezone.localdate())
    number = register.Person.objects.get(full_name=NAMES["barred"]).personal_id
    people = [Person(number, NAMES["barred"], {"disciplines": "Không"})]
    (one,) = checked.people(node(), proposals.check(node(), head, people))
    assert (one.row.finding, one.row.outcome, one.row.version) == ("found", "block", 1)
    (none,) = checked.people(node("foreign"), proposals.check(node("foreign"), head, people))
    assert (none.row.finding, none.row.namesakes, none.record) == ("unknown", 0, None)
