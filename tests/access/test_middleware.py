"""Every request has a subject; what is refused becomes words for its reader, and a record."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from ccvc.access.models import AccessLog
from ccvc.accounts.actions import set_active
from tests.access.people import People

JSON: Any = {"headers": {"accept": "application/json"}}
HTMX: Any = {"headers": {"hx-request": "true", "hx-current-url": "https://evil.example/try/closed?a=1"}}

pytestmark = [pytest.mark.urls("tests.access.pages"), pytest.mark.django_db]


def test_a_page_needs_a_sign_in_unless_it_is_public(client: Client) -> None:
    closed = client.get("/try/closed?a=1")
    assert (closed.status_code, closed["Location"]) == (302, "/sign-in?next=%2Ftry%2Fclosed%3Fa%3D1")
    assert client.get("/try/open").content.startswith(b"nobody ")


def test_a_program_without_a_sign_in_is_told_so_in_json(client: Client) -> None:
    answer = client.get("/try/closed", **JSON)
    assert answer.status_code == 401
    assert json.loads(answer.content)["code"] == "ACC-SIGN-IN"
    assert "/sign-in" in json.loads(answer.content)["next"]


def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in(client: Client) -> None:
    answer = client.get("/try/closed", **HTMX)
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/sign-in?next=%2Ftry%2Fclosed%3Fa%3D1")


def test_the_subject_is_the_account_with_its_request(people: People, client: Client) -> None:
    client.force_login(people["officer"])
    answer = client.get("/try/closed", headers={"x-request-id": "abc-12345"})
    assert answer.content.decode() == "Họ tên officer abc-12345"
    assert answer["X-Request-ID"] == "abc-12345"


@pytest.mark.parametrize("given", ["x", "a" * 65, "a b c d e f g", "<script>alert(1)</script>"])
def test_a_request_id_that_is_none_is_replaced(client: Client, given: str) -> None:
    answer = client.get("/try/open", headers={"x-request-id": given})
    assert answer["X-Request-ID"] != given
    assert len(answer["X-Request-ID"]) == 36


def test_a_denied_act_is_a_page_with_the_next_step_and_a_record(people: People, client: Client) -> None:
    client.force_login(people["officer"])
    answer = client.get("/try/approve?secret=1", headers={"x-request-id": "abc-12345"})
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "không có quyền phê duyệt và ký thay đổi" in text
    assert "đề nghị quản trị viên" in text
    assert "ACC-DENIED" in text
    row = AccessLog.objects.get()
    assert (row.act, row.actor_id, row.person_keys) == ("denied", people["officer"].pk, [])
    assert (row.detail, row.request_id) == ("ACC-DENIED GET /try/approve", "abc-12345")


def test_a_denied_program_gets_json_and_the_same_record(people: People, client: Client) -> None:
    client.force_login(people["administrator"])
    answer = client.get("/try/approve", **JSON)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (403, "ACC-DENIED")
    assert AccessLog.objects.get().act == "denied"


def test_what_is_not_found_is_recorded_as_refused_too(people: People, client: Client) -> None:
    client.force_login(people["stranger"])
    assert client.get("/try/missing").status_code == 404
    assert AccessLog.objects.get().detail == "ORG-UNIT-UNKNOWN GET /try/missing"


def test_a_fault_is_told_where_the_part_was_asked_for(people: People, client: Client) -> None:
    client.force_login(people["officer"])
    answer = client.get("/try/faulty", **HTMX)
    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#notices")
    assert "31/02/2026" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert "<html" in client.get("/try/faulty").content.decode()
    assert not AccessLog.objects.exists()


def test_what_is_no_problem_is_not_hidden(people: People, client: Client) -> None:
    client.force_login(people["officer"])
    with pytest.raises(RuntimeError, match="hỏng"):
        client.get("/try/broken")


def test_a_closed_account_is_out_at_its_next_request(people: People, client: Client) -> None:
    client.force_login(people["officer"])
    assert client.get("/try/closed").status_code == 200
    set_active(people["officer"], active=False)
    assert client.get("/try/closed").status_code == 302
