"""Pages of the exchange: who sees what, and that every state has words."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from ccvc.access.actions import grant_role
from ccvc.access.models import AccessLog
from ccvc.access.selectors import subject_of
from ccvc.accounts.models import User
from ccvc.exchange import actions
from ccvc.exchange.domain.records import ConflictLine, line_bytes
from ccvc.exchange.models import Notice, Outbound, Peer
from ccvc.exchange.selectors import prove
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


@pytest.fixture
def national(nodes, agency):
    """Open a page of the national node as a clerk whose grant covers one unit: `national("H41", "exchange:status")`."""
    with nodes.acting_as(NATIONAL):
        Peer.objects.create(agency_code="H56", name="Nút H56", transport="file")
    since = agency.users["officer"].grants.get().valid_from

    def run(unit: str, route: str, *args, method: str = "get"):
        clerk, made = User.objects.get_or_create(username=f"clerk {unit}".lower(), full_name="Người văn thư")
        if made:
            grant_role(
                SYSTEM, user=clerk, role="clerk", unit_code=unit, valid_from=since, basis="QĐ 3/QĐ-TEST"
            )
        client = Client()
        client.force_login(clerk)
        with nodes.acting_as(NATIONAL):
            return getattr(client, method)(reverse(route, args=args))

    return run


@pytest.mark.parametrize(
    ("unit", "seen"),
    [("*", {COMPONENT, "H56"}), (COMPONENT, {COMPONENT}), ("H56", {"H56"}), ("H41.12", set())],
)
def test_on_the_national_node_a_peer_is_seen_by_those_who_reach_its_agency(
    national, nodes, approve, unit, seen
):
    approve(1)
    nodes.round()
    with pytest.raises(Problem):
        nodes.take(b"no package")
    page = national(unit, "exchange:status").content.decode()
    shown = {agency for agency in (COMPONENT, "H56") if reverse("exchange:peer", args=[agency]) in page}
    assert shown == seen
    assert ("giữ lại để xem xét" in page) is (unit == "*")
    for agency in (COMPONENT, "H56"):
        assert national(unit, "exchange:peer", agency).status_code == (200 if agency in seen else 404)
    receipt = Outbound.objects.get(peer__agency_code=COMPONENT)
    for route in ("exchange:retry", "exchange:resend"):
        answer = national(unit, route, receipt.pk, method="post").content.decode()
        assert ("EXC-STATE" in answer, "EXC-NOT-FOUND" in answer) == (
            COMPONENT in seen,
            COMPONENT not in seen,
        )


def test_what_was_kept_aside_is_counted_for_those_who_reach_whom_it_names(national, nodes, approve):
    approve(1)
    with nodes.acting_as(COMPONENT):
        data = bytes(actions.build_packages(SYSTEM, NATIONAL)[0].data)
    with nodes.acting_as(NATIONAL):
        actions.suspend_peer(SYSTEM, COMPONENT, reason="Thử")
    with pytest.raises(Problem):
        nodes.take(data)
    kept = {
        unit: "giữ lại để xem xét" in national(unit, "exchange:status").content.decode()
        for unit in ("H41", "H56")
    }
    assert kept == {"H41": True, "H56": False}


def test_each_proves_what_they_reach(national, nodes, approve, agency):
    national("H56", "exchange:status")
    subject = subject_of(User.objects.get(username="clerk h56"))
    with nodes.acting_as(NATIONAL):
        assert [proof.peer for proof in prove(subject)] == ["H56"]


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
