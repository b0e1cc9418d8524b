"""A proof bundle: one JSON file from which anyone proves offline what was approved, by whom, and that it was logged.

Form `ccvc-proof/1`, described in docs/proof-bundle.md. Nothing in it has to be believed but the fingerprint of the
authority: every other byte is covered by a hash or a signature. Pure.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

FORMAT: Literal["ccvc-proof/1"] = "ccvc-proof/1"
DocumentForm = Literal["whole", "national", "withheld"]


class Leaf(Struct, frozen=True, omit_defaults=True):
    """A place among the leaves of a tree, and the way to its root (hexadecimal hashes, RFC 9162).

    `record`, in the log of the national node, is the line of the package that the leaf binds to the hash.
    """

    index: int
    size: int
    path: list[str]
    record: int | None = None


class Entry(Struct, frozen=True):
    """An entry of the log as its leaf hash covers it, and the way to the root of the signed head."""

    index: int
    kind: str
    subject: str
    payload: str
    at: str
    path: list[str]


class Item(Struct, frozen=True, omit_defaults=True):
    """A version: its signed statement, the document where it may be given, and where both are proved.

    Where the statement says more than the asker may read, only its leaf hash is given, as `hash`.
    `approval` and `entry` number the bundle's lists; `leaf` is the place under the approval's root, `place` that
    under the root the entry names.
    """

    form: DocumentForm
    approval: int
    leaf: Leaf
    entry: int
    place: Leaf
    statement: str | None = None
    document: str | None = None
    hash: str | None = None


class Witness(Struct, frozen=True):
    """What another node signed of this log (ccvc-witness/1), and the proof that the head extends that."""

    witness: dict[str, Any]
    proof: list[str]


class TrustGiven(Struct, frozen=True):
    """Certificates of authorities and revocation lists, PEM: to be believed by the anchor's fingerprint alone."""

    certificates: list[str]
    crls: list[str]


class Bundle(Struct, frozen=True, omit_defaults=True):
    """A proof bundle; approvals, head and receipts are JWS in general serialization.

    `evidence` is what proves each approval's time and that its certificates held (see signing.longterm), or null.
    `receipts` are those of hand-overs that entries speak of: the national node's word that the manager has changed.
    """

    format: Literal["ccvc-proof/1"]
    agency: str
    head: dict[str, Any]
    approvals: list[dict[str, Any]]
    evidence: list[dict[str, Any] | None]
    entries: list[Entry]
    items: list[Item]
    witnesses: list[Witness]
    trust: TrustGiven
    receipts: list[dict[str, Any]] = []


def encode(bundle: Bundle) -> bytes:
    """The bundle as a file: keys sorted, indented so that a person can look into it."""
    return msgspec.json.format(msgspec.json.encode(bundle, order="sorted"), indent=1)
