"""The dated list of allowed algorithms (data/algorithms.toml), asked by date."""

from __future__ import annotations

import tomllib
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from ccvc.standard.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

Purpose = Literal["jws", "jwe_key", "jwe_content", "certificate", "public_key", "digest"]

_FILE = Path(__file__).parent / "data" / "algorithms.toml"


_HERE = ZoneInfo("Asia/Ho_Chi_Minh")
YEARS = range(2, 9999)  # in the first and the last year some clock has no date for a moment


def local(at: datetime) -> datetime:
    """The same moment by the clock of Vietnam, for people."""
    return at.astimezone(_HERE)


def told(at: datetime) -> bool:
    """Whether a moment is aware and every clock can tell it."""
    return at.tzinfo is not None and at.year in YEARS


def day(at: datetime) -> date:
    """The date in Vietnam at a moment: the lists and the law count days there."""
    return local(at).date()


def today() -> date:
    """The date in Vietnam now."""
    return day(datetime.now(UTC))


@dataclass(frozen=True)
class Algorithm:
    """One row: a named algorithm, what it may be used for, from and until when (both days included)."""

    purpose: str
    name: str
    valid_from: date
    basis: str
    certainty: str
    valid_to: date | None = None

    def in_force(self, on: date) -> bool:
        """Whether the row holds on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True)
class AllowList:
    """The rows of one file, in its order."""

    algorithms: tuple[Algorithm, ...]

    def names(self, purpose: Purpose, on: date) -> tuple[str, ...]:
        """Names allowed for a purpose on a day, preferred first."""
        return tuple(a.name for a in self.algorithms if a.purpose == purpose and a.in_force(on))

    def allows(self, purpose: Purpose, name: str, on: date) -> bool:
        """Whether this algorithm may be used for this purpose on this day."""
        return name in self.names(purpose, on)

    def choose(self, purpose: Purpose, on: date) -> str:
        """The preferred algorithm of that day; Problem SIG-ALGORITHM if none is in force."""
        names = self.names(purpose, on)
        if not names:
            raise Problem("SIG-ALGORITHM", where=purpose, algorithm=purpose, on=f"{on:%d/%m/%Y}")
        return names[0]


def load(path: Path) -> AllowList:
    """Read a list from a TOML file; TypeError on a key that is not declared."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["algorithm"]
    return AllowList(tuple(Algorithm(**row) for row in rows))


@cache
def _default() -> AllowList:
    return load(_FILE)


_current: ContextVar[AllowList | None] = ContextVar("allow_list", default=None)


def current() -> AllowList:
    """The list in use."""
    return _current.get() or _default()


@contextmanager
def using(allow_list: AllowList) -> Iterator[None]:
    """Judge by another list inside the block: to rehearse the day on which an algorithm ends."""
    token = _current.set(allow_list)
    try:
        yield
    finally:
        _current.reset(token)
