"""A key at a signing service: Cloud Signature Consortium API version 2 (CSC v2.0.0.2).

The service holds the key; it gives a signature over a digest to whoever authorises it with the credential's PIN, and
an OTP where it asks for one. Only digests go there. Its own access is by OAuth 2.0 client credentials or a bearer
token that the node keeps (section 8.3).
"""

from __future__ import annotations

import base64
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256, sha384
from pathlib import Path
from typing import Any, Self

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from ccvc.signing import keys
from ccvc.signing.certificates import readable
from ccvc.signing.trouble import told
from ccvc.signing.unreadable import UNREADABLE
from ccvc.standard.problems import Problem

TIMEOUT = httpx.Timeout(10.0)
MOST_ANSWER = 1 << 20
MOST_TOGETHER = 100
_DER_SEQUENCE = 0x30
SHA256, SHA384 = "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2"
_SIGN: dict[str, tuple[str, str, Any]] = {
    "ES256": ("1.2.840.10045.4.3.2", SHA256, sha256),
    "ES384": ("1.2.840.10045.4.3.3", SHA384, sha384),
    "RS256": ("1.2.840.113549.1.1.11", SHA256, sha256),
}
_TROUBLE = (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError)
_WRONG = {"invalid_pin", "invalid_otp"}


@dataclass(frozen=True)
class Service:
    """A signing service as the node is set to reach it; `trust` a file of its authorities where they are not public."""

    url: str
    client_id: str = ""
    secret: str = field(default="", repr=False)
    trust: Path | None = None


@dataclass(frozen=True)
class RemoteSigner:
    """Signs at the service. `pin` and `otp` are used once and kept nowhere."""

    service: Service
    credential: str
    chain: tuple[x509.Certificate, ...]
    pin: str = field(repr=False)
    otp: str = field(default="", repr=False)

    @property
    def algorithm(self) -> str:
        """By the certificate's key."""
        key = keys.name_of(self.chain[0].public_key())
        return {"secp256r1": "ES256", "secp384r1": "ES384"}.get(key, "RS256")

    def sign(self, data: bytes) -> bytes:
        """The signature over data as JOSE has it; Problem SIG-PIN, SIG-REMOTE-DOWN, SIG-REMOTE-LOCKED, SIG-REMOTE."""
        return self.sign_many([data])[0]

    def sign_many(self, many: Sequence[bytes]) -> list[bytes]:
        """Signatures over each, under one authorisation for up to 100."""
        made: list[bytes] = []
        with _Client(self.service) as client:
            for start in range(0, len(many), MOST_TOGETHER):
                made += self._signed(client, many[start : start + MOST_TOGETHER])
        return made

    def _signed(self, client: _Client, many: Sequence[bytes]) -> list[bytes]:
        oid, hash_oid, digest = _SIGN[self.algorithm]
        hashes = [base64.b64encode(digest(data).digest()).decode() for data in many]
        about = {"credentialID": self.credential, "hashAlgorithmOID": hash_oid}
        given = {"PIN": self.pin, "OTP": self.otp} if self.otp else {"PIN": self.pin}
        auth = {"authData": [{"id": name, "value": value} for name, value in given.items()]}
        allowed = client.ask(
            "credentials/authorize", {**about, **auth, "numSignatures": len(hashes), "hashes": hashes}
        )
        asked = {**about, "SAD": str(allowed.get("SAD", "")), "hashes": hashes, "signAlgo": oid}
        found = client.ask("signatures/signHash", asked).get("signatures")
        if not isinstance(found, list) or len(found) != len(hashes):
            raise client.odd("signatures")
        return [self._as_jose(client, text) for text in found]

    def _as_jose(self, client: _Client, text: object) -> bytes:
        try:
            made = base64.b64decode(str(text), validate=True)
            if not self.algorithm.startswith("ES"):
                return made
            size = 32 if self.algorithm == "ES256" else 48
            if len(made) == 2 * size and made[0] != _DER_SEQUENCE:
                return made
            return b"".join(part.to_bytes(size, "big") for part in decode_dss_signature(made))
        except (ValueError, OverflowError) as error:
            raise client.odd("signatures") from error


