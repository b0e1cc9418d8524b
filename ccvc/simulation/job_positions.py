"""Job positions of synthetic units: the code everybody holds, and what the position is. All reconstruction (R)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ccvc.simulation.life import Life
from ccvc.simulation.wheels import rows


@dataclass(frozen=True, slots=True)
class JobPosition:
    """A job position as a unit's file names it; held in a role by those of a profession or category (none: all)."""

    code: str
    name: str
    kind: str
    leadership: str
    role: str
    professions: frozenset[str]
    categories: frozenset[str]
    ranks: str
    criteria: str

    def is_of(self, life: Life) -> bool:
        """Whether somebody of this life holds it, unless one before it is theirs."""
        fits = not self.professions or life.profession.key in self.professions
        return fits and life.role == self.role and (not self.categories or life.category in self.categories)


@cache
def job_positions() -> tuple[JobPosition, ...]:
    """All of them; the first that fits is somebody's."""
    return tuple(
        JobPosition(
            **{
                **row,
                "professions": frozenset(row["professions"].split()),
                "categories": frozenset(row["categories"].split()),
            }  # type: ignore[arg-type]  # the other columns are texts
        )
        for row in rows("job_positions")
    )


def job_position(life: Life) -> str:
    """The code of the position of a life that has begun to serve."""
    return next(one.code for one in job_positions() if one.is_of(life))
