"""The content of a package of kind `snapshot`: an approval, the closing it signs, and every person by bucket.

The statement (`ccvc-closing/1`) is under an approval of its own like any approved change; the rows under it are
bound by its digests and its Merkle root. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta, Raw, Struct

from ccvc.exchange.domain.approvals import open_approval
from ccvc.exchange.domain.limits import MAX_LINE
from ccvc.exchange.domain.manifest import AgencyCode, Digest
from ccvc.exchange.domain.reconcile import StateRow, bucket, row_text, state_digests
from ccvc.exchange.domain.records import ApprovalLine, Index, Said, approval_line, decode_line
from ccvc.signing import merkle
from ccvc.signing.algorithms import YEARS
from ccvc.signing.verification import Trust
from ccvc.standard.documents import UNREADABLE, canonical
from ccvc.standard.problems import Problem

FORMAT: Literal["ccvc-closing/1"] = "ccvc-closing/1"
PURPOSE = "close-month"
MOST_COUNTS, MOST_MATTERS = 100_000, 100

Month = Annotated[str, Meta(pattern=r"^(20|21)[0-9]{2}-(0[1-9]|1[0-2])\Z")]
Bucket = Annotated[str, Meta(pattern=r"^[0-9a-f]{2}\Z")]
Short = Annotated[str, Meta(max_length=60, pattern=r"^[^\x00]*\Z")]
Row = tuple[UUID, Index, Digest, Digest]
_Line = TypeVar("_Line", "ClosingLine", "RowsLine")


class Count(Struct, frozen=True, forbid_unknown_fields=True):
    """How many people of a unit have a category and a status of work; empty where that is not stated."""

    unit: Short
    category: Short
    status: Short
    people: Index


class Movement(Struct, frozen=True, forbid_unknown_fields=True):
    """Against the closing of an earlier month: who began to serve, who no longer does, whose dossier changed."""

    month: Month
    statement: Digest
    serving: Index
    arrived: Index
    left: Index
    changed: Index


class Log(Struct, frozen=True, forbid_unknown_fields=True):
    """The ledger of the agency's node when the figures were drawn up."""

    size: Annotated[int, Meta(ge=0, le=2**53 - 1)]
    root: Digest


class Unresolved(Struct, frozen=True, forbid_unknown_fields=True):
    """What was not settled: changes in progress or returned, records refused, claims, findings, versions not sent."""

    pending: Index
    returned: Index
    refused: Index
    conflicts: Index
    errors: Index
    warnings: Index
    hints: Index
    unsent: Index


class Overdue(Struct, frozen=True, forbid_unknown_fields=True):
    """A matter with a day: people past theirs without a decision, the longest by how many days; who is untold."""

    matter: Short
    people: Index
    days: Index
    untold: Index


