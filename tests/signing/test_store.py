from __future__ import annotations

import os
from pathlib import Path

import pytest

from ccvc.signing import certificates, keys, revocation, store
from ccvc.signing.verification import verify_certificate
from ccvc.standard.problems import Problem
from tests.signing.scheme import DAY, NOW, START, scheme


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A node's home with its three keys, an anchor, an intermediate and two revocation lists."""
    for use in ("sign", "encrypt", "tls"):
        store.save_node_key(tmp_path, use, scheme().key, scheme().chain(scheme().cert(use)))
    store.save_trust(tmp_path, "anchors", [scheme().root.cert, scheme().middle.cert])
    store.save_crl(tmp_path, "root", revocation.crl(scheme().root, at=NOW))
    store.save_crl(tmp_path, "middle", revocation.crl(scheme().middle, at=NOW, number=7))
    return tmp_path


def code_of(home: Path) -> tuple[str, str]:
    with pytest.raises(Problem) as raised:
        store.node_keys(home)
    return raised.value.code, raised.value.where


def test_what_is_saved_is_read(home: Path) -> None:
    found = store.node_keys(home)
    assert [certificates.use_of(pair.cert) for pair in (found.sign, found.encrypt, found.tls) if pair] == [
        "sign",
        "encrypt",
        "tls",
    ]
    assert found.sign.chain[1:] == (scheme().middle.cert,)
    assert (home / "keys" / "sign.key.pem").stat().st_mode & 0o777 == 0o600


def test_files_make_the_trust(home: Path) -> None:
    found = store.trust(home)
    assert (found.anchors, found.intermediates) == ((scheme().root.cert,), (scheme().middle.cert,))
    assert verify_certificate(scheme().cert(), found, NOW, "approve").ok


def test_reading_again_costs_nothing_until_a_file_changes(home: Path) -> None:
    before = store.trust(home)
    assert store.trust(home) is before
    revoked = scheme().cert()
    store.save_crl(home, "middle", revocation.crl(scheme().middle, [revoked.serial_number], at=NOW, number=8))
    assert verify_certificate(revoked, store.trust(home), NOW + DAY, "approve").code == "SIG-REVOKED"


def test_an_older_revocation_list_does_not_replace_a_newer_one(home: Path) -> None:
    with pytest.raises(Problem) as raised:
        store.save_crl(home, "middle", revocation.crl(scheme().middle, at=NOW, number=6))
    assert raised.value.code == "SIG-CRL-OLD"
    assert {revocation.number_of(crl) for crl in store.trust(home).crls} == {1, 7}


def test_a_node_that_does_not_speak_https_itself_has_no_tls_key(home: Path) -> None:
    (home / "keys" / "tls.key.pem").unlink()
    assert store.node_keys(home).tls is None


def test_a_missing_key_is_named(home: Path) -> None:
    (home / "keys" / "encrypt.key.pem").unlink()
    assert code_of(home) == ("SIG-NODE-KEY", "keys/encrypt")
    assert code_of(home / "nowhere") == ("SIG-NODE-KEY", "keys/sign")


def test_a_key_others_can_read_is_refused(home: Path) -> None:
    file = home / "keys" / "sign.key.pem"
    file.chmod(0o640)
    os.utime(file, ns=(1, 1))
    assert code_of(home) == ("SIG-KEY-MODE", "sign.key.pem")


def test_a_certificate_of_another_key_is_refused(home: Path) -> None:
    other = certificates.issue(
        scheme().middle, keys.generate().public_key(), common_name="x", agency_code="H41", use="sign",
        not_before=START,
    )  # fmt: skip
    (home / "keys" / "sign.crt.pem").write_text(certificates.to_pem([other]))
    assert code_of(home) == ("SIG-KEY-MISMATCH", "sign.crt.pem")


def test_a_damaged_trust_file_is_named(home: Path) -> None:
    (home / "trust" / "odd.crl.pem").write_text("không phải danh sách")
    with pytest.raises(Problem) as raised:
        store.trust(home)
    assert (raised.value.code, raised.value.where) == ("SIG-TRUST", "odd.crl.pem")


def test_an_empty_folder_trusts_nobody(tmp_path: Path) -> None:
    assert store.trust(tmp_path).anchors == ()
