"""The pages: what each shows, what each does, and that every look at a person is recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ccvc.access.models import AccessLog
from ccvc.changes.models import Change
from ccvc.exchange.models import Queued
from ccvc.quality import actions
from ccvc.quality.models import Finding, Returned
from ccvc.registry import purposes
from tests import people
from tests.quality.test_returning import steward


@pytest.fixture
def page(agency, settings):
    """Ask for a page as somebody, or post a form."""
    settings.CCVC_NAME = "Nút thử"

    def ask(name, route, *args, post=None, query=None):
        client = Client()
        client.force_login(agency.users[name])
        url = reverse(route, args=args)
        return client.get(url, query or {}) if post is None else client.post(url, post)

    return ask


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def test_findings_are_listed_with_their_suggestions_and_the_look_recorded(page, capitals):
    shown = text(page("officer", "quality:list"))
    assert "NGUYỄN VĂN AN" in shown
    assert "Nguyễn Văn An" in shown
    look = AccessLog.objects.latest("pk")
    assert look.person_keys == [capitals.person]
    assert look.purpose


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ({"family": "clean"}, True),
        ({"family": "live"}, False),
        ({"rule": "CLEAN-NAME-CAPITALS"}, True),
        ({"severity": "error"}, False),
        ({"unit": people.UNIT}, True),
        ({"unit": people.OTHER_UNIT}, False),
        ({"state": "rejected"}, False),
        ({"suggested": "1"}, True),
    ],
)
def test_filters_narrow_the_list(page, capitals, query, there):
    shown = text(page("officer", "quality:list", query=query))
    assert ("viết toàn chữ hoa" in shown) is there


def test_a_preview_shows_every_change_before_anything_is_proposed(page, capitals):
    shown = text(page("officer", "quality:preview", post={"finding": [capitals.pk]}))
    assert "difference__new" in shown
    assert not Change.objects.filter(state="proposed").exists()
    answer = page("officer", "quality:accept", post={"ids": str(capitals.pk)})
    assert answer.status_code == 302
    assert Change.objects.filter(state="proposed").count() == 1


def test_all_that_the_filters_leave_can_be_accepted_at_once(page, kept, capitals):
    shown = text(page("officer", "quality:preview", post={"all": "1", "family": "clean"}))
    assert str(capitals.pk) in shown


def test_a_person_page_takes_a_ruling_and_shows_it(page, agency, capitals):
    later = (timezone.localdate() + timedelta(days=30)).isoformat()
    post = {"reason": "Chờ bản sao giấy khai sinh", "until": later}
    assert page("officer", "quality:aside", capitals.pk, post=post).status_code == 302
    shown = text(page("officer", "quality:person", capitals.person))
    assert "Chờ bản sao giấy khai sinh" in shown
    assert agency.users["officer"].full_name in shown
    assert page("officer", "quality:reopen", capitals.pk, post={}).status_code == 302
    assert Finding.objects.get(pk=capitals.pk).state == "open"
    assert AccessLog.objects.filter(act="view", person_keys=[capitals.person]).exists()


def test_a_day_that_is_none_is_told(page, capitals):
    post = {"reason": "Chờ giấy tờ", "until": "32/13/2026"}
    assert page("officer", "quality:aside", capitals.pk, post=post).status_code == 422


def test_scores_stand_with_their_unit(page, kept):
    shown = text(page("officer", "quality:scores"))
    assert people.UNIT in shown
    assert "Đúng" in shown
    assert 'class="spark"' in shown


def test_the_dossier_leads_to_its_findings(page, kept):
    shown = text(page("officer", "dossiers:detail", kept.dossier.key))
    assert reverse("quality:person", args=[kept.dossier.key]) in shown


def test_work_sent_back_is_shown_where_it_is_done(page, capitals):
    row = {"inbound": 1, "line": 0, "person": capitals.person, "rule": capitals.rule, "path": capitals.path}
    Returned.objects.create(message="Nút quốc gia thấy tên viết hoa", at=timezone.now(), **row)
    assert "Nút quốc gia thấy tên viết hoa" in text(page("officer", "quality:list"))
    assert "Nút quốc gia thấy tên viết hoa" not in text(page("colleague", "quality:list"))


@pytest.fixture
def national_client(spoilt, settings):
    """The data steward of H41, who has said what for."""
    settings.CCVC_NAME = "Nút quốc gia"
    subject = steward()
    client = Client()
    client.force_login(people.User.objects.get(pk=subject.user_id))
    return client


def test_the_national_node_asks_what_for_first(national_client):
    answer = national_client.get(reverse("quality:list"))
    assert answer.status_code == 302
    assert reverse("registry:purpose") in answer["Location"]


def test_an_agency_is_sent_its_findings_from_the_scores(national_client, spoilt):
    shown = text(national_client.get(reverse("quality:scores")))
    assert reverse("quality:send", args=["H41"]) in shown
    assert (
        national_client.post(reverse("quality:send", args=["H41"]), {"rule": spoilt.rule}).status_code == 302
    )
    assert Queued.objects.count() == 1
    session = national_client.session
    purposes.keep(session, "Thanh tra, kiểm tra: Kế hoạch 12")
    session.save()
    assert "NGUYỄN VĂN AN" in text(national_client.get(reverse("quality:list")))
    assert "Kế hoạch 12" in AccessLog.objects.latest("pk").purpose


def test_the_register_leads_to_a_persons_findings_and_back(national_client, spoilt):
    session = national_client.session
    purposes.keep(session, "Thanh tra, kiểm tra: Kế hoạch 12")
    session.save()
    person, found = (reverse(name, args=[spoilt.person]) for name in ("registry:person", "quality:person"))
    assert found in text(national_client.get(person))
    assert person in text(national_client.get(found))


def test_nothing_is_proposed_on_the_national_node(national_client, spoilt):
    answer = national_client.post(reverse("quality:accept"), {"ids": str(spoilt.pk)})
    assert answer.status_code in {403, 404}
    assert actions.judge_due().people == 0
