"""Every sample package meets, at a national node, the verdict its index promises; and every code has its sample."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from typer.testing import CliRunner

from ccvc.access.domain import Subject
from ccvc.closings.actions import receiving
from ccvc.exchange.actions import process_all
from ccvc.exchange.actions.streams import open_streams
from ccvc.exchange.domain import Arrival, open_package, snapshots
from ccvc.exchange.domain.records import decode_receipt, decode_reconciliation
from ccvc.exchange.models import Outbound, Peer, Queued
from ccvc.exchange.views.endpoint import STATUS
from ccvc.ledger import peers
from ccvc.ledger.models import HeadAlarm
from ccvc.node.cli.application import app
from ccvc.node.conformance.samples.following import SAMPLES as FOLLOWING
from ccvc.node.conformance.samples.handovers import SAMPLES as HANDOVERS
from ccvc.node.conformance.samples.heads import SAMPLES as HEADS
from ccvc.node.conformance.samples.packages import SAMPLES as WHOLE
from ccvc.node.conformance.samples.refused import SAMPLES as RECORDS
from ccvc.node.conformance.samples.sealed import SAMPLES as SEALED
from ccvc.node.conformance.samples.snapshots import SAMPLES as SNAPSHOTS
from ccvc.signing import certificates, keys, store
from ccvc.transfers.domain import contents
from ccvc.transfers.handlers import take
from ccvc.transfers.models import Transfer
from tests.exchange import document

NAMES = [*WHOLE, *RECORDS, *SNAPSHOTS, *FOLLOWING, *HANDOVERS]
NOT_THE_SENDERS = {"EXC-CERT-STATUS", "EXC-SUSPENDED", "EXC-BUSY", "EXC-HEADS", "EXC-REVOCATION"}
"""What a package cannot be answered with: "revocation-of-another" shows by what follows that it was refused."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("samples")
    done = CliRunner().invoke(app, ["exchange", "samples", str(made), "--json"])
    assert json.loads(done.stdout)["packages"] == len(NAMES)
    return made


@pytest.fixture(scope="module")
def index(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "index.json").read_bytes())


@pytest.fixture
def national(db: None, settings: Any, folder: Path, index: dict[str, Any], tmp_path: Path) -> None:
    """A national node with the keys of the samples' receiver, at which the agencies of the index are enrolled."""
    settings.ROOT_URLCONF = "ccvc.exchange.urls_exchange"
    settings.CCVC_HOME, settings.CCVC_AGENCY, settings.CCVC_KIND = tmp_path, index["receiver"], "national"
    given = folder / f"keys-{index['receiver']}"
    for use in ("sign", "encrypt"):
        chain = certificates.from_pem((given / f"{use}.crt.pem").read_text())
        store.save_node_key(tmp_path, use, keys.from_pem((given / f"{use}.key.pem").read_text()), chain)
    store.save_trust(tmp_path, "samples", certificates.from_pem((given / "trust.pem").read_text()))
    store.save_crl(tmp_path, "samples", (given / "trust.crl.pem").read_text())
    for agency in index["enrolled"]:
        pem = (folder / f"keys-{agency}" / "encrypt.crt.pem").read_text()
        open_streams(Peer.objects.create(agency_code=agency, name=agency, certificates={"encrypt": pem}))


def post(data: bytes) -> tuple[int, dict[str, Any]]:
    answer = Client().post(
        "/exchange/v1/packages", data, content_type="application/vnd.ccvc.package", secure=True
    )
    return answer.status_code, answer.json()


def judge() -> None:
    for peer in Peer.objects.order_by("pk"):
        process_all(Subject.system("tests"), peer)


def answered(folder: Path, agency: str) -> dict[str, Any]:
    """What the last receipt says: verdicts, the problem that refuses all, the comparison."""
    judge()
    last = Outbound.objects.filter(peer__agency_code=agency, kind="receipt").order_by("sequence").last()
    given = folder / f"keys-{agency}"
    key = keys.from_pem((given / "encrypt.key.pem").read_text())
    opened = open_package(
        bytes(last.data), decrypt_key=key, trust=store.trust(), receiver=agency, at=timezone.now()
    )
    summary, verdicts = decode_receipt(opened.lines)
    compared = None
    if b'"type":"reconciled"' in b"".join(opened.lines):
        told, rows = decode_reconciliation(opened.lines)
        compared = {"agreed": told.agreed, "differences": [row[1] for row in rows]}
    queued = Queued.objects.filter(peer__agency_code=agency, kind="transfer").order_by("pk")
    lines = [json.loads(bytes(row.line)) for row in queued]
    return {
        "told": [{"code": line.get("code"), "type": line["type"]} for line in lines],
        "verdicts": [{"code": v.code, "record": v.record} for v in verdicts],
        "problem": (summary.problem or {}).get("code"),
        "compared": compared,
    }


