"""The versions of a dossier, and what changed with each, as a subject may read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal, Protocol
from uuid import UUID

import msgspec
from django.core.paginator import Page, Paginator

from ccvc import standard
from ccvc.access.domain import Subject
from ccvc.dossiers import domain
from ccvc.dossiers.models import Dossier, Version
from ccvc.dossiers.papers import Paper, papers_of
from ccvc.dossiers.selectors import searching
from ccvc.dossiers.selectors.searching import Chain
from ccvc.dossiers.selectors.seeing import MaySee, Seen, dossier, fields_at, is_own, may_see, readable, redact
from ccvc.signing.actions import verify_batch
from ccvc.signing.models import Signature
from ccvc.standard.problems import Problem

Verdict = Literal["valid", "invalid", "unknown", ""]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One version in a dossier's history: who did what, when, and what changed in what the subject may read.

    Where a part of the change is withheld, so is its reason: it speaks of the whole. `names` says of each row that
    changed what it is about; `corrects` and `corrected_by` are numbers of versions.
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
    names: Mapping[str, str] = field(default_factory=dict)
    verdict: Verdict = ""
    signing: domain.Acting | None = None
    procedure: domain.ProcedureNamed | None = None
    corrects: domain.Corrects | None = None
    corrected_by: Sequence[int] = ()

    @property
    def until(self) -> date | None:
        """The day from which on nothing changed, where only the past was corrected."""
        return date.fromisoformat(self.corrects.until) if self.corrects and self.corrects.until else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which versions of a history: those that changed a path or a group, by whom, known between two days."""

    path: str = ""
    group: str = ""
    who: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of a dossier's history, newest first, and what it may be narrowed to."""

    dossier: Dossier
    own: bool
    name: str
    page: Page[int]
    lines: list[HistoryLine]
    groups: list[standard.Group]
    people: list[str]


def timeline(subject: Subject, key: UUID, wanted: Wanted, page: str | None, size: int) -> Timeline:
    """One page of the dossier's history: only its versions are read, however many there are.

    Problem DOS-UNKNOWN; DOS-NO-FIELD for a path that is not declared or not the subject's to read.
    """
    found = dossier(subject, key)
    may_read, chain = may_see(subject, found), searching.chain_of(found)
    shown = page_of(chain, wanted, may_read, page, size)
    lines = only(wanted.path, _lines(subject, found, may_read, list(shown)))
    own, groups = is_own(subject, found), open_groups(may_read)
    return Timeline(found, own, _name(found), shown, lines, groups, searching.people(chain))


def page_of(chain: Chain, wanted: Wanted, may_read: MaySee, page: str | None, size: int) -> Page[int]:
    """Numbers of one page of the versions wanted, newest first; Problem DOS-NO-FIELD."""
    if wanted.path and not readable(wanted.path, may_read):
        raise Problem("DOS-NO-FIELD", where=wanted.path[:100])
    return Paginator(searching.numbers(chain, wanted, may_read), size).get_page(page)


def open_groups(may_read: MaySee) -> list[standard.Group]:
    """Groups of which the reader may read something, to narrow a history by."""
    return [g for g in standard.current().groups.values() if searching.open_members(g, may_read)]


def only(path: str, lines: list[HistoryLine]) -> list[HistoryLine]:
    """The lines with what they say of one path alone; of all where none is asked for."""
    return [_only(line, path) for line in lines] if path else lines


def _name(found: Dossier) -> str:
    return found.head.full_name if hasattr(found, "head") else ""


def _only(line: HistoryLine, path: str) -> HistoryLine:
    """The line with what it says of one path alone."""
    return replace(line, differences=[d for d in line.differences if _about(d.path, path)])


def _about(changed: str, path: str) -> bool:
    """Whether a difference speaks of a path: of it, of a part of it, or of the whole row it is a cell of."""
    inside = changed == path or changed.startswith((f"{path}.", f"{path}["))
    return inside or (changed.endswith("]") and path.startswith(f"{changed}."))


