"""Whether a word is built as a Vietnamese syllable: onset, rhyme, and a tone where it may stand."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from ccvc.standard.names import TONES

DATA = Path(__file__).parent.parent / "data" / "encodings"

SURE, LOAN = 1.0, 0.5
"""How like a syllable: of Vietnamese; of names of other peoples of the country ("Krông", "Đắk")."""

_LONGEST = 8
_STOPS = ("c", "ch", "p", "t")
_TONES_OF_STOPS = ("\u0301", "\u0323")  # sắc and nặng


@dataclass(frozen=True, slots=True)
class Onset:
    """How a syllable begins, and the letters its rhyme may begin with ("*" any)."""

    before: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Rhyme:
    """How a syllable ends: letters the tone may stand on, the onsets it is bound to ("-" none at all)."""

    tone_at: tuple[int, ...]
    after: tuple[str, ...]
    likeness: float


@lru_cache(maxsize=1 << 14)
def likeness(word: str) -> float:
    """How like a Vietnamese syllable a word of small letters (NFC) is: SURE, LOAN or 0."""
    if not word or len(word) > _LONGEST:
        return 0
    found = _without_tone(word)
    if found is None:
        return 0
    return max(_readings(*found), default=0)


def _without_tone(word: str) -> tuple[str, str, int] | None:
    """The word without its tone, the tone ("" level) and its place; None where there are several."""
    letters, tone, place = [], "", -1
    for index, letter in enumerate(word):
        marks = unicodedata.normalize("NFD", letter)
        found = [mark for mark in marks if mark in TONES]
        if found:
            if tone:
                return None
            tone, place = found[0], index
        letters.append(unicodedata.normalize("NFC", "".join(m for m in marks if m not in TONES)))
    return "".join(letters), tone, place


def _readings(bare: str, tone: str, place: int) -> Iterator[float]:
    """The likeness of each way to part a word into onset and rhyme."""
    onsets, rhymes = _onsets(), _rhymes()
    for cut in range(min(len(bare), 4)):
        rhyme = rhymes.get(bare[cut:])
        if rhyme is None or (tone and place - cut not in rhyme.tone_at) or not _may_end(bare, tone, rhyme):
            continue
        if rhyme.after and (bare[:cut] or "-") not in rhyme.after:
            continue
        fitting = (o for o in onsets.get(bare[:cut], ()) if o.before == "*" or bare[cut] in o.before)
        yield from (min(onset.likeness, rhyme.likeness) for onset in fitting)


def _may_end(bare: str, tone: str, rhyme: Rhyme) -> bool:
    """Syllables that end in c, ch, p, t have the tone sắc or nặng."""
    return tone in _TONES_OF_STOPS or rhyme.likeness < SURE or not bare.endswith(_STOPS)


@cache
def _onsets() -> Mapping[str, list[Onset]]:
    found: dict[str, list[Onset]] = {}
    for row in _rows("onsets"):
        found.setdefault(row["onset"], []).append(Onset(row["before"], _likeness_of(row)))
    return found


@cache
def _rhymes() -> Mapping[str, Rhyme]:
    return {
        row["rhyme"]: Rhyme(
            tone_at=tuple(map(int, row["tone_at"].split("|"))),
            after=tuple(filter(None, row["after"].split("|"))),
            likeness=_likeness_of(row),
        )
        for row in _rows("rhymes")
    }


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(line for line in lines if not line.startswith("#"))


def _likeness_of(row: Mapping[str, str]) -> float:
    return SURE if row["kind"] == "core" else LOAN
