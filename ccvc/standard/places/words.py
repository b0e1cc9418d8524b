"""How people write places: parts, kinds of unit written out or abbreviated, names with and without tone marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from ccvc.standard.codes import squeezed
from ccvc.standard.names import normal, plain
from ccvc.standard.places.units import Level

# As people write them, with and without tone marks: (kind, level, written out, abbreviations).
_WRITTEN: tuple[tuple[str, Level, str, str], ...] = (
    ("Thị trấn", "commune", "thị trấn", r"t\.?t"),
    ("Đặc khu", "commune", "đặc khu", r"đ\.?k"),
    ("Phường", "commune", "phường", r"ph?|f"),
    ("Xã", "commune", "xã", "x"),
    ("Thị xã", "district", "thị xã", r"t\.?x"),
    ("Thành phố", "district", "thành phố", r"t\.?p"),
    ("Huyện", "district", "huyện", "h"),
    ("Quận", "district", "quận", "q"),
    ("Tỉnh", "province", "tỉnh", "t"),
)
LEVEL_OF_KIND: MappingProxyType[str, Level] = MappingProxyType({kind: level for kind, level, *_ in _WRITTEN})

_COMMAS = re.compile(r"\s*,\s*")
_DASHES = re.compile(r"\s*[,–]\s*|\s+-\s+")
_ASIDE = re.compile(r"\([^()]*\)")
_HEADS = "|".join(
    rf"(?P<k{n}>{full}|{plain(full)}|(?:{short})(?=[\s.]|\d))"
    for n, (_, _, full, short) in enumerate(_WRITTEN)
)
_KIND = re.compile(rf"(?:{_HEADS})(?:\s*\.\s*|\s+|(?=\d))(?P<core>\S.*)")
# A new unit begins inside a part: "thôn Đông xã Kim Liên huyện Nam Đàn". Only as written with tone marks, since
# "xa", "quan", "phuong" are syllables of names.
_INSIDE = re.compile(
    r"(?<=\S)\s+(?=(?:phường|(?<!thị )xã|thị trấn|đặc khu|huyện|quận|thị xã|thành phố|tỉnh|tp\.?|q\.?\d)(?:\s|\.|\d))"
)
_KIND_AT_END = re.compile(r"(?:phường|xã|trấn|khu|huyện|quận|phố|tỉnh|tp\.?)$")
_OTHER_COMMAS = re.compile(r"[;\n]")
_COUNTRY = re.compile(r"[,\s]*(?<=[,\s])(?:vi[eệ]t\s*nam|vn)[\s.]*$", re.IGNORECASE)
_NUMBER = re.compile(r"0+(?=\d)")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way of reading a part: a kind of unit, or none, and a name.

    `letters` is the name without marks, spaces and signs; `marked` the same with its marks, None where the part
    was typed without any.
    """

    kind: str | None
    letters: str
    marked: str | None


def parts_of(text: str, *, dashes: bool = False) -> list[str]:
    """The parts of a place, the smallest first, in lower case: a comma or the word for a unit parts them.

    A dash may part them too ("TP. Vinh - Nghệ An") or belong to a name ("Bà Rịa - Vũng Tàu").
    """
    whole = _ASIDE.sub(" ", normal(text)).casefold()
    pieces = (_DASHES if dashes else _COMMAS).split(whole)
    return [part.strip(" .") for piece in pieces for part in _inside(piece) if part.strip(" .")]


def without_country(text: str) -> str:
    """The text with commas where people also write semicolons or lines, and without the country at its end."""
    return _COUNTRY.sub("", _OTHER_COMMAS.sub(",", text))


def has_dash(text: str) -> bool:
    """Whether a dash may part the text."""
    return " - " in text or "–" in text


def _inside(piece: str) -> Iterator[str]:
    begun = 0
    for match in _INSIDE.finditer(piece):
        if not _KIND_AT_END.search(piece[begun : match.start()]):
            yield piece[begun : match.start()]
            begun = match.end()
    yield piece[begun:]


def is_bare(part: str) -> bool:
    """Whether a text was typed without any marks."""
    return plain(part) == part


@lru_cache(maxsize=20_000)
def readings(part: str, *, bare: bool | None = None) -> tuple[Reading, ...]:
    """Every way of reading a part of a place, the whole as a name last.

    `bare` says that marks were not typed, so that none tells nothing; by default as the part itself shows.
    """
    bare = is_bare(part) if bare is None else bare
    found = [_reading(part, None, bare=bare)]
    match = _KIND.fullmatch(part)
    if match:
        kind = next(
            name for (name, *_), n in zip(_WRITTEN, range(len(_WRITTEN)), strict=True) if match[f"k{n}"]
        )
        found.insert(0, _reading(match["core"], kind, bare=bare))
    return tuple(found)


def _reading(name: str, kind: str | None, *, bare: bool) -> Reading:
    core = _NUMBER.sub("", name)
    return Reading(kind, squeezed(core), None if bare else marked(core))


def marked(name: str) -> str:
    """A name squeezed to its letters, marks kept: "Bà Rịa - Vũng Tàu" -> "bàrịavũngtàu"."""
    return "".join(letter for letter in normal(name).casefold() if letter.isalnum())


def core_of(label: str) -> tuple[str, str]:
    """Kind and name of a unit by its label: "Thị xã Sơn Tây" -> ("Thị xã", "Sơn Tây")."""
    for kind in LEVEL_OF_KIND:
        if label.startswith(kind + " "):
            return kind, _NUMBER.sub("", label[len(kind) + 1 :])
    return "", label
