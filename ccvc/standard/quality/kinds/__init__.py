"""Kinds of rules: what the data files choose from. Each makes of a rule a function from a document to what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ccvc.standard.quality.case import Place
from ccvc.standard.quality.declaring import ALL_TEXTS, Rule
from ccvc.standard.quality.kinds import codes, dates, evidence, rows, texts, values
from ccvc.standard.quality.kinds.making import Make

__all__ = ["KINDS", "needed"]

KINDS: Mapping[str, Make] = MappingProxyType(
    {**dates.KINDS, **values.KINDS, **rows.KINDS, **codes.KINDS, **texts.KINDS, **evidence.KINDS}
)

SILENT_WITHOUT: Mapping[str, int] = {
    "apart": 1,
    "between": 0,
    "ended": 0,
    "form": 0,
    "future": 0,
    "gap": 0,
    "holds": 0,
    "matches": 0,
    "overlap": 0,
    "past": 0,
    "says": 0,
    "split": 0,
    "twice": 0,
    "unexpected": 0,
    "vague": 0,
}
"""Which of a rule's fields must be given for its kind to find anything."""
EACH_OF_MANY = frozenset({"between", "form", "future", "matches", "past", "vague"})
"""Kinds that look at every field of the rule."""


def needed(rule: Rule) -> Place | None:
    """The field or table without which a rule finds nothing; None where there is no such one."""
    index = SILENT_WITHOUT.get(rule.kind)
    if (
        index is None
        or rule.fields[index] == ALL_TEXTS
        or (rule.kind in EACH_OF_MANY and len(rule.fields) > 1)
    ):
        return None
    place = Place.of(rule.fields[index])
    return Place(f"{place.group}.{place.name}", place.group, place.name)
