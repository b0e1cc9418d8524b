"""The laws a decision names as its grounds: those in force on the day it is decided, for whom it is about. Pure.

Laws and ordinances are named without number and issuer (NĐ 30/2020/NĐ-CP Phụ lục I mục II khoản 6).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

FILE = Path(__file__).parent / "data" / "laws.toml"


class Law(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One law as grounds name it: `ground` is what for, `categories` (empty: all) whom it speaks of, with its days."""

    ground: str
    text: str
    valid_from: date
    certainty: Literal["S", "K", "?"]
    valid_to: date | None = None
    categories: tuple[str, ...] = ()

    def meant(self, ground: str, categories: Iterable[str], on: date) -> bool:
        """Whether it is named for this ground, these people and this day."""
        whose = not self.categories or not set(self.categories).isdisjoint(categories)
        held = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        return self.ground == ground and whose and held


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    law: tuple[Law, ...]


@cache
def laws() -> tuple[Law, ...]:
    """Every law there is, in the order of the file."""
    return msgspec.toml.decode(FILE.read_bytes(), type=_File).law


def named(grounds: Sequence[str], categories: Iterable[str], on: date) -> list[str]:
    """The laws of these grounds on a day, each once, in the order of the grounds."""
    whose = set(categories)
    return list(dict.fromkeys(_named(grounds, whose, on)))


def _named(grounds: Sequence[str], categories: set[str], on: date) -> Iterator[str]:
    for ground in grounds:
        yield from (one.text for one in laws() if one.meant(ground, categories, on))
