"""Time stamps (RFC 3161): asked for, taken from an answer, and judged. Tokens are CMS, read by asn1crypto and pyHanko.

A token proves that what it covers was there at its time; the word of its authority counts as its certificate does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from asn1crypto import cms, core, tsp
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from ccvc.signing import algorithms, standing
from ccvc.signing.certificates import SKEW, name_of, readable
from ccvc.signing.trust import Trust
from ccvc.signing.unreadable import UNREADABLE
from ccvc.signing.verdicts import Check, Verdict, check, date, moment, verdict
from ccvc.signing.verification import key_of, path_of, verify_certificate
from ccvc.standard.problems import Problem

MOST_TOKEN = 32 * 1024
MOST_CERTIFICATES = 6
_GRANTED = {"granted", "granted_with_mods"}
_DIGESTS = {"sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}
_MALFORMED = (*UNREADABLE, KeyError, IndexError, AttributeError, NotImplementedError, RecursionError)
"""What reading a token somebody else made may raise: its parts are parsed as they are asked for."""


class _Answer(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """TimeStampResp; a refusal holds no token, which asn1crypto's own class does not know."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


@dataclass(frozen=True)
class Stamp:
    """What a token says and who signed it; to be believed only beside a verdict that is valid."""

    at: datetime
    imprint: bytes
    digest: str
    policy: str
    nonce: int | None
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]

    @property
    def authority(self) -> str:
        """Name of the time-stamping authority."""
        return name_of(self.certificate)


