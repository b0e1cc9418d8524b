"""Judging many documents of which most values were met before: each value once, then what needs several together.

Whoever reads a column of a file asks a ``soundness`` of each different value in it. A document of sound values alone
has no finding where ``is_settled`` says so; of any other document ``check`` tells all that is to be said.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from ccvc.standard import patterns, sense, shapes
from ccvc.standard.fields import Field, Standard, Table
from ccvc.standard.sense import Glance

_ROW_ID = re.compile(patterns.ROW_ID)
_TEXTS = {"text", "long_text"}
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Needs:
    """What every document must have: names by group, and cells of rows by group and table."""

    groups: Mapping[str, frozenset[str]]
    tables: Mapping[str, Mapping[str, frozenset[str]]]


def soundness(field: Field, standard: Standard, on: date) -> Glance:
    """Whether ``check`` has nothing to say of a value of a field on a day, whatever stands beside it."""

    def closely(value: Any) -> bool:
        fault = next(shapes.of_value(standard, field, field.path, value), None)
        return fault is None and sense.of_value(value, field, standard, on)

    shape = patterns.pattern_of(field)
    if shape is None or field.type not in _TEXTS:
        return closely
    match, longest = re.compile(shape).search, field.max_length or sys.maxsize

    def at_first_sight(value: Any) -> bool:
        plain = type(value) is str and 0 < len(value) <= longest and match(value) is not None
        return (plain and sense.is_normal(value)) or closely(value)

    return at_first_sight


def is_settled(document: Mapping[str, Any], standard: Standard, on: date) -> bool:
    """Say whether ``check`` has nothing to say of a document whose declared values are all sound."""
    if document.get("standard") != standard.version or not _is_complete(document, _needs(standard)):
        return False
    together = sense.of_document(document, standard, on, (), each_value=False)
    return next(together, None) is None


def _is_complete(document: Mapping[str, Any], needs: Needs) -> bool:
    return all(
        needed <= document.get(group, _NOTHING).keys() for group, needed in needs.groups.items()
    ) and all(
        needed <= row.keys() and _ROW_ID.search(row["id"])
        for group, tables in needs.tables.items()
        if group in document and not tables.keys().isdisjoint(document[group])
        for name, needed in tables.items()
        for row in document[group].get(name, ())
    )


@lru_cache(maxsize=16)
def _needs(standard: Standard) -> Needs:
    groups = {name: _required(standard, group.members) for name, group in standard.groups.items()}
    tables: dict[str, dict[str, frozenset[str]]] = {}
    for table in standard.tables.values():
        tables.setdefault(table.group, {})[table.name] = _required(standard, table.members) | {"id"}
    return Needs({name: needed for name, needed in groups.items() if needed}, tables)


def _required(standard: Standard, members: Mapping[str, Field | Table]) -> frozenset[str]:
    return frozenset(name for name, member in members.items() if standard.always_requires(member))
