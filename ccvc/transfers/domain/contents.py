"""What is inside a sealed dossier, and the proof that it is whole: chain, signatures, digests, papers. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta, Raw, Struct

from ccvc import standard
from ccvc.dossiers import domain as dossiers
from ccvc.dossiers.domain import Statement
from ccvc.exchange.domain.limits import MIB
from ccvc.exchange.domain.manifest import Digest
from ccvc.exchange.domain.records import (
    NO_NUL,
    Approval,
    ApprovalLine,
    Index,
    decode_statement,
    under,
)
from ccvc.standard.documents import UNREADABLE
from ccvc.standard.problems import Problem
from ccvc.standard.reading import value_at

CHUNK = MIB
MOST_OF_A_FILE = 512 * MIB
TOLD = (
    "identity.full_name",
    "identity.personal_id",
    "identity.birth_date",
    "identity.sex",
    "career.recruited_on",
    "employment.unit_name",
    "employment.position",
)
Text = Annotated[str, Meta(max_length=500, pattern=NO_NUL)]


class Inner(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """What every line inside is."""


class VersionLine(Inner, frozen=True, tag="version"):
    """One version: statement and whole document byte for byte, and when the agency it was approved in knew it."""

    approval: Index
    leaf: Index
    statement: Raw
    document: Raw
    known_at: datetime


class FileLine(Inner, frozen=True, tag="file"):
    """A piece of a file, in order; the last one is so marked."""

    sha256: Digest
    index: Index
    last: bool
    data: bytes


class PaperLine(Inner, frozen=True, tag="paper"):
    """A paper attached to an entry: what is said of it, its file, and the version that named it (0: none)."""

    id: UUID
    sha256: Digest
    version: Index
    change: UUID | None
    path: Text
    kind: Annotated[str, Meta(max_length=8, pattern=NO_NUL)]
    number: Text
    issued_on: date | None
    issuer: Text
    signer: Text
    signer_position: Text
    file_name: Text
    by: Text
    by_name: Text
    at: datetime


class HandoverLine(Inner, frozen=True, tag="handover"):
    """A hand-over of before: the national node's receipt of it."""

    receipt: dict[str, Any]


_inner = msgspec.json.Decoder(ApprovalLine | VersionLine | FileLine | PaperLine | HandoverLine)
_encoder = msgspec.json.Encoder(order="sorted")


def line_bytes(line: FileLine | PaperLine | HandoverLine) -> bytes:
    """Canonical bytes of a line inside."""
    return _encoder.encode(line)


def version_line(*, approval: int, leaf: int, statement: bytes, document: bytes, known_at: datetime) -> bytes:
    """Canonical bytes of a version line; statement and document are put in as they are."""
    moment = known_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    head = b'{"approval":%d,"document":' % approval
    middle = b',"known_at":"%s","leaf":%d,"statement":' % (moment.encode(), leaf)
    return b"".join((head, document, middle, statement, b',"type":"version"}'))


@dataclass(frozen=True, slots=True)
class Expected:
    """What the national node announced: whose dossier, and the version it ends with."""

    person: str
    number: int
    version: str


@dataclass(frozen=True, slots=True)
class Proved:
    """A version that is proved: exact bytes, its place under an approval."""

    line: VersionLine
    statement: Statement
    hash: bytes


@dataclass(slots=True)
class Contents:
    """A dossier taken out of its seal."""

    approvals: dict[int, ApprovalLine] = field(default_factory=dict)
    versions: list[Proved] = field(default_factory=list)
    papers: list[PaperLine] = field(default_factory=list)
    handovers: list[dict[str, Any]] = field(default_factory=list)
    files: set[str] = field(default_factory=set)

    def facts(self) -> dict[str, Any]:
        """Whose dossier it is, by path: what an officer compares people by."""
        document = dossiers.parse(bytes(self.versions[-1].line.document).decode())
        return {path: value for path in TOLD if (value := value_at(document, path)) is not None}


Approve = Callable[[ApprovalLine], Approval]
Keep = Callable[[bytes], object]


def pass_over(content: bytes) -> None:
    """Keep nothing of a file that is only to be proved."""


def read(lines: Iterable[bytes], expected: Expected, approve: Approve, keep: Keep = pass_over) -> Contents:
    """The dossier, proved whole; each file is given to `keep` once it is what it says.

    Problem TRF-DAMAGED for a line that cannot be read; TRF-CHAIN, TRF-LAST, TRF-SIGNATURE, TRF-DOCUMENT, TRF-PAPER
    where it is not what was approved; those of `approve`.
    """
    reader = _Reader(expected, approve, keep)
    for place, raw in enumerate(lines):
        reader.take(place, raw)
    return reader.whole()


