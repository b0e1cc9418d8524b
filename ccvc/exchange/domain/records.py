"""Content lines: one canonical JSON object each, told apart by "type".

Statement and document stay raw bytes, since the receiver hashes exactly what was signed.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta, Raw, Struct

from ccvc import standard
from ccvc.dossiers.domain import Statement
from ccvc.exchange.domain.following import EvidenceLine, RevocationLine
from ccvc.exchange.domain.limits import MAX_LINE
from ccvc.exchange.domain.manifest import AgencyCode, Digest
from ccvc.signing import merkle
from ccvc.standard.documents import UNREADABLE
from ccvc.standard.problems import Problem

Index = Annotated[int, Meta(ge=0, le=2**31 - 1)]
NO_NUL = r"^[^\x00]*\Z"  # which no database keeps in a text
Said = Annotated[str, Meta(max_length=20_000, pattern=NO_NUL)]
Answer = Literal["refused", "pending", "accepted"]
DifferenceKind = Literal["missing_there", "missing_here", "behind", "differs"]
DifferenceRow = tuple[
    UUID,
    DifferenceKind,
    Index | None,
    Index | None,
    Annotated[str, Meta(max_length=60, pattern=NO_NUL)],
]
Place = Annotated[str, Meta(max_length=60, pattern=NO_NUL)]
RecountedRow = tuple[Place, Place, Place, Index, Index]


class ApprovalLine(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="approval", omit_defaults=True
):
    """One signed approval: JWS over its Merkle root, and the leaf hashes of its changes (base64 in JSON).

    `evidence`, which may be left out, proves when it was made and that its certificates held then (`signing.longterm`).
    """

    index: Index
    jws: dict[str, Any]
    leaves: bytes
    evidence: dict[str, Any] | None = None


class ChangeLine(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="change"):
    """One approved change: its statement and national document, byte for byte as signed."""

    approval: Index
    leaf: Index
    statement: Raw
    document: Raw


class SummaryLine(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="summary", omit_defaults=True
):
    """First line of a receipt: which package, how many of each verdict; `problem` if refused whole."""

    package: UUID
    manifest_sha256: Digest
    accepted: Index
    refused: Index
    pending: Index
    register_root: Digest | None = None
    problem: dict[Said, Said] | None = None


class VerdictLine(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="verdict", omit_defaults=True
):
    """What became of one record that was not accepted, or of one that was pending before.

    `record` is the line's index in the package's content, from 0; `message` and `next` are for a clerk to
    read.
    """

    record: Index
    person: UUID
    number: Index
    verdict: Answer
    code: Annotated[str, Meta(max_length=60, pattern=NO_NUL)]
    path: Annotated[str, Meta(max_length=300, pattern=NO_NUL)]
    message: Said
    next: Said = ""

    @classmethod
    def of(
        cls,
        problem: Problem,
        *,
        record: int,
        person: UUID,
        number: int,
        path: str = "",
        verdict: Answer = "refused",
    ) -> VerdictLine:
        """The verdict a Problem stands for, in the words of its catalogue entry."""
        words = problem.message(), problem.next_step()
        return cls(record, person, number, verdict, problem.code, path or problem.where, *words)


class ReconciledLine(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="reconciled"):
    """In the receipt to a snapshot: how the register compares with the closing named by its statement's hash.

    `people` are the closing's, `register` the register's; `moved_on` of those agreed have a newer version there.
    """

    statement: Digest
    at: datetime
    people: Index
    register: Index
    agreed: Index
    moved_on: Index
    differing: Index


class DifferencesLine(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="differences"):
    """In the receipt to a snapshot: people on whom the two do not agree, at most 1,000 a line.

    Each is [person, kind, number in the closing or null, number in the register or null, code or ""].
    """

    rows: Annotated[list[DifferenceRow], Meta(min_length=1, max_length=1000)]


class RecountedLine(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="recounted"):
    """In the receipt to a snapshot: its numbers that are others when made again from the register, 1,000 a line.

    Each is [unit, category, status of work, people in the closing, people found among those agreed].
    """

    rows: Annotated[list[RecountedRow], Meta(min_length=1, max_length=1000)]


class ConflictLine(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="conflict", omit_defaults=True
):
    """Notice to a component: another agency claims, or holds, a person it sent (kind "share")."""

    person: UUID
    personal_id: Annotated[str, Meta(max_length=12, pattern=NO_NUL)]
    holder: AgencyCode
    claimant: AgencyCode
    code: Annotated[str, Meta(max_length=60, pattern=NO_NUL)]
    message: Said
    next: Said = ""
    at: datetime | None = None


class QualityLine(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="quality", omit_defaults=True
):
    """Notice to a component: what is to be looked at in the data of a person it manages (kind "share").

    `code` names the rule, `path` the field of the national document.
    """

    person: UUID
    code: Annotated[str, Meta(max_length=60, pattern=NO_NUL)]
    path: Annotated[str, Meta(max_length=300, pattern=NO_NUL)]
    message: Said
    next: Said = ""
    at: datetime | None = None


NoticeLine = ConflictLine | QualityLine | EvidenceLine | RevocationLine
ReceiptLine = SummaryLine | VerdictLine | ReconciledLine | DifferencesLine | RecountedLine

_encoder = msgspec.json.Encoder(order="sorted")
_content: msgspec.json.Decoder[ApprovalLine | ChangeLine] = msgspec.json.Decoder(ApprovalLine | ChangeLine)
_receipt: msgspec.json.Decoder[ReceiptLine] = msgspec.json.Decoder(ReceiptLine)
_notice: msgspec.json.Decoder[NoticeLine] = msgspec.json.Decoder(NoticeLine)
_statement = msgspec.json.Decoder(Statement)
_T = TypeVar("_T")


def approval_line(
    index: int, jws: Mapping[str, Any], leaves: bytes, evidence: Mapping[str, Any] | None = None
) -> bytes:
    """Canonical bytes of an approval line."""
    return _encoder.encode(ApprovalLine(index, dict(jws), leaves, dict(evidence) if evidence else None))


def change_line(*, approval: int, leaf: int, statement: bytes, document: bytes) -> bytes:
    """Canonical bytes of a change line; statement and document are put in as they are."""
    head = b'{"approval":%d,"document":' % approval
    middle = b',"leaf":%d,"statement":' % leaf
    return b"".join((head, document, middle, statement, b',"type":"change"}'))


def line_bytes(line: ReceiptLine | NoticeLine) -> bytes:
    """Canonical bytes of a receipt or notice line."""
    return _encoder.encode(line)


def decode_line(raw: bytes) -> ApprovalLine | ChangeLine:
    """A content line of kind changes or snapshot; Problem EXC-LINE."""
    return _decode(_content, raw, "EXC-LINE")


def decode_notice(raw: bytes) -> NoticeLine:
    """A content line of kind share; Problem EXC-LINE."""
    return _decode(_notice, raw, "EXC-LINE")


def decode_receipt(lines: Iterable[bytes]) -> tuple[SummaryLine, list[VerdictLine]]:
    """The summary (first line) and verdicts of a receipt; Problem EXC-RECEIPT with the line index."""
    found = [_decode(_receipt, raw, "EXC-RECEIPT", f"line {index}") for index, raw in enumerate(lines)]
    summaries = [line for line in found if isinstance(line, SummaryLine)]
    if not found or len(summaries) != 1 or found[0] is not summaries[0]:
        reason = "exactly one summary, as the first line, is required"
        raise Problem("EXC-RECEIPT", where="line 0", reason=reason)
    verdicts = [line for line in found if isinstance(line, VerdictLine)]
    if len({line.record for line in verdicts}) < len(verdicts):
        raise Problem("EXC-RECEIPT", where="lines", reason="two verdicts on one record")
    return summaries[0], verdicts


def decode_reconciliation(lines: Iterable[bytes]) -> tuple[ReconciledLine, list[DifferenceRow]]:
    """What the receipt to a snapshot says of the comparison, with every difference; Problem EXC-RECEIPT."""
    found = [_decode(_receipt, raw, "EXC-RECEIPT", f"line {index}") for index, raw in enumerate(lines)]
    told = [line for line in found if isinstance(line, ReconciledLine)]
    rows = [row for line in found if isinstance(line, DifferencesLine) for row in line.rows]
    if len(told) != 1 or len({row[0] for row in rows}) != len(rows) or told[0].differing != len(rows):
        reason = "exactly one comparison, and every difference once, is required"
        raise Problem("EXC-RECEIPT", where="lines", reason=reason)
    return told[0], rows


def decode_recounted(lines: Iterable[bytes]) -> list[RecountedRow]:
    """Numbers of a closing that the receipt to it says are others, each once; Problem EXC-RECEIPT."""
    found = [_decode(_receipt, raw, "EXC-RECEIPT", f"line {index}") for index, raw in enumerate(lines)]
    rows = [row for line in found if isinstance(line, RecountedLine) for row in line.rows]
    if len({row[:3] for row in rows}) != len(rows):
        raise Problem("EXC-RECEIPT", where="lines", reason="a number stands in a receipt once")
    return rows


def _decode(decoder: msgspec.json.Decoder[_T], raw: bytes, code: str, where: str = "line") -> _T:
    if len(raw) > MAX_LINE:
        raise Problem(code, where=where, reason=f"{len(raw)} > {MAX_LINE} bytes")
    try:
        return decoder.decode(raw)
    except UNREADABLE as error:
        raise Problem(code, where=where, reason=str(error)) from error


@dataclass(frozen=True, slots=True)
class Approval:
    """A verified approval: who signed, and the leaf hash of every change it covers, in order."""

    index: int
    leaves: tuple[bytes, ...]
    approver: str
    account: str
    serial: str
    at: datetime | None
    agency: str = ""
    purpose: str = ""


def leaves_of(line: ApprovalLine) -> tuple[bytes, ...]:
    """The leaf hashes of an approval line; Problem EXC-APPROVAL-FORMAT where they are no 32-byte hashes."""
    try:
        return tuple(merkle.split(line.leaves))
    except ValueError as error:
        raise Problem("EXC-APPROVAL-FORMAT", where="leaves", reason=str(error)) from error


def check_change(line: ChangeLine, approvals: Mapping[int, Approval], *, sender: str) -> Statement:
    """The statement of a change, proved to be what its approver signed.

    Problem EXC-CHANGE-APPROVAL, -LEAF, -STATEMENT, -AGENCY or -DOCUMENT.
    """
    approval = approvals.get(line.approval)
    if approval is None:
        raise Problem("EXC-CHANGE-APPROVAL", where="approval", got=line.approval)
    statement = bytes(line.statement)
    if line.leaf >= len(approval.leaves) or merkle.leaf_hash(statement) != approval.leaves[line.leaf]:
        raise Problem("EXC-CHANGE-LEAF", where="leaf", leaf=line.leaf)
    return _check_statement(decode_statement(statement), bytes(line.document), sender)


def decode_statement(raw: bytes) -> Statement:
    """The statement in the signed bytes; Problem EXC-CHANGE-STATEMENT."""
    try:
        return _statement.decode(raw)
    except UNREADABLE as error:
        raise Problem("EXC-CHANGE-STATEMENT", where="statement", reason=str(error)) from error


def _check_statement(statement: Statement, document: bytes, sender: str) -> Statement:
    if not under(statement.agency, sender):
        raise Problem("EXC-CHANGE-AGENCY", where="statement.agency", got=statement.agency, expected=sender)
    digest = hashlib.sha256(document).hexdigest()
    if digest != statement.national_sha256:
        raise Problem("EXC-CHANGE-DOCUMENT", where="document", got=digest, expected=statement.national_sha256)
    return statement


def under(agency: str, sender: str) -> bool:
    """Whether an agency code is the sender's own or one below it."""
    return agency == sender or agency.startswith(f"{sender}.")


def is_canonical(raw: bytes) -> bool:
    """Whether these bytes are the canonical form of the JSON they hold (sorted keys, no white space, no
    floats).
    """
    try:
        return standard.canonical(msgspec.json.decode(raw)) == raw
    except (*UNREADABLE, TypeError, ValueError):
        return False


def leaves_text(leaves: bytes) -> str:
    """Base64 of concatenated leaf hashes, as an approval line carries them."""
    return base64.b64encode(leaves).decode("ascii")
