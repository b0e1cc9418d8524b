"""Merkle trees of RFC 9162 section 2.1: roots, proofs of inclusion and consistency, and a growing frontier.

Hashes are 32-byte SHA-256 values; leaves are given as leaf hashes, in order. A tree is known by its complete
subtrees, and a proof is planned as lists of them (plan_inclusion, plan_consistency), so that one algorithm
serves a tree in memory and a tree in a table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


class Node(NamedTuple):
    """A complete subtree: leaves [place << level, (place + 1) << level)."""

    level: int
    place: int


Plan = list[list[Node]]
"""Each item is one hash of a proof: complete subtrees from left to right, folded from the right."""


def leaf_hash(data: bytes) -> bytes:
    """Hash of one record: SHA-256 of 0x00 and its bytes."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256 of 0x01 and its two children."""
    return sha256(b"\x01" + left + right).digest()


def split(joined: bytes) -> list[bytes]:
    """Cut concatenated hashes into a list; ValueError if the length is no multiple of 32."""
    if len(joined) % SIZE:
        raise ValueError("concatenated hashes must be a multiple of 32 bytes long")
    return [joined[i : i + SIZE] for i in range(0, len(joined), SIZE)]


def root(leaves: Sequence[bytes]) -> bytes:
    """Root of the tree over these leaf hashes; the hash of nothing for an empty tree."""
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        level = _level_above(level, keep_odd=True)
    return level[0]


def _level_above(level: list[bytes], *, keep_odd: bool) -> list[bytes]:
    pairs = zip(level[::2], level[1::2], strict=False)
    above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    if keep_odd and len(level) % 2:
        above.append(level[-1])
    return above


def fold(hashes: Sequence[bytes]) -> bytes:
    """Root over neighbouring complete subtrees of falling size, given from left to right."""
    result = hashes[-1]
    for left in reversed(hashes[:-1]):
        result = node_hash(left, result)
    return result


def cover(start: int, end: int) -> list[Node]:
    """Complete subtrees, left to right, of leaves [start, end), where start is a multiple of their span."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append(Node(level, start >> level))
        start += 1 << level
    return nodes


def _largest_power_below(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def plan_inclusion(index: int, size: int) -> Plan:
    """Hashes that prove a leaf in a tree of size leaves, from the leaf upward (RFC 9162 section 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError("leaf index must lie inside the tree")
    plan: Plan = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _largest_power_below(end - start)
        if index < middle:
            plan.append(cover(middle, end))
            end = middle
        else:
            plan.append(cover(start, middle))
            start = middle
    plan.reverse()
    return plan


def plan_consistency(first: int, size: int) -> Plan:
    """Hashes that prove the first leaves a prefix of a tree of size leaves (RFC 9162 section 2.1.4.1)."""
    if not 0 < first <= size:
        raise ValueError("the earlier size must be at least 1 and no greater than the later one")
    plan: Plan = []
    start, end, whole = 0, size, True
    while first != end:
        middle = start + _largest_power_below(end - start)
        if first <= middle:
            plan.append(cover(middle, end))
            end = middle
        else:
            plan.append(cover(start, middle))
            start, whole = middle, False
    if not whole:
        plan.append(cover(start, end))
    plan.reverse()
    return plan


def nodes_of(plan: Plan) -> set[Node]:
    """All subtrees a plan asks for."""
    return {node for item in plan for node in item}


def carry_out(plan: Plan, lookup: Callable[[Node], bytes]) -> list[bytes]:
    """The proof itself, once the hashes of its subtrees can be looked up."""
    return [fold([lookup(node) for node in item]) for item in plan]


def _carry_out_in_memory(plan: Plan, leaves: Sequence[bytes]) -> list[bytes]:
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        levels.append(_level_above(levels[-1], keep_odd=False))
    return carry_out(plan, lambda node: levels[node.level][node.place])


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Proof that a leaf stands at index; ValueError outside the tree."""
    return _carry_out_in_memory(plan_inclusion(index, len(leaves)), leaves)


def consistency_proof(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """Proof that the first leaves are a prefix of these; ValueError if first is 0 or too great."""
    return _carry_out_in_memory(plan_consistency(first, len(leaves)), leaves)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes) -> bool:
    """Check a proof of inclusion (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            result = node_hash(sibling, result)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and result == root_hash


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Check a proof that the tree of second leaves extends that of first (RFC 9162 section 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    path = list(proof) if first & (first - 1) else [first_root, *proof]
    if not path:
        return False
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


@dataclass
class Frontier:
    """A growing tree, kept as its complete subtrees from left (greatest) to right: O(log n) memory."""

    size: int = 0
    hashes: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> list[bytes]:
        """Add a leaf hash; returns hashes of the subtrees it completes, level 1 first."""
        completed = []
        merged, position = leaf, self.size
        while position & 1:
            merged = node_hash(self.hashes.pop(), merged)
            completed.append(merged)
            position >>= 1
        self.hashes.append(merged)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Root of the tree so far."""
        return fold(self.hashes) if self.hashes else EMPTY_ROOT

    def to_bytes(self) -> bytes:
        """The subtree hashes, concatenated."""
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, joined: bytes) -> Frontier:
        """Take up a stored frontier; ValueError if the number of hashes does not fit the size."""
        hashes = split(joined)
        if len(hashes) != size.bit_count():
            raise ValueError("frontier does not fit the size of its tree")
        return cls(size, hashes)
