"""Papers beside what they prove: a room above tells the pages of a dossier which there are.

`evidence` registers itself from its `AppConfig.ready`; without it a dossier shows none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ccvc.access.domain import Subject
from ccvc.dossiers.models import Dossier


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper the reader may see: the entry it proves ("" the whole dossier), the version it came with, its page.

    `url` is empty where it may not be opened; `kind` is its code.
    """

    path: str
    version: int | None
    title: str
    url: str
    kind: str = ""


Source = Callable[[Subject, Dossier, datetime | None], list[Paper]]
"""Given the reader, a dossier and a moment (None: now): the papers known by then that the reader may see."""

_sources: list[Source] = []


def register_papers(source: Source) -> None:
    """Called once by the room that keeps papers."""
    if source not in _sources:
        _sources.append(source)


def papers_of(subject: Subject, dossier: Dossier, known_at: datetime | None = None) -> list[Paper]:
    """Every paper of a dossier this reader may see, the oldest first."""
    return [paper for source in _sources for paper in source(subject, dossier, known_at)]
