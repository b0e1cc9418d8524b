"""Files of enrolment: a component's request with its certificate requests, and the national node's answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal, TypeVar

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import Meta, Struct

from ccvc.exchange.domain.limits import MAX_REQUEST_FILE
from ccvc.exchange.domain.manifest import AgencyCode
from ccvc.signing import certificates, revocation
from ccvc.signing.keys import VerifyingKey
from ccvc.signing.verification import Trust
from ccvc.standard.documents import UNREADABLE
from ccvc.standard.problems import Problem

REQUEST_FORMAT: Literal["ccvc-enrolment-request/1"] = "ccvc-enrolment-request/1"
ANSWER_FORMAT: Literal["ccvc-enrolment-answer/1"] = "ccvc-enrolment-answer/1"
Name = Annotated[str, Meta(min_length=1, max_length=300)]


class Pems(Struct, frozen=True, forbid_unknown_fields=True):
    """PEM texts by use; `tls` only where the node serves HTTPS itself."""

    sign: str
    encrypt: str
    tls: str | None = None

    def items(self) -> Iterable[tuple[Literal["sign", "encrypt", "tls"], str]]:
        """Use and text of each one there is."""
        yield "sign", self.sign
        yield "encrypt", self.encrypt
        if self.tls is not None:
            yield "tls", self.tls


class EnrolmentRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What a node asks the national node for; it holds no secret."""

    format: Literal["ccvc-enrolment-request/1"]
    agency: AgencyCode
    name: Name
    csr: Pems
    created_at: datetime
    dns: list[str] = []
    ip: list[str] = []


class NationalNode(Struct, frozen=True, forbid_unknown_fields=True):
    """Where and to whom packages go."""

    agency: AgencyCode
    name: Name
    address: str
    transport: Literal["https", "file"]
    encrypt: str


class Anchors(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to trust: PEM of anchors and intermediates, and one revocation list per authority."""

    certificates: str
    crls: list[str]


class EnrolmentAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """Certificates issued to a node, whom it is to trust, and where it sends."""

    format: Literal["ccvc-enrolment-answer/1"]
    agency: AgencyCode
    name: Name
    certificates: Pems
    trust: Anchors
    national: NationalNode
    created_at: datetime


_T = TypeVar("_T")


def encode(message: EnrolmentRequest | EnrolmentAnswer) -> bytes:
    """The file's bytes, indented for people."""
    return msgspec.json.format(msgspec.json.encode(message), indent=2)


def read_request(raw: bytes) -> EnrolmentRequest:
    """A request file; Problem EXC-ENROL-FORMAT."""
    return _read(raw, EnrolmentRequest)


def read_answer(raw: bytes) -> EnrolmentAnswer:
    """An answer file; Problem EXC-ENROL-FORMAT."""
    return _read(raw, EnrolmentAnswer)


def _read(raw: bytes, kind: type[_T]) -> _T:
    if len(raw) > MAX_REQUEST_FILE:
        raise Problem("EXC-ENROL-FORMAT", where="file", reason=f"{len(raw)} > {MAX_REQUEST_FILE}")
    try:
        return msgspec.json.decode(raw, type=kind)
    except UNREADABLE as error:
        raise Problem("EXC-ENROL-FORMAT", where="file", reason=str(error)) from error


def checked_requests(
    request: EnrolmentRequest,
) -> dict[Literal["sign", "encrypt", "tls"], certificates.Request]:
    """The certificate requests, each proved to hold its key, for the agency; Problem EXC-ENROL-PROOF."""
    found: dict[Literal["sign", "encrypt", "tls"], certificates.Request] = {}
    for use, pem in request.csr.items():
        try:
            found[use] = certificates.read_request(pem)
        except Problem as problem:
            raise Problem("EXC-ENROL-PROOF", where=f"csr.{use}", use=use) from problem
        if found[use].agency_code != request.agency:
            raise Problem("EXC-ENROL-PROOF", where=f"csr.{use}.subject", use=use)
    return found


def anchors_of(trust: Trust) -> Anchors:
    """What another node needs to trust the same authorities."""
    pem = certificates.to_pem((*trust.anchors, *trust.intermediates))
    return Anchors(pem, [crl_pem(crl) for crl in trust.crls])


def crl_pem(crl: x509.CertificateRevocationList) -> str:
    """A revocation list as PEM."""
    return crl.public_bytes(Encoding.PEM).decode()


def fingerprint(anchors: Anchors) -> str:
    """SHA-256 of the anchors' certificates, to be compared by voice before an answer is used.

    With one anchor it is that certificate's own fingerprint; with more, they are sorted and joined by "+".
    """
    found = certificates.from_pem(anchors.certificates)
    return "+".join(sorted(certificates.fingerprint(cert) for cert in found if cert.issuer == cert.subject))


def genuine_crl(pem: str, trust: Trust) -> x509.CertificateRevocationList | None:
    """The list, if one of the trusted authorities signed it."""
    crl = revocation.read(pem)
    for authority in (*trust.anchors, *trust.intermediates):
        key = authority.public_key()
        if crl.issuer != authority.subject or not isinstance(key, VerifyingKey):
            continue
        if crl.is_signature_valid(key):
            return crl
    return None
