"""Job positions on pages: required, number, held and free, on any day; approved and ended through forms."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ccvc.organisations.actions import Decision, approve_positions
from ccvc.organisations.domain.positions import read_position
from ccvc.organisations.models import Position
from ccvc.organisations.selectors import unit_by_code
from tests.people import AGENCY, OTHER_UNIT, SYSTEM, UNIT, dossier, found_agency, kept

pytestmark = pytest.mark.django_db
SINCE = date(2026, 1, 1)
FILLED = {
    "code": "NV.01",
    "name": "Chuyên viên tổng hợp",
    "kind": "professional",
    "places": "2",
    "ranks": "01.003",
    "education": "6",
    "criteria": "rule:years_left 5",
    "on": "01/01/2026",
    "decision_number": "45/QĐ-UBND",
    "decided_on": "20/12/2025",
    "issuer": "Uỷ ban nhân dân tỉnh",
}


@pytest.fixture
def agency(db: None, tmp_path: Any, settings: Any) -> Any:
    settings.CCVC_HOME, settings.CCVC_AGENCY = tmp_path, AGENCY
    return found_agency(tmp_path)


def address(name: str, code: str = UNIT) -> str:
    found = unit_by_code(code, timezone.localdate())
    assert found is not None
    return reverse(f"organisations:{name}", args=[found.unit.key])


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def in_position(number: int, code: str, **employment: Any) -> Any:
    made = dossier(number)
    made["employment"] |= {"job_position_code": code, **employment}
    return made


def cells(page: str, code: str) -> list[str]:
    row = page[page.index(f"<code>{code}</code>") :]
    return [cell.split(">")[1].split("<")[0] for cell in row.split('<td class="num"')[1:4]]


def test_from_the_form_to_who_holds_it(agency: Any, client: Client) -> None:
    kept(agency, in_position(1, "NV.01"))
    kept(agency, in_position(2, "CU.07"))
    client.force_login(agency.users["administrator"])
    page = text(client.post(address("position"), FILLED, follow=True))
    assert "Đã ghi vị trí việc làm" in page
    assert "ít nhất là Đại học" in page
    assert "Chuyên viên (01.003)" in page
    assert "còn ít nhất 5 năm" in page
    page = text(client.get(address("positions")))
    assert cells(page, "NV.01") == ["2", "1", "1"]
    assert "<code>CU.07</code>: 1" in page
    client.force_login(agency.users["officer"])
    page = text(client.get(address("positions")))
    assert cells(page, "NV.01") == ["2", "1", "1"]
    assert address("position") not in page
    before = text(client.get(address("positions"), {"on": "31/12/2025"}))
    assert "NV.01" not in before.split("Người mang mã")[0]


def test_a_change_begins_from_what_stands_and_days_before_stay(agency: Any, client: Client) -> None:
    client.force_login(agency.users["administrator"])
    client.post(address("position"), FILLED)
    shown = text(client.get(address("position"), {"code": "NV.01", "on": "01/02/2026"}))
    assert 'value="Chuyên viên tổng hợp"' in shown
    assert "rule:years_left is 5" in shown
    client.post(address("position"), FILLED | {"places": "5", "on": "01/06/2026"})
    on = {"on": "31/05/2026"}
    assert cells(text(client.get(address("positions"), on)), "NV.01")[0] == "2"
    assert cells(text(client.get(address("positions"), {"on": "01/06/2026"})), "NV.01")[0] == "5"
    ending = {name: FILLED[name] for name in ("code", "decision_number", "decided_on", "issuer")}
    client.post(address("end_position"), ending | {"last_day": "30/06/2026"})
    assert "Chưa có vị trí" in text(client.get(address("positions"), {"on": "01/07/2026"}))
    known = (timezone.localdate() - timedelta(days=1)).isoformat()
    then = client.get(address("positions"), {"on": "01/06/2026", "known": known})
    assert then.status_code == 422
    assert "ORG-NOT-KNOWN" in text(then)


def test_what_cannot_be_is_said_beside_the_field(agency: Any, client: Client) -> None:
    client.force_login(agency.users["administrator"])
    answer = client.post(address("position"), FILLED | {"ranks": "99.999", "code": "A B", "criteria": "x"})
    page = text(answer)
    assert answer.status_code == 422
    assert 'value="Chuyên viên tổng hợp"' in page
    answer = client.post(address("position"), FILLED | {"ranks": "99.999"})
    assert "Không có mã ngạch" in text(answer)
    ending = {name: FILLED[name] for name in ("code", "decision_number", "decided_on", "issuer")}
    answer = client.post(address("end_position"), ending | {"last_day": "30/06/2026"})
    assert (answer.status_code, "POS-UNKNOWN" in text(answer)) == (404, True)
    assert not Position.objects.exists()


def test_who_may_not(agency: Any, client: Client) -> None:
    one = read_position(FILLED | {"leadership": ""}, SINCE)
    decision = Decision("45", SINCE, "UBND tỉnh")
    approve_positions(SYSTEM, unit_code=UNIT, asked=[one], on=SINCE, decision=decision)
    client.force_login(agency.users["officer"])
    assert client.post(address("position"), FILLED).status_code == 403
    client.force_login(agency.users["colleague"])
    assert client.get(address("positions")).status_code == 404
    assert client.get(address("positions", OTHER_UNIT)).status_code == 200
    assert Position.objects.count() == 1
