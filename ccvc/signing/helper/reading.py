"""Reading what is to be signed: nothing is signed that cannot be read here as a statement and held against its proof.

Names of people stand in no statement, only in dossiers, of which an approver may not read every field: they come from
the node and are shown as its word. Number, kind and reason are bound by the Merkle root.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec
import orjson
from cryptography import x509

from ccvc.signing import merkle
from ccvc.signing.algorithms import local
from ccvc.signing.approvals import FORMAT, Statement
from ccvc.signing.certificates import account_of, agency_of, fingerprint
from ccvc.signing.helper.decisions import SIGNING, read_decision
from ccvc.signing.helper.papers import ACTS, MOST_PAPERS, Paper, read_paper, unreadable
from ccvc.signing.helper.reorganisations import PURPOSE, REORGANISING, Step, read_reorganisation

FRESH = timedelta(minutes=10)
MOST_CHANGES = 1000
PURPOSES = {
    "approve-changes": "Phê duyệt thay đổi hồ sơ",
    "phê duyệt": "Phê duyệt lại phiên bản chưa được nút quốc gia chấp nhận",
}
CLOSING = "close-month"


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
    """What is to be signed, in plain words; from the bytes and what is bound to them by hashes.

    `payloads` are signed, each for itself; `facts` are labels and texts; `papers` the documents these sign.
    """

    payloads: tuple[bytes, ...]
    purpose: str
    agency: str
    account: str
    at: datetime
    facts: tuple[tuple[str, str], ...] = ()
    lines: tuple[Line, ...] = ()
    papers: tuple[Paper, ...] = ()
    steps: tuple[Step, ...] = ()
    enrols: bool = False


KINDS = {"create": "Lập hồ sơ", "update": "Cập nhật", "correct": "Đính chính"}


def read(given: Mapping[str, Any], cert: x509.Certificate, algorithm: str, now: datetime) -> Read:
    """Everything a signer must see, or Problem SIG-HELPER-UNREADABLE naming what does not fit."""
    try:
        if "decision" in given:
            return _decision(dict(given), cert, algorithm, now)
        if "documents" in given:
            return _documents(given, cert, algorithm, now)
        if "steps" in given:
            return _reorganisation(given, cert, algorithm, now)
        return _message(given, cert, algorithm, now)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise unreadable(type(error).__name__) from error


def _decision(given: dict[str, Any], cert: x509.Certificate, algorithm: str, now: datetime) -> Read:
    """A decision with its paper: two signatures, the first over its statement and the changes it brings about."""
    stated, facts, paper = read_decision(given, cert, algorithm)
    found = _message(given, cert, algorithm, now, (stated,))
    payloads = (*found.payloads, paper.attributes)
    return replace(found, payloads=payloads, purpose=SIGNING, facts=(*facts, *found.facts), papers=(paper,))


def _reorganisation(given: Mapping[str, Any], cert: x509.Certificate, algorithm: str, now: datetime) -> Read:
    """A reorganisation: one signature over its statement, which names its steps by their digest."""
    (only,) = given["changes"]
    stated = str(only["statement"]).encode()
    facts, steps = read_reorganisation(stated, given["steps"])
    prepared, payload, _said = _opened(given, cert, algorithm)
    said = msgspec.json.decode(payload, type=Statement)
    if said.purpose != PURPOSE:
        raise unreadable("purpose")
    _check_root(payload, [only])
    _check_signer(said.agency, said.approver.account, cert)
    _check_time(said.at, now)
    signed, about = (prepared.encode(),), (*facts, ("Mã gốc", said.merkle_root))
    return Read(signed, REORGANISING, said.agency, said.approver.account, said.at, about, steps=steps)


def _message(
    given: Mapping[str, Any],
    cert: x509.Certificate,
    algorithm: str,
    now: datetime,
    behind: tuple[bytes, ...] = (),
) -> Read:
    """A statement over changes, and over others (`behind`) that were read already."""
    changes = given.get("changes", [])
    prepared, payload, said = _opened(given, cert, algorithm)
    if said.get("format") == FORMAT:
        _check_root(payload, changes if isinstance(changes, list) else [], behind)
        return _approval(prepared, payload, changes, cert, now)
    if behind:
        raise unreadable("format")
    return _enrolment(prepared, payload, cert, now)


def _opened(
    given: Mapping[str, Any], cert: x509.Certificate, algorithm: str
) -> tuple[str, bytes, dict[str, Any]]:
    """The message to be signed, its payload and what this says, if it names this certificate and is canonical."""
    prepared = str(given.get("prepared", ""))
    header, payload = (_decoded(part) for part in prepared.split("."))
    _check_header(orjson.loads(header), cert, algorithm)
    said = orjson.loads(payload)
    if not isinstance(said, dict) or orjson.dumps(said, option=orjson.OPT_SORT_KEYS) != payload:
        raise unreadable("JSON")
    return prepared, payload, said


def _documents(given: Mapping[str, Any], cert: x509.Certificate, algorithm: str, now: datetime) -> Read:
    found = tuple(read_paper(one, cert, algorithm) for one in given["documents"])
    if not 0 < len(found) <= MOST_PAPERS:
        raise unreadable("count")
    act, agency, account = (str(given[name]) for name in ("act", "agency", "account"))
    if act == "sign" and not all(one.file for one in found):
        raise unreadable("pdf")
    at = datetime.fromisoformat(str(given["at"]))
    _check_signer(agency, account, cert)
    _check_time(at, now)
    return Read(tuple(one.attributes for one in found), ACTS[act], agency, account, at, papers=found)


def _decoded(text: str) -> bytes:
    try:
        data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except binascii.Error as error:
        raise unreadable("base64url") from error
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise unreadable("base64url")
    return data


def _check_header(header: dict[str, Any], cert: x509.Certificate, algorithm: str) -> None:
    """The signature will name this certificate and this algorithm, or another key's."""
    if set(header) != {"alg", "kid", "x5c", "iat"} or header["alg"] != algorithm:
        raise unreadable("alg")
    if header["kid"] != fingerprint(cert):
        raise unreadable("kid")


