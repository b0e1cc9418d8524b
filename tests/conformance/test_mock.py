"""The mock node as a vendor's script meets it: one command, a desk of files, packages through a folder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ccvc.exchange.domain import open_package
from ccvc.exchange.domain.records import decode_receipt
from ccvc.node.conformance.office import Office, open_office
from ccvc.node.conformance.samples.draft import Draft
from ccvc.node.conformance.samples.scheme import Approval, Scheme, approval_line, change, change_lines
from ccvc.node.mock.folder import write_whole
from ccvc.node.mock.keys import read_cert
from ccvc.signing import certificates, keys, store
from ccvc.signing.store import KeyPair
from ccvc.standard.problems import Problem

pytestmark = pytest.mark.slow
PATIENCE = 60


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    root = tmp_path_factory.mktemp("mock")
    root.chmod(0o755)
    with open_office(root) as running:
        yield running


def pair(folder: Path, use: str) -> KeyPair:
    chain = certificates.from_pem((folder / f"{use}.crt.pem").read_text())
    return KeyPair(keys.from_pem((folder / f"{use}.key.pem").read_text()), chain)


def wait_for(file: Path) -> bytes:
    deadline = time.monotonic() + PATIENCE
    while not file.exists():
        assert time.monotonic() < deadline, f"{file.name} did not come"
        time.sleep(0.1)
    return file.read_bytes()


def test_it_says_that_it_is_a_test_and_where_it_answers(office: Office) -> None:
    said = json.loads(office.folder.serving.read_bytes())
    assert (said["test"], said["format"], said["agency"]) == (True, "ccvc-mock/1", "G09")
    assert said["endpoint"] == office.endpoint
    anchors = certificates.from_pem((office.folder.root / "trust.pem").read_text())
    assert said["fingerprint"] == "+".join(sorted(certificates.fingerprint(cert) for cert in anchors))
    names = " ".join(cert.subject.rfc4514_string() for cert in anchors)
    assert "TEST" in names
    assert "SYNTHETIC" in names


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"format": "ccvc-mock-keys/1", "agency": "H99"}, "EXC-ENROL-AGENCY"),
        ({"format": "ccvc-mock-keys/1", "agency": "?"}, "EXC-ENROL-FORMAT"),
        ({"format": "ccvc-mock-lunch/1"}, "EXC-ENROL-FORMAT"),
        ({"format": "ccvc-mock-revoke/1", "certificate": "x"}, "SIG-CERTIFICATE"),
    ],
)
def test_the_desk_says_what_it_does_not_grant(office: Office, asked: dict[str, str], code: str) -> None:
    with pytest.raises(Problem) as refused:
        office.ask("odd", asked)
    assert code in refused.value.message()


def test_a_package_put_into_the_folder_is_answered_there(office: Office) -> None:
    asked = {"format": "ccvc-mock-keys/1", "agency": "H41", "transport": "file"}
    folder = Path(office.ask("by-folder", asked)["folder"])
    given = json.loads((folder / "answer.json").read_bytes())["national"]
    assert (given["transport"], given["address"]) == ("file", str(office.folder.packages))
    scheme = Scheme()
    approval = Approval(pair(folder, "approver"))
    lines = [approval_line([change(1)], approval, scheme.at), *change_lines([change(1)])]
    receiver = KeyPair(keys.generate(), certificates.from_pem(given["encrypt"]))
    package = Draft(scheme, lines, signer=pair(folder, "sign"), recipient=receiver).build()
    inbox = office.folder.packages / "G09"
    inbox.mkdir(exist_ok=True)
    write_whole(inbox / "H41-000000000001.ccvc", package)
    receipt = wait_for(office.folder.packages / "H41" / "G09-000000000001.ccvc")
    opened = open_package(
        receipt,
        decrypt_key=pair(folder, "encrypt").key,
        trust=store.trust_in(folder),
        receiver="H41",
        at=scheme.at,
    )
    summary, verdicts = decode_receipt(opened.lines)
    assert (summary.accepted, summary.refused, verdicts) == (1, 0, [])


def test_a_revoked_certificate_is_on_the_list_that_is_published(office: Office) -> None:
    folder = office.make_keys("revoked", "H26")
    office.revoke("revoke", folder / "sign.crt.pem")
    serials = {entry.serial_number for crl in office.trust.crls for entry in crl}
    assert read_cert(folder, "sign").serial_number in serials


def test_a_run_that_is_told_to_end_leaves_nothing_running(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    waits = [sys.executable, "-c", "import time; time.sleep(600)"]
    command = [sys.executable, "-m", "ccvc", "exchange", "conformance", "--home", str(tmp_path), "--", *waits]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("CCVC_", "DJANGO_"))}
    run = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 2 * PATIENCE
    while not (found := list(tmp_path.glob("*/mock/mock.json"))):
        assert time.monotonic() < deadline
        assert run.poll() is None
        time.sleep(0.1)
    process = json.loads(found[0].read_bytes())["process"]
    run.terminate()
    assert run.wait(PATIENCE) == 128 + signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert not found[0].exists()