class _Reader:
    """Takes lines one by one; a file is gathered until it is whole."""

    def __init__(self, expected: Expected, approve: Approve, keep: Keep) -> None:
        self.expected, self.approve, self.keep = expected, approve, keep
        self.found = Contents()
        self.approved: dict[int, Approval] = {}
        self.before: dossiers.Document | None = None
        self.gathering = bytearray()
        self.piece = 0

    def take(self, place: int, raw: bytes) -> None:
        try:
            line = _inner.decode(raw)
        except UNREADABLE as error:
            raise Problem("TRF-DAMAGED", where=f"line {place}", reason=str(error)) from error
        match line:
            case ApprovalLine():
                self.approved[line.index] = self.approve(line)
                self.found.approvals[line.index] = line
            case VersionLine():
                self.found.versions.append(self._proved(line))
            case FileLine():
                self._gather(line)
            case PaperLine():
                self.found.papers.append(self._paper(line))
            case HandoverLine():
                self.found.handovers.append(line.receipt)

    def _proved(self, line: VersionLine) -> Proved:
        raw, document = bytes(line.statement), bytes(line.document)
        statement, digest = decode_statement(raw), dossiers.version_hash(raw)
        self._refuse_unchained(statement)
        approval = self.approved.get(line.approval)
        signed = approval is not None and line.leaf < len(approval.leaves)
        if approval is None or not signed or approval.leaves[line.leaf] != digest:
            raise Problem("TRF-SIGNATURE", number=statement.number)
        if not under(statement.agency, _component(approval.agency)):
            raise Problem("TRF-SIGNATURE", number=statement.number)
        same = hashlib.sha256(document).hexdigest() == statement.document_sha256
        if not same or not self._told(document, statement):
            raise Problem("TRF-DOCUMENT", number=statement.number)
        return Proved(line, statement, digest)

    def _told(self, document: bytes, statement: Statement) -> bool:
        """Whether a document's national part is the one that was signed, and lists and history can be told of it.

        A giver's own approver may have signed anything: what this node cannot read would stop it once it is opened.
        """
        try:
            text = document.decode()
            read = dossiers.parse(text)
            dossiers.columns(read)
            standard.diff(self.before, read)
            national = standard.digest(dossiers.national(text))
        except (*UNREADABLE, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, Problem):
            return False
        self.before = read
        return national == statement.national_sha256

    def _refuse_unchained(self, statement: Statement) -> None:
        before = self.found.versions[-1] if self.found.versions else None
        base = before.hash.hex() if before else None
        number = len(self.found.versions) + 1
        if (statement.person, statement.number, statement.base) != (self.expected.person, number, base):
            raise Problem("TRF-CHAIN", number=number)

    def _gather(self, line: FileLine) -> None:
        if line.index != self.piece or len(self.gathering) + len(line.data) > MOST_OF_A_FILE:
            raise Problem("TRF-PAPER", sha256=line.sha256)
        self.gathering += line.data
        self.piece += 1
        if line.last:
            content = bytes(self.gathering)
            if hashlib.sha256(content).hexdigest() != line.sha256:
                raise Problem("TRF-PAPER", sha256=line.sha256)
            self.keep(content)
            self.found.files.add(line.sha256)
            self.gathering, self.piece = bytearray(), 0

    def _paper(self, line: PaperLine) -> PaperLine:
        if line.sha256 not in self.found.files or line.version > len(self.found.versions):
            raise Problem("TRF-PAPER", sha256=line.sha256)
        if line.version:
            named = self.found.versions[line.version - 1].statement.evidence
            if line.sha256 not in {paper.sha256 for paper in named}:
                raise Problem("TRF-PAPER", sha256=line.sha256)
        return line

    def whole(self) -> Contents:
        last = self.found.versions[-1] if self.found.versions else None
        ends = (last.statement.number, last.hash.hex()) if last else (0, "")
        if ends != (self.expected.number, self.expected.version) or self.piece:
            raise Problem("TRF-LAST", number=ends[0], last=self.expected.number)
        return self.found


def _component(agency: str) -> str:
    """The component an agency belongs to: the first part of its code."""
    return agency.partition(".")[0]