def _approval(
    prepared: str, payload: bytes, changes: Sequence[dict[str, Any]], cert: x509.Certificate, now: datetime
) -> Read:
    said = msgspec.json.decode(payload, type=Statement)
    _check_signer(said.agency, said.approver.account, cert)
    _check_time(said.at, now)
    statements = [str(one["statement"]).encode() for one in changes]
    facts, lines = _content(said, statements, [str(one["name"]) for one in changes])
    purpose = "Ký chốt tháng" if said.purpose == CLOSING else PURPOSES.get(said.purpose)
    if purpose is None:
        raise unreadable("purpose")
    about = (*facts, ("Mã gốc", said.merkle_root))
    return Read((prepared.encode(),), purpose, said.agency, said.approver.account, said.at, about, lines)


def _check_root(payload: bytes, changes: Sequence[dict[str, Any]], behind: tuple[bytes, ...] = ()) -> None:
    """The statement is over exactly these changes, and those behind them."""
    said = msgspec.json.decode(payload, type=Statement)
    if not 0 < len(changes) <= MOST_CHANGES or said.count != len(changes) + len(behind):
        raise unreadable("count")
    statements = [*(str(one["statement"]).encode() for one in changes), *behind]
    if merkle.root([merkle.leaf_hash(one) for one in statements]).hex() != said.merkle_root:
        raise unreadable("merkle_root")


def _content(
    said: Statement, statements: Sequence[bytes], names: Sequence[str]
) -> tuple[tuple[tuple[str, str], ...], tuple[Line, ...]]:
    """What the statements say: figures of a month, or changes line by line."""
    if said.purpose == CLOSING:
        (only,) = statements
        return _closing(only, said.agency), ()
    lines = tuple(_line(one, name) for one, name in zip(statements, names, strict=True))
    return (("Số thay đổi", str(len(lines))),), lines


def _closing(statement: bytes, agency: str) -> tuple[tuple[str, str], ...]:
    """The figures of a month, by their own words."""
    said = orjson.loads(statement)
    if said["format"] != "ccvc-closing/1" or said["agency"] != agency:
        raise unreadable("ccvc-closing")
    drawn, year_month = datetime.fromisoformat(said["at"]), said["month"].split("-")
    year, month = year_month
    facts = {
        "Tháng": f"{month}/{year}",
        "Số liệu lập lúc": f"{local(drawn):%H:%M:%S %d/%m/%Y}",
        "Số hồ sơ": str(said["people"]),
        "Đang làm việc": str(said["serving"]),
        "Lỗi chưa xử lý": str(said["unresolved"]["errors"]),
        "Thay đổi đang chờ": str(said["unresolved"]["pending"]),
    }
    if said["reason"]:
        facts["Lý do chốt muộn"] = str(said["reason"])
    if said["replaces"]:
        facts["Thay cho số liệu"] = str(said["replaces"])
    return tuple(facts.items())


def _line(statement: bytes, name: str) -> Line:
    """A change by its signed words, and the name the node gives."""
    said = orjson.loads(statement)
    if said["format"] != "ccvc-change/1":
        raise unreadable("ccvc-change")
    return Line(name[:200], str(said["personal_id"] or ""), KINDS[said["kind"]], str(said["reason"]))


def _enrolment(prepared: str, payload: bytes, cert: x509.Certificate, now: datetime) -> Read:
    said = msgspec.json.decode(payload, type=Enrolment)
    _check_signer(said.agency, said.account, cert)
    _check_time(said.at, now)
    purpose = "Thêm thiết bị này làm phương tiện ký"
    return Read((prepared.encode(),), purpose, said.agency, said.account, said.at, enrols=True)


def _check_signer(agency: str, account: str, cert: x509.Certificate) -> None:
    if agency_of(cert) not in {None, agency} or account_of(cert) not in {None, account}:
        raise unreadable("account")


def _check_time(at: datetime, now: datetime) -> None:
    if at.tzinfo is None or abs(now - at.astimezone(UTC)) > FRESH:
        raise unreadable("at")
