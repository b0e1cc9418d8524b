"""What each old encoding writes for a letter, and reading it back."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from ccvc.standard.encodings.capitals import raised

DATA = Path(__file__).parent.parent / "data" / "encodings"

BEYOND_LATIN = "ĂăĐđĨĩŨũƠơƯư\u0300\u0301\u0303\u0309\u0323\u1ea0-\u1ef9"
"""Letters and marks of Vietnamese that no old encoding can show: text that has one is Unicode already."""

_beyond_latin = re.compile(f"[{BEYOND_LATIN}]").search


class Encoding(StrEnum):
    """How Vietnamese letters are written; DECOMPOSED is Unicode with letters and tone marks apart (NFD, CP1258)."""

    UNICODE = "unicode"
    DECOMPOSED = "decomposed"
    TCVN3 = "tcvn3"
    VNI = "vni"

    @property
    def is_old(self) -> bool:
        """Whether letters must be exchanged for others, and not only joined."""
        return self in OLD


OLD = (Encoding.TCVN3, Encoding.VNI)
CODECS: Mapping[Encoding, tuple[str, ...]] = {
    Encoding.UNICODE: ("utf-8-sig",),
    Encoding.DECOMPOSED: ("cp1258",),
    Encoding.TCVN3: ("cp1252", "latin-1"),
    Encoding.VNI: ("cp1252", "latin-1"),
}
"""Codecs that give the characters of an encoding's bytes, the first that can."""


def is_unicode(text: str) -> bool:
    """Whether a text has Vietnamese letters that only Unicode can write: "Nguyễn", not "Lê"."""
    return _beyond_latin(text) is not None


def convert(text: str, encoding: Encoding, *, capitals: bool = False) -> str:
    """Give the text in Unicode (NFC). Text that is Unicode already stays; what is no letter stays.

    TCVN3 has no capitals with tones: they stay small unless the letters beside them are capitals, or the caller
    knows that the font was one of capitals (.VnTimeH), which shows small letters as capitals.
    """
    joined = unicodedata.normalize("NFC", text)
    if encoding.is_old and not is_unicode(joined):
        joined = _reader(encoding)(joined)
    return joined.upper() if capitals else joined


def decode(raw: bytes, encoding: Encoding, *, capitals: bool = False) -> str:
    """Give the text of bytes in an encoding. Raises UnicodeDecodeError where they cannot be."""
    return convert(characters(raw, encoding), encoding, capitals=capitals)


def characters(raw: bytes, encoding: Encoding) -> str:
    """The characters that a spreadsheet would show for these bytes. Raises UnicodeDecodeError."""
    *first, last = CODECS[encoding]
    for codec in first:
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return raw.decode(last)


@cache
def codes(encoding: Encoding) -> Mapping[str, str]:
    """What stands for each letter: "ễ" -> "Ô" (TCVN3), "eã" (VNI)."""
    with (DATA / f"{encoding}.csv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return {row["letter"]: bytes.fromhex(row["code"]).decode("latin-1") for row in rows}


def can_write(encoding: Encoding, word: str) -> bool:
    """Whether a word has no letters but plain ones and those of an old encoding: not "Hà" in TCVN3."""
    return _writable(encoding).fullmatch(word) is not None


@cache
def _writable(encoding: Encoding) -> re.Pattern[str]:
    return re.compile(f"(?:[A-Za-z]|{'|'.join(_spellings(encoding))})+")


@cache
def _spellings(encoding: Encoding) -> Mapping[str, str]:
    """What is read as each letter, longest first.

    In VNI a mark may have the other case than its letter, where a program changed a text to capitals.
    """
    found = {code: letter for letter, code in codes(encoding).items()}
    found |= {code[0] + code[1].swapcase(): letter for code, letter in found.items() if len(code) > 1}
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


@cache
def _reader(encoding: Encoding) -> Callable[[str], str]:
    return _tcvn3() if encoding is Encoding.TCVN3 else _vni()


def _tcvn3() -> Callable[[str], str]:
    table = str.maketrans(dict(_spellings(Encoding.TCVN3)))
    letters = codes(Encoding.TCVN3)
    one_case = frozenset(letter for letter in letters if letter.upper() not in letters)
    return lambda text: raised(text.translate(table), one_case)


def _vni() -> Callable[[str], str]:
    table = _spellings(Encoding.VNI)
    pattern = re.compile("|".join(table))
    return lambda text: pattern.sub(lambda found: table[found.group()], text)
