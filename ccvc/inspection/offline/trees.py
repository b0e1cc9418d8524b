"""Merkle trees of RFC 9162."""

from __future__ import annotations

import hashlib


def leaf_hash(data: bytes) -> bytes:
    """Hash of a record."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_from(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root a proof of inclusion leads to (2.1.3.2); None where it leads nowhere."""
    if not 0 <= index < size:
        return None
    last, found = size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            found = node_hash(sibling, found)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        index, last = index >> 1, last >> 1
    return found if last == 0 else None


def extends(first: int, second: int, old: bytes, new: bytes, proof: list[bytes]) -> bool:
    """Whether a log of `second` entries begins with that of `first` (2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and old == new
    path = proof if first & (first - 1) else [old, *proof]
    if not path:
        return False
    index, last = first - 1, second - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    left = right = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            left, right = node_hash(sibling, left), node_hash(sibling, right)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            right = node_hash(right, sibling)
        index, last = index >> 1, last >> 1
    return last == 0 and left == old and right == new
