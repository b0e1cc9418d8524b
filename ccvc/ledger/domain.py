"""What an entry's hash covers, what a fault is, and who reads again the data an entry speaks of. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
import orjson

from ccvc.ledger.kinds import require_declared
from ccvc.standard.problems import Problem

FORMAT = "ccvc-ledger/1"
HEAD_FORMAT = "ccvc-head/1"


class Row(msgspec.Struct, frozen=True):
    """An entry as it stands in the table."""

    index: int
    kind: str
    subject: str
    payload: str
    at: datetime
    leaf_hash: bytes
    nodes: bytes


def moment(at: datetime) -> str:
    """A moment as an entry's hash covers it: UTC, microseconds, ending in Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def leaf_bytes(index: int, kind: str, subject: str, payload: str, at: datetime) -> bytes:
    """The canonical bytes whose leaf hash an entry carries; the payload's text goes in as a string."""
    stated = {
        "at": moment(at),
        "format": FORMAT,
        "index": index,
        "kind": kind,
        "payload": payload,
        "subject": subject,
    }
    return orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)


def second(at: datetime) -> str:
    """A moment as signed statements write it: UTC, whole seconds, ending in Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class HeadStatement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a signed head says; root is hexadecimal."""

    format: Literal["ccvc-head/1"]
    agency: str
    size: int
    root: str
    at: datetime


def head_bytes(agency: str, size: int, root: bytes, at: datetime) -> bytes:
    """The canonical bytes of a head to sign."""
    stated = {
        "format": HEAD_FORMAT,
        "agency": agency,
        "size": size,
        "root": root.hex(),
        "at": second(at),
    }
    return orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)


@dataclass(frozen=True)
class Fault:
    """One thing that does not fit: the entry that shows it, of what, which part, and words for people."""

    code: str
    index: int
    kind: str
    subject: str
    what: str
    message: str

    @classmethod
    def of(cls, code: str, index: int, kind: str, subject: str, what: str = "", **more: Any) -> Fault:
        """A fault in the words of the catalogue, which may speak of index, kind, subject, what and more."""
        words = Problem(code, index=index, kind=kind, subject=subject, what=what, **more)
        return cls(code, index, kind, subject, what, words.message())


Reader = Callable[[Mapping[str, Any], int], Iterator[Fault]]
"""Given an entry's payload and index, reads again and hashes anew the data it speaks of."""

_readers: dict[str, Reader] = {}

Together = Callable[[Sequence[tuple[Mapping[str, Any], int]]], Iterator[Fault]]
"""The same for entries that follow one another in the log, read at once."""

_together: dict[str, Together] = {}

Beyond = Callable[[], Iterator[Fault]]
"""Looks for data of a kind that no entry speaks of."""

_beyond: dict[str, Beyond] = {}


def register_reader(kind: str, reader: Reader) -> None:
    """Say how entries of a kind are checked against the data; ValueError if another room has, or nobody declared it."""
    require_declared(kind)
    if _readers.setdefault(kind, reader) is not reader:
        raise ValueError(f"entries of kind {kind} already have a reader")


def register_together(kind: str, reader: Together, beyond: Beyond | None = None) -> None:
    """Say how many entries of a kind are checked at once, and how data without an entry is found."""
    _together[kind] = reader
    if beyond is not None:
        _beyond[kind] = beyond


def together_of(kind: str) -> Together | None:
    """How many entries of a kind are checked at once; None where they are read one by one."""
    return _together.get(kind) if kind in _readers else None


def beyond_all() -> Iterator[Fault]:
    """Data no entry speaks of, of every kind."""
    for kind, look in _beyond.items():
        if kind in _readers:
            yield from look()


def reader_of(kind: str) -> Reader | None:
    """How entries of a kind are checked against the data; None where no data stands behind them."""
    return _readers.get(kind)


@dataclass
class Report:
    """What a verification found.

    entries counts by kind those whose data was read again, unread those of kinds without a reader;
    signed_heads counts the heads compared.
    """

    size: int = 0
    root: str = ""
    entries: dict[str, int] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)
    signed_heads: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def first_fault(self) -> Fault | None:
        """The first thing that does not fit, in the order of the log."""
        return self.faults[0] if self.faults else None

    @property
    def ok(self) -> bool:
        """Whether everything fits."""
        return not self.faults

    def as_json(self) -> dict[str, Any]:
        """The same as plain data."""
        return {"ok": self.ok, **asdict(self)}
