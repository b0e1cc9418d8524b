"""The data behind entries read again in parts, in this process or in several: each has a connection of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import django

from ccvc.ledger.domain import Fault, Row, reader_of, together_of
from ccvc.standard.together import together

Told = tuple[Mapping[str, Any], int, str]
"""What an entry says, its index, its subject."""


@dataclass
class Part:
    """Entries that follow one another: faults of the entries themselves, and by kind those whose data is to be read.

    `done` is how far the log was walked; `weight` how many records there are to read.
    """

    faults: list[Fault] = field(default_factory=list)
    asked: dict[str, list[Told]] = field(default_factory=dict)
    done: int = 0
    weight: int = 0

    def ask(self, row: Row, said: Mapping[str, Any]) -> None:
        """Have the data of an entry read."""
        self.asked.setdefault(row.kind, []).append((said, row.index, row.subject))
        count = said.get("count", 1)
        self.weight += count if isinstance(count, int) else 1


def read_here(parts: Iterable[Part]) -> Iterator[tuple[Part, list[Fault]]]:
    """Each part with what its data shows, one after another."""
    return ((part, read(part)) for part in parts)


def read_together(parts: Iterable[Part], processes: int) -> Iterator[tuple[Part, list[Fault]]]:
    """The same in several processes."""
    return together(read, parts, processes, prepare=_prepare, given=(dict(os.environ),))


def _prepare(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    django.setup()


def read(part: Part) -> list[Fault]:
    """Every fault of the data of a part."""
    return [fault for kind, told in part.asked.items() for fault in _read_kind(kind, told)]


def _read_kind(kind: str, told: list[Told]) -> Iterator[Fault]:
    reader = together_of(kind)
    if reader is not None:
        try:
            found = list(reader([(said, index) for said, index, _ in told]))
        except Exception:  # noqa: BLE001 - one damaged entry must not hide the others: they are read one by one
            found = [fault for one in told for fault in _read_one(kind, one)]
        yield from found
        return
    for one in told:
        yield from _read_one(kind, one)


def _read_one(kind: str, told: Told) -> Iterator[Fault]:
    said, index, subject = told
    reader = reader_of(kind)
    if reader is None:
        return
    try:
        yield from reader(said, index)
    except Exception as error:  # noqa: BLE001 - whatever damaged data does to a reader is itself a finding
        yield Fault.of("LED-UNREADABLE", index, kind, subject, "data", detail=repr(error))
