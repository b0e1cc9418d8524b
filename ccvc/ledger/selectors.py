"""What is read from the log, and proofs about it.

The log stands below the room of access: whoever calls has already required the right to see the ledger. The
subject is named so that each look is noted with who looked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from ccvc.ledger.models import Entry, Head, SignedHead
from ccvc.signing import merkle
from ccvc.standard.problems import Problem

MOST = 500

_log = structlog.get_logger(__name__)


class Looker(Protocol):
    """Who reads: an acting subject of the room of access fits."""

    @property
    def username(self) -> str:
        """The account, as the log of looks names it."""


@dataclass(frozen=True)
class Inclusion:
    """Proof that an entry stands at its index in the tree of size entries (RFC 9162 section 2.1.3)."""

    index: int
    size: int
    leaf_hash: bytes
    proof: list[bytes]
    root: bytes

    def holds(self) -> bool:
        """Whether the proof leads from the entry to the root."""
        return merkle.verify_inclusion(self.leaf_hash, self.index, self.size, self.proof, self.root)


@dataclass(frozen=True)
class Consistency:
    """Proof that the log of second entries begins with that of first (RFC 9162 section 2.1.4)."""

    first: int
    second: int
    first_root: bytes
    second_root: bytes
    proof: list[bytes]

    def holds(self) -> bool:
        """Whether the proof leads to both roots."""
        return merkle.verify_consistency(
            self.first, self.second, self.first_root, self.second_root, self.proof
        )


def head(subject: Looker) -> Head:
    """The log's size and root now; an unsaved empty head before the first entry."""
    _note(subject, "head")
    return Head.objects.filter(pk=1).first() or Head(pk=1, size=0, root=merkle.EMPTY_ROOT)


def entries(
    subject: Looker, *, kind: str = "", about: str = "", before: int | None = None, limit: int = 50
) -> list[Entry]:
    """Newest entries first, of a kind and about a subject (exact), older than an index; at most 500."""
    _note(subject, "entries", kind=kind, about=about)
    found = Entry.objects.order_by("-index").defer("nodes")
    if kind:
        found = found.filter(kind=kind)
    if about:
        found = found.filter(subject=about)
    if before is not None:
        found = found.filter(index__lt=before)
    return list(found[: min(limit, MOST)])


def entry(subject: Looker, index: int) -> Entry:
    """One entry; Problem LED-NO-ENTRY."""
    _note(subject, "entry", index=index)
    found = Entry.objects.filter(pk=index).first()
    if found is None:
        raise Problem("LED-NO-ENTRY", where=str(index), index=index)
    return found


def signed_heads(subject: Looker, limit: int = 50) -> list[SignedHead]:
    """Heads the node has signed, newest first."""
    _note(subject, "signed_heads")
    return list(SignedHead.objects.order_by("-size", "-pk")[: min(limit, MOST)])


def prove_inclusion(subject: Looker, index: int, size: int | None = None) -> Inclusion:
    """Proof that an entry is in the log, as it stands or as it stood at a size; Problem LED-NO-ENTRY."""
    return prove_entries(subject, [index], size)[0]


def prove_entries(subject: Looker, indexes: Sequence[int], size: int | None = None) -> list[Inclusion]:
    """Proofs for several entries in the same log, in their order; two statements, however many they are."""
    _note(subject, "prove_inclusion", indexes=list(indexes[:MOST]))
    size = _size(size)
    if outside := [index for index in indexes if not 0 <= index < size]:
        raise Problem("LED-NO-ENTRY", where=str(outside[0]), index=outside[0])
    plans = {index: merkle.plan_inclusion(index, size) for index in indexes}
    whole = merkle.cover(0, size)
    wanted = {node for plan in plans.values() for node in merkle.nodes_of(plan)}
    lookup = _hashes({*whole, *wanted, *(merkle.Node(0, index) for index in indexes)}).__getitem__
    root = merkle.carry_out([whole], lookup)[0] if whole else merkle.EMPTY_ROOT
    return [
        Inclusion(index, size, lookup(merkle.Node(0, index)), merkle.carry_out(plan, lookup), root)
        for index, plan in ((index, plans[index]) for index in indexes)
    ]


def entry_about(subject: Looker, kind: str, about: str) -> Entry | None:
    """The newest entry of a kind about a subject (exact)."""
    return next(iter(entries(subject, kind=kind, about=about, limit=1)), None)


def prove_consistency(subject: Looker, first: int, second: int | None = None) -> Consistency:
    """Proof that nothing of the first entries changed up to a later size or now; Problem LED-NO-ENTRY."""
    _note(subject, "prove_consistency", first=first)
    second = _size(second)
    if not 0 < first <= second:
        raise Problem("LED-NO-ENTRY", where=str(first), index=first - 1)
    plan = merkle.plan_consistency(first, second)
    roots = [merkle.cover(0, first), merkle.cover(0, second)]
    hashes = _hashes(merkle.nodes_of(plan) | merkle.nodes_of(roots))
    old, new = merkle.carry_out(roots, hashes.__getitem__)
    return Consistency(first, second, old, new, merkle.carry_out(plan, hashes.__getitem__))


def root_at(subject: Looker, size: int) -> bytes:
    """Root of the log as it stood at a size; Problem LED-NO-ENTRY where it is shorter."""
    _note(subject, "root_at", size=size)
    plan = [merkle.cover(0, _size(size))]
    return (
        merkle.carry_out(plan, _hashes(merkle.nodes_of(plan)).__getitem__)[0] if size else merkle.EMPTY_ROOT
    )


def _size(wanted: int | None) -> int:
    now = Head.objects.filter(pk=1).values_list("size", flat=True).first() or 0
    if wanted is not None and wanted > now:
        raise Problem("LED-NO-ENTRY", where=str(wanted), index=wanted - 1)
    return now if wanted is None else wanted


def _hashes(nodes: set[merkle.Node]) -> Mapping[merkle.Node, bytes]:
    """Stored hashes of complete subtrees: each stands in the row of its last entry. One statement."""
    last = {node: ((node.place + 1) << node.level) - 1 for node in nodes}
    rows = Entry.objects.filter(pk__in=set(last.values())).values_list("index", "leaf_hash", "nodes")
    stored = {index: [bytes(leaf), *merkle.split(bytes(inner))] for index, leaf, inner in rows}
    return {node: stored[index][node.level] for node, index in last.items()}


def _note(subject: Looker, what: str, **more: object) -> None:
    _log.info("ledger.look", actor=subject.username, what=what, **more)
