"""The versions of a dossier, and what changed with each, as a subject may read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec

from ccvc import standard
from ccvc.access.domain import Subject
from ccvc.dossiers import domain
from ccvc.dossiers.models import Version
from ccvc.dossiers.papers import Paper, papers_of
from ccvc.dossiers.selectors.seeing import MaySee, Seen, dossier, fields_at, is_own, may_see, readable, redact
from ccvc.standard.problems import Problem


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One version in a dossier's history: who did what, when, and what changed in what the subject may read.

    Where a part of the change is withheld, so is its reason: it speaks of the whole.
    """

    number: int
    known_at: datetime
    valid_from: date
    kind: str
    reason: str
    steps: list[domain.StepTaken]
    approver: str
    hash: str
    differences: list[standard.Difference]
    withheld: bool
    papers: list[Paper]


def history(subject: Subject, key: UUID) -> list[HistoryLine]:
    """Every version of the dossier, newest first, with the differences and papers the subject may read."""
    found = dossier(subject, key)
    papers, may_read = papers_of(subject, found), may_see(subject, found)
    lines: list[HistoryLine] = []
    before: domain.Document | None = None
    for version in Version.objects.filter(dossier=found).select_related("signature").order_by("number"):
        after = domain.parse(version.document)
        came_with = [paper for paper in papers if paper.version == version.number]
        lines.append(_line(version, standard.diff(before, after), may_read, came_with))
        before = after
    return lines[::-1]


def _line(
    version: Version, differences: list[standard.Difference], may_see: MaySee, papers: list[Paper]
) -> HistoryLine:
    statement = msgspec.json.decode(version.statement, type=domain.Statement)
    shown = [d for d in differences if readable(d.path, may_see)]
    withheld = any(fields_at(d.path) and not readable(d.path, may_see) for d in differences)
    return HistoryLine(
        number=version.number,
        known_at=version.known_at,
        valid_from=version.valid_from,
        kind=statement.kind,
        reason="" if withheld else statement.reason,
        steps=statement.steps,
        approver=version.signature.signer_name,
        hash=bytes(version.hash).hex(),
        differences=shown,
        withheld=withheld,
        papers=papers,
    )


def version(subject: Subject, key: UUID, number: int) -> tuple[Version, Seen]:
    """One version and what the subject may see of its document; Problem DOS-NO-VERSION."""
    found = dossier(subject, key)
    row = Version.objects.filter(dossier=found, number=number).select_related("signature").first()
    if row is None:
        raise Problem("DOS-NO-VERSION", number=number)
    may_read = may_see(subject, found)
    document, hidden = redact(domain.parse(row.document), may_read)
    return row, Seen(found, document, hidden, may_read, is_own(subject, found), None)
