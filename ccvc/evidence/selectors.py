"""Reads of the evidence room: a paper is seen by whoever may read all that it proves."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from ccvc.access.domain import Subject
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.domain import EvidenceNamed
from ccvc.dossiers.models import Dossier
from ccvc.dossiers.selectors import MaySee
from ccvc.evidence import scanning, storage
from ccvc.evidence.domain import fields_of
from ccvc.evidence.growing import grown
from ccvc.evidence.models import Attachment, ScanState, StoredFile, Waiver
from ccvc.standard.problems import Problem


def readable(paper: Attachment, may_see: MaySee) -> bool:
    """Whether all fields of the entry a paper proves may be read; one no longer declared shows it to nobody."""
    fields = fields_of(paper.path)
    return bool(fields) and all(may_see(field) for field in fields)


def _held() -> QuerySet[Attachment]:
    rows = Attachment.objects.filter(taken_back_at=None).select_related("file", "version")
    return rows.order_by("attached_at", "pk")


def of_changes(change_ids: Collection[UUID]) -> dict[UUID, list[Attachment]]:
    """The papers of changes, the oldest first. Knows no reach: whoever calls has asked for it."""
    found: dict[UUID, list[Attachment]] = {}
    held = Attachment.objects.filter(taken_back_at=None, change_id__in=list(change_ids))
    rows = held.select_related("file").prefetch_related("version").order_by("attached_at", "pk")
    for row in rows:
        if row.change_id is not None:
            found.setdefault(row.change_id, []).append(row)
    return found


def of_change(change_id: UUID, paper_id: UUID, may_see: MaySee) -> Attachment:
    """One paper of a change within the caller's reach; Problem EVI-UNKNOWN where the reader may not see it."""
    found = _held().filter(change_id=change_id, pk=paper_id).first()
    if found is None or not readable(found, may_see):
        raise Problem("EVI-UNKNOWN")
    return found


def _of_dossiers() -> QuerySet[Attachment]:
    """What was attached to dossiers, or came with an approved version."""
    return _held().filter(Q(change_id=None) | Q(version__isnull=False))


def carried(person_key: UUID) -> list[Attachment]:
    """The papers that go with a dossier handed over: all of it but what was found infected. Knows no reach."""
    rows = _of_dossiers().filter(person_key=person_key)
    return list(rows.exclude(file__state=ScanState.INFECTED))


def of_dossier(
    subject: Subject, dossier: Dossier, known_at: datetime | None = None
) -> tuple[list[Attachment], int]:
    """The papers of a dossier known by a moment that the subject may see, and how many were left out."""
    rows = _of_dossiers().filter(person_key=dossier.key)
    if known_at is not None:
        came_with = Q(version__known_at__lte=known_at)
        rows = rows.filter(came_with | Q(version=None, attached_at__lte=known_at))
    may_see = dossiers.may_see(subject, dossier)
    every = list(rows)
    seen = [row for row in every if readable(row, may_see)]
    return seen, len(every) - len(seen)


def proofs(person_keys: Iterable[UUID]) -> dict[UUID, tuple[EvidenceNamed, ...]]:
    """What is said of each paper of some dossiers, for rules that judge them. Knows no reach."""
    columns = ("person_key", "file__sha256", "kind", "path", "number", "issued_on", "issuer", "signer")
    rows = _of_dossiers().filter(person_key__in=list(person_keys)).values_list(*columns)
    found: dict[UUID, tuple[EvidenceNamed, ...]] = {}
    for key, sha256, kind, path, number, day, issuer, signer in rows:
        issued = day.isoformat() if day else ""
        said = EvidenceNamed(sha256, kind, path, number, issued, issuer, signer)
        found[key] = (*found.get(key, ()), said)
    return found


def paper(subject: Subject, paper_id: UUID) -> Attachment:
    """One paper of a dossier within reach; else Problem EVI-UNKNOWN, whichever it was."""
    found = _of_dossiers().filter(pk=paper_id).first()
    if found is None:
        raise Problem("EVI-UNKNOWN")
    try:
        dossier = dossiers.dossier(subject, found.person_key)
    except Problem as error:
        raise Problem("EVI-UNKNOWN") from error
    if not readable(found, dossiers.may_see(subject, dossier)):
        raise Problem("EVI-UNKNOWN")
    return found


def is_fit(file: StoredFile, *, has_scanner: bool) -> bool:
    """Whether a file may be opened and signed over: clean, or never to be scanned on this node."""
    state = ScanState(file.state)
    return state is ScanState.CLEAN or (state is ScanState.UNSCANNED and not has_scanner)


def unfit(papers: Iterable[Attachment]) -> list[Attachment]:
    """Those of these papers nobody may sign over yet, or ever."""
    has_scanner = scanning.scanner() is not None
    return [paper for paper in papers if not is_fit(paper.file, has_scanner=has_scanner)]


def content(subject: Subject, paper: Attachment) -> bytes:
    """A paper as it came, or what it has grown to; as `content_of`, and for whoever may not read all it speaks of."""
    found = grown(paper.file.sha256)
    if found is None:
        return content_of(paper.file, paper.file_name)
    found.require(subject)
    return storage.read(found.sha256)


def content_of(file: StoredFile, name: str) -> bytes:
    """A file as it came; `name` is what it is called. Problem EVI-INFECTED, EVI-NOT-SCANNED, EVI-GONE."""
    if file.state == ScanState.INFECTED:
        raise Problem("EVI-INFECTED", malware=file.malware)
    if not is_fit(file, has_scanner=scanning.scanner() is not None):
        raise Problem("EVI-NOT-SCANNED", where=name)
    return storage.read(file.sha256)


def waivers_of(change_id: UUID) -> list[Waiver]:
    """Why a change was let pass without a paper, the oldest first. Knows no reach: whoever calls has asked for it."""
    return list(Waiver.objects.filter(change_id=change_id).order_by("at"))
