"""One signature over many changes: the statement an approver signs, and the judgement of it.

The statement (canonical JSON) names the agency, the approver, the moment and the Merkle root of the changes'
leaf hashes; the leaves travel beside it. Checking needs nothing but these and the trust.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Literal

import msgspec
import orjson
from cryptography import x509

from ccvc.signing import jws as signatures
from ccvc.signing import longterm, merkle, standing
from ccvc.signing.algorithms import told
from ccvc.signing.certificates import SKEW, account_of, fingerprint, name_of
from ccvc.signing.longterm import Evidence, Proved
from ccvc.signing.timestamps import Stamp
from ccvc.signing.trust import Trust
from ccvc.signing.verdicts import Check, Verdict, check, date, moment, verdict
from ccvc.signing.verification import path_of
from ccvc.standard.documents import UNREADABLE
from ccvc.standard.problems import Problem

FORMAT = "ccvc-approval/1"


class Approver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who approves: the account at the agency's node and the name people know."""

    account: str
    name: str


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is signed; merkle_root is hexadecimal, at an aware moment."""

    format: Literal["ccvc-approval/1"]
    agency: str
    purpose: str
    merkle_root: str
    count: int
    at: datetime
    approver: Approver


@dataclass(frozen=True)
class Approval:
    """A judged approval; the statement may be believed only where the verdict is valid."""

    verdict: Verdict
    statement: Statement | None
    certificate: x509.Certificate | None
    stamp: Stamp | None = None

    @property
    def moment(self) -> datetime | None:
        """When it was made: proved by a stamp, else what it says."""
        if self.stamp is not None:
            return self.stamp.at
        return self.statement.at if self.statement else None


def statement(
    leaves: Sequence[bytes], *, agency: str, purpose: str, at: datetime, account: str, name: str
) -> bytes:
    """The canonical bytes to sign over these leaf hashes; Problem SIG-BATCH-EMPTY if there is none."""
    if not leaves:
        raise Problem("SIG-BATCH-EMPTY")
    stated = {
        "format": FORMAT,
        "agency": agency,
        "purpose": purpose,
        "merkle_root": merkle.root(leaves).hex(),
        "count": len(leaves),
        "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "approver": {"account": account, "name": name},
    }
    return orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)


def verify_approval(
    jws: Mapping[str, Any],
    leaves: bytes,
    trust: Trust,
    at: datetime | None = None,
    *,
    evidence: Evidence | None = None,
    now: datetime | None = None,
    held_since: datetime | None = None,
) -> Approval:
    """Judge an approval and its concatenated leaf hashes.

    At a moment, where one is given. Else at the time its evidence proves; without that when it says it was made, which
    then is the signer's word, and is not taken against a revocation since that leaves room for another's (see
    `_unproved`), nor where its key was reported taken since, unless it was held before (`held_since`, by this node's
    clock).
    """
    found = _judged(jws, leaves, trust, at, evidence, now)
    return found if at is not None else _unended(found, trust, held_since)


def _judged(
    jws: Mapping[str, Any],
    leaves: bytes,
    trust: Trust,
    at: datetime | None,
    evidence: Evidence | None,
    now: datetime | None,
) -> Approval:
    try:
        stated = stated_in(jws)
        trust = trust if evidence is None else _with(trust, evidence)
    except Problem as problem:
        return Approval(verdict("invalid", problem.code, **problem.params), None, None)
    if not told(stated.at):
        return Approval(verdict("invalid", "SIG-BATCH-PAYLOAD", detail="at"), stated, None)
    if at is not None:
        return _at(jws, leaves, trust, stated, at)
    proved = longterm.prove(jws, evidence, trust, now or datetime.now(UTC)) if evidence else Proved(None)
    if proved.at is not None:
        found = _at(jws, leaves, trust, stated, proved.at)
        if found.verdict.status != "invalid" or found.verdict.code not in _PASSING:
            return replace(found, verdict=_with_notes(found.verdict, proved.checks), stamp=proved.stamp)
    found = _at(jws, leaves, trust, stated, stated.at)
    found = replace(found, verdict=_with_notes(found.verdict, (*proved.checks, _word(stated))))
    return _unproved(found, jws, trust, now or datetime.now(UTC))


_PASSING = frozenset({"SIG-EXPIRED", "SIG-REVOKED"})
"""What may come to pass between signing and a stamp made late: then the stamp proves nothing of use."""


def stated_in(jws: Mapping[str, Any]) -> Statement:
    """The statement under the signature, believed or not; Problem SIG-FORM, SIG-BATCH-PAYLOAD."""
    payload = signatures.payload_of(jws)
    try:
        return msgspec.json.decode(payload, type=Statement)
    except UNREADABLE as error:
        raise Problem("SIG-BATCH-PAYLOAD", detail=str(error)) from error


def _with(trust: Trust, evidence: Evidence) -> Trust:
    known = evidence.known()
    return trust.knowing(known.certs, known.crls, known.answers)


def _at(jws: Mapping[str, Any], leaves: bytes, trust: Trust, stated: Statement, when: datetime) -> Approval:
    """Judge at one moment: signature, certificate, then what was stated."""
    first = signatures.verify(jws, trust, when, "approve", stated.agency)[0]
    found = first.verdict
    if first.certificate is not None:
        found = found.then(*_content(stated, leaves, first.certificate), *_later(stated, when))
    return Approval(found, stated, first.certificate)


def _content(stated: Statement, leaves: bytes, cert: x509.Certificate) -> Iterator[Check]:
    fault = _statement_fault(stated, leaves, cert)
    if fault is None:
        yield check(
            "content", "valid", "SIG-CHECKED-CONTENT", count=stated.count, root=stated.merkle_root[:16]
        )
    else:
        yield fault


def _later(stated: Statement, when: datetime) -> Iterator[Check]:
    if stated.at > when + SKEW:
        yield check("time", "invalid", "SIG-FUTURE", signed=moment(stated.at), at=moment(when))


def _word(stated: Statement) -> Check:
    return check("time", "unknown", "SIG-TIME-WORD", at=moment(stated.at))


def _with_notes(found: Verdict, notes: Iterable[Check]) -> Verdict:
    """The same verdict, with lines that do not weigh: what is said of stamps, and that a time is only said."""
    return replace(found, checks=(*found.checks, *notes))


def _unproved(found: Approval, jws: Mapping[str, Any], trust: Trust, now: datetime) -> Approval:
    """Without a proved time: invalid where a certificate of the path was revoked since, as a taken key writes any date.

    So where the revocation says that the key was taken; and where approvals carry stamps (`Trust.stamped_from`) for
    any reason, as one without could have been made after. Before that the signer's word counted, and still does.
    """
    cert, stated = found.certificate, found.statement
    if cert is None or stated is None or found.verdict.status == "invalid":
        return found
    known = trust.knowing(signatures.chain_of(jws))
    must = trust.stamped_from is not None and stated.at >= trust.stamped_from
    for item, issuer in pairwise(path_of(cert, known) or []):
        gone = standing.revoked(standing.standings(item, issuer, known), now)
        if gone is not None and gone.since is not None and (must or gone.reason in standing.TAKEN):
            lost = check("time", "invalid", "SIG-UNPROVED", name=name_of(item), since=date(gone.since))
            return replace(found, verdict=found.verdict.then(lost))
    return found


def _unended(found: Approval, trust: Trust, held_since: datetime | None) -> Approval:
    """Whether an agency said that what is signed with the certificate does not count from a moment on."""
    cert, moment_of = found.certificate, found.moment
    if cert is None or moment_of is None or found.verdict.status == "invalid":
        return found
    mark = fingerprint(cert) if trust.ended else ""
    for one in trust.ended:
        if one.certificate != mark:
            continue
        named = {"name": name_of(cert), "since": moment(one.since)}
        if one.since <= moment_of:
            gone = check("revocation", "invalid", "SIG-REVOKED-FROM", **named)
            return replace(found, verdict=found.verdict.then(gone))
        earlier = found.stamp is not None or (held_since is not None and held_since < one.since)
        if one.taken and not earlier:
            doubt = check("time", "unknown", "SIG-REVOKED-DOUBT", **named)
            return replace(found, verdict=found.verdict.then(doubt))
    return found


def _statement_fault(stated: Statement, leaves: bytes, cert: x509.Certificate) -> Check | None:
    """What does not fit between statement, leaves and signer: certain even where revocation is not."""
    fits = len(leaves) == stated.count * merkle.SIZE and stated.count > 0
    if not fits or merkle.root(merkle.split(leaves)).hex() != stated.merkle_root:
        return check("content", "invalid", "SIG-BATCH-LEAVES")
    account = account_of(cert)
    said, found = (
        (stated.approver.name, name_of(cert)) if account is None else (stated.approver.account, account)
    )
    if said != found:
        return check("content", "invalid", "SIG-BATCH-SIGNER", stated=said, found=found)
    return None
