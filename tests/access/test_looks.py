"""Every look is recorded, can not be taken back, and is told to the person looked at."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from ccvc.access.actions import record_look
from ccvc.access.models import AccessLog
from ccvc.access.selectors import PAGE, looks_at
from ccvc.standard.problems import Problem
from tests.access.people import People

PURPOSE = "Kiểm tra kê khai tháng 11"


def look(people: People, by: str, *whose: str, act: str = "view", detail: str = "") -> AccessLog:
    row = record_look(people.subject(by), [people.key(name) for name in whose], act, PURPOSE, detail)
    assert row is not None
    return row


def test_a_look_keeps_who_in_which_role_and_what_for(people: People) -> None:
    row = look(people, "officer", "owner", "colleague", act="list")
    assert (row.actor_id, row.actor_name, row.actor_role) == (
        people["officer"].pk,
        "Họ tên officer",
        "officer",
    )
    assert (row.actor_units, row.act, row.purpose) == ("H41.12", "list", PURPOSE)
    assert row.person_keys == [people.key("owner"), people.key("colleague")]


def test_a_look_at_others_needs_a_purpose_and_ones_own_does_not(people: People) -> None:
    with pytest.raises(Problem) as caught:
        record_look(people.subject("officer"), [people.key("owner")])
    assert caught.value.code == "ACC-PURPOSE"
    said = record_look(people.subject("officer").with_purpose(PURPOSE), [people.key("owner")])
    own = record_look(people.subject("owner"), [people.key("owner")])
    assert said is not None
    assert own is not None
    assert (said.purpose, own.purpose, own.actor_role) == (PURPOSE, "Xem hồ sơ của chính mình", "person")


def test_looking_at_nobody_leaves_no_row(people: People) -> None:
    assert record_look(people.subject("officer"), []) is None
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_take_a_look_back(people: People, act: str) -> None:
    look(people, "officer", "owner")
    rows = AccessLog.objects.all()
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        rows.update(purpose="khác") if act == "update" else rows.delete()
    assert AccessLog.objects.get().purpose == PURPOSE


def test_a_person_sees_who_looked_newest_first_without_their_own_looks(people: People) -> None:
    look(people, "officer", "owner", detail="Nhóm: lương")
    look(people, "owner", "owner")
    look(people, "verifier", "owner", "colleague", act="search", detail="tên: Họ tên colleague")
    look(people, "officer", "colleague")
    seen = looks_at(people.subject("owner"), people.key("owner"))
    assert [(s.who, s.role, s.act, s.detail) for s in seen] == [
        ("Họ tên verifier", "Người thẩm định", "Thấy trong kết quả tìm kiếm", ""),
        ("Họ tên officer", "Cán bộ tổ chức", "Xem hồ sơ", "Nhóm: lương"),
    ]
    assert len(looks_at(people.subject("owner"), people.key("owner"), own_looks=True)) == 3


@pytest.mark.parametrize("by", ["colleague", "officer", "verifier", "stranger", "administrator", "analyst"])
def test_nobody_else_sees_who_looked(people: People, by: str) -> None:
    look(people, "officer", "owner")
    with pytest.raises(Problem) as caught:
        looks_at(people.subject(by), people.key("owner"))
    assert caught.value.code == "ACC-DENIED"


def test_an_inspector_sees_looks_in_reach_and_a_stranger_like_nobody(people: People) -> None:
    look(people, "officer", "owner")
    inspector = people.subject("inspector")
    assert [s.who for s in looks_at(inspector, people.key("owner"))] == ["Họ tên officer"]
    with pytest.raises(Problem) as unknown:
        looks_at(inspector, uuid4())
    assert unknown.value.as_json()["where"] == ""


def test_my_looks_page_tells_and_turns_pages(people: People, client: Client) -> None:
    for number in range(PAGE + 2):
        look(people, "officer", "owner", detail=f"lượt {number}")
    client.force_login(people["owner"])
    page = client.get(reverse("access:looks"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Ai đã xem hồ sơ của tôi" in text
    assert PURPOSE in text
    assert text.count("Họ tên officer") == PAGE
    before = page.context["more"]
    older = client.get(reverse("access:looks"), {"before": before}).content.decode()
    assert "lượt 1<" in older
    assert "lượt 2<" not in older


def test_my_looks_page_of_an_account_without_a_dossier(people: People, client: Client) -> None:
    client.force_login(people["administrator"])
    assert "không gắn với hồ sơ nào" in client.get(reverse("access:looks")).content.decode()


def test_an_inspectors_look_at_the_looks_is_told_too(people: People, client: Client) -> None:
    client.force_login(people["inspector"])
    assert client.get(reverse("access:looks_at", args=[people.key("owner")])).status_code == 200
    seen = looks_at(people.subject("owner"), people.key("owner"))
    assert [(s.who, s.purpose) for s in seen] == [
        ("Họ tên inspector", "Thanh tra, kiểm tra việc truy cập hồ sơ")
    ]


def test_my_roles_page_names_the_decision(people: People, client: Client) -> None:
    client.force_login(people["officer"])
    text = client.get(reverse("access:my_roles")).content.decode()
    assert "QĐ 01/QĐ-SNV ngày 02/01/2026" in text
    assert "Bạn đang giữ" in text
    assert "Người thanh tra" in text
