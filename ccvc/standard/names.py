"""Vietnamese names and words: one spelling for each, a form to search by, a key to sort by."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache, partial

TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: the order of dictionaries
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_BEFORE_LETTERS = " -'.,/0123456789"

_TONE_RANK = {mark: rank for rank, mark in enumerate(TONES, start=2)}
_LETTER_RANK = {letter: rank for rank, letter in enumerate(_BEFORE_LETTERS + _LETTERS, start=2)}
_AFTER_LETTERS = 0xFE  # letters of other scripts follow, in their own order
_NO_TONE = 1  # above the end of a level (0), below every tone

# What nobody sees, so that two texts that look the same would differ: control characters, every space but the plain
# one, marks without width, marks that turn the direction of writing. None begins in UTF-8 as Vietnamese letters do,
# so that looking for them costs next to nothing.
HIDDEN = r"\x7f-\xa0\xad\u061c\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb\ufffe\uffff"
_UNSEEN = re.compile(rf"[\x00-\x09\x0b-\x1f{HIDDEN}\ud800-\udfff\U000e0000-\U000e007f]")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u02bc": "'", "`": "'"})


def _moved(first: str, second: str) -> dict[str, str]:
    """Pairs like "oà" -> "òa": the tone of an open oa, oe, uy goes back to the first vowel."""
    nfc = partial(unicodedata.normalize, "NFC")
    return {nfc(first + second + tone): nfc(first + tone + second) for tone in TONES}


_MOVED = {
    pair: moved
    for lower in ("oa", "oe", "uy")
    for written in (lower, lower.upper(), lower.title())
    for pair, moved in _moved(*written).items()
}
# "quý" keeps its tone: there u belongs to the consonant. "hoàn", "hoài", "nguyễn" go on after the vowel.
_MOVABLE = re.compile(r"(?<![qQ])(?:" + "|".join(_MOVED) + r")(?![^\W\d_]|[\u0300-\u036f])")


def normal(text: str) -> str:
    """Give one spelling for each text: NFC, single spaces, plain apostrophe, "hoà" written "hòa"."""
    spaced = " ".join(unicodedata.normalize("NFC", text).translate(_APOSTROPHES).split())
    return _MOVABLE.sub(lambda match: _MOVED[match.group()], spaced)


def visible(text: str) -> str:
    """Give the text as it is seen: NFC, every space a plain one, nothing without width; line breaks stay."""
    composed = unicodedata.normalize("NFC", text)
    return composed if composed.isprintable() else _UNSEEN.sub(_space_or_nothing, composed)


def _space_or_nothing(match: re.Match[str]) -> str:
    return " " if match.group().isspace() else ""


def plain(text: str) -> str:
    """Strip to what people type without Vietnamese keys: lower case, no marks, đ as d, single spaces."""
    marked = unicodedata.normalize("NFD", normal(text).lower())
    bare = "".join(letter for letter in marked if not unicodedata.combining(letter))
    return " ".join(bare.replace("đ", "d").split())


def sort_key(full_name: str) -> bytes:
    """Give bytes that order full names as Vietnamese lists do: by given name, then by the names before it.

    Within each part letters decide before tones (a ă â b …; ngang huyền hỏi ngã sắc nặng), the order of the
    Vietnamese locale in Unicode's CLDR. Case and the place of a tone within its syllable do not count.
    """
    *others, given = normal(full_name).lower().split() or [""]
    return _collation(given) + b"\x00" + _collation(" ".join(others))


@lru_cache(maxsize=1 << 16)  # in a register of millions most given names, and names before them, recur
def _collation(text: str) -> bytes:
    """All letters, then all tones: a tone counts only between texts whose letters are equal."""
    letters, tones = bytearray(), bytearray()
    for letter, tone in map(_split, text):
        rank = _LETTER_RANK.get(letter)
        letters += bytes([rank]) if rank else bytes([_AFTER_LETTERS]) + letter.encode()
        tones.append(tone)
    return bytes(letters) + b"\x00" + bytes(tones) + b"\x00"


@lru_cache(maxsize=4096)
def _split(letter: str) -> tuple[str, int]:
    """Split an NFC letter into its base letter and the rank of its tone: "ẩ" -> ("â", 3)."""
    if letter in _LETTER_RANK:
        return letter, _NO_TONE
    base, *marks = tuple(unicodedata.normalize("NFD", letter))
    tone = next((_TONE_RANK[mark] for mark in marks if mark in _TONE_RANK), _NO_TONE)
    kept = unicodedata.normalize("NFC", base + "".join(mark for mark in marks if mark not in _TONE_RANK))
    return (kept if kept in _LETTER_RANK else base), tone
