"""Who judges a package: rooms above register one handler per kind, in AppConfig.ready().

A handler runs inside one transaction with the marking of the inbound package, the receipt and the ledger
entries; it never commits by itself. A Problem it raises refuses the whole package and the chain goes on; any
other exception rolls everything back and the package is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ccvc.access.domain import Subject
from ccvc.exchange.domain.manifest import Kind, Manifest
from ccvc.exchange.domain.records import QualityLine, VerdictLine
from ccvc.standard.problems import Problem


@dataclass(frozen=True, slots=True)
class Arrival:
    """A package verified whole: its manifest, its content lines, the agency its certificate proves.

    `received_at` is the moment certificates are judged at, however late the package is processed.
    """

    inbound: int
    sender: str
    manifest: Manifest
    manifest_sha256: str
    lines: list[bytes]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of the judged records; `verdicts` names each one that was not simply accepted."""

    accepted: int
    refused: int
    pending: int
    verdicts: list[VerdictLine] = field(default_factory=list)
    register_root: str | None = None
    more: Sequence[bytes] = ()
    """Further lines of the receipt, of kinds this package's sender knows."""


Handler = Callable[[Subject, Arrival], Judgement | None]
_handlers: dict[Kind, Handler] = {}


def register_handler(kind: str, handler: Handler) -> None:
    """Let `handler` judge packages of a kind; one that returns None sends no receipt."""
    _handlers[Kind(kind)] = handler


def handler_of(kind: Kind) -> Handler:
    """The handler of a kind; Problem EXC-KIND where this node takes no such package."""
    try:
        return _handlers[kind]
    except KeyError:
        raise Problem("EXC-KIND", where="manifest.kind", got=kind.value) from None


Answered = Callable[[UUID, Sequence[bytes]], None]
_answered: dict[Kind, Answered] = {}


def register_answered(kind: str, keep: Answered) -> None:
    """Let the room that sent packages of a kind keep the lines of their receipts, under the group it sent them by."""
    _answered[Kind(kind)] = keep


def answered(kind: str) -> Answered | None:
    """Who keeps the receipts of a kind."""
    return _answered.get(Kind(kind))


Taker = Callable[[Subject, Arrival, Sequence[tuple[int, QualityLine]]], None]
_takers: list[Taker] = []


def register_taker(taker: Taker) -> None:
    """Let a room above keep the findings the national node sends back, each with its place in the package."""
    if taker not in _takers:
        _takers.append(taker)


def takers() -> Sequence[Taker]:
    """Who keeps findings that were sent back."""
    return tuple(_takers)
