"""Milestones of stored documents, in this process or in several. Knows no database: other processes have none."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple, TypedDict
from uuid import UUID

import msgspec

from ccvc.dossiers.domain import Document, parse
from ccvc.rules import milestones
from ccvc.standard.together import together
from ccvc.standard.versions import current


class Due(NamedTuple):
    """One dossier to compute: whose, which version, its document as stored.

    UTF-8 as it comes from the database: made a text of Python's and read from that, it takes three times as long.
    """

    person: UUID
    number: int
    document: bytes


def _reader() -> msgspec.json.Decoder[Any]:
    """Reads of a document what milestones ask for and passes over the rest, which takes a fifth of the time."""
    made: Any = TypedDict
    groups = {
        name: made(name, dict.fromkeys(fields, Any), total=False) for name, fields in milestones.READ.items()
    }
    return msgspec.json.Decoder(made("Read", {"standard": str, **groups}, total=False))


Told = tuple[str, str, date | None, date | None]
"""A milestone as it is kept: topic, kind, first and last possible day."""
Slice = list[Due]
Found = list[list[Told]]
Topics = tuple[str, ...]
ALL: Topics = milestones.ALL
_read = _reader()


def read(text: bytes) -> Document:
    """What milestones ask of a stored document, in the version of the standard in use."""
    found: Any = _read.decode(text)
    return found if found.get("standard") == current().version else parse(text.decode())


def compute_here(on: date, slices: Iterable[Slice]) -> Iterator[tuple[Slice, Found]]:
    """Each slice with the milestones of each of its people."""
    return ((people, _found(on, ALL, [one.document for one in people])) for people in slices)


def compute_together(
    on: date, slices: Iterable[Slice], processes: int, topics: Topics = ALL
) -> Iterator[tuple[Slice, Found]]:
    """The same in several processes, to which documents go alone; of some topics only where they are named."""
    given: deque[Slice] = deque()

    def texts() -> Iterator[list[bytes]]:
        for people in slices:
            given.append(people)
            yield [one.document for one in people]

    for _texts, found in together(_compute, texts(), processes, prepare=_prepare, given=(on, topics)):
        yield given.popleft(), found


def _found(on: date, topics: Topics, documents: Iterable[bytes]) -> Found:
    return [_told(read(document), topics, on) for document in documents]


def _told(document: Document, topics: Topics, on: date) -> list[Told]:
    return [(one.topic, one.kind, one.first, one.last) for one in milestones.milestones(document, on, topics)]


_asked: list[tuple[date, Topics]] = []


def _prepare(on: date, topics: Topics) -> None:
    _asked[:] = [(on, topics)]


def _compute(documents: list[bytes]) -> Found:
    return _found(*_asked[0], documents)
