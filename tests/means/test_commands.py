"""`ccvc signing`: means of signing kept by whoever runs the node, each act in the ledger under the command's name."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ccvc.ledger.models import Entry
from ccvc.node.cli import means as command
from ccvc.node.cli import signing as signing_command
from ccvc.node.cli.signing import signing
from ccvc.signing.models import EndedCertificate, SigningMeans
from ccvc.standard.problems import Problem
from tests.means.test_pages import p12
from tests.people import PASSPHRASE, Agency, found_agency

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Agency:
    settings.CCVC_HOME, settings.CCVC_AGENCY = tmp_path, "H41"
    for one in (command, signing_command):
        monkeypatch.setattr(one, "node", lambda _home: nullcontext())
    return found_agency(tmp_path)


def run(*asked: str) -> Any:
    return CliRunner().invoke(signing, list(asked))


def test_a_seal_is_taken_tried_and_ended(agency: Agency, tmp_path: Path) -> None:
    file = tmp_path / "seal.p12"
    file.write_bytes(p12(agency, common_name="Cơ quan H41", person=None, use="seal").read())
    taken = run("seal", str(file), "--file-password", "of the file", "--passphrase", PASSPHRASE)
    assert taken.exit_code == 0, taken.output
    row = SigningMeans.objects.get(agency="H41")
    assert "ES256" in run("test", str(row.pk), "--secret", PASSPHRASE).output
    listed = {one["id"]: one for one in json.loads(run("list", "--json").stdout)["means"]}
    assert listed[row.pk]["owner"] == "con dấu H41"
    ended = run("revoke", str(row.pk), "--reason", "lộ mật khẩu", "--since", "01/11/2026 08:00")
    assert ended.exit_code == 0, ended.output
    row.refresh_from_db()
    assert row.revoked_from.isoformat() == "2026-11-01T01:00:00+00:00"
    assert Entry.objects.filter(payload__contains='"by":"system:command"').count() == 2


def test_what_does_not_fit_is_told(agency: Agency) -> None:
    key = SigningMeans.objects.get(user=agency.users["approver"])
    wrong = run("test", str(key.pk), "--secret", "sai mật khẩu rồi").exception
    assert isinstance(wrong, Problem)
    assert wrong.code == "SIG-PASSPHRASE"
    odd = run("revoke", str(key.pk), "--reason", "x", "--since", "hôm qua").exception
    assert isinstance(odd, Problem)
    assert odd.code == "SIG-REVOKE-DATE"


def test_the_key_of_a_certificate_is_said_to_be_lost(agency: Agency, tmp_path: Path) -> None:
    file = tmp_path / "cert.pem"
    file.write_text(SigningMeans.objects.get(user=agency.users["approver"]).certificate_pem)
    asked = ("end", str(file), "--reason", "Lộ khoá", "--since", "20/11/2026 08:00")
    assert "Người approver: đã ghi nhận" in run(*asked).output
    assert "đã biết từ trước" in run(*asked).output
    row = EndedCertificate.objects.get()
    assert (row.told_by, row.taken, row.since.isoformat()) == ("H41", True, "2026-11-20T01:00:00+00:00")
    late = run(*asked[:-1], "01/01/2099").exception
    assert isinstance(late, Problem)
    assert late.code == "SIG-REVOKE-DATE"
    assert Entry.objects.filter(payload__contains='"act":"certificate_ended"').count() == 1
