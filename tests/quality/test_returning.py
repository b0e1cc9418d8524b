"""The national node judges what it holds and sends findings back; the component keeps them as work until mended."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.utils import timezone

from ccvc.access.actions import grant_role
from ccvc.access.selectors import subject_of
from ccvc.accounts.models import User
from ccvc.exchange import actions as exchange
from ccvc.exchange.domain import Arrival
from ccvc.exchange.domain.records import ConflictLine, QualityLine, decode_notice, line_bytes
from ccvc.exchange.handlers import take_notices
from ccvc.exchange.models import Queued
from ccvc.quality import actions, selectors
from ccvc.quality.models import Assessment, Finding, Returned, Score
from ccvc.quality.selectors import Asked
from ccvc.standard.problems import Problem
from ccvc.standard.quality import FAMILIES
from tests import people
from tests.registry.scheme import change

SYSTEM = people.SYSTEM


def steward(agency: str = "H41"):
    """Who watches over the data of one agency, on the national node."""
    user = User.objects.create(username=f"steward-{agency.lower()}", full_name="Người theo dõi")
    since = date(2025, 7, 1)
    grant_role(SYSTEM, user=user, role="steward", unit_code=agency, valid_from=since, basis="QĐ 1/QĐ-TEST")
    return subject_of(user)


def test_the_register_is_judged_by_agency(spoilt, other):
    other.send(change(2, agency="G12"))
    assert actions.judge_due().people == 1
    assert {row.agency_code for row in Assessment.objects.all()} == {"H41", "G12"}
    assert Score.objects.count() == 2 * len(FAMILIES)
    assert {unit.code for unit in selectors.unit_scores(steward("G12"))} == {"G12"}


def test_findings_are_sent_once_as_notices(spoilt):
    sent = actions.send_back(steward(), "H41", Asked(rule=spoilt.rule))
    (queued,) = Queued.objects.all()
    line = decode_notice(bytes(queued.line))
    assert sent == 1
    assert isinstance(line, QualityLine)
    assert (line.person, line.code, line.path) == (spoilt.person, spoilt.rule, "identity.full_name")
    assert Finding.objects.get(pk=spoilt.pk).sent_at
    with pytest.raises(Problem) as refused:
        actions.send_back(steward_again(), "H41", Asked(rule=spoilt.rule))
    assert refused.value.code == "QUA-NOTHING"


def steward_again():
    return subject_of(User.objects.get(username="steward-h41"))


def test_nobody_sends_for_an_agency_out_of_reach(spoilt):
    with pytest.raises(Problem) as refused:
        actions.send_back(steward("G12"), "H41", Asked())
    assert refused.value.code == "QUA-NOTHING"
    assert not Queued.objects.exists()


def arrival(*lines):
    """A share package with these lines, taken from the national node."""
    return Arrival(1, "G09", None, "", [line_bytes(line) for line in lines], timezone.now())


def test_a_component_keeps_what_was_sent_back_until_it_is_mended(agency, kept, capitals):
    line = QualityLine(
        kept.dossier.key, capitals.rule, capitals.path, "Tên viết hoa", "Viết như giấy khai sinh"
    )
    nothing = QualityLine(kept.dossier.key, "LIVE-PROVINCE", "identity.permanent_address", "Mã cũ")
    conflict = ConflictLine(uuid4(), "040085000001", "H41", "H56", "REG-CLAIMED", "Hai cơ quan")
    assert len({type(decode_notice(line_bytes(one))) for one in (line, conflict)}) == 2
    take_notices(SYSTEM, arrival(line, nothing))
    take_notices(SYSTEM, arrival(line))
    assert Returned.objects.count() == 2
    assert [row.rule for row, _ in selectors.returned(agency.subject("officer"))]
    assert selectors.returned(agency.subject("colleague")) == []
    actions.judge_due(again=True)
    assert [row.rule for row, _ in selectors.returned(agency.subject("officer"))] == [capitals.rule]


def test_a_rule_not_known_here_is_shown_to_nobody_who_may_not_read_all(agency, kept):
    take_notices(SYSTEM, arrival(QualityLine(kept.dossier.key, "CORRECT-NEW-RULE", "identity.sex", "Mới")))
    assert selectors.returned(agency.subject("officer")) == []


def test_queued_findings_travel_in_a_package(spoilt):
    actions.send_back(steward(), "H41", Asked())
    built = exchange.build_packages(SYSTEM, "H41")
    assert {outbound.kind for outbound in built} >= {"share"}
