"""Reading what is to be signed: nothing is signed that cannot be read here as a statement and held against its proof.

Names of people stand in no statement, only in dossiers, of which an approver may not read every field: they come from
the node and are shown as its word. Number, kind and reason are bound by the Merkle root.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec
import orjson
from cryptography import x509

from ccvc.signing import merkle
from ccvc.signing.approvals import FORMAT, Statement
from ccvc.signing.certificates import account_of, agency_of, fingerprint
from ccvc.standard.problems import Problem

FRESH = timedelta(minutes=10)
MOST_CHANGES = 1000
PURPOSES = {"approve-changes": "Phê duyệt thay đổi hồ sơ"}


class Enrolment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is signed to show that a token is an account's: it approves nothing."""

    format: Literal["ccvc-enrolment/1"]
    agency: str
    account: str
    at: datetime
    nonce: str


@dataclass(frozen=True)
class Line:
    """One change, as its own signed words say it."""

    name: str
    personal_id: str
    kind: str
    reason: str


@dataclass(frozen=True)
class Read:
    """What is to be signed, in plain words; from the bytes and what is bound to them by hashes."""

    prepared: bytes
    purpose: str
    agency: str
    account: str
    at: datetime
    root: str = ""
    lines: tuple[Line, ...] = ()
    enrols: bool = False

    @property
    def count(self) -> int:
        """How many changes."""
        return len(self.lines)


KINDS = {"create": "Lập hồ sơ", "update": "Cập nhật", "correct": "Đính chính"}


def read(
    prepared: str, changes: Sequence[dict[str, Any]], cert: x509.Certificate, algorithm: str, now: datetime
) -> Read:
    """Everything a signer must see, or Problem SIG-HELPER-UNREADABLE naming what does not fit."""
    try:
        header, payload = (_decoded(part) for part in prepared.split("."))
        _check_header(orjson.loads(header), cert, algorithm)
        said = orjson.loads(payload)
        if not isinstance(said, dict) or orjson.dumps(said, option=orjson.OPT_SORT_KEYS) != payload:
            raise _unreadable("JSON")
        if said.get("format") == FORMAT:
            return _approval(prepared, payload, changes, cert, now)
        return _enrolment(prepared, payload, cert, now)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise _unreadable(type(error).__name__) from error


def _decoded(text: str) -> bytes:
    try:
        data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except binascii.Error as error:
        raise _unreadable("base64url") from error
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise _unreadable("base64url")
    return data


def _check_header(header: dict[str, Any], cert: x509.Certificate, algorithm: str) -> None:
    """The signature will name this certificate and this algorithm, or another key's."""
    if set(header) != {"alg", "kid", "x5c", "iat"} or header["alg"] != algorithm:
        raise _unreadable("alg")
    if header["kid"] != fingerprint(cert):
        raise _unreadable("kid")


def _approval(
    prepared: str, payload: bytes, changes: Sequence[dict[str, Any]], cert: x509.Certificate, now: datetime
) -> Read:
    said = msgspec.json.decode(payload, type=Statement)
    _check_signer(said.agency, said.approver.account, cert)
    _check_time(said.at, now)
    if not 0 < len(changes) <= MOST_CHANGES or said.count != len(changes):
        raise _unreadable("count")
    statements = [str(one["statement"]).encode() for one in changes]
    if merkle.root([merkle.leaf_hash(one) for one in statements]).hex() != said.merkle_root:
        raise _unreadable("merkle_root")
    names = [str(one["name"]) for one in changes]
    lines = tuple(_line(one, name) for one, name in zip(statements, names, strict=True))
    purpose = PURPOSES.get(said.purpose)
    if purpose is None:
        raise _unreadable("purpose")
    return Read(
        prepared.encode(), purpose, said.agency, said.approver.account, said.at, said.merkle_root, lines
    )


def _line(statement: bytes, name: str) -> Line:
    """A change by its signed words, and the name the node gives."""
    said = orjson.loads(statement)
    if said["format"] != "ccvc-change/1":
        raise _unreadable("ccvc-change")
    return Line(name[:200], str(said["personal_id"] or ""), KINDS[said["kind"]], str(said["reason"]))


def _enrolment(prepared: str, payload: bytes, cert: x509.Certificate, now: datetime) -> Read:
    said = msgspec.json.decode(payload, type=Enrolment)
    _check_signer(said.agency, said.account, cert)
    _check_time(said.at, now)
    purpose = "Thêm thiết bị này làm phương tiện ký"
    return Read(prepared.encode(), purpose, said.agency, said.account, said.at, enrols=True)


def _check_signer(agency: str, account: str, cert: x509.Certificate) -> None:
    if agency_of(cert) not in {None, agency} or account_of(cert) not in {None, account}:
        raise _unreadable("account")


def _check_time(at: datetime, now: datetime) -> None:
    if at.tzinfo is None or abs(now - at.astimezone(UTC)) > FRESH:
        raise _unreadable("at")


def _unreadable(part: str) -> Problem:
    return Problem("SIG-HELPER-UNREADABLE", part=part)
