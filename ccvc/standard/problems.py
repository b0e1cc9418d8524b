"""Problems: the one error type of the house, and the catalogue that gives each code its words.

Each room declares its codes once, in ``data/problems/<room>.toml``. A code has four texts: what is
wrong and what to do next, in Vietnamese and in English; ``{name}`` in a text is filled at construction.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

Language = Literal["vi", "en"]

FOLDER = Path(__file__).parent / "data" / "problems"
LONGEST = 10_000  # characters of one value in a sentence
TEXTS = ("vi", "next_vi", "en", "next_en")


@dataclass(frozen=True)
class Words:
    """The four texts of one code."""

    vi: str
    next_vi: str
    en: str
    next_en: str

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """Names in braces in any of the four texts."""
        texts = (self.vi, self.next_vi, self.en, self.next_en)
        return frozenset(name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name)


class Problem(Exception):  # noqa: N818  (a word of the domain, shown to people; "ProblemError" says nothing more)
    """Something a person or a program can act on: a stable code, where it is, and its values.

    Raises KeyError at construction when the code is not declared or a value its texts speak of is
    missing: both are programming errors and should fail in the first test that reaches them.
    """

    def __init__(self, code: str, /, *, where: str = "", **params: Any) -> None:
        self._words = words(code)
        if missing := self._words.placeholders - params.keys():
            raise KeyError(f"{code} needs {', '.join(sorted(missing))}")
        super().__init__(code)
        self.code = code
        self.where = sayable(where)
        said = {name: sayable(value) if isinstance(value, str) else value for name, value in params.items()}
        self.params: Mapping[str, Any] = MappingProxyType(said)

    def message(self, lang: Language = "vi") -> str:
        """Say what is wrong."""
        return (self._words.vi if lang == "vi" else self._words.en).format(**self.params)

    def next_step(self, lang: Language = "vi") -> str:
        """Say what to do now."""
        return (self._words.next_vi if lang == "vi" else self._words.next_en).format(**self.params)

    def as_json(self, lang: Language = "vi") -> dict[str, str]:
        """Give the form an API, a receipt or ``--json`` carries."""
        return {
            "code": self.code,
            "message": self.message(lang),
            "where": self.where,
            "next": self.next_step(lang),
        }

    def __str__(self) -> str:
        return self.message()

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.code, self.where, dict(self.params))


def gist(code: str, lang: Language = "vi") -> str:
    """What a code says, with "…" for values nobody kept; "" for one no longer declared."""
    found = catalogue().get(code)
    if found is None:
        return ""
    text = found.vi if lang == "vi" else found.en
    return "".join(said + ("…" if name else "") for said, name, _, _ in string.Formatter().parse(text))


def sayable(text: str) -> str:
    """What somebody wrote as it may be shown, kept and sent: what nobody sees is spelt out as its number."""
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}…"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\n\t" else _spelt(c) for c in text)


def _spelt(letter: str) -> str:
    return letter.encode("unicode_escape").decode()


def words(code: str) -> Words:
    """Look up a declared code; KeyError otherwise."""
    try:
        return catalogue()[code]
    except KeyError:
        raise KeyError(f"problem code {code} is declared in no file of {FOLDER.name}/") from None


@cache
def catalogue(folder: Path = FOLDER) -> Mapping[str, Words]:
    """Read every file of the folder once: code -> Words. ValueError names the file and code at fault."""
    found: dict[str, Words] = {}
    for file in sorted(folder.glob("*.toml")):
        for code, entry in _entries(file):
            if code in found:
                raise ValueError(f"{file.name}: {code} is declared twice")
            found[code] = entry
    return MappingProxyType(found)


def _entries(file: Path) -> Iterator[tuple[str, Words]]:
    for code, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
        if set(entry) != set(TEXTS) or not all(entry.values()):
            raise ValueError(f"{file.name}: {code} must have exactly the texts {', '.join(TEXTS)}")
        yield code, Words(**entry)


def _rebuild(code: str, where: str, params: dict[str, Any]) -> Problem:
    return Problem(code, where=where, **params)
