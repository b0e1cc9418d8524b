"""The declared rules: one file a family in ``data/quality``, read once.

A rule names its kind (``kinds``, or ``named`` for what only a function can tell), the fields it speaks of, its weight,
its words, its legal basis and how certain that is. Numbers of the law are parameters with the day they begin.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from ccvc.standard import evidence
from ccvc.standard.fields import Certainty, Field, Standard, Table
from ccvc.standard.loading import DATA, DeclarationError
from ccvc.standard.problems import Language
from ccvc.standard.versions import current, newest

Severity = Literal["error", "warning", "hint"]
Family = Literal["correct", "complete", "clean", "live"]

FOLDER = DATA / "quality"
FAMILIES: tuple[Family, ...] = ("correct", "complete", "clean", "live")
MECHANISM = 3  # raise it when a function below finds something else in the same document
HEAVIEST = 30
UNSURE = frozenset({"?", "R"})
ALL_TEXTS, ALL_CODES = "texts", "codes"
"""What a rule may speak of instead of fields: every text, or every single code outside tables."""


class Condition(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """When a rule asks at all: what a field must, or must not, hold. For a cell it is asked of each row.

    `extra` is [column of the code list, value]; `older` is months before the day.
    """

    field: str
    codes: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    extra: tuple[str, str] | None = None
    given: bool | None = None
    older: int | None = None


class Rule(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One rule. `options` belong to the kind; each of `parameters` holds from its day until the next begins."""

    code: str
    family: Family
    kind: str
    fields: tuple[str, ...]
    weight: int
    severity: Severity
    vi: str
    next_vi: str
    en: str
    next_en: str
    basis: str
    certainty: Certainty
    when: tuple[Condition, ...] = ()
    options: dict[str, Any] = {}
    parameters: tuple[dict[str, Any], ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None

    def in_force(self, on: date) -> bool:
        """Whether the rule is asked on a day; both ends belong to it."""
        return (self.valid_from or date.min) <= on <= (self.valid_to or date.max)

    def parameter(self, name: str, on: date) -> Any:
        """The value of a parameter on a day; None before there was one."""
        held = [row for row in self.parameters if row["from"] <= on and name in row]
        return max(held, key=lambda row: row["from"])[name] if held else None

    def words(self, lang: Language) -> tuple[str, str]:
        """The sentence, with places for values, and what to do."""
        return (self.vi, self.next_vi) if lang == "vi" else (self.en, self.next_en)


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its code, family by family. Raises DeclarationError."""
    return load(FOLDER, newest())


def load(folder: Path, standard: Standard) -> Mapping[str, Rule]:
    """Read a folder of rules and judge them against a standard. Raises DeclarationError."""
    found: dict[str, Rule] = {}
    for family in FAMILIES:
        for rule in _read(folder / f"{family}.toml", family):
            if faults := "; ".join(_faults(rule, standard)):
                raise DeclarationError(f"{family}.toml: {rule.code}: {faults}")
            found[rule.code] = rule
    return MappingProxyType(found)


def _read(file: Path, family: str) -> Iterator[Rule]:
    for code, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
        try:
            yield msgspec.convert({**entry, "code": code, "family": family}, Rule)
        except msgspec.ValidationError as error:
            raise DeclarationError(f"{file.name}: {code}: {error}") from None


def _faults(rule: Rule, standard: Standard) -> Iterator[str]:
    if not rule.code.startswith(f"{rule.family.upper()}-"):
        yield "its code must begin with its family"
    if not 1 <= rule.weight <= HEAVIEST:
        yield f"weight must be 1 to {HEAVIEST}"
    if rule.severity == "error" and rule.certainty in UNSURE:
        yield "what is not sure is no error"
    for path in (*rule.fields, *(condition.field for condition in rule.when)):
        if path not in {ALL_TEXTS, ALL_CODES} and standard.find(path) is None:
            yield f"there is no field {path}"
    if any("from" not in row for row in rule.parameters):
        yield "a parameter needs the day it begins"


def national(rule: Rule, path: str, standard: Standard) -> bool:
    """Whether the national node, too, can find this: the place and all the rule reads are in its projection."""
    read = [name for name in rule.fields if name not in {ALL_TEXTS, ALL_CODES}]
    read += [condition.field for condition in rule.when]
    return all(_is_national(standard, one) for one in (*read, path))


def _is_national(standard: Standard, path: str) -> bool:
    found = standard.find(path)
    return isinstance(found, Field | Table) and found.national


def applies(rule: Rule, standard: Standard) -> bool:
    """Whether a version of the standard has every field the rule speaks of; an older one may not."""
    named = (*rule.fields, *(condition.field for condition in rule.when))
    return all(path in {ALL_TEXTS, ALL_CODES} or standard.find(path) is not None for path in named)


def edition(standard: Standard | None = None) -> str:
    """A short name for exactly these rules on this standard and its code lists: another one, and all is judged anew."""
    return _edition(standard or current())


@lru_cache(maxsize=8)
def _edition(standard: Standard) -> str:
    """Hashed once for a standard: lists published since make another one of it."""
    hashed = hashlib.sha256(f"{MECHANISM} {standard.version}".encode())
    for family in FAMILIES:
        hashed.update((FOLDER / f"{family}.toml").read_bytes())
    hashed.update(evidence.FILE.read_bytes())
    for name in sorted(standard.codes):
        hashed.update(repr((name, standard.codes[name].rows)).encode())
    return hashed.hexdigest()[:16]
