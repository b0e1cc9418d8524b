"""Reading every record of an opened package for `exchange check`: each fault with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

import msgspec

from ccvc import standard
from ccvc.catalogues import domain as catalogues
from ccvc.dossiers.domain import Statement
from ccvc.exchange.domain.approvals import open_approval
from ccvc.exchange.domain.manifest import Kind, Manifest
from ccvc.exchange.domain.records import (
    Approval,
    ApprovalLine,
    ChangeLine,
    check_change,
    decode_line,
    decode_notice,
    decode_receipt,
    decode_statement,
    is_canonical,
    leaves_of,
)
from ccvc.exchange.domain.snapshots import open_snapshot
from ccvc.signing.verification import Trust
from ccvc.standard.documents import UNREADABLE
from ccvc.standard.problems import Problem


def inspect_lines(
    manifest: Manifest, lines: Sequence[bytes], *, trust: Trust | None, at: datetime
) -> Iterator[Problem]:
    """Problems of the records of kind changes, snapshot, receipt, share or catalogue; others are not read.

    Without `trust` the signatures of approvals are not judged, everything else is.
    """
    if manifest.kind is Kind.CHANGES:
        yield from _changes(manifest, lines, trust, at)
    elif manifest.kind is Kind.SNAPSHOT:
        yield from _problems(lambda: open_snapshot(lines, trust=trust, at=at, sender=manifest.sender))
    elif manifest.kind is Kind.RECEIPT:
        yield from _problems(lambda: decode_receipt(lines))
    elif manifest.kind is Kind.SHARE:
        for index, raw in enumerate(lines):
            yield from _problems(partial(decode_notice, raw), f"line {index}")
    elif manifest.kind is Kind.CATALOGUE:
        for index, raw in enumerate(lines):
            yield from _problems(partial(catalogues.decode, raw), f"line {index}")


def _changes(
    manifest: Manifest, lines: Sequence[bytes], trust: Trust | None, at: datetime
) -> Iterator[Problem]:
    approvals: dict[int, Approval] = {}
    for index, raw in enumerate(lines):
        where = f"line {index}"
        try:
            line = decode_line(raw)
        except Problem as problem:
            yield _at(problem, where)
            continue
        if not is_canonical(raw):
            yield Problem("EXC-LINE", where=where, reason="not canonical JSON")
        if isinstance(line, ApprovalLine):
            yield from _approval(line, approvals, where, trust=trust, at=at, sender=manifest.sender)
        else:
            yield from _change(line, approvals, manifest.sender, where)


def _approval(
    line: ApprovalLine,
    approvals: dict[int, Approval],
    where: str,
    *,
    trust: Trust | None,
    at: datetime,
    sender: str,
) -> Iterator[Problem]:
    if line.index in approvals:
        yield Problem("EXC-LINE", where=f"{where}.index", reason=f"approval {line.index} twice")
    try:
        # Without trust, or where the signature fails, the leaves still let the changes be compared with them.
        approvals[line.index] = Approval(line.index, leaves_of(line), "", "", "", None)
        if trust is not None:
            approvals[line.index] = open_approval(line, trust=trust, at=at, sender=sender)
    except Problem as problem:
        yield _at(problem, where)


def _change(line: ChangeLine, approvals: dict[int, Approval], sender: str, where: str) -> Iterator[Problem]:
    try:
        statement = check_change(line, approvals, sender=sender)
        document, on = _document(line), _valid_from(statement)
    except Problem as problem:
        yield _at(problem, where)
        yield from _problems(lambda: decode_statement(bytes(line.statement)), where)
        return
    if statement.standard != document.get("standard"):
        reason = f"document.standard {document.get('standard')!r} ≠ statement.standard {statement.standard!r}"
        yield Problem("EXC-CHANGE-STATEMENT", where=where, reason=reason)
    for finding in standard.check(document, on=on):
        if finding.severity == "error":
            at = f"{where}.document.{finding.path}"
            yield Problem("REG-INVALID", where=at, reason=finding.message_vi, more=0)


def _document(line: ChangeLine) -> dict[str, Any]:
    """The document signed; its shape beyond being an object is judged by the standard."""
    try:
        return msgspec.json.decode(line.document, type=dict[str, Any])
    except UNREADABLE as error:
        raise Problem("REG-UNREADABLE", where="document", reason=str(error)) from error


def _valid_from(statement: Statement) -> date:
    try:
        return date.fromisoformat(statement.valid_from)
    except ValueError as error:
        where = "statement.valid_from"
        raise Problem("EXC-CHANGE-STATEMENT", where=where, reason=str(error)) from error


def _problems(step: Callable[[], object], where: str = "") -> Iterator[Problem]:
    try:
        step()
    except Problem as problem:
        yield _at(problem, where)


def _at(problem: Problem, where: str) -> Problem:
    place = f"{where}.{problem.where}" if where and problem.where else where or problem.where
    return Problem(problem.code, where=place, **dict(problem.params))
