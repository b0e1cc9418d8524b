"""A reorganisation through its pages: drafted from a file, looked at, approved by another, undone; and differences."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ccvc.access.actions import grant_role
from ccvc.accounts.models import User
from ccvc.ledger.verification import verify
from ccvc.organisations.models import Reorganisation
from ccvc.organisations.planfiles import read_steps
from ccvc.organisations.selectors import unit_by_code
from ccvc.signing import certificates, revocation, store
from ccvc.standard.problems import Problem
from tests.organisations.conftest import BASIS, OPENED, SYSTEM, TODAY
from tests.people import PASSPHRASE
from tests.signing.officers import HTTP, reader

pytestmark = pytest.mark.usefixtures("province")

ROWS = [{"act": "rename", "unit": "H41.20", "name": "Sở Y tế Nghệ An"}]
CSV = "act,unit,name\nrename,H41.20,Sở Y tế Nghệ An\n".encode()


def signed_in(role: str, unit: str = "H41") -> Client:
    user, new = User.objects.get_or_create(username=f"{role}-{unit}".lower(), full_name=f"Người {role}")
    if new:
        grant_role(SYSTEM, user=user, role=role, unit_code=unit, valid_from=OPENED, basis=BASIS)
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"organisations:{name}", args=args)


def drafted(client: Client, raw: bytes = CSV, name: str = "viec.csv", **changes: str) -> Any:
    given = {"title": "Đổi tên Sở", "basis": "QĐ 9", "on": "01/09/2026", **changes}
    return client.post(address("new_reorganisation"), {**given, "file": SimpleUploadedFile(name, raw)})


def workbook() -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(ROWS[0]))
    sheet.append(list(ROWS[0].values()))
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "raw"), [("a.csv", CSV), ("a.json", json.dumps(ROWS).encode()), ("a.xlsx", workbook())]
)
def test_steps_are_read_from_each_kind_of_file(name: str, raw: bytes) -> None:
    assert [(step.act, step.unit, step.name) for step in read_steps(name, raw)] == [
        ("rename", "H41.20", "Sở Y tế Nghệ An")
    ]


@pytest.mark.parametrize(
    ("name", "raw", "problem"),
    [
        ("a.csv", b"\xff\xfe", "ORG-PLAN-FILE"),
        ("a.csv", b"one,two\n1,2\n", "ORG-PLAN-FILE"),
        ("a.json", b"{", "ORG-PLAN-FILE"),
        ("a.json", b'{"act": 1}', "ORG-PLAN-FILE"),
        ("a.json", b"[" * 100_000, "ORG-PLAN-FILE"),
        ("a.xlsx", b"PK\x03\x04 nothing", "ORG-PLAN-FILE"),
        ("a.csv", b"act,unit\nmerge,H41.20\nfly,H41.20\n", "ORG-PLAN-FAULTY"),
    ],
)
def test_what_is_no_file_of_steps_is_told(name: str, raw: bytes, problem: str) -> None:
    with pytest.raises(Problem) as caught:
        read_steps(name, raw)
    assert caught.value.code == problem


def test_from_the_file_to_the_tree_and_back() -> None:
    clerk, head = signed_in("administrator"), Client()
    head.force_login(User.objects.get(username="duyet"))
    assert drafted(clerk).status_code == 302
    key = Reorganisation.objects.get().key
    page = head.get(address("reorganisation", key)).content.decode()
    assert "Sở Y tế Nghệ An" in page
    assert "Ký duyệt và thực hiện" in page
    assert "Ký duyệt và thực hiện" not in clerk.get(address("reorganisation", key)).content.decode()
    seen = page.split('name="seen" value="')[1][:64]
    secret = {"passphrase": PASSPHRASE}
    assert head.post(address("approve", key), {"seen": "0" * 64, **secret}).status_code == 422
    wrong = head.post(address("approve", key), {"seen": seen, "passphrase": "khác"})
    assert (wrong.status_code, "SIG-PASSPHRASE" in wrong.content.decode()) == (422, True)
    assert getattr(unit_by_code("H41.20", TODAY), "name", "") == "Sở Y tế"
    assert head.post(address("approve", key), {"seen": seen, **secret}).status_code == 302
    page = clerk.get(address("reorganisation", key)).content.decode()
    assert "Những gì đã kiểm tra" in page
    assert "Hợp lệ" in page
    found = unit_by_code("H41.20", TODAY)
    assert found is not None
    assert found.name == "Sở Y tế Nghệ An"
    assert clerk.post(address("undo", key), {"on": "01/08/2026", "basis": "QĐ 10"}).status_code == 422
    assert clerk.post(address("undo", key), {"on": "01/10/2026", "basis": "QĐ 10"}).status_code == 302
    listed = clerk.get(address("reorganisations")).content.decode()
    assert "Hoàn nguyên: Đổi tên Sở" in listed


def test_a_faulty_file_is_told_and_nothing_is_kept() -> None:
    clerk = signed_in("administrator")
    answer = drafted(clerk, b"act,unit,into\nmerge,H41.12,H41.20\n")
    assert answer.status_code == 422
    assert "H41.12.01" in answer.content.decode()
    assert drafted(clerk, on="31/02/2026").status_code == 422
    assert not Reorganisation.objects.exists()


def test_out_of_reach_is_like_none_and_only_administrators_draft() -> None:
    drafted(signed_in("administrator"))
    key = Reorganisation.objects.get().key
    elsewhere = signed_in("administrator", "H38")
    for name in ("approve", "withdraw", "undo"):
        assert elsewhere.post(address(name, key)).status_code in {403, 404}
    assert elsewhere.get(address("reorganisation", key)).status_code == 404
    assert "Đổi tên Sở" not in elsewhere.get(address("reorganisations")).content.decode()
    assert signed_in("officer").get(address("new_reorganisation")).status_code == 403
    assert signed_in("administrator").post(address("withdraw", key)).status_code == 302
    assert Reorganisation.objects.get().state == "withdrawn"


def test_two_days_are_compared() -> None:
    asked = {"from": "30/06/2025", "to": "01/07/2025"}
    page = signed_in("administrator").get(address("difference"), asked).content.decode()
    assert "Tỉnh Yên Bái" in page
    assert "Kết thúc (52)" in page
    same = signed_in("administrator").get(address("difference"), {"from": "01/07/2025", "to": "01/07/2025"})
    assert "0 thay đổi" in same.content.decode()


def test_it_is_signed_with_a_token_in_the_officers_machine(tmp_path: Path) -> None:
    """Page, program and page again: every step is shown there, and nothing is carried out before it comes back."""
    drafted(signed_in("administrator"))
    key, head = Reorganisation.objects.get().key, User.objects.get(username="duyet")
    issuer = certificates.create_authority("tokens")
    store.save_trust(tmp_path, "tokens", [issuer.cert])
    store.save_crl(tmp_path, "tokens", revocation.crl(issuer))
    with reader(issuer, head) as officer:
        shown = officer.node.get(address("reorganisation", key), headers={"accept": "text/html"})
        seen = shown.content.decode().split('name="seen" value="')[1][:64]
        given = officer.begin(f"{address('approve', key)}/", seen=seen)
        asked = officer.ask(given)
        page = HTTP.get(asked["confirm"]).text
        for words in ("Đổi tên Sở", "QĐ 9", "Sở Y tế Nghệ An", seen[:16]):
            assert words in page
        assert Reorganisation.objects.get().state == "draft"
        for steps in ([*given["steps"], *given["steps"]], []):
            refusal = officer.program("/v1/requests", {**given, "steps": steps})
            assert refusal.json()["problem"]["code"] == "SIG-HELPER-UNREADABLE"
        assert officer.confirm(asked["confirm"]).status_code == 200
        made = officer.program(f"/v1/requests/{asked['id']}").json()["signature"]
        done = officer.complete(f"{address('approve', key)}/", given, made)
        assert done.json() == {"next": address("reorganisation", key)}
        again = officer.complete(f"{address('approve', key)}/", given, made)
        assert again.json()["code"] == "SIG-PENDING"
    found = Reorganisation.objects.get()
    assert (found.state, found.decided_by) == ("applied", "duyet")
    assert getattr(unit_by_code("H41.20", TODAY), "name", "") == "Sở Y tế Nghệ An"
    assert verify().ok
