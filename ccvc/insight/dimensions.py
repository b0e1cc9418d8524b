"""The declared dimensions: what the database groups by, what a found value counts as, how a value is asked for."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, lru_cache
from typing import Any

from django.db.models import Case, CharField, Expression, F, Q, Value, When

from ccvc import standard
from ccvc.insight.domain import DATA, UNSTATED, Key
from ccvc.standard import Standard

LEAP = (2, 29)


@dataclass(frozen=True)
class Dimension:
    """One way to divide people; `column` is the typed column it reads."""

    name: str
    label_vi: str
    label_en: str
    column: str

    def expression(self, on: date) -> Expression | F:  # noqa: ARG002 - ages ask for the day
        """What the database groups by."""
        return F(self.column)

    def code_of(self, found: Any) -> str:
        """The code a found value counts under; empty for none."""
        return "" if found is None else str(found)

    def keys(self, on: date) -> Sequence[Key]:
        """The values in their order; what nobody stated comes last."""
        raise NotImplementedError

    def asked(self, code: str, on: date) -> Q:  # noqa: ARG002 - ages ask for the day
        """The people who count under a code."""
        return Q(**{self.column: code})


@lru_cache(maxsize=64)
def folds(declared: Standard, code_list: str, fold: str) -> Mapping[str, str]:
    """Which code each code of a list counts as, by the list's column `fold`."""
    return {row.code: row.extra.get(fold) or row.code for row in declared.codes[code_list]}


@dataclass(frozen=True)
class CodeDimension(Dimension):
    """Codes of a list; with `fold`, the list's column that says which other code one counts as."""

    code_list: str
    fold: str = ""

    @property
    def _folds(self) -> Mapping[str, str]:
        return folds(standard.current(), self.code_list, self.fold)

    def code_of(self, found: Any) -> str:
        return self._folds.get(found, found or "")

    def keys(self, on: date) -> Sequence[Key]:
        codes = standard.current().codes[self.code_list]
        own = dict.fromkeys(row.code for row in codes if self._folds[row.code] == row.code)
        rows = [codes.get(code, on) or codes.get(code) for code in own]
        return [*(Key(row.code, row.label_vi, row.label_en) for row in rows if row), UNSTATED]

    def asked(self, code: str, on: date) -> Q:  # noqa: ARG002 - codes hold on every day
        return Q(**{f"{self.column}__in": [c for c, counted in self._folds.items() if counted == code]})


@dataclass(frozen=True)
class GroupDimension(Dimension):
    """Codes put together under names of their own."""

    groups: tuple[Mapping[str, Any], ...] = ()

    @cached_property
    def _group_of(self) -> Mapping[str, str]:
        return {code: group["key"] for group in self.groups for code in group["codes"]}

    def code_of(self, found: Any) -> str:
        return self._group_of.get(found, "")

    def keys(self, on: date) -> Sequence[Key]:  # noqa: ARG002 - groups hold on every day
        return [*(Key(g["key"], g["label_vi"], g["label_en"]) for g in self.groups), UNSTATED]

    def asked(self, code: str, on: date) -> Q:  # noqa: ARG002 - groups hold on every day
        return Q(**{f"{self.column}__in": [c for c, key in self._group_of.items() if key == code]})


@dataclass(frozen=True)
class AgeDimension(Dimension):
    """Bands of age in full years on a day. A partial birth date compares as the first day it may mean."""

    bands: tuple[Mapping[str, Any], ...] = ()

    def expression(self, on: date) -> Expression:
        whens = [When(self._within(place, on), then=Value(str(place))) for place in range(len(self.bands))]
        return Case(*whens, default=Value(None), output_field=CharField())

    def keys(self, on: date) -> Sequence[Key]:  # noqa: ARG002 - the bands are the same on every day
        named = enumerate(self.bands)
        return [*(Key(str(i), b["label_vi"], b["label_en"], b["short"]) for i, b in named), UNSTATED]

    def asked(self, code: str, on: date) -> Q:
        return (
            self._within(int(code), on) if code.isdecimal() and int(code) < len(self.bands) else Q(pk__in=[])
        )

    def _within(self, place: int, on: date) -> Q:
        """Born after the day on which one is a year too old, and not in a younger band."""
        condition = Q(**{f"{self.column}__isnull": False})
        if upto := self.bands[place].get("upto"):
            condition = Q(**{f"{self.column}__gt": born_by(upto + 1, on)})
        if place and (below := self.bands[place - 1].get("upto")):
            condition &= Q(**{f"{self.column}__lte": born_by(below + 1, on)})
        return condition


def born_by(age: int, on: date) -> str:
    """The last birthday of those who are at least this old on a day."""
    return f"{on.year - age:04d}-{on.month:02d}-{on.day:02d}"


@dataclass(frozen=True)
class AgencyDimension(Dimension):
    """Who manages: agencies at the national node, units at a component; the names are those of the day.

    `homes`: where those counted under a closed unit belong on the day.
    """

    names: tuple[Key, ...] = field(default=())
    homes: Mapping[str, str] = field(default_factory=dict)

    def code_of(self, found: Any) -> str:
        code = super().code_of(found)
        return self.homes.get(code, code)

    def keys(self, on: date) -> Sequence[Key]:  # noqa: ARG002 - given for the day
        return [*self.names, UNSTATED]

    def asked(self, code: str, on: date) -> Q:  # noqa: ARG002 - given for the day
        if all(key.code != code for key in self.names):
            return Q(pk__in=[])
        return Q(**{f"{self.column}__in": [code, *(one for one, home in self.homes.items() if home == code)]})


_KINDS: Mapping[str, Callable[..., Dimension]] = {
    "code": CodeDimension,
    "group": GroupDimension,
    "age": AgeDimension,
    "agency": AgencyDimension,
}


@cache
def declared() -> Mapping[str, Dimension]:
    """The dimensions by name, as `data/dimensions.toml` declares them."""
    data = tomllib.loads((DATA / "dimensions.toml").read_text(encoding="utf-8"))
    return {name: _dimension(name, dict(entry)) for name, entry in data.items()}


def _dimension(name: str, entry: dict[str, Any]) -> Dimension:
    kind = _KINDS[entry.pop("kind")]
    for many in ("bands", "groups"):
        if many in entry:
            entry[many] = tuple(entry[many])
    return kind(name=name, **{"column": "", **entry})
