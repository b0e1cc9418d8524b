"""How texts are written: forms that can be set right for certain, and signs that something was lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

from ccvc.standard.documents import Difference
from ccvc.standard.fields import Field, Standard
from ccvc.standard.quality.case import Asked, Case, Found, Place, Text, Texts
from ccvc.standard.quality.declaring import ALL_TEXTS, Rule
from ccvc.standard.quality.kinds.making import Check, Make, mended
from ccvc.standard.reading import Row
from ccvc.standard.values import STATES

Form = Callable[[str], str | None]
"""The text as it should be; None where it is right or only a person can tell."""

TEXTS = ("text", "long_text", "place")
NOTHING = frozenset(
    {"không", "không có", "ko", "k", "khong", "-", "--", "0", ".", "x", "không rõ", "none", "n/a"}
)
LONGEST_NOTHING = max(map(len, NOTHING))
UNKNOWN = frozenset({"không rõ"})
ZERO_MEANS_ZERO = frozenset({"score", "number", "decision_number", "period"})
_ODD_SPACES = frozenset("\u00a0\u2000\u2001\u2002\u2003\u2009\u200a\u200b\u202f\u3000\ufeff")
_TRAILING = re.compile(r"[\s,;]+\Z")
_SIGNS = re.compile(r"[.\s()-]+")


def nfc(text: str) -> str | None:
    """Letters with their marks as one character each."""
    return None if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def spaces(text: str) -> str | None:
    """Single plain spaces."""
    if "  " not in text and _ODD_SPACES.isdisjoint(text):
        return None
    return "\n".join(
        " ".join(re.sub(r"[\u200b\ufeff]", "", line).split()) for line in text.split("\n")
    ).strip()


def trailing(text: str) -> str | None:
    """No comma or semicolon at the end."""
    return (_TRAILING.sub("", text) or None) if text[-1:] in {",", ";"} else None


def digits(text: str) -> str | None:
    """A number without separators: "0912.345.678" -> "0912345678"."""
    bare = _SIGNS.sub("", text)
    return bare if bare != text and bare.lstrip("+").isdigit() else None


def capitals(text: str) -> str | None:
    """A name in one case throughout, written as names are; not where an apostrophe or hyphen may mean another way."""
    if not text.isupper() and not text.islower():
        return None
    if not text.replace(" ", "").isalpha():
        return None
    return " ".join(word.capitalize() for word in text.split(" "))


FORMS: Mapping[str, Form] = {
    "nfc": nfc,
    "spaces": spaces,
    "trailing": trailing,
    "digits": digits,
    "capitals": capitals,
}


SCREENS: Mapping[str, Callable[[Texts], bool]] = {
    "nfc": lambda texts: not unicodedata.is_normalized("NFC", texts.joined),
    "spaces": lambda texts: "  " in texts.joined or not texts.signs.isdisjoint(_ODD_SPACES),
    "trailing": lambda texts: ",\n" in texts.joined or ";\n" in texts.joined,
}
"""By form, whether any text of a document may be in need of it: most documents need none."""


def form(rule: Rule, _asked: Asked, standard: Standard) -> Check:
    """A text in another form than its right one, which is certain."""
    right = FORMS[rule.options["form"]]

    def found(path: str, value: Any, text: str) -> Found | None:
        better = right(text)
        return None if better is None or better == text else Found(path, {}, _with_text(path, value, better))

    return _each_text(rule, standard, found, SCREENS.get(rule.options["form"], _always))


def _always(_texts: Texts) -> bool:
    return True


def nothing(rule: Rule, _asked: Asked, standard: Standard) -> Check:
    """A word for "none" typed into a field: the state is meant. "Không rõ" means the state unknown."""
    optional = {path for path, field in standard.fields.items() if not field.required and not field.pattern}

    def found(path: str, value: Any, text: str) -> Found | None:
        if len(text) > LONGEST_NOTHING or (word := text.casefold()) not in NOTHING:
            return None
        declared = standard.find(path)
        if not isinstance(declared, Field) or declared.path not in optional:
            return None
        if text == "0" and declared.name in ZERO_MEANS_ZERO:
            return None
        state = "unknown" if word in UNKNOWN else "none"
        words = STATES[state]["vi"].lower()
        return Found(path, {"first": text, "state": words}, mended(path, value, {"state": state}))

    return _each_text(rule, standard, found, _has_nothing)


def _has_nothing(texts: Texts) -> bool:
    return not NOTHING.isdisjoint(texts.joined.casefold().split("\n"))


def matches(rule: Rule, _asked: Asked, standard: Standard) -> Check:
    """A text in which the pattern of the options is found (and not that of `but`); `signs`: one of them is in it."""
    wanted, but = re.compile(rule.options["pattern"]), rule.options.get("but")
    excused, signs = re.compile(but) if but else None, frozenset(rule.options.get("signs", ""))

    def found(path: str, _value: Any, text: str) -> Found | None:
        hit = wanted.search(text)
        if hit is None or (excused and excused.search(text)):
            return None
        return Found(path, {"first": hit.group().strip()})

    def screen(texts: Texts) -> bool:
        return not signs or not texts.signs.isdisjoint(signs)

    return _each_text(rule, standard, found, screen)


def _with_text(path: str, value: Any, text: str) -> tuple[Difference, ...]:
    return mended(path, value, {**value, "text": text} if isinstance(value, dict) else text)


def _each_text(
    rule: Rule,
    standard: Standard,
    found: Callable[[str, Any, str], Found | None],
    screen: Callable[[Texts], bool],
) -> Check:
    """Try the texts the rule speaks of: its fields, or all texts of the standard where the screen lets it through."""
    if ALL_TEXTS in rule.fields:
        return _all_texts(_collector(standard), found, screen)
    chosen, key = [Place.of(path) for path in rule.fields], rule.fields

    def gather(document: Mapping[str, Any]) -> list[tuple[Place, Row | None, Any, str]]:
        return [one for place in chosen for one in _there(document, place)]

    def check(case: Case) -> Iterator[Found]:
        for place, row, value, text in case.once(key, gather):
            if one := found(place.at(row), value, text):
                yield one

    return check


def _there(document: Mapping[str, Any], place: Place) -> Iterator[tuple[Place, Row | None, Any, str]]:
    """The texts at a place, each with its row."""
    held = document.get(place.group, {}).get(place.name)
    if held is None:
        return
    for row in held if place.cell else (None,):
        value = held if row is None else row.get(place.cell)
        text = value if type(value) is str else (value or {}).get("text")
        if text:
            yield place, row, value, text


def _all_texts(
    collect: Callable[[Mapping[str, Any]], Texts],
    found: Callable[[str, Any, str], Found | None],
    screen: Callable[[Texts], bool],
) -> Check:
    def check(case: Case) -> Iterator[Found]:
        texts = case.once(Texts, collect)
        if screen(texts):
            for holder, row, name, value, text in texts.each:
                if one := found(_path(holder, row, name), value, text):
                    yield one

    return check


def _path(holder: str, row: Row | None, name: str) -> str:
    return f"{holder}[{row['id']}].{name}" if row is not None else f"{holder}.{name}"


@lru_cache(maxsize=4)
def _collector(standard: Standard) -> Callable[[Mapping[str, Any]], Texts]:
    """The function that gathers the texts of a document."""
    fields = [field for field in standard.fields.values() if field.type in TEXTS]
    singles = {g: frozenset(f.name for f in fields if f.group == g and not f.table) for g in standard.groups}
    tables = {t: tuple(f.name for f in fields if f.table == t) for t in standard.tables}

    def find(document: Mapping[str, Any]) -> list[Text]:
        return [
            (holder, row, name, value, text)
            for holder, row, names in _holders(document, singles, tables)
            for name, value in (document[holder] if row is None else row).items()
            if name in names and (text := _text(value))
        ]

    def collect(document: Mapping[str, Any]) -> Texts:
        texts: list[str] = []
        for group, values in document.items():
            names = singles.get(group, ())
            for name, value in values.items() if group in singles else ():
                if name in names:
                    texts.append(_text(value))
                elif type(value) is list and (cells := tables.get(f"{group}.{name}")):
                    texts += [_text(row[cell]) for row in value for cell in cells if cell in row]
        return Texts(texts, lambda: find(document))

    return collect


def _text(value: Any) -> str:
    return value if type(value) is str else value.get("text") or ""


def _holders(
    document: Mapping[str, Any],
    singles: Mapping[str, frozenset[str]],
    tables: Mapping[str, tuple[str, ...]],
) -> Iterator[tuple[str, Row | None, Collection[str]]]:
    """What holds texts: a group with the names of its texts, or a table's row with its cells."""
    for group, values in document.items():
        if group in singles:
            yield group, None, singles[group]
            for name, value in values.items():
                if type(value) is list and (cells := tables.get(f"{group}.{name}")):
                    for row in value:
                        yield f"{group}.{name}", row, cells


KINDS: Mapping[str, Make] = {"form": form, "nothing": nothing, "matches": matches}
