"""Milestones of stored documents, in this process or in several. Knows no database: other processes have none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, TypedDict
from uuid import UUID

import msgspec

from ccvc.dossiers.domain import Document, parse
from ccvc.rules.milestones import milestones
from ccvc.standard.together import together
from ccvc.standard.versions import current


class Due(NamedTuple):
    """One dossier to compute: whose, which version, its document as stored."""

    person: UUID
    number: int
    document: str


class Told(NamedTuple):
    """A milestone as it is kept."""

    topic: str
    kind: str
    first: date | None
    last: date | None


class Read(TypedDict, total=False):
    """The groups milestones are read from (`ccvc.rules.milestones.READ`): the others are passed over unread."""

    standard: str
    identity: dict[str, Any]
    career: dict[str, Any]
    employment: dict[str, Any]


Slice = list[Due]
Found = list[list[Told]]
_reader = msgspec.json.Decoder(Read)


def read(text: str) -> Document:
    """What of a stored document milestones are read from, in the version of the standard in use."""
    found: Any = _reader.decode(text)
    return found if found.get("standard") == current().version else parse(text)


def compute_here(on: date, slices: Iterable[Slice]) -> Iterator[tuple[Slice, Found]]:
    """Each slice with the milestones of each of its people."""
    return ((people, _found(on, people)) for people in slices)


def compute_together(on: date, slices: Iterable[Slice], processes: int) -> Iterator[tuple[Slice, Found]]:
    """The same in several processes."""
    return together(_compute, slices, processes, prepare=_prepare, given=(on,))


def _found(on: date, people: Sequence[Due]) -> Found:
    return [_told(one, on) for one in people]


def _told(one: Due, on: date) -> list[Told]:
    return [Told(m.topic, m.kind, m.first, m.last) for m in milestones(read(one.document), on)]


_days: list[date] = []


def _prepare(on: date) -> None:
    _days[:] = [on]


def _compute(people: Slice) -> Found:
    return _found(_days[0], people)
