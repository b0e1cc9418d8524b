"""Capitals that TCVN3 has no codes for, given back where the letters beside them tell."""

from __future__ import annotations

import re
from collections.abc import Collection

_WORD = re.compile(r"[^\W\d_]+")
_FEWEST = 2  # letters, or words, that must say the same


def raised(text: str, one_case: Collection[str]) -> str:
    """Raise letters that have `one_case` only: "NGUYễN" -> "NGUYỄN", "Nguyễn Thị ánh" -> "Nguyễn Thị Ánh".

    Nothing is raised where nothing tells: "ánh" stays, and so does a text in a font of capitals.
    """
    if not any(letter in one_case for letter in text):
        return text
    words = _WORD.findall(text)
    everywhere = all(_told(word, one_case).isupper() for word in words if _told(word, one_case))
    if everywhere and any(len(_told(word, one_case)) >= _FEWEST for word in words):
        return text.upper()
    titled = _titled(words, one_case)
    return _WORD.sub(lambda found: _word(found.group(), one_case, titled=titled), text)


def _told(word: str, one_case: Collection[str]) -> str:
    """The letters of a word whose case is known."""
    return "".join(letter for letter in word if letter not in one_case)


def _titled(words: list[str], one_case: Collection[str]) -> bool:
    """Whether every word begins with a capital, as far as the first letters can tell."""
    first = [word[0] for word in words if word[0] not in one_case]
    return len(first) >= _FEWEST and all(letter.isupper() for letter in first)


def _word(word: str, one_case: Collection[str], *, titled: bool) -> str:
    told = _told(word, one_case)
    if len(told) >= _FEWEST and told.isupper():
        return word.upper()
    return word[0].upper() + word[1:] if titled else word
