"""Who counts where: each person once, in the body that pays them, on every day from the first to the last.

Contracts are no headcount and stand on a line of their own. Who is seconded counts where they came from (NĐ
170/2025/NĐ-CP Điều 26 khoản 3); who holds a second post counts in the first. Last days are included.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

Line = Literal["civil_servants", "public_employees", "contracts"]
How = Literal["own", "seconded", "concurrent", "acting"]


@dataclass(frozen=True, slots=True)
class Post:
    """One person's place in a body: on which line, how, from which day to which (None: open)."""

    person: str
    body: str
    line: Line
    how: How = "own"
    first: date = date.min
    last: date | None = None

    def on(self, day: date) -> bool:
        """Whether it is held on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Count:
    """Assigned beside actual. `vacant` is below zero where a body is over: it is shown, not hidden."""

    actual: int
    contracts: int
    assigned: int | None = None

    @property
    def vacant(self) -> int | None:
        """Places free; None where nothing was assigned."""
        return None if self.assigned is None else self.assigned - self.actual


def count(posts: Iterable[Post], body: str, day: date, assigned: int | None = None) -> Count:
    """Who counts in a body on a day."""
    places = [place for place in where(posts, day).values() if place.body == body]
    contracts = sum(place.line == "contracts" for place in places)
    return Count(len(places) - contracts, contracts, assigned)


def where(posts: Iterable[Post], day: date) -> dict[str, Post]:
    """The one place each person counts in on a day: their own post; of several the one that began last."""
    own = [post for post in posts if post.how == "own" and post.on(day)]
    return {post.person: post for post in sorted(own, key=_order)}


def _order(post: Post) -> tuple[bool, date]:
    return (post.line != "contracts", post.first)
