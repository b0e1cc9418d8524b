"""The tree and the unit's page, as of any day, for those who may see them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from ccvc.access.actions import grant_role
from ccvc.access.domain import Right, Scope, Subject
from ccvc.accounts.models import User
from ccvc.organisations.selectors import reach_agencies, tree, unit_by_code
from ccvc.organisations.tree import DatedTree
from ccvc.standard.problems import Problem
from tests.organisations.conftest import BASIS, OPENED, SYSTEM, TODAY, acting

pytestmark = pytest.mark.usefixtures("province")

JUNE, JULY = date(2025, 6, 30), date(2025, 7, 1)
PART: Any = {"headers": {"hx-request": "true"}}


@pytest.fixture
def officer(client: Client) -> Client:
    """Signed in with a role on H41.12."""
    user = User.objects.create(username="can-bo", full_name="Cán bộ")
    grant_role(SYSTEM, user=user, role="officer", unit_code="H41.12", valid_from=OPENED, basis=BASIS)
    client.force_login(user)
    return client


def key(code: str, on: date = TODAY) -> Any:
    found = unit_by_code(code, on)
    assert found is not None
    return found.unit.key


def page(client: Client, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(f"organisations:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_tree_as_of_a_day(officer: Client) -> None:
    june, july = (page(officer, "tree", on=day.isoformat()) for day in (JUNE, JULY))
    assert "Tỉnh, thành phố trực thuộc trung ương (63)" in june
    assert "Tỉnh, thành phố trực thuộc trung ương (34)" in july
    assert "Tỉnh Yên Bái" in june
    assert "Tỉnh Yên Bái" not in july
    assert 'value="01/07/2025"' in july
    assert "Ngày 01/07/2025" in july


def test_a_part_answers_without_the_frame_of_the_page(officer: Client) -> None:
    answer = officer.get(reverse("organisations:tree"), {"on": "2025-07-01"}, **PART)
    assert b"<html" not in answer.content
    assert "Tỉnh Lào Cai" in answer.content.decode()


def test_what_lies_below_is_fetched_when_opened(officer: Client) -> None:
    whole = page(officer, "tree")
    assert "Văn phòng Sở Nội vụ" not in whole
    assert f"unit={key('H41')}" in whole
    below = page(officer, "branch", unit=str(key("H41")))
    assert "Sở Nội vụ" in below
    assert "Sở Y tế" not in below


def test_the_tree_begins_with_ones_own_units(officer: Client) -> None:
    whole = page(officer, "tree")
    assert "Trong phạm vi của bạn" in whole
    assert whole.index("Sở Nội vụ") < whole.index("Bộ Công an")
    assert "Trong phạm vi của bạn" not in page(officer, "tree", on="2025-07-01")


def test_a_units_page_shows_before_after_and_through_time(officer: Client) -> None:
    text = page(officer, "unit", key("H63", JUNE), on="2025-06-30")
    assert "Tỉnh Yên Bái" in text
    assert "000.00.00.H63" in text
    assert "Được tiếp nối bởi" in text
    assert str(key("H38", JULY)) in text
    later = page(officer, "unit", key("H63", JUNE), on="2026-01-01")
    assert "Vào ngày 01/01/2026, đơn vị này không tồn tại." in later


def test_a_unit_out_of_reach_is_like_none(officer: Client) -> None:
    hidden = officer.get(reverse("organisations:unit", args=[key("H41.20")]))
    unknown = officer.get(reverse("organisations:unit", args=[uuid4()]))
    assert hidden.status_code == unknown.status_code == 404
    assert "Sở Y tế" not in hidden.content.decode()


@pytest.mark.parametrize("on", ["31/13/2025", "2025-02-30", "07/2025"])
def test_what_is_no_day_is_told(officer: Client, on: str) -> None:
    answer = officer.get(reverse("organisations:tree"), {"on": on})
    assert answer.status_code == 422
    assert "ORG-DATE" in answer.content.decode()


def test_a_day_is_typed_and_shown_as_people_write_it(officer: Client) -> None:
    """In the page itself: a browser's calendar would follow the browser's language, and 07/03 be July the 3rd."""
    for on in ("07/03/2026", "2026-03-07"):
        shown = officer.get(reverse("organisations:tree"), {"on": on}).content.decode()
        assert 'name="on" value="07/03/2026"' in shown
        assert "Ngày 07/03/2026:" in shown


def test_who_may_not_see_units_is_refused(client: Client) -> None:
    client.force_login(User.objects.create(username="nguoi", full_name="Người", person_key=uuid4()))
    for name in ("tree", "branch"):
        answer = client.get(reverse(f"organisations:{name}"), {"unit": str(uuid4())})
        assert answer.status_code == 403


def test_the_whole_tree_lists_parents_before_children() -> None:
    nodes = tree(acting(("officer", "H41.12")), TODAY)
    own = [(node.code, node.depth, node.has_children) for node in nodes if node.code.startswith("H41")]
    assert own == [
        ("H41", 0, True),
        ("H41.12", 1, True),
        ("H41.12.01", 2, True),
        ("H41.12.01.A", 3, False),
    ]
    assert sum(node.depth == 0 for node in nodes) == 56
    with pytest.raises(Problem):
        tree(acting(), TODAY)


def test_agencies_in_reach_are_those_held_whole() -> None:
    right = Right.STATISTICS_SEE
    assert reach_agencies(acting(("officer", "H41")), right, TODAY) == {"H41"}
    assert reach_agencies(acting(("officer", "H41.12")), right, TODAY) == frozenset()
    assert {"H63", "G04", "H41"} <= reach_agencies(acting(("analyst", "*")), right, TODAY)
    assert reach_agencies(acting(("clerk", "H41")), right, TODAY) == frozenset()


def test_people_filed_under_a_merged_province_are_its_successors() -> None:
    right, merged = Right.ORGANISATION_SEE, "H63"
    after = unit_by_code("H38", JULY)
    assert after is not None
    assert after.name == "Tỉnh Lào Cai"
    assert reach_agencies(acting(("officer", "H38"), on=JULY), right, JULY) == {"H38", merged}
    early = Scope("officer", "H38", JUNE)
    before = Subject(5, "ai", "Ai", None, (early,), JUNE, "request-1")
    assert reach_agencies(before, right, JUNE) == {"H38"}
    assert DatedTree().covers([Scope("officer", "H38", JULY)], merged, JULY)
    assert not DatedTree().covers([early], merged, JUNE)
    assert not DatedTree().covers([Scope("officer", "H41", OPENED)], merged, TODAY)
