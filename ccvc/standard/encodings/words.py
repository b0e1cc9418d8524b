"""What one word says of its encoding.

A word speaks for an old encoding where it is no Vietnamese syllable as it stands and becomes one when read in that
encoding. Longer words, and signs inside of words, weigh more, since chance seldom brings them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from ccvc.standard.encodings.syllables import LOAN, likeness
from ccvc.standard.encodings.tables import BEYOND_LATIN, OLD, Encoding, can_write, convert

_SIGNS = "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾×÷"
_WORD = re.compile(f"[A-Za-z{_SIGNS}À-ÖØ-öø-ÿ{BEYOND_LATIN}]+")
_RUN_TOGETHER = re.compile(r"(?<=[aăâeêioôơuưy])(?=[bcdđghklmnpqrstvx])")
_ABBREVIATION = re.compile("[BCDĐGHKLMNPQRSTVX]{2,6}|[bcdđghklmnpqrstvx]{2,6}")

# A plain word with signs around it, as in any language: «An», Office®, §A.
_AROUND = re.compile(r"^[«©§£¥¡¢®µ·×¤]?[A-Za-z]*[»®©·ªº¹£¥¢×]?$")
# What no language has: signs within words, a capital behind a small letter, letters with marks side by side.
_ODD = re.compile(
    f"[A-Za-z][{_SIGNS.translate({ord(sign): None for sign in '·×'})}]+[A-Za-z]"
    f"|[¨¬÷¶¸¤¦¼½¾]|[A-Za-z]µ|[a-z][À-ÖØ-Þ]|[À-ÖØ-öø-ÿ{_SIGNS}]{{2}}"
)
_PAIR = re.compile("[AEOUYaeouyÔôÖö][ÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜËùøûõïâáàåãäêéèúüë]")
_WESTERN_PAIR = re.compile("[aeou]ï|o[ùû]|a[ëéúü]", re.IGNORECASE)
_TYPICAL = {Encoding.TCVN3: _ODD, Encoding.VNI: _PAIR}

_SYLLABLE_LETTERS, _MOST_LETTERS = 3, 6
_AROUND_FACTOR, _WESTERN_FACTOR, _SEVERAL_FACTOR, _ODD_FACTOR = 0.3, 0.4, 1.5, 3.0


class Says(Enum):
    """What a word says for an encoding or against it.

    FOR: a syllable only so; EITHER: also as it stands; AGAINST: as it stands only; STRANGE: in neither way, nor
    like a foreign word of the encoding, or an abbreviation, which say NOTHING.
    """

    FOR = auto()
    EITHER = auto()
    AGAINST = auto()
    STRANGE = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Reading:
    """A word as read in one encoding, what that says, and how much."""

    text: str
    says: Says
    weight: float = 0


@lru_cache(maxsize=1 << 14)
def readings(word: str) -> Mapping[Encoding, Reading]:
    """The word as read in each old encoding."""
    return {encoding: _reading(word, encoding) for encoding in OLD}


def words(value: str) -> Iterator[str]:
    """The words of a value that are not plain letters only."""
    return (word for word in _WORD.findall(value) if not word.isascii())


def is_syllable(word: str) -> bool:
    """Whether the word is a Vietnamese syllable as it stands: small letters, capitals or a capital first."""
    sane = word.islower() or word.isupper() or word[1:].islower()
    return sane and likeness(word.lower()) > 0


def length(syllable: str) -> float:
    """What the length of a syllable says: chance makes long ones seldom."""
    return min(len(syllable), _MOST_LETTERS) / _SYLLABLE_LETTERS


def _reading(word: str, encoding: Encoding) -> Reading:
    read = convert(word, encoding)
    like = _likeness(word, read) if can_write(encoding, word) else 0
    if is_syllable(word):
        return Reading(read, Says.EITHER if like else Says.AGAINST)
    if like:
        return Reading(read, Says.FOR, length(read) * _factor(word, encoding) * like)
    return Reading(read, Says.NOTHING if _is_typical(word, read, encoding) else Says.STRANGE)


def _likeness(word: str, read: str) -> float:
    """How like Vietnamese a reading is; syllables run together ("Xơđăng") count where signs stand in the word."""
    small = read.lower()
    found = likeness(small)
    if not found and any(sign in _SIGNS for sign in word):
        found = LOAN if all(map(likeness, _RUN_TOGETHER.split(small))) else 0
    return found


def _is_typical(word: str, read: str, encoding: Encoding) -> bool:
    """Whether a word that is no syllable may well be of the encoding: an abbreviation, or a foreign word in it."""
    if word != read and _ABBREVIATION.fullmatch(read):
        return True
    return can_write(encoding, word) and _TYPICAL[encoding].search(word) is not None


def _factor(word: str, encoding: Encoding) -> float:
    """How seldom other text has the like of a word."""
    if _AROUND.match(word):
        return _AROUND_FACTOR
    if _ODD.search(word):
        return _ODD_FACTOR
    several = sum(not letter.isascii() for letter in word) > 1
    paired = encoding is Encoding.VNI and _PAIR.search(word) and not _WESTERN_PAIR.search(word)
    return _SEVERAL_FACTOR if several or paired else _WESTERN_FACTOR
