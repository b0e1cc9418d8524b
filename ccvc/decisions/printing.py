"""The paper of a decision: worded from what it changes, laid out, kept as a document, and put behind every change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings

from ccvc import standard
from ccvc.access.domain import Right, Subject
from ccvc.access.selectors import subject_of
from ccvc.accounts.models import User
from ccvc.changes import domain as changes
from ccvc.changes.models import Change
from ccvc.decisions import domain, papers
from ccvc.decisions.grounds import Worked
from ccvc.decisions.kinds import Ask, kind
from ccvc.decisions.models import Decision
from ccvc.decisions.papers import Decided, Person
from ccvc.documents import actions as documents
from ccvc.documents import selectors as registers
from ccvc.documents.actions import Ruled
from ccvc.documents.composing import issuer_on
from ccvc.documents.models import Document
from ccvc.evidence import actions as evidence
from ccvc.evidence.actions import Received
from ccvc.evidence.domain import Details, entries_touched
from ccvc.organisations.selectors import unit_by_code
from ccvc.standard.evidence import demands
from ccvc.standard.problems import Problem

DECISION = "01"
"""A decision, of the kinds of papers (evidence_kinds)."""
READ = (
    "identity.full_name",
    "identity.sex",
    "identity.birth_date",
    "employment.category",
    "employment.position",
    "employment.position_title",
    "employment.rank",
    "employment.unit_name",
)
"""What any paper says of a person, so that whoever opens one must be allowed to read it."""
PURPOSE = "Ban hành quyết định về nhân sự"


def units_of(row: Decision) -> list[int]:
    """Units for which a decision must be signed: its own, and those of its people."""
    return sorted({row.unit_id, *row.people.values_list("unit_id", flat=True)})


def signer_of(row: Decision) -> User:
    """Whoever was chosen to sign, else the first who may for all of its units; Problem DEC-SIGNER."""
    able = registers.signers(units_of(row), Right.DECISION_SIGN)
    found = next((user for user in able if row.signer_id in {None, user.pk}), None)
    if found is None:
        raise Problem("DEC-SIGNER", where="signer", name=row.signer.full_name if row.signer else "…")
    return found


def issue(subject: Subject, row: Decision, worked: Sequence[Worked]) -> Document:
    """Lay a numbered decision out, keep it, and attach it to the change of each person; the caller saves the row.

    Problem DEC-SIGNER, DEC-PAPER where its wording lacks a value, DOC-SIGNER, DOC-LETTER.
    """
    if row.number is None or row.year is None or row.decided_on is None:
        raise ValueError(f"{row.pk} has no number")
    signer = row.signer = signer_of(row)
    whom = {one.person.person_key: one.version for one in worked}
    lines = documents.require_signer(
        signer, subject_of(signer), units_of(row), list(whom), Right.DECISION_SIGN
    )
    ruled = Ruled(
        text=papers.text(_decided(row, signer, lines), [_person(row, one) for one in worked]),
        number=row.number,
        symbol=row.symbol,
        year=row.year,
        effective_on=row.effective_on,
        unit_id=row.unit_id,
        people=whom,
        shown=shown(row.kind),
        signer=signer,
        purpose=PURPOSE,
    )
    row.paper = made = documents.issue_decision(subject, ruled)
    row.paper_sha256 = made.content_sha256
    _attach(subject, made, worked)
    return made


def withdraw(subject: Subject, row: Decision, reason: str) -> None:
    """The paper of a submission that was taken back holds no more."""
    if row.paper_id is not None:
        documents.end_decision(subject, row.paper_id, reason)
        row.paper, row.paper_sha256 = None, ""


def _decided(row: Decision, signer: User, lines: Sequence[str]) -> Decided:
    assert row.decided_on is not None  # noqa: S101 - asked by the caller
    issuer, state = issuer_on(row.decided_on), unit_by_code(settings.CCVC_AGENCY, row.decided_on)
    return Decided(
        kind=row.kind,
        number=str(row),
        decided_on=row.decided_on,
        effective_on=row.effective_on,
        authority=row.authority,
        agency=issuer.name,
        place=issuer.place,
        signer=signer.full_name,
        lines=lines,
        superior=issuer.superior,
        local=state is not None and state.unit.kind == "province",
        proposed_by=row.proposed_by,
        grounds=[line for one in row.grounds.splitlines() if (line := one.strip())],
        other=_other(row.about),
        reason=str(row.cells.get("reason") or ""),
    )


def _other(about: Decision | None) -> str:
    """The decision another one is about, as it names it."""
    if about is None:
        return ""
    title = about.title[:1].lower() + about.title[1:]
    return f"{domain.spoken(about)} của {about.authority} về việc {title}"


def _person(row: Decision, one: Worked) -> Person:
    asks = kind(row.kind).asked
    asked = {name: _said(asks[name], value) for name, value in one.ground.asked.items() if name in asks}
    return Person(one.before or {}, one.after, asked)


def _said(ask: Ask, value: Any) -> str:
    """What the form was told, in words."""
    if value in (None, ""):
        return ""
    if ask.path:
        return standard.display(ask.path, value)
    return next((one.vi for one in ask.choices if one.code == value), str(value))


def shown(kind_name: str) -> list[str]:
    """Paths of the fields a paper of a kind speaks of."""
    return list(dict.fromkeys((*READ, *_paths(papers.paper(kind_name).holes))))


def _paths(holes: Iterable[str]) -> Iterator[str]:
    for hole in sorted(holes):
        root, _, path = hole.partition(".")
        if root in {"old", "new"}:
            yield path
        elif root == "row":
            table, _, cell = path.rpartition(".")
            yield f"{table}[].{cell}"


def _attach(subject: Subject, made: Document, worked: Sequence[Worked]) -> None:
    """The same file behind the entries each change brings or alters."""
    changed = {one.pk: one for one in Change.objects.filter(pk__in=[one.person.change_id for one in worked])}
    received = Received(made.sha256, made.issued_size, "pdf", clean=True)
    said = Details(
        DECISION,
        number=str(made),
        issued_on=made.issued_on,
        issuer=made.agency_name,
        signer=made.signer_name,
        signer_position=" / ".join(made.signer_lines),
        file_name=f"{made.number:04d}-{made.symbol}-{made.year}.pdf",
    )
    brought = [
        (change.pk, change.person_key, replace(said, path=path))
        for change in changed.values()
        for path in _entries(change)
    ]
    evidence.attach_together(subject, received, brought)


def _entries(change: Change) -> list[str]:
    """Entries of a change that rest on a decision: rows it adds, else what it alters of them, else all it touches."""
    touched = [one.path for one in changes.unpack(change.differences)]
    demanded = {path for path, demand in demands(standard.current()).items() if DECISION in demand.kinds}
    resting = [path for path in entries_touched(touched) if path.partition("[")[0] in demanded]
    added = [path for path in resting if path.endswith("]") and path in touched]
    return added or resting or [path for path in entries_touched(touched) if "." not in path]
