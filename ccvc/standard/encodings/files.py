"""The encoding of a text file, by its beginning."""

from __future__ import annotations

import codecs

from ccvc.standard.encodings.recognising import recognise_bytes
from ccvc.standard.encodings.tables import CODECS, Encoding


def codec_of(beginning: bytes) -> str | None:
    """The codec that gives a text file's characters; None where it cannot be told.

    Of a file in TCVN3 or VNI these are the characters that stand for letters, to be recognised column by column.
    """
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if _begins_utf8(beginning):
        return CODECS[Encoding.UNICODE][0]
    verdict = recognise_bytes(beginning.splitlines())
    return verdict.encoding and next(name for name in CODECS[verdict.encoding] if _reads(beginning, name))


def _begins_utf8(beginning: bytes) -> bool:
    """Whether it is UTF-8, perhaps cut within a letter."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(beginning)
    except UnicodeDecodeError:
        return False
    return True


def _reads(beginning: bytes, codec: str) -> bool:
    try:
        beginning.decode(codec)
    except UnicodeDecodeError:
        return False
    return True
