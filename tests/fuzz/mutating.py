"""Spoiling a good input: its bytes, its JSON, its lines. All by the generator given."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Sequence
from random import Random
from typing import Any

from tests.fuzz import hostile

Edit = list[Any]
"""[place from 0.0 to 1.0, bytes taken away, bytes put in]."""

_MAGIC = (
    b"\x00",
    b"\xff",
    b"\x00" * 8,
    b"\xff" * 8,
    b"PK\x03\x04",
    b"\n",
    b'"',
    b"\\u0000",
    b"[" * 2_000,
    b'{"a":' * 2_000,
    b"\xed\xa0\x80",
    b"\xc2\xa0",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\x80",
    b"A" * 3_000,
    b"9" * 5_000,
    b"1e400",
    b"NaN",
    b"-",
)
_MEMBER = re.compile(rb'"[^"\\]{1,40}":(?:"[^"\\]{0,80}"|\d+|true|false|null)')


def edits(rng: Random, most: int = 4) -> list[Edit]:
    """A few changes to bytes, which do not depend on how many there are."""
    return [_edit(rng) for _ in range(rng.randint(1, most))]


def _edit(rng: Random) -> Edit:
    kind, place = rng.random(), rng.random()
    if kind < 0.35:
        return [place, 1, bytes([rng.randrange(256)])]
    if kind < 0.5:
        return [place, rng.choice((1, 2, 16, 10**9)), b""]
    if kind < 0.8:
        return [place, rng.choice((0, 1, 4)), rng.choice(_MAGIC)]
    return [place, rng.choice((0, 4)), rng.randbytes(rng.choice((1, 4, 40)))]


def edited(data: bytes, changes: Sequence[Edit]) -> bytes:
    """The bytes with the changes made, one after another."""
    for place, gone, new in changes:
        at = int(place * len(data))
        data = data[:at] + new + data[at + gone :]
    return data


def spoiled(rng: Random, data: bytes, others: Sequence[bytes] = ()) -> bytes:
    """Bytes changed in some places; sometimes a part repeated, or taken from another input."""
    kind = rng.random()
    if kind < 0.1 and data:
        at, size = rng.randrange(len(data)), rng.randrange(1, 200)
        data = data[:at] + data[at : at + size] * rng.randint(2, 30) + data[at + size :]
    elif kind < 0.2 and others:
        other = rng.choice(others)
        data = data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]
    return edited(data, edits(rng))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where every value stands within a value of JSON, the whole first."""
    found = [path]
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        found += places(member, (*path, key))
    return found


def changed(rng: Random, value: Any, times: int | None = None) -> Any:
    """The same value of JSON with some places changed."""
    made = copy.deepcopy(value)
    for _ in range(rng.randint(1, 3) if times is None else times):
        made = _changed_at(rng, made, rng.choice(places(made)))
    return made


def _changed_at(rng: Random, value: Any, path: tuple[Any, ...]) -> Any:
    if not path:
        return _other(rng, value)
    holder = value
    for key in path[:-1]:
        holder = holder[key]
    kind, last = rng.random(), path[-1]
    if kind < 0.15:
        del holder[last]
    elif kind < 0.25 and isinstance(holder, list):
        holder += [copy.deepcopy(holder[last])] * rng.randint(1, 3)
    elif kind < 0.3 and isinstance(holder, dict):
        holder[hostile.text(rng)] = hostile.scalar(rng)
    else:
        holder[last] = _other(rng, holder[last])
    return value


def _other(rng: Random, value: Any) -> Any:
    kind = rng.random()
    if kind < 0.08:
        return hostile.nested(rng)
    if kind < 0.35 and isinstance(value, str) and value:
        at = rng.randrange(len(value) + 1)
        return value[:at] + hostile.text(rng) + value[at:]
    if kind < 0.5 and isinstance(value, int) and not isinstance(value, bool):
        return value + rng.choice((-1, 1, -(2**31), 2**31, 2**53, 10**20))
    return hostile.scalar(rng)


def dumped(rng: Random, value: Any) -> bytes:
    """JSON in one of the ways it can be written, some of which are no JSON."""
    raw = bool(rng.getrandbits(1))
    text = json.dumps(
        value,
        ensure_ascii=not raw,
        separators=rng.choice(((",", ":"), (", ", ": "))),
        sort_keys=rng.random() < 0.7,
    )
    data = text.encode("utf-8", "surrogatepass")
    if rng.random() < 0.12 and (found := _MEMBER.search(data, rng.randrange(len(data)))):
        data = data[: found.start()] + found.group() + b"," + data[found.start() :]
    return edited(data, edits(rng, 2)) if rng.random() < 0.12 else data


def canonical(value: Any) -> bytes | None:
    """The canonical form, as a careful attacker writes it; None where the value has none."""
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
        return text.encode()
    except ValueError:
        return None


def json_bytes(rng: Random, value: Any) -> bytes:
    """A good value of JSON, changed and written."""
    made = changed(rng, value)
    kept = canonical(made) if rng.random() < 0.5 else None
    return kept if kept is not None else dumped(rng, made)
