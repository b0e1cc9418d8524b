"""The signing program against hostile pages: origins, rebound names, altered content, guessed codes, stolen clicks."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any

import orjson
import pytest

from ccvc.signing import approvals, certificates, jws, merkle
from ccvc.signing.helper.serving import serving
from tests.signing.officers import HTTP, ORIGIN, PIN, Officer, desk_of

NUMBERS = count(1)


@pytest.fixture(scope="module")
def running() -> Iterator[Officer]:
    desk = desk_of(certificates.create_authority("CA thử nghiệm"))
    with serving(desk, [ORIGIN]) as address:
        yield Officer(desk, address)


@pytest.fixture
def officer(running: Officer) -> Officer:
    made = Officer(running.desk, running.address)
    made.pair()
    return made


@pytest.fixture
def given(running: Officer) -> dict[str, Any]:
    """One change to be approved, never the same twice."""
    said = {
        "format": "ccvc-change/1",
        "personal_id": "040085000001",
        "kind": "create",
        "number": next(NUMBERS),
    }
    statement = orjson.dumps({**said, "reason": "Quyết định số 12"}).decode()
    payload = approvals.statement(
        [merkle.leaf_hash(statement.encode())],
        agency="H41",
        purpose="approve-changes",
        at=datetime.now(UTC),
        account="approver",
        name="Người approver",
    )
    prepared = jws.prepare(payload, running.desk.chain, "ES256").decode()
    return {"prepared": prepared, "changes": [{"statement": statement, "name": "Nguyễn Văn An"}]}


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def restated(given: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """The same with other words in the statement."""
    header, payload = given["prepared"].split(".")
    said = {**orjson.loads(base64.urlsafe_b64decode(payload + "==")), **changed}
    return {**given, "prepared": f"{header}.{encoded(orjson.dumps(said, option=orjson.OPT_SORT_KEYS))}"}


def reheaded(given: dict[str, Any], **changed: Any) -> dict[str, Any]:
    header, payload = given["prepared"].split(".")
    head = {**orjson.loads(base64.urlsafe_b64decode(header + "==")), **changed}
    return {**given, "prepared": f"{encoded(orjson.dumps(head))}.{payload}"}


def other_statement(given: dict[str, Any]) -> dict[str, Any]:
    one = given["changes"][0]
    return {**given, "changes": [{**one, "statement": one["statement"].replace("create", "update")}]}


ALTERED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "count": partial(restated, count=2),
    "root": partial(restated, merkle_root="0" * 64),
    "purpose": partial(restated, purpose="<b>trả lương</b>"),
    "account": partial(restated, approver={"account": "officer", "name": "Người officer"}),
    "agency": partial(restated, agency="H56"),
    "old": partial(restated, at="2020-01-01T00:00:00Z"),
    "member": partial(restated, more=1),
    "format": partial(restated, format="ccvc-order/1"),
    "algorithm": partial(reheaded, alg="none"),
    "certificate": partial(reheaded, kid="0" * 64),
    "header": partial(reheaded, jku="https://evil.example"),
    "statement": other_statement,
    "nothing": lambda given: {**given, "changes": []},
    "bytes": lambda given: {**given, "prepared": given["prepared"].split(".")[0] + "." + encoded(b"%PDF")},
}


def test_what_is_shown_there_is_what_is_signed(officer: Officer, given: dict[str, Any]) -> None:
    asked = officer.ask(given)
    page = HTTP.get(asked["confirm"])
    said = orjson.loads(base64.urlsafe_b64decode(given["prepared"].split(".")[1] + "=="))
    for words in (
        said["merkle_root"],
        "H41",
        "Người approver (approver)",
        "Nguyễn Văn An",
        "Quyết định số 12",
    ):
        assert words in page.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://testserver.evil.example", ""])
def test_a_foreign_page_is_not_answered(officer: Officer, origin: str) -> None:
    for path, body in (("/v1/certificates", None), ("/v1/pair", {"code": officer.desk.code})):
        answer = officer.program(path, body, Origin=origin)
        assert answer.status_code == 403
        assert "Access-Control-Allow-Origin" not in answer.headers
    asked = HTTP.options(officer.address + "/v1/requests", headers={"Origin": origin})
    assert asked.status_code == 403


def test_a_name_rebound_to_this_machine_is_not_answered(officer: Officer) -> None:
    for host in ("evil.example", "localhost:14841", "127.0.0.1"):
        assert officer.program("/v1/certificates", Host=host).status_code == 421


def test_a_page_of_a_wider_network_may_ask_where_its_origin_may(officer: Officer) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Private-Network": "true"}
    answer = HTTP.options(officer.address + "/v1/requests", headers=asked)
    assert answer.headers["Access-Control-Allow-Private-Network"] == "true"
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


def test_a_page_that_was_not_paired_gets_nothing(officer: Officer, given: dict[str, Any]) -> None:
    body = {"prepared": given["prepared"], "changes": given["changes"]}
    assert officer.program("/v1/requests", body, Authorization="Bearer x").status_code == 401


def test_a_pairing_code_is_used_once_and_not_guessed(officer: Officer) -> None:
    code = officer.desk.code
    assert officer.program("/v1/pair", {"code": code}).status_code == 200
    assert officer.program("/v1/pair", {"code": code}).status_code == 401
    before = officer.desk.code
    for _ in range(3):
        officer.program("/v1/pair", {"code": "00000000"})
    assert officer.desk.code != before


@pytest.mark.parametrize("what", ALTERED)
def test_what_cannot_be_read_is_not_signed(officer: Officer, given: dict[str, Any], what: str) -> None:
    answer = officer.program("/v1/requests", ALTERED[what](given))
    assert answer.json()["problem"]["code"] == "SIG-HELPER-UNREADABLE"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"prepared": 1}', b'{"prepared": "a.b", "changes": [1]}']
)
def test_hostile_bodies_are_refused(officer: Officer, body: bytes) -> None:
    answer = HTTP.post(officer.address + "/v1/requests", content=body, headers=officer.headers)
    assert answer.json()["problem"]["code"] == "SIG-HELPER-UNREADABLE"


def test_only_the_programs_own_page_signs(officer: Officer, given: dict[str, Any]) -> None:
    asked = officer.ask(given)
    assert officer.confirm(asked["confirm"], Origin=ORIGIN).status_code == 403
    forged = HTTP.post(asked["confirm"], data={"form": "x", "pin": PIN}, headers={"Origin": officer.address})
    assert forged.status_code == 404
    assert officer.program(f"/v1/requests/{asked['id']}").json() == {"state": "waiting"}


def test_three_wrong_pins_end_it_and_refusing_is_told(officer: Officer, given: dict[str, Any]) -> None:
    asked = officer.ask(given)
    for _ in range(3):
        assert "không đúng" in officer.confirm(asked["confirm"], pin="936418").text
    assert officer.program(f"/v1/requests/{asked['id']}").json()["state"] == "refused"
    asked = officer.ask(given)
    officer.confirm(asked["confirm"], act="refuse")
    assert officer.program(f"/v1/requests/{asked['id']}").json()["state"] == "refused"


def test_it_runs_without_the_rest_of_the_house() -> None:
    code = "import ccvc.signing.helper.__main__, sys; sys.exit(any(m in sys.modules for m in ('django', 'psycopg')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
