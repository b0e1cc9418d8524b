"""Papers that come with a dossier handed over: kept as they were, under the version that named them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from ccvc.dossiers.models import Dossier
from ccvc.evidence import storage
from ccvc.evidence.actions.receiving import Received, row_of
from ccvc.evidence.formats import recognise
from ccvc.evidence.models import Attachment, StoredFile
from ccvc.evidence.verification import KIND, described
from ccvc.evidence.watching import tell
from ccvc.ledger import actions as ledger


class Carried(Protocol):
    """What is said of a paper by whoever kept it before; `version` 0: it came with none."""

    @property
    def id(self) -> UUID: ...
    @property
    def sha256(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def change(self) -> UUID | None: ...
    @property
    def path(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def issued_on(self) -> date | None: ...
    @property
    def issuer(self) -> str: ...
    @property
    def signer(self) -> str: ...
    @property
    def signer_position(self) -> str: ...
    @property
    def file_name(self) -> str: ...
    @property
    def by(self) -> str: ...
    @property
    def by_name(self) -> str: ...
    @property
    def at(self) -> datetime: ...


def bring(dossier: Dossier, papers: Iterable[Carried], giver: str) -> int:
    """Attach the papers of a dossier taken over, whose files lie in their places; how many were not here before.

    In the caller's transaction. Each is scanned at the node's next round. Problem EVI-GONE, EVI-TYPE and its like,
    EVI-INFECTED where a file was found out here before.
    """
    known = set(Attachment.objects.filter(person_key=dossier.key).values_list("pk", flat=True))
    versions = dict(dossier.versions.values_list("number", "pk"))
    fresh = [paper for paper in papers if paper.id not in known]
    for paper in fresh:
        row = _attached(dossier, paper, _file(paper.sha256), versions.get(paper.version))
        payload = {**described(row), "giver": giver, "scan": row.file.state, "size": row.file.size}
        ledger.append(KIND, str(row.pk), payload)
    if fresh:
        tell(dossier.key)
    return len(fresh)


def _file(sha256: str) -> StoredFile:
    content = storage.read(sha256)
    return row_of(Received(sha256, len(content), recognise(content).name, clean=False))


def _attached(dossier: Dossier, paper: Carried, file: StoredFile, version: int | None) -> Attachment:
    return Attachment.objects.create(
        pk=paper.id,
        file=file,
        person_key=dossier.key,
        change_id=paper.change,
        version_id=version,
        path=paper.path[:200],
        kind=paper.kind,
        number=paper.number[:100],
        issued_on=paper.issued_on,
        issuer=paper.issuer[:300],
        signer=paper.signer[:200],
        signer_position=paper.signer_position[:200],
        file_name=paper.file_name[:200],
        attached_by=paper.by[:150],
        attached_by_name=paper.by_name[:200],
        attached_at=paper.at,
    )
