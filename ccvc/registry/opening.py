"""Taking a package apart: its approvals are verified, then each change is proved by them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from ccvc.exchange.domain import Verdict
from ccvc.exchange.domain.records import (
    Approval,
    ApprovalLine,
    ChangeLine,
    check_change,
    decode_line,
    decode_statement,
)
from ccvc.registry.domain import Record, refuse_misshapen
from ccvc.standard.problems import Problem

NOBODY = UUID(int=0)
Approve = Callable[[ApprovalLine], Approval]


@dataclass(slots=True)
class Opened:
    """A package taken apart: its valid approvals, the records they prove, and a verdict on each other line."""

    approvals: dict[int, ApprovalLine] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    unproved: list[Verdict] = field(default_factory=list)


def open_lines(lines: Sequence[bytes], *, sender: str, approve: Approve) -> Opened:
    """Verify the approvals, then prove each change by its own; a line that proves nothing holds back no other.

    Changes under an approval that is refused are refused with its Problem; one without an approval, or a line that
    cannot be read, with Problem EXC-CHANGE-… or EXC-LINE.
    """
    package = _Package(sender, approve)
    for index, raw in enumerate(lines):
        package.take(index, raw)
    return package.opened


class _Package:
    """One package while it is taken apart."""

    def __init__(self, sender: str, approve: Approve) -> None:
        self.sender = sender
        self.approve = approve
        self.approvals: dict[int, Approval] = {}
        self.denied: dict[int, Problem] = {}
        self.opened = Opened()

    def take(self, index: int, raw: bytes) -> None:
        """Take one line."""
        line: ApprovalLine | ChangeLine | None = None
        try:
            line = decode_line(raw)
            if isinstance(line, ApprovalLine):
                self._take_approval(line)
            else:
                self.opened.records.append(self._proved(index, line))
        except Problem as problem:
            person, number = _claimed(line)
            verdict = Verdict.of(problem, record=index, person=person, number=number)
            self.opened.unproved.append(verdict)

    def _take_approval(self, line: ApprovalLine) -> None:
        """Keep an approval, or why it is refused: its changes are told, since only they are counted records."""
        if line.index in self.approvals:
            return
        try:
            self.approvals[line.index] = self.approve(line)
            self.opened.approvals[line.index] = line
        except Problem as problem:
            self.denied[line.index] = problem

    def _proved(self, index: int, line: ChangeLine) -> Record:
        if line.approval in self.denied and line.approval not in self.approvals:
            raise self.denied[line.approval]
        statement = check_change(line, self.approvals, sender=self.sender)
        refuse_misshapen(statement)
        return Record(
            index=index,
            person=statement.person,
            number=statement.number,
            statement=statement,
            statement_bytes=bytes(line.statement),
            document_bytes=bytes(line.document),
            hash=self.approvals[line.approval].leaves[line.leaf],
            approval=line.approval,
            leaf=line.leaf,
        )


def _claimed(line: ApprovalLine | ChangeLine | None) -> tuple[UUID, int]:
    """Whom an unproved change speaks of, so that its sender finds it again; nobody where it does not say."""
    if not isinstance(line, ChangeLine):
        return NOBODY, 0
    try:
        statement = decode_statement(bytes(line.statement))
        refuse_misshapen(statement)
    except Problem:
        return NOBODY, 0
    return UUID(statement.person), statement.number
