r"""Byte layout of a package file: magic, length of the envelope, envelope, blob.

```
offset 0   6 bytes  "CCVC1\n"
offset 6   4 bytes  length L of the envelope, unsigned, big-endian
offset 10  L bytes  envelope, JSON
offset 10+L         blob, to the end
```
"""

from __future__ import annotations

from dataclasses import dataclass

from ccvc.exchange.domain.limits import MAX_ENVELOPE, MAX_PACKAGE
from ccvc.standard.problems import Problem

MAGIC = b"CCVC1\n"
LENGTH_SIZE = 4
HEAD = len(MAGIC) + LENGTH_SIZE


@dataclass(frozen=True, slots=True)
class Parts:
    """The two parts of a package; the blob starts at byte `blob_offset` of the file."""

    envelope: bytes
    blob: bytes
    blob_offset: int


def join(envelope: bytes, blob: bytes) -> bytes:
    """The bytes of a package; Problem EXC-SIZE where it would be larger than a receiver takes."""
    data = b"".join((MAGIC, len(envelope).to_bytes(LENGTH_SIZE, "big"), envelope, blob))
    check_size(len(data))
    return data


def check_size(size: int) -> None:
    """Problem EXC-SIZE where a package of `size` bytes is larger than allowed."""
    if size > MAX_PACKAGE:
        raise Problem("EXC-SIZE", where="package", got=size, limit=MAX_PACKAGE)


def split(data: bytes) -> Parts:
    """The parts of a package; Problem EXC-EMPTY, -SIZE, -MAGIC, -VERSION, -TRUNCATED with the offset."""
    check_size(len(data))
    _check_magic(data)
    if len(data) < HEAD:
        raise Problem("EXC-TRUNCATED", where=f"byte {len(data)}", expected=HEAD, got=len(data))
    length = int.from_bytes(data[len(MAGIC) : HEAD], "big")
    if length > MAX_ENVELOPE:
        raise Problem("EXC-ENVELOPE-SIZE", where=f"byte {len(MAGIC)}", got=length, limit=MAX_ENVELOPE)
    start = HEAD + length
    if len(data) < start:
        raise Problem("EXC-TRUNCATED", where=f"byte {len(data)}", expected=start, got=len(data))
    return Parts(data[HEAD:start], data[start:], start)


def _check_magic(data: bytes) -> None:
    if not data:
        raise Problem("EXC-EMPTY", where="package")
    got = data[: len(MAGIC)]
    if got == MAGIC:
        return
    if MAGIC.startswith(got):
        raise Problem("EXC-TRUNCATED", where=f"byte {len(data)}", expected=HEAD, got=len(data))
    if got.startswith(MAGIC[:4]) and got[5:6] in (b"", b"\n"):
        raise Problem(
            "EXC-VERSION", where="byte 0", expected=MAGIC.decode().strip(), got=_printable(got.strip())
        )
    raise Problem("EXC-MAGIC", where="byte 0", expected=MAGIC.hex(" "), got=got.hex(" "))


def _printable(raw: bytes) -> str:
    return raw.decode("ascii", "backslashreplace")