def credentials_at(service: Service, user: str = "") -> list[str]:
    """The credentials the node's access shows, or those of one user of the service."""
    with _Client(service) as client:
        found = client.ask("credentials/list", {"userID": user} if user else {}).get("credentialIDs")
    return [str(one) for one in found] if isinstance(found, list) else []


def chain_of(service: Service, credential: str) -> tuple[x509.Certificate, ...]:
    """The certificates of a credential; Problem SIG-REMOTE where the service names none or it is disabled."""
    with _Client(service) as client:
        found = client.ask("credentials/info", {"credentialID": credential, "certificates": "chain"})
        key, cert = found.get("key"), found.get("cert")
        if not isinstance(key, dict) or key.get("status") != "enabled" or not isinstance(cert, dict):
            raise client.odd("key.status")
        texts = cert.get("certificates")
        try:
            chain = tuple(x509.load_der_x509_certificate(base64.b64decode(str(t))) for t in texts or ())
        except UNREADABLE as error:
            raise client.odd("cert.certificates") from error
        if not chain or not all(map(readable, chain)):
            raise client.odd("cert.certificates")
    above = [cert for cert in chain[1:] if cert.subject != cert.issuer]
    return (chain[0], *above)


class _Client:
    """One conversation with a service: its access token, then questions, each bounded in time and size."""

    def __init__(self, service: Service) -> None:
        self.service = service
        verify: ssl.SSLContext | bool = True
        if service.trust is not None:
            verify = ssl.create_default_context(cafile=str(service.trust))
        self.http = httpx.Client(timeout=TIMEOUT, verify=verify, follow_redirects=False)
        self.access = ""

    def __enter__(self) -> Self:
        self.access = self._access() if self.service.client_id else self.service.secret
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def ask(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        """One method of the API; Problem SIG-PIN, SIG-REMOTE-LOCKED, SIG-REMOTE-DOWN, SIG-REMOTE."""
        headers = {"Authorization": f"Bearer {self.access}"}
        status, found = self._post(f"csc/v2/{method}", headers=headers, json=body)
        if status == httpx.codes.OK:
            return found
        raise self._refusal(status, found)

    def _access(self) -> str:
        form = {
            "grant_type": "client_credentials",
            "scope": "service",
            "client_id": self.service.client_id,
            "client_secret": self.service.secret,
        }
        status, found = self._post("oauth2/token", data=form)
        if status != httpx.codes.OK or not found.get("access_token"):
            raise self._refusal(status, found)
        return str(found["access_token"])

    def _post(self, path: str, **content: Any) -> tuple[int, dict[str, Any]]:
        url = f"{self.service.url.rstrip('/')}/{path}"
        try:
            with self.http.stream("POST", url, **content) as streamed:
                data = b""
                for piece in streamed.iter_bytes():
                    data += piece
                    if len(data) > MOST_ANSWER:
                        raise self.odd("size")
                found = httpx.Response(streamed.status_code, content=data).json() if data else {}
        except _TROUBLE as error:
            raise Problem("SIG-REMOTE-DOWN", where=self.service.url, **told(error)) from error
        if not isinstance(found, dict):
            raise self.odd("JSON")
        return streamed.status_code, found

    def _refusal(self, status: int, found: dict[str, Any]) -> Problem:
        error = str(found.get("error", status))[:100]
        words = str(found.get("error_description", ""))[:200]
        if error in _WRONG:
            return Problem("SIG-PIN", where="passphrase")
        if "lock" in f"{error} {words}".lower():
            return Problem("SIG-REMOTE-LOCKED", where=self.service.url)
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            return Problem(
                "SIG-REMOTE-DOWN", where=self.service.url, reason=f"HTTP {status}", reason_en=f"HTTP {status}"
            )
        return Problem("SIG-REMOTE", where=self.service.url, reason=f"{error} {words}".strip())

    def odd(self, part: str) -> Problem:
        """The Problem that an answer is not of the agreed form."""
        return Problem("SIG-REMOTE", where=self.service.url, reason=part)
