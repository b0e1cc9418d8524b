"""What is signed of a reorganisation: the exact bytes, and the facts they bind. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

import orjson

from ccvc.signing import merkle

FORMAT = "ccvc-reorganisation/1"
PURPOSE = "reorganise"


def statement(
    key: str,
    *,
    title: str,
    basis: str,
    on: date,
    steps: Sequence[Mapping[str, str]],
    digest: str,
    drafted_by: str,
    undoes: str | None,
) -> bytes:
    """The canonical bytes to sign; `digest` is of all that is written to the tree and of whom it names."""
    said = {
        "format": FORMAT,
        "reorganisation": key,
        "title": title,
        "basis": basis,
        "on": on.isoformat(),
        "steps": digest_of(list(steps)),
        "digest": digest,
        "drafted_by": drafted_by,
        "undoes": undoes,
    }
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)


def digest_of(said: Any) -> str:
    """SHA-256 over canonical JSON."""
    return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def leaf_of(said: bytes) -> bytes:
    """The leaf hash a signature is over."""
    return merkle.leaf_hash(said)
