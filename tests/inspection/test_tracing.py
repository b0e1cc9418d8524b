"""Trace reports: who did what by which right, signed by the node, verified by Debian's tools; only for inspectors."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ccvc.access.actions import withdraw_grant
from ccvc.access.models import AccessLog, Grant
from ccvc.access.selectors import looks_at
from ccvc.changes import actions as changes
from ccvc.dossiers import domain
from ccvc.dossiers.models import Version
from ccvc.inspection import tracing
from ccvc.inspection.reporting import draw_up, package
from ccvc.inspection.tracing import Asked
from ccvc.ledger.models import Entry
from ccvc.signing import certificates
from ccvc.standard.problems import Problem
from tests import people
from tests.people import SYSTEM, Agency

TODAY = timezone.localdate()


@pytest.fixture
def traced(node: Agency) -> list[Version]:
    """A person with two versions, a change sent back, and another person; at a node that can sign."""
    agency = node
    first = people.kept(agency, people.dossier(), reason="Quyết định số 99/QĐ-SNV")
    whole = domain.parse(first.document)
    second = people.kept(
        agency, whole | {"identity": whole["identity"] | {"phone": "0903111222"}}, key=first.dossier.key
    )
    back = people.propose(agency, whole | {"career": {"recruited_on": "2011-02"}}, key=first.dossier.key)
    changes.send_back(agency.subject("checker"), [back.pk], "Thiếu quyết định")
    people.kept(agency, people.dossier(2, full_name="Người Khác"))
    return [first, second]


def asked(**more: Any) -> Asked:
    return Asked("QĐ 7/QĐ-TTr ngày 02/11/2026", "Làm rõ việc bổ nhiệm", **more)


def test_a_report_tells_every_step_with_its_right_and_what_is_missing(
    agency: Agency, traced: list[Version]
) -> None:
    report = draw_up(agency.subject("inspector"), asked(person="040085000001"))
    (person,) = report.told["people"]
    first, second = person["versions"]
    assert [(s["step"], s["account"], s["role"], s["held"]) for s in first["steps"]] == [
        ("declare", "officer", "officer", True),
        ("check", "checker", "officer", True),
        ("verify", "verifier", "verifier", True),
        ("approve", "approver", "approver", True),
    ]
    assert (first["reason"], second["number"]) == (
        "…",
        2,
    )  # a new dossier holds what an inspector may not read
    assert len(second["changed"]) == 1
    assert second["signature"]["status"] == "valid"
    assert {"revocation", "path"} & {check["what"] for check in second["signature"]["checks"]}
    (change,) = person["unfinished"]
    assert [s["step"] for s in change["steps"]] == ["declare", "return"]
    assert {gap["code"] for gap in report.told["gaps"]} == {"INS-GAP-PAPER"}
    assert "0903111222" not in report.content.decode()


def test_a_right_not_held_on_that_day_is_named(agency: Agency, traced: list[Version]) -> None:
    grant = Grant.objects.get(user=agency.users["verifier"])
    Grant.objects.filter(pk=grant.pk).update(valid_from=TODAY + timedelta(days=1))
    report = draw_up(agency.subject("inspector"), asked(person=str(traced[0].dossier.key)))
    gaps = [gap for gap in report.told["gaps"] if gap["code"] == "INS-GAP-RIGHT"]
    assert [gap["number"] for gap in gaps] == [1, 2]
    assert "Người verifier" in gaps[0]["message"]
    Grant.objects.filter(pk=grant.pk).update(valid_from=TODAY)
    withdraw_grant(
        SYSTEM, Grant.objects.get(pk=grant.pk), basis="QĐ 8"
    )  # withdrawn after the steps: held then
    again = draw_up(agency.subject("inspector"), asked(person=str(traced[0].dossier.key)))
    assert "INS-GAP-RIGHT" not in {gap["code"] for gap in again.told["gaps"]}


def test_a_report_is_asked_by_account_by_decision_and_by_period(
    agency: Agency, traced: list[Version]
) -> None:
    inspector = agency.subject("inspector")

    def found(**more: Any) -> list[list[int]]:
        told = draw_up(inspector, asked(**more)).told
        return sorted([v["number"] for v in person["versions"]] for person in told["people"])

    assert found(decision="99/QĐ-SNV") == [[1]]
    assert found(account="verifier") == [[1], [1, 2]]
    assert found(account="nobody") == []
    assert found(since=TODAY) == [[1], [1, 2]]
    assert found(since=TODAY + timedelta(days=1)) == []
    assert found(person="040085000009") == []
    with pytest.raises(Problem) as caught:
        draw_up(inspector, asked())
    assert caught.value.code == "INS-TRACE-WHAT"


def test_the_person_sees_the_look_with_the_decision_and_the_ledger_has_the_digest(
    agency: Agency, traced: list[Version]
) -> None:
    owner, key = agency.users["owner"], traced[0].dossier.key
    owner.person_key = key
    owner.save()
    report = draw_up(agency.subject("inspector"), asked(person=str(key)))
    look = looks_at(agency.subject("owner"), key)[0]
    assert look.purpose == "Thanh tra theo QĐ 7/QĐ-TTr ngày 02/11/2026: Làm rõ việc bổ nhiệm"
    assert report.digest in Entry.objects.latest("index").payload


def test_nobody_but_an_inspector_traces(agency: Agency, traced: list[Version]) -> None:
    for who in ("officer", "administrator", "approver", "stranger", "owner"):
        with pytest.raises(Problem) as caught:
            draw_up(agency.subject(who), asked(person="040085000001"))
        assert caught.value.code == "ACC-DENIED"
    assert not AccessLog.objects.filter(act="export").exists()
    with pytest.raises(Problem) as caught:
        draw_up(agency.subject("inspector"), Asked("", "x", person="1"))
    assert caught.value.code == "INS-TRACE-REFERENCE"


def test_too_many_people_are_refused(
    agency: Agency, traced: list[Version], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracing, "MOST_PEOPLE", 1)
    with pytest.raises(Problem) as caught:
        draw_up(agency.subject("inspector"), asked(since=TODAY))
    assert caught.value.code == "INS-TRACE-MANY"


def tools(*names: str) -> None:
    missing = [name for name in names if shutil.which(name) is None]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"not installed: {missing}")
    assert not missing


def runs(folder: Path, command: str) -> bool:
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, check=False)
    return done.returncode == 0


def test_the_package_is_verified_by_openssl_jose_and_the_offline_verifier(
    agency: Agency, traced: list[Version], tmp_path: Path
) -> None:
    tools("openssl", "jose", "basenc")
    subject = agency.subject("inspector")
    report = draw_up(subject, asked(person="040085000001"))
    with zipfile.ZipFile(io.BytesIO(package(subject, report))) as archive:
        archive.extractall(tmp_path)
    assert agency.issuer is not None
    (tmp_path / "CA.pem").write_text(certificates.to_pem([agency.issuer.cert]))
    lines = (tmp_path / "HUONG-DAN.txt").read_text().splitlines()
    commands = [line.strip() for line in lines if line.startswith("  ") and line[2] != " "]
    assert len(commands) == 6
    assert [runs(tmp_path, command) for command in commands] == [True] * 6
    content = (tmp_path / "report.json").read_bytes()
    (tmp_path / "report.json").write_bytes(content.replace(b"verifier", b"verifjer", 1))
    assert [runs(tmp_path, command) for command in commands] == [True, True, False, True, True, False]
    spoilt = (tmp_path / "report.jws").read_text().replace('"payload":"ey', '"payload":"ez', 1)
    (tmp_path / "report.jws").write_text(spoilt)
    assert not runs(tmp_path, commands[4])
    (proof,) = tmp_path.glob("proof-*.json")
    bundle = orjson.loads(proof.read_bytes())
    assert len(bundle["items"]) == 2


def test_the_page_asks_and_shows_and_gives_files(agency: Agency, traced: list[Version]) -> None:
    client = Client()
    client.force_login(agency.users["inspector"])
    address = reverse("inspection:trace")
    assert "Quyết định thanh tra" in client.get(address).content.decode()
    assert client.post(address, {"person": "040085000001"}).status_code == 422
    given = {"reference": "QĐ 7", "purpose": "Làm rõ", "person": "040085000001"}
    page = client.post(address, given).content.decode()
    assert page.count("Chữ ký hợp lệ") == 2
    assert "nội dung được ký không nêu giấy tờ nào" in page
    for form, start in (("xlsx", b"PK"), ("zip", b"PK")):
        answer = client.post(address, {**given, "form": form})
        assert answer.content[:2] == start
        assert f".{form}" in answer["Content-Disposition"]
    other = Client()
    other.force_login(agency.users["administrator"])
    assert other.get(address).status_code == 403
