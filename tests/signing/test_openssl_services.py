"""Time stamps, answers and lists of the stand-in services, checked by openssl, which we did not write."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography import x509
from joserfc.jwk import ECKey

from ccvc.signing import certificates, keys, timestamps
from ccvc.simulation.services import Services, serving
from tests.signing import test_openssl
from tests.signing.test_longterm import STAMPED, world
from tests.signing.test_openssl import openssl

needs_openssl = test_openssl.needs_openssl


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with serving(tmp_path) as found:
        yield found


def approver(services: Services, folder: Path) -> x509.Certificate:
    pem = services.authority.issue_approver(
        certificates.request(keys.generate(), common_name="a"), person="A", account="a", agency_code="H41"
    )
    (folder / "approver.pem").write_text(pem)
    return certificates.from_pem(pem)[0]


@pytest.mark.parametrize(("data", "holds"), [(b"signature", True), (b"signaturf", False)])
def test_openssl_verifies_a_token(services: Services, tmp_path: Path, data: bytes, holds: bool) -> None:  # noqa: FBT001 - a case
    asked = timestamps.request(b"signature", 7)
    token = timestamps.token_of(services.stamper.answer(asked), b"signature", 7)
    (tmp_path / "data").write_bytes(data)
    (tmp_path / "token").write_bytes(token)
    found = openssl(
        "ts", "-verify", "-token_in", "-in", tmp_path / "token", "-data", tmp_path / "data",
        "-CAfile", tmp_path / "authority.crt.pem",
    )  # fmt: skip
    assert (("Verification: OK" in found.stdout), found.returncode) == (holds, 0 if holds else 1), (
        found.stderr
    )


def test_openssl_makes_a_question_the_stand_in_answers(services: Services, tmp_path: Path) -> None:
    """And its question is understood as ours is."""
    (tmp_path / "data").write_bytes(b"signature")
    query = tmp_path / "query"
    assert (
        openssl("ts", "-query", "-data", tmp_path / "data", "-sha256", "-cert", "-out", query).returncode == 0
    )
    (tmp_path / "answer").write_bytes(services.stamper.answer(query.read_bytes()))
    found = openssl(
        "ts",
        "-verify",
        "-queryfile",
        query,
        "-in",
        tmp_path / "answer",
        "-CAfile",
        tmp_path / "authority.crt.pem",
    )
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize(("act", "said"), [(None, "good"), ("revoke", "revoked"), ("unknown", "unknown")])
def test_openssl_asks_the_responder(services: Services, tmp_path: Path, act: Any, said: str) -> None:
    cert = approver(services, tmp_path)
    services.tell(**({"ocsp": act} if act == "unknown" else {}))
    if act == "revoke":
        services.authority.revoke(cert, reason=x509.ReasonFlags.key_compromise)
    found = openssl(
        "ocsp", "-issuer", tmp_path / "authority.crt.pem", "-cert", tmp_path / "approver.pem",
        "-url", services.url("ocsp"), "-CAfile", tmp_path / "authority.crt.pem",
    )  # fmt: skip
    assert f"approver.pem: {said}" in found.stdout, found.stdout + found.stderr
    assert "Response verify OK" in found.stderr
    assert ("keyCompromise" in found.stdout) == (act == "revoke")


def test_openssl_reads_the_list_and_the_addresses_in_a_certificate(
    services: Services, tmp_path: Path
) -> None:
    cert = approver(services, tmp_path)
    services.authority.revoke(cert)
    found = openssl(
        "crl",
        "-in",
        tmp_path / "authority.crl.pem",
        "-CAfile",
        tmp_path / "authority.crt.pem",
        "-noout",
        "-text",
    )
    assert "verify OK" in found.stderr
    assert f"{cert.serial_number:X}" in found.stdout
    text = openssl("x509", "-in", tmp_path / "approver.pem", "-noout", "-text").stdout
    assert f"OCSP - URI:{services.url('ocsp')}" in text
    assert f"URI:{services.url('crl')}" in text


@pytest.mark.parametrize("changed", [False, True])
def test_jose_verifies_an_approval_whose_evidence_stands_beside_it(tmp_path: Path, changed: bool) -> None:  # noqa: FBT001 - a case
    jose = shutil.which("jose")
    if jose is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("the jose command is not installed")
    made = world().jws
    payload = (
        made["payload"][:-1] + ("A" if made["payload"][-1] != "A" else "E") if changed else made["payload"]
    )
    (tmp_path / "jws").write_bytes(orjson.dumps({**made, "payload": payload}))
    (tmp_path / "jwk").write_bytes(orjson.dumps(ECKey.import_key(world().key.public_key()).as_dict()))
    command = [jose, "jws", "ver", "-i", str(tmp_path / "jws"), "-k", str(tmp_path / "jwk"), "-O", "-"]
    found = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert (found.returncode == 0) is not changed, found.stderr


def test_openssl_verifies_the_token_in_the_evidence_over_the_signature_value(tmp_path: Path) -> None:
    """As anybody can who is given an approval, its evidence and the authority's certificate."""
    token = world().evidence().tokens()[0]
    (tmp_path / "data").write_text(world().jws["signatures"][0]["signature"])
    (tmp_path / "token").write_bytes(token)
    (tmp_path / "root.pem").write_text(certificates.to_pem([world().root.cert]))
    at = str(int(STAMPED.timestamp()))
    found = openssl(
        "ts", "-verify", "-token_in", "-in", tmp_path / "token", "-data", tmp_path / "data",
        "-CAfile", tmp_path / "root.pem", "-attime", at,
    )  # fmt: skip
    assert "Verification: OK" in found.stdout, found.stderr
