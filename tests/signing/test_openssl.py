"""Our certificates, lists, keys and signatures, checked by a program we did not write."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ccvc.signing import certificates, jws, keys, revocation
from tests.signing.scheme import DAY, NOW, scheme

OPENSSL = shutil.which("openssl")


@pytest.fixture(autouse=True)
def needs_openssl() -> None:
    if OPENSSL is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            "the openssl command is not installed"
        )


def openssl(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    assert OPENSSL is not None
    command = [OPENSSL, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The scheme as PEM files: root.pem, middle.pem, leaf.pem, crls.pem."""
    lists = (revocation.crl(scheme().root, at=NOW - DAY), revocation.crl(scheme().middle, at=NOW - DAY))
    (tmp_path / "root.pem").write_text(certificates.to_pem([scheme().root.cert]))
    (tmp_path / "middle.pem").write_text(certificates.to_pem([scheme().middle.cert]))
    (tmp_path / "leaf.pem").write_text(certificates.to_pem([scheme().cert()]))
    (tmp_path / "crls.pem").write_text("".join(lists))
    return tmp_path


def verify(files: Path, leaf: str = "leaf.pem") -> subprocess.CompletedProcess[str]:
    return openssl(
        "verify", "-x509_strict", "-attime", str(int(NOW.timestamp())), "-crl_check_all",
        "-CAfile", files / "root.pem", "-untrusted", files / "middle.pem", "-CRLfile", files / "crls.pem",
        files / leaf,
    )  # fmt: skip


def test_the_chain_verifies(files: Path) -> None:
    found = verify(files)
    assert (found.returncode, found.stdout.rpartition(":")[2].strip()) == (0, "OK"), found.stderr


def test_a_revoked_certificate_does_not_verify(files: Path) -> None:
    revoked = scheme().cert()
    (files / "revoked.pem").write_text(certificates.to_pem([revoked]))
    lists = (
        revocation.crl(scheme().root, at=NOW - DAY),
        revocation.crl(scheme().middle, [revoked.serial_number], at=NOW - DAY),
    )
    (files / "crls.pem").write_text("".join(lists))
    found = verify(files, "revoked.pem")
    assert found.returncode != 0
    assert "certificate revoked" in found.stderr
    assert verify(files).returncode == 0


def test_a_certificate_of_a_twin_authority_does_not_verify(files: Path) -> None:
    twin = certificates.create_authority("CA con", not_before=NOW - DAY)
    forged = certificates.issue(
        twin,
        scheme().key.public_key(),
        common_name="x",
        agency_code="H41",
        use="approve",
        not_before=NOW - DAY,
    )
    (files / "forged.pem").write_text(certificates.to_pem([forged]))
    assert verify(files, "forged.pem").returncode != 0


def test_the_profile_reads_as_meant(files: Path) -> None:
    text = openssl(
        "x509", "-in", files / "leaf.pem", "-noout", "-text", "-nameopt", "utf8,sname,esc_ctrl"
    ).stdout
    assert "organizationIdentifier=H41" in text.replace(" ", "")
    assert "1.3.6.1.5.5.7.3.36" in text or "documentSigning" in text or "Document Signing" in text
    assert "Digital Signature, Non Repudiation" in text


@pytest.mark.parametrize(("changed", "said"), [(b"", "Verified OK"), (b"x", "Verification failure")])
def test_a_signature_verifies_over_its_signing_input(tmp_path: Path, changed: bytes, said: str) -> None:
    cert = scheme().cert()
    made = jws.sign("nội dung phê duyệt".encode(), scheme().key, scheme().chain(cert), at=NOW)
    covered, signature = jws.signing_input(made)
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    (tmp_path / "input").write_bytes(covered + changed)
    (tmp_path / "signature").write_bytes(encode_dss_signature(r, s))
    public = cert.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "public.pem").write_bytes(public)
    found = openssl(
        "dgst", "-sha256", "-verify", tmp_path / "public.pem", "-signature", tmp_path / "signature",
        tmp_path / "input",
    )  # fmt: skip
    assert (said in found.stdout, found.returncode) == (True, 1 if changed else 0)


def test_an_encrypted_key_opens_with_the_documented_recipe(tmp_path: Path) -> None:
    key = keys.generate()
    pem = keys.to_pem(key, "mùa thu Hà Nội cốm xanh")
    stretch = keys.Stretch.read(pem)
    assert stretch is not None
    (tmp_path / "key.pem").write_text(pem)
    password = stretch.password("mùa thu Hà Nội cốm xanh").decode()
    found = openssl("pkey", "-in", tmp_path / "key.pem", "-passin", f"pass:{password}", "-pubout")
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert found.stdout == public
    assert openssl("pkey", "-in", tmp_path / "key.pem", "-passin", "pass:x", "-pubout").returncode != 0
