"""What the words of a column together say of its encoding."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from ccvc.standard.encodings.tables import OLD, Encoding, is_unicode
from ccvc.standard.encodings.words import Says, is_syllable, length, readings, words

MOST_WORDS = 4_000
"""Different words looked at; what so many do not tell, more will not."""

_CAPITAL = re.compile("[A-Z¡-§]")  # the seven codes are those of Ă Â Ê Ô Ơ Ư Đ in TCVN3


@dataclass(slots=True)
class Evidence:
    """What speaks for one encoding: words as they stand and as they are read, with the sum of their weights.

    `against` counts words right in Unicode only, `strange` are right in neither.
    """

    weight: float = 0
    words: dict[str, str] = field(default_factory=dict)
    against: int = 0
    strange: int = 0

    @property
    def score(self) -> float:
        """The weight, of which each word against takes much and each strange one something."""
        return self.weight - 3 * self.against - self.strange

    @property
    def doubts(self) -> int:
        """How many words do not fit."""
        return self.against + self.strange


@dataclass(slots=True)
class Tally:
    """What a column's words say: for each old encoding, and for Unicode.

    `unicode` counts values that only Unicode can write, `apart` says whether some have letters and marks apart;
    `either` counts words that are right in Unicode and in an old encoding, `capitals`: some were met in the others.
    """

    old: dict[Encoding, Evidence] = field(default_factory=lambda: {encoding: Evidence() for encoding in OLD})
    unicode: int = 0
    apart: bool = False
    either: int = 0
    capitals: bool = False

    def best(self) -> tuple[Encoding, Evidence]:
        """The old encoding with the highest score."""
        return max(self.old.items(), key=lambda pair: pair[1].score)


def tally(values: Iterable[str]) -> Tally:
    """Weigh the words of a column, each different word once."""
    found = Tally()
    marked = [value for value in values if not value.isascii()]
    others = [value for value in marked if not is_unicode(value)]
    found.unicode = len(marked) - len(others)
    found.apart = found.unicode > 0 and not unicodedata.is_normalized("NFC", "\n".join(marked))
    found.capitals = any(map(_CAPITAL.search, others))
    met = dict.fromkeys(word for value in others for word in words(value))
    for word in islice(met, MOST_WORDS):
        _add(word, found)
    return found


def _add(word: str, found: Tally) -> None:
    said = readings(word)
    found.either += any(reading.says is Says.EITHER for reading in said.values())
    for encoding, reading in said.items():
        evidence = found.old[encoding]
        evidence.against += reading.says is Says.AGAINST
        evidence.strange += reading.says is Says.STRANGE
        if reading.says is Says.FOR:
            evidence.weight += reading.weight
            evidence.words[word] = reading.text


def as_unicode(values: Iterable[str]) -> Evidence:
    """Weigh text that can only be Unicode (or nothing), such as bytes of Windows-1258, by its own syllables."""
    found = Evidence()
    joined = (unicodedata.normalize("NFC", value) for value in values)
    for word in dict.fromkeys(word for value in joined for word in words(value)):
        if not is_syllable(word):
            found.strange += 1
        elif is_unicode(word):
            found.weight += length(word)
            found.words[word] = word
    return found