def request(data: bytes, nonce: int, policy: str | None = None) -> bytes:
    """The question (DER) for a stamp over data, of which only the SHA-256 goes out."""
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": hashlib.sha256(data).digest()}
    asked = {"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True}
    if policy:
        asked["req_policy"] = policy
    return bytes(tsp.TimeStampReq(asked).dump())


def token_of(answer: bytes, data: bytes, nonce: int, policy: str | None = None) -> bytes:
    """The token (DER) in an answer to that question; Problem SIG-STAMP-REFUSED, -FORM or -OTHER."""
    try:
        response = _Answer.load(answer, strict=True)
        status = response["status"]["status"].native
        if status not in _GRANTED:
            raise Problem("SIG-STAMP-REFUSED", reason=str(response["status"].native))
        token = bytes(response["time_stamp_token"].dump())
    except _MALFORMED as error:
        raise Problem("SIG-STAMP-FORM", reason=str(error) or type(error).__name__) from error
    stamp = read(token)
    if stamp.imprint != hashlib.sha256(data).digest():
        raise Problem("SIG-STAMP-OTHER", part="message imprint")
    if stamp.nonce != nonce:
        raise Problem("SIG-STAMP-OTHER", part="nonce")
    if policy and stamp.policy != policy:
        raise Problem("SIG-STAMP-OTHER", part="policy")
    return token


def read(token: bytes) -> Stamp:
    """What a token says, its own signature proved; Problem SIG-STAMP-FORM, SIG-STAMP-SIGNATURE."""
    if len(token) > MOST_TOKEN:
        raise Problem("SIG-STAMP-FORM", reason=f"{len(token)} > {MOST_TOKEN} bytes")
    try:
        content = cms.ContentInfo.load(token, strict=True)
        if content["content_type"].native != "signed_data":
            raise Problem("SIG-STAMP-FORM", reason="content type")
        return _read(content["content"])
    except _MALFORMED as error:
        raise Problem("SIG-STAMP-FORM", reason=str(error) or type(error).__name__) from error


def _read(signed: Any) -> Stamp:
    enclosed = signed["encap_content_info"]
    if enclosed["content_type"].native != "tst_info":
        raise Problem("SIG-STAMP-FORM", reason="tst_info")
    info = enclosed["content"].parsed
    leaf, others = _proved(signed, enclosed["content"].contents)
    imprint = info["message_imprint"]
    return Stamp(
        at=info["gen_time"].native,
        imprint=imprint["hashed_message"].native,
        digest=imprint["hash_algorithm"]["algorithm"].native,
        policy=info["policy"].dotted,
        nonce=info["nonce"].native,
        certificate=leaf,
        others=others,
    )


def _proved(signed: Any, content: bytes) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    """The certificate whose key signed the content, and the others that came with it."""
    from pyhanko.sign.general import CMSExtractionError, extract_certificate_info, extract_signer_info  # noqa: PLC0415 - half a second, which few processes need
    from pyhanko.sign.validation.errors import SignatureValidationError  # noqa: PLC0415 - as above
    from pyhanko.sign.validation.generic_cms import get_signing_cert_attr, validate_sig_integrity  # noqa: PLC0415 - as above

    try:
        found, signer = extract_certificate_info(signed), extract_signer_info(signed)
        digest = signer["digest_algorithm"]["algorithm"].native
        if digest not in _DIGESTS or get_signing_cert_attr(signer["signed_attrs"].untag()) is None:
            raise Problem("SIG-STAMP-SIGNATURE", reason=f"{digest}, signing certificate")
        hashed = hashlib.new(digest, content).digest()
        held = validate_sig_integrity(signer, found.signer_cert, "tst_info", hashed)
    except (CMSExtractionError, SignatureValidationError, UnsupportedAlgorithm) as error:
        raise Problem("SIG-STAMP-SIGNATURE", reason=str(error)) from error
    if held != (True, True):
        raise Problem("SIG-STAMP-SIGNATURE", reason="signature")
    certs = [found.signer_cert, *found.other_certs[: MOST_CERTIFICATES - 1]]
    leaf, *others = (x509.load_der_x509_certificate(bytes(cert.dump())) for cert in certs)
    if not all(map(readable, (leaf, *others))):
        raise Problem("SIG-STAMP-FORM", reason="certificates")
    return leaf, tuple(others)


def judge(token: bytes, data: bytes, trust: Trust, believed_at: datetime) -> tuple[Verdict, Stamp | None]:
    """Judge a token over data by what is known at a moment; with what it says, where it can be read.

    Its certificate counts as it stood at the token's own time. The algorithms must still be allowed at the moment,
    and the key must not have been taken by then: else the token could have been made later.
    """
    try:
        stamp = read(token)
    except Problem as problem:
        return verdict("invalid", problem.code, **problem.params), None
    fault = _fault(stamp, data, believed_at)
    if fault is not None:
        return verdict("invalid", "SIG-STAMP-OTHER", stamp.certificate, part=fault), stamp
    known = trust.knowing(stamp.others)
    found = verify_certificate(stamp.certificate, known, stamp.at, "timestamp")
    return found.then(*_since(stamp, known, believed_at)), stamp


def _fault(stamp: Stamp, data: bytes, believed_at: datetime) -> str | None:
    """Which part of a token does not fit what it should cover, or the clock."""
    if stamp.digest not in _DIGESTS or hashlib.new(stamp.digest, data).digest() != stamp.imprint:
        return "message imprint"
    if not algorithms.told(stamp.at) or stamp.at > believed_at + SKEW:
        return "genTime"
    return None


def _since(stamp: Stamp, trust: Trust, believed_at: datetime) -> Iterator[Check]:
    """What came to pass after the token was made, and makes it worth less."""
    allowed, day = algorithms.current(), algorithms.day(believed_at)
    for purpose, name in _algorithms(stamp):
        for on in {algorithms.day(stamp.at), day}:
            if not allowed.allows(purpose, name, on):
                yield check("time", "unknown", "SIG-STAMP-WEAK", algorithm=name, on=f"{on:%d/%m/%Y}")
    for cert, issuer in pairwise(path_of(stamp.certificate, trust) or []):
        gone = standing.revoked(standing.standings(cert, issuer, trust), believed_at)
        if gone is not None and gone.since is not None and gone.reason in standing.TAKEN:
            yield check("time", "invalid", "SIG-STAMP-TAKEN", name=name_of(cert), since=date(gone.since))


def _algorithms(stamp: Stamp) -> Iterator[tuple[algorithms.Purpose, str]]:
    yield "digest", _DIGESTS[stamp.digest]
    yield "public_key", key_of(stamp.certificate)
    yield "certificate", stamp.certificate.signature_algorithm_oid.dotted_string


def told(stamp: Stamp) -> Check:
    """The line of a table: which authority stamped, and when."""
    return check("time", "valid", "SIG-CHECKED-STAMP", authority=stamp.authority, at=moment(stamp.at))
