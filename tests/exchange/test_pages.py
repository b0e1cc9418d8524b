"""Pages of the exchange: who sees what, and that every state has words."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from ccvc.access.actions import grant_role
from ccvc.access.models import AccessLog
from ccvc.accounts.models import User
from ccvc.exchange import actions
from ccvc.exchange.domain.records import ConflictLine, line_bytes
from ccvc.exchange.models import Notice, Outbound
from ccvc.ledger.models import Entry
from ccvc.standard.problems import Problem
from tests.exchange.nodes import COMPONENT, NATIONAL, SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(nodes, agency):
    """Open a page as somebody, at the component: `page("clerk", "exchange:status")`."""
    clerk = User.objects.create(username="clerk", full_name="Người văn thư")
    since = agency.users["officer"].grants.get().valid_from
    grant_role(SYSTEM, user=clerk, role="clerk", unit_code=COMPONENT, valid_from=since, basis="QĐ 2/QĐ-TEST")
    agency.users["clerk"] = clerk

    def run(name: str, route: str, *args, method: str = "get", **query):
        client = Client()
        client.force_login(agency.users[name])
        with nodes.acting_as(COMPONENT):
            return getattr(client, method)(reverse(route, args=args), query)

    return run


def test_the_clerk_sees_how_the_exchange_stands(page, nodes, approve):
    approve(2)
    text = page("clerk", "exchange:status").content.decode()
    assert "Nút G09" in text
    assert "Chưa đóng gói" in text
    nodes.round()
    assert "Đã khớp" in page("clerk", "exchange:status").content.decode()


def test_those_without_the_right_see_nothing_of_the_exchange(page, nodes, approve):
    approve(1)
    for name in ("officer", "colleague", "stranger"):
        for route, args in (("exchange:status", []), ("exchange:peer", [NATIONAL])):
            answer = page(name, route, *args)
            assert answer.status_code == 403
            assert "G09" not in answer.content.decode()


def test_packages_of_a_peer_are_listed_with_their_state_and_their_trouble(page, nodes, approve):
    approve(1)
    with nodes.acting_as(COMPONENT):
        built = actions.build_packages(SYSTEM, NATIONAL)[0]
    problem = Problem("EXC-FORK", where="manifest.sequence", sender=COMPONENT, got=1)
    Outbound.objects.filter(pk=built.pk).update(state="refused", last_error=problem.as_json())
    text = page("clerk", "exchange:peer", NATIONAL).content.decode()
    assert "EXC-FORK" in text
    assert "Gửi lại ngay" in text
    assert "Gửi lại ngay" not in page("inspector", "exchange:peer", NATIONAL).content.decode()
    assert page("inspector", "exchange:retry", built.pk, method="post").status_code == 403
    assert page("clerk", "exchange:retry", built.pk, method="post").status_code == 302
    built.refresh_from_db()
    assert built.state == "built"
    assert page("clerk", "exchange:retry", 999_999, method="post").status_code == 404
    assert page("clerk", "exchange:peer", "H99").status_code == 404
    nodes.round()
    assert "Biên nhận" in page("clerk", "exchange:peer", NATIONAL, side="taken").content.decode()


def test_a_package_refused_whole_can_be_packed_again(page, nodes, approve):
    approve(1)
    nodes.register.fail = Problem("EXC-KIND", where="manifest.kind", got="changes")
    nodes.round()
    assert "Đóng gói lại các thay đổi" in page("clerk", "exchange:peer", NATIONAL).content.decode()
    first = Outbound.objects.get(peer__agency_code=NATIONAL)
    assert page("clerk", "exchange:resend", first.pk, method="post").status_code == 302
    assert Outbound.objects.filter(peer__agency_code=NATIONAL).count() == 2


def test_the_officer_finds_refused_records_as_work_and_the_look_is_recorded(page, nodes, approve, agency):
    person = approve(1)[0].dossier.key
    nodes.register.refuse = {person}
    nodes.round()
    text = page("officer", "exchange:refused").content.decode()
    assert "Nguyễn Văn An" in text
    assert Problem("EXC-CHANGE-LEAF", leaf=0).message() in text
    assert reverse("dossiers:detail", args=[person]) in text
    look = AccessLog.objects.get(actor_id=agency.users["officer"].pk, act="list")
    assert look.person_keys == [person]
    for stranger in ("colleague", "stranger"):
        answer = page(stranger, "exchange:refused")
        assert str(person) not in answer.content.decode()
        assert "Nguyễn Văn An" not in answer.content.decode()
    assert page("clerk", "exchange:refused").status_code == 403


def test_an_empty_page_says_so(page):
    assert "Không có việc nào" in page("officer", "exchange:refused").content.decode()


def test_a_notice_is_shown_to_those_who_manage_the_dossier_and_closed_by_them(page, nodes, approve, agency):
    person = approve(1)[0].dossier.key
    told = ConflictLine(
        person, "040085000001", "H41", "H56", "REG-CLAIMED", "H56 vừa gửi người này", "Liên hệ H56"
    )
    with nodes.acting_as(NATIONAL):
        actions.send_package(SYSTEM, COMPONENT, "share", [line_bytes(told)])
        actions.build_packages(SYSTEM, COMPONENT)
    nodes.fetch()
    notice = Notice.objects.get()
    assert "H56 vừa gửi người này" in page("officer", "exchange:refused").content.decode()
    assert "H56 vừa gửi người này" not in page("stranger", "exchange:refused").content.decode()
    for name in ("stranger", "colleague", "clerk"):
        assert page(name, "exchange:close", notice.pk, method="post").status_code in {403, 404}
    assert page("officer", "exchange:close", notice.pk, method="post").status_code == 302
    assert "H56 vừa gửi người này" not in page("officer", "exchange:refused").content.decode()
    assert Entry.objects.filter(subject=f"notice:{notice.pk}").count() == 1
