"""Bundles whose approvals are signed by other kinds of keys than ours, stamped by OpenSSL's own authority."""

from __future__ import annotations

import base64
import json
import subprocess
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID

from ccvc.signing import certificates
from ccvc.signing.certificates import EKU, use_of

DAY = timedelta(days=1)
MORE = [
    ["jws", "ES384", "2024-07-01", ""],
    ["public_key", "secp384r1", "2024-07-01", ""],
    ["certificate", "1.2.840.10045.4.3.3", "2024-07-01", ""],
]
"""What the list of algorithms would say on the day it allows ES384."""
KINDS = ("RS256", "PS256", "ES384", "RS512")


@cache
def key(kind: str, holder: str) -> Any:
    return (
        ec.generate_private_key(ec.SECP384R1()) if kind == "ES384" else rsa.generate_private_key(65537, 2048)
    )


class Authority:
    """An authority of one kind of key, with its list, founded a day before a moment."""

    def __init__(self, kind: str, at: datetime) -> None:
        self.kind, self.at, self.key = kind, at, key(kind, "authority")
        self.digest = hashes.SHA384() if kind == "ES384" else hashes.SHA256()
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"CA {kind}")])
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        built = self._start(name, self.key.public_key(), name)
        built = built.add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        self.cert = built.add_extension(usage, critical=True).sign(self.key, self.digest)

    def _start(self, subject: x509.Name, public: Any, issuer: x509.Name) -> x509.CertificateBuilder:
        built = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
        built = built.serial_number(x509.random_serial_number())
        return built.not_valid_before(self.at - DAY).not_valid_after(self.at + 900 * DAY)

    def issue(self, like: x509.Certificate | None, public: Any) -> x509.Certificate:
        """For the holder of a certificate, of the same use; without one, for a time-stamping authority."""
        use = use_of(like) if like else "timestamp"
        assert use is not None
        subject = like.subject if like else x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TSA RSA")])
        usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
        built = self._start(subject, public, self.cert.subject).add_extension(usage, critical=True)
        built = built.add_extension(x509.ExtendedKeyUsage(EKU[use]), critical=True)
        return built.sign(self.key, self.digest)

    def crl(self) -> str:
        built = x509.CertificateRevocationListBuilder().issuer_name(self.cert.subject)
        built = built.last_update(self.at).next_update(self.at + 30 * DAY)
        built = built.add_extension(x509.CRLNumber(1), critical=False)
        return built.sign(self.key, self.digest).public_bytes(serialization.Encoding.PEM).decode()


def unbase64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _signature(kind: str, private: Any, covered: bytes) -> bytes:
    if kind == "ES384":
        numbers = decode_dss_signature(private.sign(covered, ec.ECDSA(hashes.SHA384())))
        return b"".join(number.to_bytes(48) for number in numbers)
    digest = hashes.SHA512() if kind.endswith("512") else hashes.SHA256()
    pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
    return bytes(private.sign(covered, pss if kind == "PS256" else padding.PKCS1v15(), digest))


def resigned(bundle: str, kind: str) -> tuple[str, str]:
    """The bundle with its approvals signed anew by a kind of key and authority; with that authority's fingerprint."""
    found = json.loads(bundle)
    at = datetime.fromisoformat(json.loads(unbase64url(found["head"]["payload"]))["at"])
    authority, private = Authority(kind, at), key(kind, "approver")
    for jws in found["approvals"]:
        (member,) = jws["signatures"]
        old = json.loads(unbase64url(member["protected"]))["x5c"][0]
        cert = authority.issue(x509.load_der_x509_certificate(base64.b64decode(old)), private.public_key())
        der = base64.b64encode(cert.public_bytes(serialization.Encoding.DER)).decode()
        header = {"alg": kind, "kid": certificates.fingerprint(cert), "x5c": [der]}
        member["protected"] = base64url(json.dumps(header).encode())
        covered = f"{member['protected']}.{jws['payload']}".encode()
        member["signature"] = base64url(_signature(kind, private, covered))
    found["evidence"] = []
    found["trust"]["certificates"].append(certificates.to_pem([authority.cert]))
    found["trust"]["crls"].append(authority.crl())
    return json.dumps(found, ensure_ascii=False), certificates.fingerprint(authority.cert)


CONFIG = """[tsa]
default_tsa = one
[one]
serial = {folder}/serial
default_policy = 1.2.3.4
digests = sha256, sha512
signer_digest = sha256
"""


def stamped_by_openssl(bundle: str, kind: str, folder: Path, digest: str = "sha256") -> tuple[str, str]:
    """The same with a stamp on the first approval, made by OpenSSL with an RSA key."""
    text, mark = resigned(bundle, kind)
    found = json.loads(text)
    authority, private = Authority(kind, datetime.fromisoformat(said(found)["at"])), key("RS256", "tsa")
    authority.key = key(kind, "authority")
    root = x509.load_pem_x509_certificate(found["trust"]["certificates"][-1].encode())
    authority.cert = root
    cert = authority.issue(None, private.public_key())
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    written = {
        "key.pem": pem,
        "cert.pem": cert.public_bytes(serialization.Encoding.PEM),
        "data": found["approvals"][0]["signatures"][0]["signature"].encode(),
        "serial": b"01",
        "config": CONFIG.format(folder=folder).encode(),
    }
    for name, data in written.items():
        (folder / name).write_bytes(data)
    _openssl(folder, "ts", "-query", "-data", "data", f"-{digest}", "-cert", "-out", "query")
    named = ("-inkey", "key.pem", "-signer", "cert.pem", "-config", "config", "-section", "one")
    _openssl(folder, "ts", "-reply", "-queryfile", "query", *named, "-token_out", "-out", "token")
    token = base64.b64encode((folder / "token").read_bytes()).decode()
    crl = base64.b64encode(_der(authority.crl())).decode()
    items = [{"sigTst": {"tstTokens": [{"val": token}]}}, {"rVals": {"crlVals": [{"val": crl}]}}]
    found["evidence"] = [{"etsiU": items}]
    return json.dumps(found, ensure_ascii=False), mark


def _der(pem: str) -> bytes:
    return x509.load_pem_x509_crl(pem.encode()).public_bytes(serialization.Encoding.DER)


def said(bundle: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(unbase64url(bundle["head"]["payload"]))
    return told


def _openssl(folder: Path, *command: str) -> None:
    subprocess.run(["openssl", *command], check=True, capture_output=True, cwd=folder)
