"""The register's pages: who gets in, what they show, and that every look at a person is recorded with its purpose."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ccvc.access.actions import grant_role
from ccvc.access.models import AccessLog
from ccvc.access.selectors import looks_at, subject_of
from ccvc.accounts.models import User
from ccvc.organisations.actions import load_catalogue
from ccvc.registry import purposes, selectors
from ccvc.registry.models import Person
from ccvc.standard.problems import Problem
from ccvc.web import messages
from tests.again import again
from tests.exchange.scheme import person as key_of
from tests.registry import people
from tests.registry.scheme import SYSTEM, Component, change, found_national_node

pytestmark = pytest.mark.django_db

ROLES = {
    "appraiser": ("appraiser", "*"),
    "inspector": ("inspector", "*"),
    "administrator": ("administrator", "*"),
    "analyst": ("analyst", "*"),
    "local_appraiser": ("appraiser", "H41"),
    "local_inspector": ("inspector", "H41"),
    "stranger": ("officer", "H41"),
}
PAGES = {
    "registry:components": {"inspector", "administrator", "local_inspector"},
    "registry:conflicts": {"inspector", "administrator", "local_inspector"},
    "registry:people": {"appraiser", "inspector", "local_appraiser", "local_inspector"},
    "registry:purpose": {"appraiser", "inspector", "local_appraiser", "local_inspector"},
}
PURPOSE = {"kind": "appointment", "basis": "Công văn 1234/SNV"}


@dataclass
class House:
    """A register with people of two agencies, and accounts with their roles."""

    component: Component
    other: Component

    def client(self, name: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=name))
        return client

    def with_purpose(self, name: str) -> Client:
        client = self.client(name)
        client.post(reverse("registry:purpose"), PURPOSE)
        return client


@pytest.fixture
def house(db: None, settings: Any, tmp_path: Path) -> House:
    settings.CCVC_KIND, settings.CCVC_AGENCY, settings.CCVC_HOME = "national", "G09", tmp_path
    return deepcopy(again("house", tmp_path, lambda: _house(tmp_path)))


def _house(home: Path) -> House:
    found_national_node(home, "H41", "G12")
    load_catalogue()
    for name, (role, unit) in ROLES.items():
        user = User.objects.create(username=name, full_name=f"Người {name}")
        grant_role(SYSTEM, user=user, role=role, unit_code=unit, valid_from=date(2026, 1, 1), basis="QĐ 1")
    User.objects.create(username="nobody", full_name="Không có quyền")
    component, other = Component("H41"), Component("G12")
    first = change(1)
    component.send(first, change(2))
    component.send(
        change(1, number=2, after=first, document=people.document(1, employment={"salary_step": 9}))
    )
    other.send(change(3, agency="G12"))
    claimed = people.document(4, agency="G12", identity={"personal_id": people.personal_id(2)})
    other.send(change(4, agency="G12", document=claimed))
    return House(component, other)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", [*ROLES, "nobody"])
def test_each_page_opens_to_its_roles_alone(house: House, page: str, name: str) -> None:
    answer = house.client(name).get(reverse(page))
    assert answer.status_code == (200 if name in PAGES[page] else 403)


def test_no_page_opens_without_signing_in(house: House) -> None:
    for page in (*map(reverse, PAGES), reverse("registry:person", args=[key_of(1)])):
        answer = Client().get(page)
        assert (answer.status_code, "/sign-in" in answer["Location"]) == (302, True)


def test_a_component_node_has_none_of_these_pages(house: House, settings: Any) -> None:
    settings.CCVC_KIND = "component"
    for page in (*map(reverse, PAGES), reverse("registry:person", args=[key_of(1)])):
        assert house.client("inspector").get(page).status_code == 404


def test_the_components_page_counts_what_each_sent(house: House) -> None:
    found = {row.peer.agency: row for row in selectors.components(SYSTEM).rows}
    h41, g12 = found["H41"], found["G12"]
    assert (h41.people, h41.sent, h41.peer.taken_refused, h41.behind, h41.conflicts) == (2, 3, 0, 0, 1)
    assert (g12.people, g12.sent, g12.peer.taken_refused, g12.behind, g12.conflicts) == (1, 2, 1, 1, 1)
    assert (h41.step, g12.step, h41.state, h41.late) == (1.0, 0.5, "refused", False)
    assert h41.lag is not None
    assert h41.lag < timedelta(minutes=30)
    text = house.client("administrator").get(reverse("registry:components")).content.decode()
    assert "Tỉnh Nghệ An" in text
    assert "Bộ Khoa học và Công nghệ" in text or "G12" in text


def test_a_refused_person_is_in_step_again_once_accepted(house: House) -> None:
    claimed = people.document(4, agency="G12", identity={"personal_id": people.personal_id(2)})
    refused = change(4, agency="G12", document=claimed)
    house.other.send(change(4, agency="G12", number=2, after=refused))
    found = {row.peer.agency: row for row in selectors.components(SYSTEM).rows}
    assert (found["G12"].behind, found["G12"].conflicts, found["G12"].state) == (0, 0, "in_step")


def test_reach_limits_components_conflicts_and_people(house: House) -> None:
    inspector = subject_of(User.objects.get(username="local_inspector"))
    assert [row.peer.agency for row in selectors.components(inspector).rows] == ["H41"]
    assert selectors.conflicts(inspector).count() == 1
    appraiser = subject_of(User.objects.get(username="local_appraiser"))
    everywhere = subject_of(User.objects.get(username="appraiser"))
    assert [p.key for p in selectors.search(appraiser, people.name(3)).people] == []
    assert [p.key for p in selectors.search(everywhere, people.name(3)).people] == [key_of(3)]
    with pytest.raises(Problem, match="Không tìm thấy"):
        selectors.person(appraiser, key_of(3))
    text = (
        house.client("local_appraiser")
        .get(reverse("registry:people"), {"q": people.name(3)})
        .content.decode()
    )
    assert people.personal_id(3) not in text
    assert "G12" not in text


@pytest.mark.parametrize(
    "text", [people.name(1), people.name(1).upper(), "tran van an", "an tran", people.personal_id(1)]
)
def test_people_are_found_with_or_without_tone_marks_and_by_number(house: House, text: str) -> None:
    found = selectors.search(SYSTEM, text)
    assert [p.key for p in found.people] == [key_of(1)]
    assert not found.more


@pytest.mark.parametrize("text", ["", " ", "a", "1", "*", "!!", "'", "a'b | c:*", "& & &", "\\"])
def test_odd_searches_find_nobody_and_break_nothing(house: House, text: str) -> None:
    assert selectors.search(SYSTEM, text).people == []
    assert house.client("appraiser").get(reverse("registry:people"), {"q": text}).status_code == 200


def test_filters_narrow_the_search(house: House) -> None:
    assert len(selectors.search(SYSTEM, "an").people) == 3
    assert {p.key for p in selectors.search(SYSTEM, "an", agency_code="G12").people} == {key_of(3)}
    assert {p.key for p in selectors.search(SYSTEM, "an", sex="1", category="VC").people} == {key_of(2)}


def test_at_most_two_hundred_are_shown_in_vietnamese_order(house: House) -> None:
    house.component.send(*(change(n) for n in range(10, 230)))
    found = selectors.search(SYSTEM, "an")
    keys = [bytes(p.name_key) for p in found.people]
    assert (len(keys), found.more, found.some) == (200, True, False)
    assert keys == sorted(keys)
    text = house.client("appraiser").get(reverse("registry:people"), {"q": "an"}).content.decode()
    assert "Hơn 200 người" in text


def test_whoever_is_found_sees_that_they_were(house: House) -> None:
    house.client("appraiser").get(reverse("registry:people"), {"q": people.name(1)})
    log = AccessLog.objects.get(act="search")
    assert (log.person_keys, log.actor_name, log.detail) == ([key_of(1)], "Người appraiser", people.name(1))


def test_a_person_opens_only_after_a_purpose_was_said(house: House) -> None:
    client, page = house.client("appraiser"), reverse("registry:person", args=[key_of(1)])
    asked = client.get(page)
    assert (asked.status_code, asked["Location"].startswith(reverse("registry:purpose"))) == (302, True)
    assert not AccessLog.objects.filter(act="view").exists()
    assert client.post(reverse("registry:purpose"), {"kind": "", "basis": "x"}).status_code == 422
    given = client.post(reverse("registry:purpose"), {**PURPOSE, "next": page})
    assert given["Location"] == page
    text = client.get(page).content.decode()
    assert people.name(1) in text
    log = AccessLog.objects.get(act="view")
    assert log.purpose == "Thẩm định nhân sự được đề nghị bổ nhiệm, giới thiệu ứng cử: Công văn 1234/SNV"
    assert log.person_keys == [key_of(1)]


def test_a_purpose_is_forgotten_after_half_an_hour(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    client, page = house.with_purpose("appraiser"), reverse("registry:person", args=[key_of(1)])
    assert client.get(page).status_code == 200
    later = timezone.now() + purposes.KEPT + timedelta(seconds=1)
    monkeypatch.setattr("ccvc.registry.purposes.timezone.now", lambda: later)
    assert client.get(page).status_code == 302


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_way_on_stays_on_this_node(house: House, onward: str) -> None:
    answer = house.client("appraiser").post(reverse("registry:purpose"), {**PURPOSE, "next": onward})
    assert answer["Location"] == reverse("registry:people")


def test_a_person_page_shows_groups_versions_and_who_signed(house: House) -> None:
    client, page = house.with_purpose("appraiser"), reverse("registry:person", args=[key_of(1)])
    text = client.get(page, {"group": "employment"}).content.decode()
    for shown in ("Phiên bản 2", "Phiên bản 1", "Người duyệt H41", "Nguyễn An", "Quyết định nâng bậc lương"):
        assert shown in text
    assert client.get(page, {"known": "hôm qua"}).status_code == 422


def test_a_person_is_shown_as_known_then(house: House) -> None:
    client, page = house.with_purpose("appraiser"), reverse("registry:person", args=[key_of(1)])
    before = (timezone.localdate() - timedelta(days=1)).isoformat()
    text = client.get(page, {"known": before}).content.decode()
    assert "Chưa có dữ liệu tại thời điểm này" in text
    seen = selectors.person(SYSTEM, key_of(1), known_at=timezone.now() - timedelta(days=1))
    assert seen.document == {}


def test_people_are_searched_for_at_another_moment_too(house: House) -> None:
    client, address = house.client("inspector"), reverse("registry:people")
    then = client.get(address, {"q": people.personal_id(1), "valid": "01/01/2020"}).content.decode()
    assert "Không phải kết quả hiện tại" in then
    assert people.name(1) not in then
    known = client.get(address, {"q": people.personal_id(1), "known": "2999-01-01T00:00:00Z"})
    assert people.name(1) in known.content.decode()
    assert "DOS-DATE" in client.get(address, {"q": "04", "known": "hôm kia"}).content.decode()


def test_an_inspector_reads_basic_fields_only(house: House) -> None:
    page = reverse("registry:person", args=[key_of(1)])
    inspector = house.with_purpose("inspector").get(page, {"group": "family"}).content.decode()
    appraiser = house.with_purpose("appraiser").get(page, {"group": "family"}).content.decode()
    relative = people.name(1 + 17)
    assert relative in appraiser
    assert relative not in inspector
    seen = selectors.person(subject_of(User.objects.get(username="inspector")), key_of(1))
    assert "ethnic_group" not in seen.document["identity"]
    first = selectors.history(subject_of(User.objects.get(username="inspector")), key_of(1))[-1].line
    assert (first.withheld, first.reason) == (True, "")
    assert not any(d.path.startswith("family") for d in first.differences)


def test_a_history_is_paged_narrowed_and_compared(house: House) -> None:
    client, pages = house.with_purpose("appraiser"), ("history", "difference", "difference_json")
    history, difference, as_json = (reverse(f"registry:{name}", args=[key_of(1)]) for name in pages)
    whole = client.get(history)
    assert [v.row.number for v in whole.context["told"].versions] == [2, 1]
    assert whole.content.decode().count("Chữ ký hợp lệ") == 2
    changed = whole.context["told"].versions[0].line.differences[0].path
    one = client.get(history, {"path": changed})
    assert {d.path for v in one.context["told"].versions for d in v.line.differences} <= {changed}
    assert [v.row.number for v in client.get(history, {"until": "01/01/2020"}).context["told"].versions] == []
    assert [v.row.number for v in client.get(history, {"group": "family"}).context["told"].versions] == [1]
    assert client.get(history, {"path": "identity.nothing"}).status_code == 422
    known = whole.context["told"].versions[1].row.known_at.isoformat()
    told = client.get(as_json, {"known": known}).json()
    assert changed in {row["path"] for row in told["differences"]}
    assert "Khác nhau giữa hai thời điểm" in client.get(difference, {"known": known}).content.decode()
    look = AccessLog.objects.latest("pk")
    assert (look.act, look.person_keys) == ("view", [key_of(1)])
    assert "known=" in look.detail
    for page in (history, difference, as_json):
        assert reverse("registry:purpose") in house.client("appraiser").get(page)["Location"]
        assert (
            house.with_purpose("local_appraiser")
            .get(page.replace(str(key_of(1)), str(key_of(3))))
            .status_code
            == 404
        )


def test_somebody_unknown_and_somebody_out_of_reach_are_answered_alike(house: House) -> None:
    client = house.with_purpose("local_appraiser")
    answers = [client.get(reverse("registry:person", args=[key])) for key in (key_of(3), uuid4())]
    assert [a.status_code for a in answers] == [404, 404]
    assert key_of(3) not in {key for log in AccessLog.objects.all() for key in log.person_keys}


def test_a_person_sees_who_looked_at_them(house: House) -> None:
    house.with_purpose("appraiser").get(reverse("registry:person", args=[key_of(1)]))
    inspector = subject_of(User.objects.get(username="local_inspector"))
    look = looks_at(inspector, key_of(1))[0]
    assert (look.who, "Công văn 1234/SNV" in look.purpose) == ("Người appraiser", True)
    with pytest.raises(Problem):
        looks_at(inspector, key_of(3))


def test_conflicts_hide_numbers_from_those_who_read_nobody(house: House) -> None:
    number = people.personal_id(2)
    administrator = house.client("administrator").get(reverse("registry:conflicts")).content.decode()
    inspector = house.client("inspector").get(reverse("registry:conflicts")).content.decode()
    assert number not in administrator
    assert f"{number[:3]}······{number[-3:]}" in administrator
    assert number in inspector
    assert AccessLog.objects.filter(act="list").count() == 1


def test_queries_do_not_grow_with_the_people_shown(house: House, django_assert_max_num_queries: Any) -> None:
    house.component.send(*(change(n) for n in range(10, 60)))
    appraiser, administrator = house.client("appraiser"), house.client("administrator")
    with django_assert_max_num_queries(12):
        appraiser.get(reverse("registry:people"), {"q": "an"})
    with django_assert_max_num_queries(16):
        administrator.get(reverse("registry:components"))
    assert Person.objects.count() == 53


def test_every_text_has_its_english() -> None:
    assert messages.missing(messages.ROOMS / "registry") == []
