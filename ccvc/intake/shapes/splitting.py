"""One column for two fields: "Họ và tên (giới tính)", "Ngày sinh - Nơi sinh", split as declared. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from ccvc.intake.cells.results import Raw, text_of
from ccvc.intake.layout import Column
from ccvc.intake.shapes.mapping import Rule, Use
from ccvc.intake.shapes.words import key

SPLITS: Mapping[str, re.Pattern[str]] = {
    "brackets": re.compile(r"(?P<first>[^()]*)\((?P<second>[^()]*)\)"),
    "after-date": re.compile(
        r"(?P<first>(?:\d{1,2}\s?[/.-]\s?){0,2}\d{4})(?:[\s,;:/–-]+(?P<second>.*))?", re.DOTALL
    ),
    "sign": re.compile(r"(?P<first>[^;/\n]*?)(?:\s[-–]\s|[;/\n])(?P<second>.*)", re.DOTALL),
}
"""How a cell is split in two; one that does not look so is the first field's alone."""

_HEADINGS = re.compile(r"\s*[-–/;,\n]\s*|\s+và\s+")
_BRACKETS = re.compile(r"(?P<first>[^()]+)\((?P<second>[^()]+)\)")
_ENOUGH = 0.8


def divide(cell: Raw | None, rule: str) -> tuple[Raw | None, Raw | None]:
    """The two parts of a cell, None for a part that is not there."""
    found = SPLITS[rule].fullmatch(text_of(cell).strip()) if cell is not None else None
    if found is None:
        return cell, None
    return found["first"].strip() or None, (found["second"] or "").strip() or None


def split(
    uses: Sequence[Use], samples: Mapping[int, Sequence[Raw]], spellings: Mapping[str, list[Column]]
) -> list[Use]:
    """The uses, with those split whose headings name two fields and whose values look so; to be confirmed."""
    filled = {use.path for use in uses}
    return [_split(use, samples.get(use.index, ()), spellings, filled) for use in uses]


def _split(use: Use, values: Sequence[Raw], spellings: Mapping[str, list[Column]], filled: set[str]) -> Use:
    named = None if use.rule or not values else _two(use.heading.rpartition(" / ")[2], spellings)
    if named is None or {named[0], named[1]} & (filled - {use.path}):
        return use
    first, second, in_brackets = named
    rules: tuple[Rule, ...] = ("brackets",) if in_brackets else ("after-date", "sign")
    rule = next((r for r in rules if _looks(values, r)), None)
    if rule is None:
        return use
    filled |= {first, second}
    return msgspec.structs.replace(use, path=first, second=second, rule=rule, confidence="likely")


def _looks(values: Sequence[Raw], rule: str) -> bool:
    return sum(divide(value, rule)[1] is not None for value in values) >= _ENOUGH * len(values)


def _two(heading: str, spellings: Mapping[str, list[Column]]) -> tuple[str, str, bool] | None:
    """The two fields a heading names, and whether the second stands in brackets."""
    bracketed = _BRACKETS.fullmatch(heading.strip())
    pairs = [(bracketed["first"], bracketed["second"])] if bracketed else []
    if not bracketed:
        cuts = reversed(list(_HEADINGS.finditer(heading)))
        pairs = [(heading[: cut.start()], heading[cut.end() :]) for cut in cuts]
    for one, two in pairs:
        first, second = spellings.get(key(one)), spellings.get(key(two))
        if first and second and first[0].path != second[0].path:
            return first[0].path, second[0].path, bracketed is not None
    return None
