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
from ccvc.node.cli.signing import signing
from ccvc.signing.models import SigningMeans
from ccvc.standard.problems import Problem
from tests.means.test_pages import p12
from tests.people import PASSPHRASE, Agency, found_agency

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Agency:
    settings.CCVC_HOME, settings.CCVC_AGENCY = tmp_path, "H41"
    monkeypatch.setattr(command, "node", lambda _home: nullcontext())
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
