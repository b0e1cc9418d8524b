"""What a rule answers with: the reasons in order, each with the law it rests on, and the edition of the rules.

A reason is a code, its facts and its law; its sentence is in ``data/reasons.toml``, in Vietnamese and English.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from ccvc.rules.parameters import DATA, Law
from ccvc.standard.problems import Language
from ccvc.standard.versions import current

Answer = Literal["yes", "no", "cannot_tell"]


@dataclass(frozen=True, slots=True)
class Words:
    """A fact that is words, in both languages; as text it is the Vietnamese."""

    vi: str
    en: str

    @classmethod
    def of(cls, code_list: str, code: str) -> Words:
        """What a code means."""
        codes = current().codes[code_list]
        return cls(codes.label(code), codes.label(code, "en"))

    def __str__(self) -> str:
        return self.vi


class Reason(msgspec.Struct, frozen=True):
    """One step of an answer: what held, and by which law; `path` where in the dossier it was read."""

    code: str
    law: Law | None = None
    facts: Mapping[str, Any] = {}
    path: str = ""

    def told(self, language: Language = "vi") -> str:
        """The sentence for people; days are written day/month/year."""
        shown = {name: _shown(value, language) for name, value in self.facts.items()}
        return texts()[self.code][language].format_map(shown)

    def as_json(self) -> dict[str, Any]:
        """For programs: code, sentence, facts, basis, certainty."""
        facts = {name: value if isinstance(value, int) else str(value) for name, value in self.facts.items()}
        told = {"code": self.code, "text": self.told(), "facts": facts}
        if self.law:
            told |= {"basis": self.law.basis, "certainty": self.law.certainty}
        return told | ({"path": self.path} if self.path else {})


def because(code: str, law: Law | None = None, path: str = "", **facts: Any) -> Reason:
    """A reason of a declared code."""
    return Reason(code, law, facts, path)


def _shown(value: Any, language: Language) -> str:
    if isinstance(value, Words):
        return value.vi if language == "vi" else value.en
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


@cache
def texts() -> Mapping[str, Mapping[Language, str]]:
    """The sentences of all reasons by code."""
    declared: dict[str, dict[Language, str]] = tomllib.loads((DATA / "reasons.toml").read_text("utf-8"))
    return declared


@cache
def edition() -> str:
    """What names the rules as they stand, data and functions: kept with every answer, so it can be made again."""
    digest = hashlib.sha256()
    home = Path(__file__).parent
    for path in sorted(p for p in home.rglob("*") if p.suffix in {".py", ".csv", ".toml"}):
        digest.update(path.relative_to(home).as_posix().encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
