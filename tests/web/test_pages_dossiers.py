"""The dossier pages as their readers meet them: list and search, groups, history, versions, other times."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ccvc.access.models import AccessLog
from ccvc.dossiers.domain import parse
from ccvc.dossiers.models import Version
from ccvc.organisations.actions import open_unit
from ccvc.organisations.models import UnitState
from tests import people
from tests.people import OTHER_UNIT, UNIT, Agency
from tests.web.visiting import signed_in

PART: Any = {"headers": {"HX-Request": "true"}}
VARYING = re.compile(r'[0-9a-f-]{36}|(?:csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"')
TODAY = timezone.localdate()


def text(client: Client, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(f"dossiers:{name}", args=args), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def changed(version: Version, group: str = "identity", **values: Any) -> dict[str, Any]:
    document = parse(version.document)
    return document | {group: document.get(group, {}) | values}


@pytest.fixture
def three(agency: Agency) -> list[Version]:
    """Three people of one unit and one of another."""
    names = ["Nguyễn Thị Hoà", "Trần Văn Ân", "Nguyễn Đức An"]
    made = [people.kept(agency, people.dossier(n, full_name=name)) for n, name in enumerate(names, 1)]
    elsewhere = people.dossier(4, full_name="Lê Thị Bưởi")
    elsewhere["employment"] |= {"unit_code": OTHER_UNIT, "unit_name": "Sở Y tế", "category": "VC"}
    return [*made, people.kept(agency, elsewhere, unit_code=OTHER_UNIT)]


@pytest.mark.usefixtures("three")
def test_the_list_is_in_vietnamese_order_of_given_names(agency: Agency) -> None:
    page = text(signed_in(agency, "officer"), "list")
    order = ["Nguyễn Đức An", "Trần Văn Ân", "Lê Thị Bưởi", "Nguyễn Thị Hoà"]
    assert sorted(order, key=page.index) == order
    assert "4 hồ sơ" in page
    assert "07/03/1985" in page


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("q", "count"),
    [
        ("hoa", 1),
        ("Hòa", 1),
        ("hoà", 1),
        ("HOÀ", 1),
        ("nguyen", 2),
        ("nguyễn an", 1),
        ("an", 2),
        ("ng", 2),
        ("0400850000", 4),
        ("040085000002", 1),
        ("999", 0),
        ("không ai", 0),
        ("'; DROP", 0),
        ("-", 0),
        ("\x00", 4),
    ],
)
def test_search_with_and_without_tone_marks(agency: Agency, q: str, count: int) -> None:
    page = text(signed_in(agency, "officer"), "list", q=q)
    assert f">{count} hồ sơ<" in page
    assert page.count('class="lead nowrap"') == count
    if not count:
        assert "Không có hồ sơ nào khớp" in page


@pytest.mark.usefixtures("three")
def test_filters_narrow_the_list(agency: Agency) -> None:
    officer = signed_in(agency, "officer")
    assert ">1 hồ sơ<" in text(officer, "list", unit=OTHER_UNIT)
    assert ">4 hồ sơ<" in text(officer, "list", unit=people.AGENCY)
    assert ">1 hồ sơ<" in text(officer, "list", category="VC")
    assert ">3 hồ sơ<" in text(officer, "list", category="CC", status="01")
    assert ">0 hồ sơ<" in text(officer, "list", unit=people.FOREIGN_UNIT)


@pytest.mark.usefixtures("three")
def test_the_list_ends_at_the_readers_reach(agency: Agency) -> None:
    page = text(signed_in(agency, "colleague"), "list")
    assert ">1 hồ sơ<" in page
    assert "Lê Thị Bưởi" in page
    assert "Nguyễn" not in page
    assert ">0 hồ sơ<" in text(signed_in(agency, "colleague"), "list", q="nguyen")


def test_a_search_is_one_look_at_those_it_showed(agency: Agency, three: list[Version]) -> None:
    text(signed_in(agency, "officer"), "list", q="nguyen")
    look = AccessLog.objects.get(act="search")
    assert set(look.person_keys) == {three[0].dossier.key, three[2].dossier.key}
    assert (look.purpose, look.detail) == ("Quản lý hồ sơ trong phạm vi phụ trách", "nguyen")


@pytest.mark.usefixtures("three")
def test_a_part_is_the_page_without_its_frame(agency: Agency) -> None:
    answer = signed_in(agency, "officer").get(reverse("dossiers:list"), {"q": "hoa"}, **PART)
    page = answer.content.decode()
    assert "<html" not in page
    assert 'id="results"' in page
    assert 'role="status" data-announce>1 hồ sơ<' in page
    assert "HX-Request" in answer["Vary"]


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


@pytest.mark.parametrize("name", ["list"])
def test_a_longer_list_takes_no_more_queries(agency: Agency, name: str) -> None:
    officer, address = signed_in(agency, "officer"), reverse(f"dossiers:{name}")
    people.kept(agency, people.dossier(1))
    few = queries(officer, address)
    for number in range(2, 8):
        people.kept(agency, people.dossier(number))
    assert queries(officer, address) == few
    assert few <= 15


def test_a_long_history_takes_no_more_queries(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccvc.dossiers.histories.PAGE", 1)
    officer, version = signed_in(agency, "officer"), people.kept(agency, people.dossier())
    addresses = [reverse(f"dossiers:{page}", args=[version.dossier.key]) for page in ("detail", "history")]
    few = [queries(officer, address) for address in addresses]
    for number in range(4):
        version = people.kept(agency, changed(version, phone=f"090000000{number}"), key=version.dossier.key)
    assert [queries(officer, address) for address in addresses] == few
    assert max(few) <= 28


def test_pages_turn_and_keep_the_question(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccvc.dossiers.listing.PAGE", 2)
    for number in range(1, 6):
        people.kept(agency, people.dossier(number))
    officer = signed_in(agency, "officer")
    first, last = text(officer, "list", q="an"), text(officer, "list", q="an", page=3)
    assert first.count('class="lead nowrap"') == 2
    assert last.count('class="lead nowrap"') == 1
    assert "?q=an&amp;page=2" in first
    assert text(officer, "list", page="x").count('class="lead nowrap"') == 2


def test_a_dossier_shows_its_groups_and_what_is_missing(agency: Agency) -> None:
    key = people.kept(agency, people.dossier()).dossier.key
    officer = signed_in(agency, "officer")
    page = text(officer, "detail", key)
    assert "Số định danh cá nhân" in page
    assert "040085000001" in page
    assert "Mục chưa kê khai" in page
    education = text(officer, "detail", key, group="education")
    assert "Luật" in education
    assert "Đại học" in education
    assert "Nhóm này chưa có thông tin nào" in text(officer, "detail", key, group="military")
    assert "Thông tin cơ bản về bản thân" in text(officer, "detail", key, group="no-such-group")


def test_an_inspector_reads_basic_fields_and_is_told_there_may_be_more(agency: Agency) -> None:
    document = people.dossier() | {"health": {"height_cm": 171}}
    key = people.kept(agency, document).dossier.key
    inspector = signed_in(agency, "inspector")
    page = text(inspector, "detail", key)
    assert "Nguyễn Văn An" in page
    assert "Dân tộc" not in page
    assert "còn có những mục không thuộc quyền xem của bạn" in page
    health = text(inspector, "detail", key, group="health")
    assert "171" not in health
    assert "Nhóm này không thuộc quyền xem của bạn" in health
    assert "Kê khai thay đổi" not in page


def test_whether_there_is_hidden_data_cannot_be_told(agency: Agency) -> None:
    """The page of one who has sensitive data and of one who has none differ in nothing."""
    full = people.kept(agency, people.dossier(1) | {"health": {"height_cm": 171}}).dossier.key
    empty = people.kept(agency, people.dossier(2)).dossier.key
    inspector = signed_in(agency, "inspector")
    one, other = (VARYING.sub("", text(inspector, "detail", key, group="health")) for key in (full, empty))
    assert one == other


def test_a_role_elsewhere_opens_no_field_here(agency: Agency) -> None:
    """An inspector of the agency who is an appraiser of another reads here what an inspector reads."""
    people.grant_role(
        people.SYSTEM,
        user=agency.users["inspector"],
        role="appraiser",
        unit_code=people.FOREIGN,
        valid_from=TODAY,
        basis="QĐ 3",
    )
    key = people.kept(agency, people.dossier()).dossier.key
    assert "Dân tộc" not in text(signed_in(agency, "inspector"), "detail", key)


def test_the_dossier_of_a_closed_unit_is_still_read(agency: Agency) -> None:
    key = people.kept(agency, people.dossier()).dossier.key
    UnitState.objects.filter(code=UNIT).update(valid_to=TODAY - timedelta(days=1))
    assert "040085000001" in text(signed_in(agency, "officer"), "detail", key)


def test_history_shows_each_change_with_who_took_which_step(agency: Agency) -> None:
    first = people.kept(agency, people.dossier())
    key = first.dossier.key
    people.kept(agency, changed(first, phone="0903111222"), key=key, reason="Đổi số máy", kind="correct")
    page = text(signed_in(agency, "officer"), "history", key)
    assert page.index("Phiên bản 2") < page.index("Phiên bản 1")
    for words in ("Đổi số máy", "Đính chính", "Người verifier", "Người approver", "0903111222", "Lập hồ sơ"):
        assert words in page


def test_a_reason_is_withheld_with_what_it_is_about(agency: Agency) -> None:
    first = people.kept(agency, people.dossier())
    reason = "Quyết định kỷ luật số 9"
    people.kept(agency, changed(first, "health", height_cm=171), key=first.dossier.key, reason=reason)
    assert reason in text(signed_in(agency, "officer"), "history", first.dossier.key)
    page = text(signed_in(agency, "inspector"), "history", first.dossier.key)
    assert reason not in page
    assert "không thuộc quyền xem" in page


def test_a_version_is_shown_as_it_was_signed(agency: Agency) -> None:
    first = people.kept(agency, people.dossier())
    key = first.dossier.key
    second = people.kept(agency, changed(first, full_name="Nguyễn Văn Ân"), key=key)
    officer = signed_in(agency, "officer")
    page = text(officer, "version", key, 1)
    assert "Nguyễn Văn An" in page
    assert "Nguyễn Văn Ân" not in page
    assert bytes(first.hash).hex() in page
    assert bytes(first.hash).hex() in text(officer, "version", key, second.number)
    answer = officer.get(reverse("dossiers:version", args=[key, 3]))
    assert (answer.status_code, "DOS-NO-VERSION" in answer.content.decode()) == (404, True)


def test_the_dossier_as_known_and_as_valid_on_other_days(agency: Agency) -> None:
    first = people.kept(agency, people.dossier())
    key, later = first.dossier.key, TODAY + timedelta(days=20)
    people.kept(agency, changed(first, full_name="Nguyễn Văn Mới"), key=key, valid_from=later)
    officer = signed_in(agency, "officer")
    now = text(officer, "detail", key)
    assert "Nguyễn Văn An" in now
    assert f"có hiệu lực từ ngày {later:%d/%m/%Y}" in now
    then = text(officer, "detail", key, valid=f"{later:%d/%m/%Y}")
    assert f'name="valid" value="{later:%d/%m/%Y}"' in then
    assert "Nguyễn Văn Mới" in then
    assert "Không phải hồ sơ hiện tại" in then
    assert "Kê khai thay đổi" not in then
    before = text(officer, "detail", key, known=(TODAY - timedelta(days=1)).isoformat())
    assert "Chưa có hồ sơ vào thời điểm này" in before
    assert "Nguyễn Văn" not in before.partition("<main")[2]


def test_a_day_that_is_none_is_said_so(agency: Agency) -> None:
    key = people.kept(agency, people.dossier()).dossier.key
    answer = signed_in(agency, "officer").get(reverse("dossiers:detail", args=[key]), {"known": "30/02/2026"})
    assert answer.status_code == 422
    assert "DOS-DATE" in answer.content.decode()
    assert "Ngày không đúng" in answer.content.decode()


def test_ones_own_dossier(agency: Agency) -> None:
    owner = agency.users["owner"]
    client = signed_in(agency, "owner")
    assert "chưa gắn với hồ sơ nào" in client.get(reverse("dossiers:mine")).content.decode()
    owner.person_key = people.kept(agency, people.dossier()).dossier.key
    owner.save()
    page = client.get(reverse("dossiers:mine"), follow=True).content.decode()
    assert "Dân tộc" in page
    assert "Kê khai thay đổi" in page
    look = AccessLog.objects.get(actor_id=owner.pk)
    assert (look.actor_role, look.purpose) == ("person", "Xem hồ sơ của chính mình")
    assert client.get(reverse("dossiers:list")).status_code == 403


def test_a_dossier_nobody_has(agency: Agency) -> None:
    answer = signed_in(agency, "officer").get(reverse("dossiers:detail", args=[uuid4()]))
    assert answer.status_code == 404
    assert "DOS-UNKNOWN" in answer.content.decode()


def test_a_unit_opened_below_belongs_to_the_unit_above(agency: Agency) -> None:
    open_unit(
        people.SYSTEM,
        code=f"{UNIT}.01",
        name="Phòng Một",
        parent_code=UNIT,
        kind="department",
        on=TODAY,
        basis="Thử",
    )
    document = people.dossier()
    document["employment"]["unit_code"] = f"{UNIT}.01"
    people.kept(agency, document, unit_code=f"{UNIT}.01")
    assert ">1 hồ sơ<" in text(signed_in(agency, "officer"), "list", unit=UNIT)
