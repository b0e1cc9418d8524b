"""Approvals inside a package: one signature of a competent person over the Merkle root of many changes."""

from __future__ import annotations

from datetime import datetime

from ccvc.exchange.domain.records import Approval, ApprovalLine, leaves_of, under
from ccvc.signing import approvals as signing
from ccvc.signing.certificates import SKEW, agency_of, serial_of
from ccvc.signing.longterm import Evidence
from ccvc.signing.verification import Trust
from ccvc.standard.problems import Problem

_CODES = {"SIG-BATCH-PAYLOAD": "EXC-APPROVAL-FORMAT", "SIG-FORM": "EXC-APPROVAL-FORMAT"}


def open_approval(line: ApprovalLine, *, trust: Trust, at: datetime, sender: str) -> Approval:
    """The approval a line carries, verified. Problem EXC-APPROVAL-SIGNATURE, -FORMAT, -AGENCY or -LEAVES.

    The approver's certificate is judged at the moment of approval, proved by its evidence or else said, which may be
    weeks before the package came and must not lie after `at`, when it did: the person may have left since, and what
    they signed stays signed.
    """
    leaves = leaves_of(line)
    found = signing.verify_approval(
        line.jws, line.leaves, trust, evidence=_evidence_of(line), now=at, held_since=at
    )
    stated, certificate = found.statement, found.certificate
    if found.verdict.code == "SIG-BATCH-LEAVES":
        raise Problem("EXC-APPROVAL-LEAVES", where="leaves")
    if not found.verdict.ok or stated is None or certificate is None:
        code = _CODES.get(found.verdict.code, "EXC-APPROVAL-SIGNATURE")
        raise Problem(code, where="jws", reason=found.verdict.message)
    if stated.at > at + SKEW:
        raise Problem(
            "EXC-APPROVAL-FORMAT", where="jws.payload.at", reason=f"{stated.at:%Y-%m-%dT%H:%M:%SZ} > now"
        )
    for code in (agency_of(certificate) or "?", stated.agency):
        if not under(code, sender):
            raise Problem("EXC-APPROVAL-AGENCY", where="jws", got=code, expected=sender)
    approver = stated.approver
    return Approval(
        index=line.index,
        leaves=leaves,
        approver=approver.name,
        account=approver.account,
        serial=serial_of(certificate),
        at=stated.at,
        agency=stated.agency,
        purpose=stated.purpose,
    )


def _evidence_of(line: ApprovalLine) -> Evidence | None:
    """The evidence a line carries; Problem EXC-APPROVAL-FORMAT where it is none."""
    if line.evidence is None:
        return None
    try:
        found = Evidence.read(line.evidence)
        found.known()
    except Problem as problem:
        raise Problem("EXC-APPROVAL-FORMAT", where="evidence", reason=problem.message()) from problem
    return found