def history(subject: Subject, key: UUID) -> list[HistoryLine]:
    """Every version of the dossier, newest first, with the differences and papers the subject may read."""
    found = dossier(subject, key)
    numbers = range(found.current_number, 0, -1)
    return _lines(subject, found, may_see(subject, found), list(numbers), verify=False)


def _lines(
    subject: Subject, found: Dossier, may_read: MaySee, numbers: Sequence[int], *, verify: bool = True
) -> list[HistoryLine]:
    """The lines of these versions, in the order given; each is read with the one before it."""
    needed = {*numbers, *(number - 1 for number in numbers)}
    rows = Version.objects.filter(dossier=found, number__in=needed).select_related("signature")
    versions = {row.number: row for row in rows}
    documents = {number: domain.parse(row.document) for number, row in versions.items()}
    papers, corrected = papers_of(subject, found), searching.corrected(searching.chain_of(found))
    verdicts = verdicts_on([versions[n].signature for n in numbers]) if verify else {}
    return [
        line_of(
            versions[number],
            (documents.get(number - 1), documents[number]),
            may_read,
            [paper for paper in papers if paper.version == number],
            verdicts.get(versions[number].signature_id, ""),
            corrected.get(number, ()),
        )
        for number in numbers
    ]


def verdicts_on(signatures: Iterable[Signature]) -> dict[UUID, Verdict]:
    """What each of these signatures is worth, each checked once."""
    each = {signature.pk: signature for signature in signatures}
    return {pk: verify_batch(signature).status for pk, signature in each.items()}


class Signed(domain.Known, Protocol):
    """A version as either node keeps it."""

    @property
    def number(self) -> int: ...
    @property
    def hash(self) -> bytes | memoryview: ...
    @property
    def signature(self) -> Signature: ...


def line_of(
    version: Signed,
    documents: tuple[domain.Document | None, domain.Document],
    may_read: MaySee,
    papers: list[Paper],
    verdict: Verdict,
    corrected_by: Sequence[int],
) -> HistoryLine:
    """What a version says, as its reader may read it; `documents` before and after it."""
    statement = msgspec.json.decode(version.statement, type=domain.Statement)
    differences = [*standard.diff(*documents), *domain.amended(statement)]
    shown = [d for d in differences if readable(d.path, may_read)]
    withheld = any(fields_at(d.path) and not readable(d.path, may_read) for d in differences)
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
        names=names_of(shown, *documents, may_read=may_read),
        verdict=verdict,
        signing=statement.signing,
        procedure=statement.procedure,
        corrects=statement.corrects,
        corrected_by=corrected_by,
    )


MOST_CELLS = 3


def names_of(
    differences: Iterable[standard.Difference],
    before: domain.Document | None,
    after: domain.Document,
    *,
    may_read: MaySee,
) -> dict[str, str]:
    """What each changed row is about, in the words of its first cells: by the row's path."""
    found: dict[str, str] = {}
    for difference in differences:
        row, bracket, cell = difference.path.partition("]")
        if bracket and cell:
            found.setdefault(f"{row}]", _row_name(f"{row}]", [after, before or {}], may_read))
    return found


def _row_name(path: str, documents: Sequence[domain.Document], may_read: MaySee) -> str:
    table_path, _, row_id = path.rstrip("]").partition("[")
    group, _, table = table_path.partition(".")
    declared = standard.current().tables.get(table_path)
    rows = (r for d in documents for r in d.get(group, {}).get(table, []) if r["id"] == row_id)
    row = next(rows, None)
    if declared is None or row is None:
        return ""
    told = (standard.display(f.path, row[f.name]) for f in declared.fields if f.name in row and may_read(f))
    return ", ".join([text for text in told if text][:MOST_CELLS])


def version(subject: Subject, key: UUID, number: int) -> tuple[Version, Seen]:
    """One version and what the subject may see of its document; Problem DOS-NO-VERSION."""
    found = dossier(subject, key)
    row = Version.objects.filter(dossier=found, number=number).select_related("signature").first()
    if row is None:
        raise Problem("DOS-NO-VERSION", number=number)
    may_read = may_see(subject, found)
    document, hidden = redact(domain.parse(row.document), may_read)
    return row, Seen(found, document, hidden, may_read, is_own(subject, found), None)
