"""HTTPS transport: posts packages to the peer's exchange endpoint and fetches from its mailbox there."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from ccvc.exchange.domain import limits
from ccvc.exchange.domain.heads import MAX_MESSAGE
from ccvc.exchange.domain.manifest import manifest_digest
from ccvc.exchange.domain.sealing import manifest_payload
from ccvc.exchange.domain.tokens import make_token
from ccvc.exchange.transports import Delivery, outcome_of
from ccvc.signing import certificates
from ccvc.signing.store import KeyPair, NodeKeys
from ccvc.signing.trouble import told
from ccvc.signing.verification import Trust
from ccvc.standard.documents import UNREADABLE
from ccvc.standard.problems import Problem

PACKAGES = "/exchange/v1/packages"
MAILBOX = "/exchange/v1/mailbox"
STATE = "/exchange/v1/state"
HEADS = "/exchange/v1/heads"
TRUST = "/exchange/v1/trust"
_SHOWN = ("code", "message", "next")
RESTORED = "EXC-RESTORED"
PACKAGE_TYPE = "application/vnd.ccvc.package"
TROUBLE = (httpx.HTTPError, httpx.InvalidURL, OSError)
TIMEOUT = httpx.Timeout(10.0, read=120.0, write=120.0)


@dataclass(frozen=True)
class HttpsTransport:
    """Talks to `address` (https://host:port), whose certificate the scheme's authority must have issued.

    `wire` replaces the network in tests.
    """

    address: str
    own: str
    peer: str
    keys: NodeKeys
    trust: Trust
    wire: httpx.BaseTransport | None = None

    def deliver(self, data: bytes) -> Delivery:
        """POST one package; what the network does is a `retry`, what the receiver says is read from its
        answer.
        """
        try:
            with self._client() as client:
                headers = {"Content-Type": PACKAGE_TYPE}
                with client.stream("POST", PACKAGES, content=data, headers=headers) as streamed:
                    return _delivery(_read_bounded(streamed, limits.MAX_ANSWER, self.address), self.address)
        except TROUBLE as error:
            return Delivery("retry", self._unreachable(error).as_json())
        except Problem as problem:
            return Delivery("retry", problem.as_json())

    def fetch(self, after: int, digest: str | None = None) -> Iterator[bytes]:
        """GET package after package from the mailbox; asking for those after N tells the peer N is taken."""
        with self._client() as client:
            while True:
                answer = self._get(client, _mailbox(after, digest), limits.MAX_PACKAGE)
                if answer.status == httpx.codes.NO_CONTENT:
                    return
                after = _sequence_header(answer)
                yield answer.content
                digest = manifest_digest(manifest_payload(answer.content))

    def agrees(self, number: int, digest: str) -> bool:
        """Ask for what follows a package held; a peer that has another one under its number says so."""
        with self._client() as client:
            try:
                self._get(client, _mailbox(number, digest), limits.MAX_PACKAGE)
            except Problem as problem:
                if problem.code != RESTORED:
                    raise
                return False
        return True

    def state(self, bucket: str | None = None) -> bytes:
        """The peer's signed statement of what it holds of this agency's people (a compact JWS)."""
        target = STATE if bucket is None else f"{STATE}?bucket={bucket}"
        with self._client() as client:
            return self._get(client, target, limits.MAX_PACKAGE).content

    def published(self) -> bytes:
        """What the peer publishes for all: revocation lists and its encryption certificate, as JSON."""
        with self._client() as client:
            return self._get(client, TRUST, limits.MAX_ANSWER).content

    def heads(self, message: bytes) -> bytes | None:
        """POST this log's head; the peer's in answer. None from a node of before heads were exchanged."""
        with self._client() as client:
            return self._heads(client, "POST", HEADS, message)

    def held_of_us(self) -> bytes | None:
        """Ask for the peer's head and what it holds of this log, and show nothing."""
        with self._client() as client:
            return self._heads(client, "GET", HEADS, b"")

    def _heads(self, client: httpx.Client, method: str, target: str, message: bytes) -> bytes | None:
        answer = self._ask(client, method, target, MAX_MESSAGE, message)
        if answer.status in {httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED}:
            return None
        return self._good(answer).content

    def _get(self, client: httpx.Client, target: str, limit: int) -> Answer:
        return self._good(self._ask(client, "GET", target, limit))

    def _ask(
        self, client: httpx.Client, method: str, target: str, limit: int, content: bytes | None = None
    ) -> Answer:
        sign: KeyPair = self.keys.sign
        token = make_token(
            sender=self.own, receiver=self.peer, method=method, target=target, key=sign.key, chain=sign.chain
        )
        headers = {"Authorization": token} | ({"Content-Type": "application/json"} if content else {})
        try:
            with client.stream(method, target, headers=headers, content=content or None) as streamed:
                return _read_bounded(streamed, limit, self.address)
        except TROUBLE as error:
            raise self._unreachable(error) from error

    def _good(self, answer: Answer) -> Answer:
        """An answer that did what was asked; Problem EXC-RESTORED, EXC-PEER-REFUSED."""
        if answer.ok:
            return answer
        problem = _error(answer, self.address)
        if problem.get("code") == RESTORED:
            found = {name: problem.get(name, "?") for name in ("expected", "got")}
            raise Problem(RESTORED, where=self.address, **found)
        raise Problem("EXC-PEER-REFUSED", where=self.address, **{k: str(problem.get(k, "")) for k in _SHOWN})

    def _client(self) -> httpx.Client:
        verify = tls_context(self.trust)
        return httpx.Client(base_url=self.address, verify=verify, timeout=TIMEOUT, transport=self.wire)

    def _unreachable(self, error: Exception) -> Problem:
        return Problem("EXC-UNREACHABLE", where=self.address, address=self.address, **told(error))


@dataclass(frozen=True)
class Answer:
    """An answer read whole, within bounds."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def ok(self) -> bool:
        """Whether the peer did what was asked."""
        return httpx.codes.is_success(self.status)


def tls_context(trust: Trust) -> ssl.SSLContext:
    """A client context that believes the scheme's anchors and nobody else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if authorities := certificates.to_pem((*trust.anchors, *trust.intermediates)):
        context.load_verify_locations(cadata=authorities)
    return context


def _mailbox(after: int, digest: str | None) -> str:
    return f"{MAILBOX}?after={after}" + (f"&digest={digest}" if after and digest else "")


def _delivery(answer: Answer, address: str) -> Delivery:
    if answer.ok:
        return Delivery("stored")
    problem = _error(answer, address)
    expected = problem.get("expected")
    return Delivery(outcome_of(problem), problem, expected if isinstance(expected, int) else None)


def _error(answer: Answer, address: str) -> dict[str, Any]:
    """The error in an answer; one that is not of the protocol becomes EXC-ANSWER or EXC-BUSY."""
    try:
        problem = msgspec.json.decode(answer.content, type=dict[str, Any])
    except UNREADABLE:
        problem = {}
    if isinstance(problem.get("code"), str) and isinstance(problem.get("message"), str):
        return problem
    if httpx.codes.is_server_error(answer.status) or answer.status == httpx.codes.TOO_MANY_REQUESTS:
        return Problem("EXC-BUSY", where=address).as_json()
    return Problem("EXC-ANSWER", where=address, reason=f"HTTP {answer.status}").as_json()


def _read_bounded(streamed: httpx.Response, limit: int, address: str) -> Answer:
    blocks, size = [], 0
    for block in streamed.iter_bytes():
        size += len(block)
        if size > limit:
            raise Problem("EXC-ANSWER", where=address, reason=f"> {limit} bytes")
        blocks.append(block)
    return Answer(streamed.status_code, streamed.headers, b"".join(blocks))


def _sequence_header(answer: Answer) -> int:
    text = answer.headers.get("CCVC-Sequence", "")
    if not text.isdigit():
        raise Problem("EXC-ANSWER", where="CCVC-Sequence", reason=text or "?")
    return int(text)
