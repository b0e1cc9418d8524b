"""A dossier as the lines that go into the seal: approvals, versions, files, papers, receipts of earlier hand-overs."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import orjson

from ccvc.dossiers.models import Dossier
from ccvc.evidence import storage
from ccvc.evidence.models import Attachment
from ccvc.evidence.selectors import carried
from ccvc.exchange.domain.records import approval_line
from ccvc.transfers.domain.contents import CHUNK, FileLine, HandoverLine, PaperLine, line_bytes, version_line
from ccvc.transfers.models import State, Transfer


def content(found: Dossier) -> Iterator[bytes]:
    """The whole dossier, line by line; no more than one file is in memory at once."""
    yield from _versions(found)
    yield from _papers(found)
    earlier = Transfer.objects.filter(person=found.key, state=State.SWITCHED).order_by("ended_at")
    for row in earlier:
        if row.receipt is not None:
            yield line_bytes(HandoverLine(row.receipt))


def _versions(found: Dossier) -> Iterator[bytes]:
    """All versions in order, each approval once, before the first version under it."""
    index: dict[UUID, int] = {}
    for row in found.versions.order_by("number").select_related("signature"):
        signature = row.signature
        if signature.pk not in index:
            index[signature.pk] = len(index)
            evidence = orjson.loads(signature.evidence) if signature.evidence else None
            leaves = bytes(signature.leaves)
            yield approval_line(index[signature.pk], signature.jws, leaves, evidence)
        yield version_line(
            approval=index[signature.pk],
            leaf=row.leaf,
            statement=row.statement.encode(),
            document=row.document.encode(),
            known_at=row.known_at,
        )


def _papers(found: Dossier) -> Iterator[bytes]:
    """The papers, each file before the first that names it."""
    sent: set[str] = set()
    for row in carried(found.key):
        if row.file.sha256 not in sent:
            sent.add(row.file.sha256)
            yield from _file(row.file.sha256)
        yield line_bytes(_paper(row))


def _file(sha256: str) -> Iterator[bytes]:
    data = storage.read(sha256)
    pieces = range(0, len(data), CHUNK)
    for index, start in enumerate(pieces):
        last = start + CHUNK >= len(data)
        yield line_bytes(FileLine(sha256, index, last, data[start : start + CHUNK]))


def _paper(row: Attachment) -> PaperLine:
    return PaperLine(
        id=row.pk,
        sha256=row.file.sha256,
        version=row.version.number if row.version else 0,
        change=row.change_id,
        path=row.path,
        kind=row.kind,
        number=row.number,
        issued_on=row.issued_on,
        issuer=row.issuer,
        signer=row.signer,
        signer_position=row.signer_position,
        file_name=row.file_name,
        by=row.attached_by,
        by_name=row.attached_by_name,
        at=row.attached_at,
    )
