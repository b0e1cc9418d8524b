"""The pages: what each role sees of a month, draws up, signs; what the national node shows of all agencies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client

from ccvc.access.actions import grant_role
from ccvc.access.models import AccessLog
from ccvc.accounts.models import User
from ccvc.closings.domain import Where
from ccvc.closings.models import Closing, Snapshot
from ccvc.closings.selectors import states
from ccvc.ledger.models import Entry
from ccvc.signing.actions import examine
from tests.closings.tampering import tampered_document
from tests.closings.world import LAST, THIS, World
from tests.exchange.nodes import COMPONENT, NATIONAL, SYSTEM
from tests.people import PASSPHRASE
from tests.signing.officers import HTTP, reader

MONTH, EARLIER = f"{THIS:%Y-%m}", f"{LAST:%Y-%m}"


@contextmanager
def at(world: World, node: str, name: str) -> Iterator[Client]:
    with world.nodes.acting_as(node):
        client = Client()
        client.force_login(world.agency.users[name])
        yield client


def join(world: World, name: str, role: str, unit: str = COMPONENT) -> None:
    user = User.objects.create(username=name, full_name=f"Người {name}")
    grant_role(SYSTEM, user=user, role=role, unit_code=unit, valid_from=THIS, basis="QĐ 1/QĐ-TEST")
    world.agency.users[name] = user


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_a_month_is_signed_with_the_token_in_the_approvers_own_machine(world: World) -> None:
    world.approve(2)
    snapshot, page = world.prepare(), f"/closings/{MONTH}/sign/"
    with (
        world.nodes.acting_as(COMPONENT),
        reader(world.agency.issuer, world.agency.users["approver"]) as approver,
    ):
        given = approver.begin(page, snapshot=snapshot.pk)
        other = {**given, "changes": [{"statement": snapshot.statement.replace('"people":2', '"people":3')}]}
        assert approver.program("/v1/requests", other).json()["problem"]["code"] == "SIG-HELPER-UNREADABLE"
        told = HTTP.get(approver.ask(given)["confirm"]).text
        for words in ("Ký chốt tháng", f"{THIS:%m/%Y}", "<dt>Số hồ sơ</dt><dd>2</dd>"):
            assert words in told
        signature = approver.signed(given)
        assert approver.complete(page, given, signature).json() == {"next": f"/closings/{MONTH}/"}
        assert approver.complete(page, given, signature).json()["code"] == "SIG-PENDING"
        assert approver.begin(page, snapshot=snapshot.pk)["code"] == "CLS-UNKNOWN"
        closing = Closing.objects.get()
        assert examine(closing.signature).status == "valid"
        with at(world, COMPONENT, "officer") as officer:
            assert officer.post(f"{page}begin/", {"snapshot": snapshot.pk}).status_code == 403


def test_an_officer_draws_up_what_the_approver_signs(world: World) -> None:
    world.approve(2)
    with at(world, COMPONENT, "officer") as officer:
        assert "Lập số liệu chốt" in text_of(officer.get(f"/closings/{MONTH}/"))
        assert officer.post(f"/closings/{MONTH}/prepare/").status_code == 302
        seen = text_of(officer.get(f"/closings/{MONTH}/"))
    assert "Số liệu chốt" in seen
    assert "passphrase" not in seen
    snapshot = Snapshot.objects.get()
    with at(world, COMPONENT, "approver") as approver:
        assert "passphrase" in text_of(approver.get(f"/closings/{MONTH}/"))
        wrong = approver.post(f"/closings/{MONTH}/sign/", {"snapshot": snapshot.pk, "passphrase": "x"})
        assert wrong.status_code in {400, 403, 409, 422}
        assert "SIG-PASSPHRASE" in text_of(wrong)
        assert not Closing.objects.exists()
        done = approver.post(f"/closings/{MONTH}/sign/", {"snapshot": snapshot.pk, "passphrase": PASSPHRASE})
        assert done.status_code == 302
        assert "Chờ cơ sở dữ liệu quốc gia trả lời" in text_of(approver.get("/closings/"))
        world.nodes.round()
        assert "Đã đối soát: khớp 2/2" in text_of(approver.get("/closings/"))


def test_who_may_not_is_refused_and_nothing_happens(world: World) -> None:
    world.approve(1)
    snapshot = world.prepare()
    for name in ("officer", "verifier", "administrator", "colleague", "stranger", "foreign_approver"):
        with at(world, COMPONENT, name) as client:
            form = {"snapshot": snapshot.pk, "passphrase": PASSPHRASE}
            assert client.post(f"/closings/{MONTH}/sign/", form).status_code == 403, name
    for name in ("administrator", "colleague", "stranger"):
        with at(world, COMPONENT, name) as client:
            assert client.post(f"/closings/{MONTH}/prepare/").status_code == 403, name
    for name in ("officer", "approver", "stranger"):
        with at(world, COMPONENT, name) as client:
            assert client.post(f"/closings/agencies/{COMPONENT}/decide/", decision()).status_code == 403, name
    assert (Snapshot.objects.get().pk, Closing.objects.count()) == (snapshot.pk, 0)


def decision(**more: str) -> dict[str, str]:
    return {"mode": "monthly", "since": MONTH, "window_days": "5", "basis": "QĐ 12/QĐ-UBND", **more}


def test_a_colleague_of_one_unit_has_no_part_in_the_closing_of_the_agency(world: World) -> None:
    world.approve(2)
    world.close()
    with at(world, COMPONENT, "colleague") as client:
        for page in ("", f"{MONTH}/", f"{MONTH}/changes/", f"{MONTH}/differences/"):
            assert client.get(f"/closings/{page}").status_code == 403, page
        assert "/closings/" not in text_of(client.get("/"))


def test_changes_of_the_month_are_listed_and_each_look_is_kept(world: World) -> None:
    keys = {version.dossier.key for version in world.approve(2)}
    with at(world, COMPONENT, "officer") as client:
        seen = text_of(client.get(f"/closings/{MONTH}/changes/?kind=create"))
        none = text_of(client.get(f"/closings/{EARLIER}/changes/"))
    assert seen.count("Nguyễn Văn An") >= 2
    assert "Không có thay đổi nào" in none
    look = AccessLog.objects.filter(purpose="Rà soát dữ liệu trước khi chốt tháng").first()
    assert look is not None
    assert {str(key) for key in keys} == set(map(str, look.person_keys))


def test_the_national_page_sorts_by_trouble_and_names_who_differs_to_those_who_may_read(world: World) -> None:
    join(world, "analyst", "analyst")
    join(world, "national_inspector", "inspector")
    versions = world.approve(2)
    world.close()
    world.carry_over(lambda: tampered_document(versions[0].dossier.key))
    with at(world, NATIONAL, "analyst") as client:
        assert "khác nhau" in text_of(client.get("/closings/overview/"))
        page = text_of(client.get(f"/closings/agencies/{COMPONENT}/{MONTH}/"))
        assert "khớp 1/2" in page
        assert "Nguyễn Văn An" not in page
        assert client.get(f"/closings/agencies/{COMPONENT}/{MONTH}/?differences=1").status_code == 403
        assert "Chốt tháng của các cơ quan" in text_of(client.get("/"))
    with at(world, NATIONAL, "national_inspector") as client:
        listed = text_of(client.get(f"/closings/agencies/{COMPONENT}/{MONTH}/?differences=1"))
        assert "Nguyễn Văn An" in listed
        assert AccessLog.objects.filter(actor_id=world.agency.users["national_inspector"].pk).exists()
    with at(world, NATIONAL, "stranger") as client:
        assert "khác nhau" not in text_of(client.get("/closings/overview/")).split("<main")[1]
        assert client.get(f"/closings/agencies/{COMPONENT}/{MONTH}/").status_code == 404


def test_numbers_that_are_others_are_shown_to_those_who_may_read_each_person(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(world, "analyst", "analyst")
    join(world, "national_inspector", "inspector")
    world.approve(1)
    with monkeypatch.context() as patch:
        patch.setattr(states, "read_where", lambda unit, _category, status: Where(unit, "VC", status))
        world.close()
    world.nodes.round()
    address, table = f"/closings/agencies/{COMPONENT}/{MONTH}/", "bản chốt và đếm lại"
    with at(world, NATIONAL, "analyst") as client:
        page = text_of(client.get(address))
        assert "2 số trong bản chốt khác" in page
        assert table not in page
    with at(world, NATIONAL, "national_inspector") as client:
        page = text_of(client.get(address))
        assert table in page
        assert "cơ quan đã cộng sai" in page
    with at(world, COMPONENT, "officer") as client:
        assert table in text_of(client.get(f"/closings/{MONTH}/"))


def test_an_administrator_decides_how_the_agency_closes_and_it_is_in_the_ledger(world: World) -> None:
    with at(world, COMPONENT, "administrator") as client:
        assert client.post(f"/closings/agencies/{COMPONENT}/decide/", decision()).status_code == 302
        for bad in (
            {"window_days": "0"},
            {"window_days": "x"},
            {"since": "2026-13"},
            {"mode": "never"},
            {"basis": "?"},
        ):
            refused = client.post(f"/closings/agencies/{COMPONENT}/decide/", decision(**bad))
            assert refused.status_code == 422, bad
        assert client.post(f"/closings/agencies/{NATIONAL}/decide/", decision()).status_code in {403, 422}
    entry = Entry.objects.filter(kind="administrative", subject=f"closing:{COMPONENT}").latest("index")
    assert '"basis":"QĐ 12/QĐ-UBND"' in entry.payload


def test_the_entry_page_says_which_month_waits(world: World) -> None:
    world.approve_last_month(1)
    with at(world, COMPONENT, "approver") as client:
        assert "Đã hết kỳ mà chưa ký" in (missed := text_of(client.get("/")))
        assert f"tháng {LAST:%m/%Y}" in missed
        world.close(LAST, "Hệ thống bảo trì cuối tháng")
        assert f"tháng {THIS:%m/%Y}" in (waits := text_of(client.get("/")))
        assert "Đang trong kỳ ký" in waits
        world.close()
        assert "kỳ ký" not in text_of(client.get("/"))


@pytest.mark.parametrize("address", ["/closings/2026-13/", "/closings/abc/", "/closings/0001-01/"])
def test_a_month_that_is_none_is_refused_in_words(world: World, address: str) -> None:
    with at(world, COMPONENT, "officer") as client:
        refused = client.get(address)
    assert refused.status_code == 422
    assert "CLS-MONTH" in text_of(refused)
