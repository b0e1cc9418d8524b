"""Walking the log from its first entry: every hash is made anew and held against what is stored. Pure.

After a fault the walk goes on from the stored hashes, so that one changed byte is named once and does not
hide another further on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ccvc.ledger.domain import Fault, Row, leaf_bytes
from ccvc.signing import merkle

_UNKNOWN = bytes(merkle.SIZE)


@dataclass(frozen=True)
class Claim:
    """What somebody holds of the log at a size, and when it was signed (for people).

    `by` is the agency that holds it, empty for heads kept in the database itself.
    """

    root: bytes
    at: str
    by: str = ""


@dataclass
class Walk:
    """A walk in progress; claims are the roots that signed heads hold, by size."""

    claims: Mapping[int, Sequence[Claim]] = field(default_factory=dict)
    size: int = 0
    _hashes: list[bytes] = field(default_factory=list)
    _missing_from: int | None = None
    _last_missing: int = -1
    _agreed: int = 0

    def step(self, row: Row) -> Iterator[Fault]:
        """Take the next entry in order of index."""
        yield from self._skip_to(row.index)
        fresh = merkle.leaf_hash(leaf_bytes(row.index, row.kind, row.subject, row.payload, row.at))
        if fresh != row.leaf_hash:
            yield Fault.of("LED-CHANGED", row.index, row.kind, row.subject, "content")
        yield from self._grow(row)
        yield from self._compare()

    def finish(self, size: int, root: bytes, frontier: bytes) -> Iterator[Fault]:
        """Hold the end of the walk against the stored head and against signed heads beyond it."""
        yield from self._skip_to(size)
        if self.size == size and (self.root() != root or b"".join(self._hashes) != frontier):
            yield Fault.of("LED-HEAD", max(size - 1, 0), "head", str(size), "root")
        for claimed in sorted(claimed for claimed in self.claims if claimed > self.size):
            yield from self._beyond(claimed)

    def _beyond(self, claimed: int) -> Iterator[Fault]:
        """Signed heads of a size the log has not: its own tell of a cut, others' of a backup put back."""
        own = [claim for claim in self.claims[claimed] if not claim.by]
        for claim in own[:1]:
            yield Fault.of(
                "LED-CUT", self.size, "signed_head", str(claimed), "size", size=self.size, at=claim.at
            )
        for claim in self.claims[claimed] if not own else ():
            yield self._restored(self.size, claimed, claim)

    def _restored(self, index: int, claimed: int, claim: Claim) -> Fault:
        more = {"size": self.size, "at": claim.at, "by": claim.by, "agreed": self._agreed}
        return Fault.of("LED-RESTORED", index, "signed_head", str(claimed), "size", **more)

    def root(self) -> bytes:
        """Root of what was walked so far."""
        return merkle.fold(self._hashes) if self._hashes else merkle.EMPTY_ROOT

    def _skip_to(self, index: int) -> Iterator[Fault]:
        """Name entries that are not there, and stand in for them."""
        if self.size >= index:
            return
        first, last = self.size, index - 1
        yield Fault.of("LED-GAP", first, "entry", f"{first}-{last}", "missing", last=last)
        self._last_missing = last
        while self.size < index:
            position = self.size
            merged = _UNKNOWN
            while position & 1:
                merged = merkle.node_hash(self._hashes.pop(), merged)
                position >>= 1
            self._hashes.append(merged)
            self.size += 1

    def _grow(self, row: Row) -> Iterator[Fault]:
        """Complete the subtrees that end with this entry, each held against its stored hash."""
        stored = merkle.split(row.nodes) if len(row.nodes) % merkle.SIZE == 0 else []
        merged, position, level = row.leaf_hash, self.size, 0
        while position & 1:
            fresh = merkle.node_hash(self._hashes.pop(), merged)
            merged = stored[level] if level < len(stored) else fresh
            position, level = position >> 1, level + 1
            first = row.index + 1 - (1 << level)
            if (merged != fresh or level > len(stored)) and self._last_missing < first:
                yield Fault.of(
                    "LED-NODE", row.index, row.kind, row.subject, f"{first}-{row.index}", first=first
                )
        if len(stored) > level or len(row.nodes) % merkle.SIZE:
            yield Fault.of("LED-NODE", row.index, row.kind, row.subject, "nodes", first=row.index)
        self._hashes.append(merged)
        self.size += 1

    def _compare(self) -> Iterator[Fault]:
        for claim in self.claims.get(self.size, ()):
            if claim.root == self.root():
                self._agreed = self.size
            elif claim.by:
                yield self._restored(self.size - 1, self.size, claim)
            else:
                subject = str(self.size)
                yield Fault.of("LED-SIGNED", self.size - 1, "signed_head", subject, "root", at=claim.at)