@pytest.mark.usefixtures("national")
@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_answered_as_its_index_says(name: str, folder: Path, index: dict[str, Any]) -> None:
    entry = next(entry for entry in index["files"] if entry["file"] == f"{name}.ccvc")
    for before in entry["after"]:
        assert post((folder / before).read_bytes())[0] == 201
        judge()
    status, body = post((folder / entry["file"]).read_bytes())
    assert (body.get("code"), status) == (
        entry["code"],
        STATUS.get(entry["code"], 400) if entry["code"] else 201,
    )
    if entry["code"] is None:
        expected = {name: entry[name] for name in ("verdicts", "problem", "compared")}
        expected["told"] = entry["told"] or []
        assert answered(folder, index["sender"]) == expected


@pytest.mark.usefixtures("national")
@pytest.mark.parametrize("name", HEADS)
def test_a_head_is_answered_as_its_index_says(name: str, folder: Path, index: dict[str, Any]) -> None:
    entry = next(entry for entry in index["heads"] if entry["file"] == f"heads-{name}.json")
    for file in (*entry["after"], entry["file"]):
        answer = Client().post(
            "/exchange/v1/heads",
            (folder / file).read_bytes(),
            content_type="application/json",
            secure=True,
            headers={"authorization": index["heads_authorization"]},
        )
        code = answer.json().get("code")
        assert code == (entry["code"] if file == entry["file"] else None)
    held = peers.held(index["sender"])
    assert (held.size if held else None) == entry["witnessed"]
    assert list(HeadAlarm.objects.values_list("code", flat=True)) == [entry["alarm"]] * bool(entry["alarm"])


@pytest.mark.usefixtures("national")
@pytest.mark.parametrize("name", SEALED)
def test_a_sealed_dossier_is_judged_as_its_index_says(
    name: str, folder: Path, index: dict[str, Any], settings: Any
) -> None:
    entry = next(entry for entry in index["handovers"] if entry["file"] == f"handover-{name}.jsonl")
    settings.CCVC_AGENCY, settings.CCVC_KIND = entry["receiver"], "component"
    for use in ("sign", "encrypt"):
        given = folder / f"keys-{entry['receiver']}"
        chain = certificates.from_pem((given / f"{use}.crt.pem").read_text())
        key = keys.from_pem((given / f"{use}.key.pem").read_text())
        store.save_node_key(settings.CCVC_HOME, use, key, chain)
    lines = (folder / entry["file"]).read_bytes().splitlines()
    take(Subject.system("tests"), Arrival(0, index["receiver"], None, "", lines, timezone.now()))
    row = Transfer.objects.get()
    assert (row.state, (row.problem or {}).get("code")) == ("sealed", entry["code"])
    assert bool(row.facts) == (entry["code"] is None)


def test_every_fault_of_a_sealed_dossier_has_a_sample(index: dict[str, Any]) -> None:
    raised = set(re.findall(r"TRF-[A-Z]+", contents.read.__doc__))
    assert raised <= {entry["code"] for entry in index["handovers"]}


def test_every_fault_of_a_snapshot_has_a_sample(index: dict[str, Any]) -> None:
    raised = set(
        re.findall(r"CLS-[A-Z]+", f"{snapshots.open_snapshot.__doc__} {receiving._refuse_misplaced.__doc__}")
    )
    assert raised <= {entry["problem"] for entry in index["files"]}


@pytest.mark.usefixtures("national")
def test_requests_are_answered_as_the_index_says(index: dict[str, Any]) -> None:
    for request in index["requests"]:
        answer = Client().get(
            request["target"], secure=True, headers={"authorization": request["authorization"]}
        )
        assert (answer.json()["code"] if answer.status_code != 204 else None) == request["code"]


def test_every_code_a_sender_can_cause_has_a_sample(index: dict[str, Any]) -> None:
    tables = document.package_codes() + document.record_codes()
    named = set(re.findall(r"^\| `([A-Z-]+)`", tables, re.MULTILINE))
    found = {entry["code"] for entry in (*index["files"], *index["requests"])}
    found |= {verdict["code"] for entry in index["files"] for verdict in entry["verdicts"]}
    assert named - found == NOT_THE_SENDERS
    assert found - named == {None}


def test_the_keys_are_marked_and_the_index_says_when_they_count(folder: Path, index: dict[str, Any]) -> None:
    assert index["test"] is True
    assert "THỬ NGHIỆM" in (folder / "TEST-KEYS.txt").read_text()
    assert datetime.fromisoformat(index["at"]).tzinfo is not None
    for pem in folder.glob("keys-*/*.crt.pem"):
        assert "TEST" in certificates.from_pem(pem.read_bytes())[0].issuer.rfc4514_string()
