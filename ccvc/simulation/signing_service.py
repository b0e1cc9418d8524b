"""A stand-in for a remote signing service: CSC API version 2 over HTTP on this machine, with real keys.

For demonstrations and tests. It counts wrong PINs, locks a credential after three, binds an authorisation to the
digests it was given for, and lets each be used once. `answers_with` makes it fail as services do.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import compare_digest, token_urlsafe
from typing import Any
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding

from ccvc.signing import keys

ATTEMPTS = 3
MOST_SIGNATURES = 100
HOST = "127.0.0.1"
CLIENT, SECRET = "ccvc-node", "stand-in only"


class RefusedError(Exception):
    """An answer that is an error of the API (section 10)."""

    def __init__(self, error: str, status: int = 400, words: str = "") -> None:
        super().__init__(error)
        self.error, self.status, self.words = error, status, words


@dataclass
class Credential:
    """A key at the service, its certificates, its PIN, and the OTP of the hour where it wants one."""

    key: keys.SigningKey
    chain: Sequence[x509.Certificate]
    pin: str
    otp: str = ""
    failures: int = 0

    def authorise(self, given: dict[str, str]) -> None:
        """Count and refuse a wrong PIN or OTP."""
        if self.failures >= ATTEMPTS:
            raise RefusedError("access_denied", words="credential locked")
        wrong = "invalid_pin" if not compare_digest(given.get("PIN", ""), self.pin) else ""
        if not wrong and self.otp and not compare_digest(given.get("OTP", ""), self.otp):
            wrong = "invalid_otp"
        if wrong:
            self.failures += 1
            raise RefusedError(wrong)
        self.failures = 0

    def sign(self, digest: bytes) -> bytes:
        """A signature over a SHA-256 digest; DER for curves, PKCS #1 v1.5 for RSA."""
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256())))
        return self.key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))


@dataclass
class SigningService:
    """What the service knows; `url` is where it answers once it runs."""

    credentials: dict[str, Credential] = field(default_factory=dict)
    answers_with: int = 0
    url: str = ""
    asked: list[str] = field(default_factory=list)
    _access: set[str] = field(default_factory=set, repr=False)
    _allowed: dict[str, tuple[str, list[str]]] = field(default_factory=dict, repr=False)
    _alone: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def answer(self, path: str, body: dict[str, Any], access: str) -> dict[str, Any]:
        """One request; RefusedError where the API has an error for it."""
        with self._alone:
            self.asked.append(path)
            if self.answers_with:
                raise RefusedError("server_error", self.answers_with)
            if path == "/oauth2/token":
                return self._token(body)
            if access not in self._access:
                raise RefusedError("invalid_token", 401)
            method = self._methods().get(path.removeprefix("/csc/v2/"))
            if method is None:
                raise RefusedError("invalid_request", 404)
            return method(body)

    def _methods(self) -> dict[str, Callable[[dict[str, Any]], dict[str, Any]]]:
        return {
            "info": self._info,
            "credentials/list": self._list,
            "credentials/info": self._describe,
            "credentials/authorize": self._authorise,
            "signatures/signHash": self._sign,
        }

    def _token(self, body: dict[str, Any]) -> dict[str, Any]:
        if (body.get("client_id"), body.get("client_secret")) != (CLIENT, SECRET):
            raise RefusedError("invalid_client", 401)
        self._access.add(made := token_urlsafe())
        return {"access_token": made, "token_type": "Bearer", "expires_in": 3600}

    def _info(self, _body: dict[str, Any]) -> dict[str, Any]:
        methods = ["oauth2/token", *self._methods()]
        return {"specs": "2.0.0.2", "name": "CCVC stand-in", "authType": ["oauth2client"], "methods": methods}

    def _list(self, _body: dict[str, Any]) -> dict[str, Any]:
        return {"credentialIDs": list(self.credentials)}

    def _credential(self, body: dict[str, Any]) -> Credential:
        found = self.credentials.get(str(body.get("credentialID")))
        if found is None:
            raise RefusedError("invalid_request", words="unknown credentialID")
        return found

    def _describe(self, body: dict[str, Any]) -> dict[str, Any]:
        found = self._credential(body)
        chain = [base64.b64encode(cert.public_bytes(Encoding.DER)).decode() for cert in found.chain]
        return {
            "key": {"status": "enabled", "algo": [keys.name_of(found.key)]},
            "cert": {"status": "valid", "certificates": chain},
            "auth": {"mode": "explicit"},
            "multisign": MOST_SIGNATURES,
        }

    def _authorise(self, body: dict[str, Any]) -> dict[str, Any]:
        digests = body.get("hashes")
        if not isinstance(digests, list) or not 0 < len(digests) <= MOST_SIGNATURES:
            raise RefusedError("invalid_request", words="hashes")
        if body.get("numSignatures") != len(digests):
            raise RefusedError("invalid_request", words="numSignatures")
        given = {str(one["id"]): str(one["value"]) for one in body.get("authData", [])}
        self._credential(body).authorise(given)
        self._allowed[made := token_urlsafe()] = (str(body["credentialID"]), digests)
        return {"SAD": made, "expiresIn": 300}

    def _sign(self, body: dict[str, Any]) -> dict[str, Any]:
        allowed = self._allowed.pop(str(body.get("SAD")), None)
        if allowed != (body.get("credentialID"), body.get("hashes")) or allowed is None:
            raise RefusedError("invalid_request", words="SAD")
        credential = self._credential(body)
        made = [credential.sign(base64.b64decode(digest)) for digest in allowed[1]]
        return {"signatures": [base64.b64encode(one).decode() for one in made]}


class _Handler(BaseHTTPRequestHandler):
    service: SigningService

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        form = "json" not in self.headers.get("Content-Type", "")
        body = {k: v[0] for k, v in parse_qs(data.decode()).items()} if form else json.loads(data or b"{}")
        access = self.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            self._send(200, self.service.answer(self.path, body, access))
        except RefusedError as refused:
            self._send(refused.status, {"error": refused.error, "error_description": refused.words})

    def _send(self, status: int, answer: dict[str, Any]) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing is said."""


@contextmanager
def serving(service: SigningService, port: int = 0) -> Iterator[SigningService]:
    """The service, answering on this machine until the block ends."""
    handler = type("Handler", (_Handler,), {"service": service})
    server = ThreadingHTTPServer((HOST, port), handler)
    service.url = f"http://{HOST}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
