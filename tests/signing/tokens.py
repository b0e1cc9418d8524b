"""Real tokens in software (SoftHSM2) and signing services on loopback, with certificates of the tests' authority."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key

from ccvc.signing import certificates
from ccvc.signing.certificates import Issuer

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "405172"
SO_PIN = "9185027364"


def needs(*tools: str) -> pytest.MarkDecorator:
    """Skipped where a tool of Debian is not installed; in CI it must be."""
    missing = [tool for tool in tools if not (shutil.which(tool) or Path(tool).exists())]
    return pytest.mark.skipif(bool(missing) and "CI" not in os.environ, reason=f"not installed: {missing}")


@dataclass(frozen=True)
class Token:
    """An initialised token of one key without a certificate yet."""

    label: str
    public_key: Any

    def certify(self, issuer: Issuer, **named: Any) -> x509.Certificate:
        """A certificate for its key, put into the token beside it."""
        given = {
            "common_name": "approver",
            "person": "Người approver",
            "agency_code": "H41",
            "use": "approve",
        }
        cert = certificates.issue(issuer, self.public_key, **{**given, **named})
        library = pkcs11.lib(str(MODULE))
        with library.get_token(token_label=self.label).open(rw=True, user_pin=PIN) as session:
            for old in list(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})):
                old.destroy()
            session.create_object(
                {
                    Attribute.CLASS: ObjectClass.CERTIFICATE,
                    Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                    Attribute.TOKEN: True,
                    Attribute.PRIVATE: False,
                    Attribute.ID: b"\1",
                    Attribute.LABEL: "key",
                    Attribute.SUBJECT: cert.subject.public_bytes(),
                    Attribute.VALUE: cert.public_bytes(serialization.Encoding.DER),
                }
            )
        return cert


@cache
def folder() -> Path:
    """Where SoftHSM keeps the tokens of this run; its library reads the environment once."""
    made = Path(tempfile.mkdtemp(prefix="ccvc-softhsm-"))
    (made / "tokens").mkdir()
    conf = made / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {made / 'tokens'}\nlog.level = ERROR\n", encoding="utf-8")
    os.environ["SOFTHSM2_CONF"] = str(conf)
    return made


@cache
def token(kind: str) -> Token:
    """The token of a kind of key: P-256, RSA-2048 or RSA-3072, made once a run."""
    folder()
    label = f"token-{kind}"
    command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", SO_PIN]
    subprocess.run(command, check=True, capture_output=True)
    library = pkcs11.lib(str(MODULE))
    library.reinitialize()
    with library.get_token(token_label=label).open(rw=True, user_pin=PIN) as session:
        return Token(label, _generate(session, kind))


def _generate(session: Any, kind: str) -> Any:
    kept = {"store": True, "id": b"\1", "label": "key"}
    if kind == "P-256":
        curve = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
        public, _ = session.create_domain_parameters(KeyType.EC, curve, local=True).generate_keypair(
            mechanism=Mechanism.EC_KEY_PAIR_GEN, **kept
        )
        return serialization.load_der_public_key(encode_ec_public_key(public))
    public, _ = session.generate_keypair(KeyType.RSA, int(kind.removeprefix("RSA-")), **kept)
    return serialization.load_der_public_key(_spki(encode_rsa_public_key(public)))


def _spki(pkcs1: bytes) -> bytes:
    found = subprocess.run(
        ["openssl", "rsa", "-RSAPublicKey_in", "-inform", "DER", "-outform", "DER", "-pubout"],
        input=pkcs1,
        capture_output=True,
        check=True,
    )
    return found.stdout