class Statement(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the authorised person signs: the agency's data as they stood at a moment. `position` is of the feed.

    `replaces` names an earlier closing of the month; `reason` says why it is late, and is empty where it is not.
    `until`: what was approved from this moment on is not in the figures; None where they are of `at`. `overdue`: what
    passed its day without a decision; None where that is not told.
    """

    format: Literal["ccvc-closing/1"]
    agency: AgencyCode
    month: Month
    at: datetime
    position: Annotated[int, Meta(ge=0, le=2**53 - 1)]
    standard: Short
    policy: Short
    reason: Said
    replaces: Digest | None
    people: Index
    serving: Index
    counts: Annotated[list[Count], Meta(max_length=MOST_COUNTS)]
    movement: Movement | None
    digests: dict[Bucket, Digest]
    root: Digest
    ledger: Log
    unresolved: Unresolved
    quality: dict[Short, Short] | None
    until: datetime | None = None
    overdue: Annotated[list[Overdue], Meta(max_length=MOST_MATTERS)] | None = None

    @property
    def first_day(self) -> date:
        """The month as its first day."""
        return date.fromisoformat(f"{self.month}-01")

    @property
    def of(self) -> datetime:
        """The moment the figures are of."""
        return self.until or self.at


class ClosingLine(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="closing"):
    """The statement, byte for byte as signed, and which leaf of the approval before it."""

    approval: Index
    leaf: Index
    statement: Raw


class RowsLine(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="rows"):
    """Everyone of one bucket, sorted by person: [person, number, version, national]."""

    bucket: Bucket
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot proved: the approval over it, the statement and its exact bytes, the rows of each bucket."""

    approval: ApprovalLine
    statement: Statement
    statement_bytes: bytes
    rows: Mapping[str, list[StateRow]]


_encoder = msgspec.json.Encoder(order="sorted")
_statement = msgspec.json.Decoder(Statement)
_closing = msgspec.json.Decoder(ClosingLine)
_rows = msgspec.json.Decoder(RowsLine)


def statement_bytes(statement: Statement) -> bytes:
    """Canonical bytes of a statement: what is signed, stored and sent."""
    return _encoder.encode(statement)


def statement_hash(raw: bytes) -> bytes:
    """What names a closing: the leaf hash of its statement."""
    return merkle.leaf_hash(raw)


def decode_statement(raw: bytes) -> Statement:
    """The statement in the signed bytes; Problem CLS-STATEMENT."""
    try:
        statement = _statement.decode(raw)
        said = canonical(msgspec.json.decode(raw))
    except (*UNREADABLE, TypeError, ValueError) as error:
        raise Problem("CLS-STATEMENT", where="statement", reason=str(error)) from error
    until = statement.until
    told = is_canonical_time(raw, statement.at) and (until is None or is_canonical_time(raw, until, "until"))
    if said != raw or not told:
        reason = "not canonical, or at or until not in whole seconds UTC"
        raise Problem("CLS-STATEMENT", where="statement", reason=reason)
    return statement


def is_canonical_time(raw: bytes, at: datetime, name: str = "at") -> bool:
    """Whether the moment stands there in whole seconds, in UTC, ending in Z, in a year every clock can tell."""
    told = at.year in YEARS and at.utcoffset() == UTC.utcoffset(None)
    return told and f'"{name}":"{at:%Y-%m-%dT%H:%M:%SZ}"'.encode() in raw


def snapshot_lines(
    jws: Mapping[str, Any],
    leaves: bytes,
    statement: bytes,
    rows: Iterable[tuple[str, Sequence[StateRow]]],
    evidence: Mapping[str, Any] | None = None,
) -> Iterator[bytes]:
    """The content lines of a snapshot in order; the statement goes in as it is, evidence where there is any."""
    yield approval_line(0, jws, leaves, evidence)
    yield b'{"approval":0,"leaf":0,"statement":' + statement + b',"type":"closing"}'
    for name, members in rows:
        yield _encoder.encode(
            RowsLine(name, [(row.person, row.number, row.version, row.national) for row in members])
        )


def open_snapshot(lines: Sequence[bytes], *, trust: Trust | None, at: datetime, sender: str) -> Snapshot:
    """The snapshot in the lines, proved: an approver of the agency itself signed it, and the rows are those meant.

    Without `trust` the signature is not judged, everything else is.
    Problem CLS-LINE, CLS-STATEMENT, CLS-AGENCY, CLS-LEAF, CLS-SIGNER, CLS-DIGEST, and EXC-APPROVAL-… of the approval.
    """
    approval, line = _head(lines)
    raw = bytes(line.statement)
    statement = decode_statement(raw)
    if statement.agency != sender:
        raise Problem("CLS-AGENCY", where="statement.agency", got=statement.agency, expected=sender)
    if trust is not None:
        _check_signer(approval, line, raw, trust=trust, at=at, sender=sender)
    rows = {one.bucket: [StateRow(*row) for row in one.rows] for one in read_rows(lines[2:])}
    check_rows(statement, rows)
    return Snapshot(approval, statement, raw, rows)


def _head(lines: Sequence[bytes]) -> tuple[ApprovalLine, ClosingLine]:
    """The two lines every snapshot begins with; Problem CLS-LINE."""
    if len(lines) < 2:  # noqa: PLR2004 - approval and closing
        raise Problem("CLS-LINE", where="lines", reason=f"{len(lines)} < 2")
    try:
        approval = decode_line(lines[0])
    except Problem as problem:
        raise Problem("CLS-LINE", where="line 0", reason=problem.message()) from problem
    if not isinstance(approval, ApprovalLine):
        raise Problem("CLS-LINE", where="line 0", reason="the approval comes first")
    return approval, _decoded(_closing, lines[1], "line 1")


def read_rows(lines: Sequence[bytes]) -> Iterator[RowsLine]:
    """The lines of rows, buckets in order and each once; Problem CLS-LINE."""
    last = ""
    for index, raw in enumerate(lines, start=2):
        line = _decoded(_rows, raw, f"line {index}")
        if line.bucket <= last:
            raise Problem("CLS-LINE", where=f"line {index}", reason=f"bucket {line.bucket} after {last}")
        last = line.bucket
        yield line


def _decoded(decoder: msgspec.json.Decoder[_Line], raw: bytes, where: str) -> _Line:
    if len(raw) > MAX_LINE:
        raise Problem("CLS-LINE", where=where, reason=f"{len(raw)} > {MAX_LINE} bytes")
    try:
        return decoder.decode(raw)
    except UNREADABLE as error:
        raise Problem("CLS-LINE", where=where, reason=str(error)) from error


def _check_signer(
    approval: ApprovalLine, line: ClosingLine, raw: bytes, *, trust: Trust, at: datetime, sender: str
) -> None:
    signed = open_approval(approval, trust=trust, at=at, sender=sender)
    if line.leaf >= len(signed.leaves) or signed.leaves[line.leaf] != statement_hash(raw):
        raise Problem("CLS-LEAF", where="line 1.leaf")
    if (signed.agency, signed.purpose) != (sender, PURPOSE):
        got = f"{signed.agency}, {signed.purpose}"
        raise Problem("CLS-SIGNER", where="line 0", got=got, expected=f"{sender}, {PURPOSE}")


def check_rows(statement: Statement, rows: Mapping[str, Sequence[StateRow]]) -> None:
    """Problem CLS-DIGEST where the rows are not those the statement binds, or its sums do not add up."""
    everyone = [row for name in sorted(rows) for row in rows[name]]
    found = state_digests(everyone)
    wrong = sorted(
        name
        for name in found.keys() | statement.digests.keys() | rows.keys()
        if found.get(name) != statement.digests.get(name)
        or any(bucket(row.person) != name for row in rows.get(name, ()))
    )
    if wrong:
        raise Problem("CLS-DIGEST", where="digests", what=", ".join(wrong[:5]))
    if len(everyone) != statement.people or len({row.person for row in everyone}) != len(everyone):
        raise Problem("CLS-DIGEST", where="people", what=f"{len(everyone)} ≠ {statement.people}")
    if root_of(everyone) != statement.root:
        raise Problem("CLS-DIGEST", where="root", what="root")
    if fault := imbalance(statement):
        raise Problem("CLS-DIGEST", where="counts", what=fault)


def root_of(rows: Iterable[StateRow]) -> str:
    """Merkle root (hex) over the texts of rows, in the order of buckets and of persons in each."""
    return merkle.root([merkle.leaf_hash(row_text(row)) for row in rows]).hex()


def imbalance(statement: Statement) -> str:
    """Which sums of a statement do not add up; empty where all do."""
    counted = sum(count.people for count in statement.counts)
    if counted != statement.people:
        return f"{counted} ≠ {statement.people}"
    moved = statement.movement
    if moved is not None and moved.serving + moved.arrived - moved.left != statement.serving:
        return f"{moved.serving} + {moved.arrived} − {moved.left} ≠ {statement.serving}"
    return ""
