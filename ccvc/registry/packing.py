"""Documents as the register stores them: compressed by a dictionary of what documents have in common.

A frame (RFC 8878) names its dictionary by number. A dictionary is a file of `ccvc/registry/data/`, named by that
number: the newest is written with, all are read with, none is ever changed or taken away. Bytes that are no frame
are the document itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import zstandard

from ccvc.exchange.domain.limits import MAX_LINE
from ccvc.standard.problems import Problem

FOLDER = Path(__file__).parent / "data"
SUFFIX = ".zstd-dictionary"
LEVEL = 3


def packer() -> Callable[[bytes], bytes]:
    """A function that compresses documents; for one thread."""
    return zstandard.ZstdCompressor(level=LEVEL, dict_data=_newest(), write_checksum=False).compress


def unpack(stored: bytes) -> str:
    """A document, byte for byte as it was packed; Problem REG-DAMAGED where it cannot be had any more."""
    try:
        return _decompressed(stored).decode()
    except (zstandard.ZstdError, OSError, ValueError) as error:
        raise Problem("REG-DAMAGED", where="document", reason=str(error)) from error


def _decompressed(stored: bytes) -> bytes:
    if not stored.startswith(zstandard.FRAME_HEADER):
        return stored
    frame = zstandard.get_frame_parameters(stored)
    if frame.content_size > MAX_LINE:
        raise ValueError(f"{frame.content_size} > {MAX_LINE} bytes")
    dictionary = _dictionary(frame.dict_id) if frame.dict_id else None
    return zstandard.ZstdDecompressor(dict_data=dictionary).decompress(stored, allow_extra_data=False)


# A dictionary is prepared for its one use before it is given out: where two threads prepare the same, the process dies.


@cache
def _dictionary(number: int) -> zstandard.ZstdCompressionDict:
    """A dictionary to read with."""
    dictionary = _shipped(number)
    zstandard.ZstdDecompressor(dict_data=dictionary).decompress(zstandard.compress(b"{}"))
    return dictionary


@cache
def _newest() -> zstandard.ZstdCompressionDict:
    """The dictionary to write with."""
    dictionary = _shipped(max(int(file.stem) for file in FOLDER.glob(f"*{SUFFIX}")))
    dictionary.precompute_compress(level=LEVEL)
    return dictionary


def _shipped(number: int) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict((FOLDER / f"{number}{SUFFIX}").read_bytes())
