"""Which columns of a sheet say whose row it is, where there is no personal identification number. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from ccvc.intake.layout import BIRTH, KEY, NAME, PERSON, STAFF
from ccvc.intake.shapes.mapping import Shape, Use
from ccvc.intake.shapes.matching import COUNTERS
from ccvc.intake.shapes.words import key


def told(paths: Iterable[str], *, table: bool = True) -> bool:
    """Whether these fields tell the person: the number; name and birth date; in a table the staff number."""
    there = set(paths)
    return PERSON in there or {NAME, BIRTH} <= there or (table and STAFF in there)


def counter(uses: Iterable[Use]) -> Use | None:
    """The column that counts the rows, which may be how the sheets of a file refer to each other."""
    return next((u for u in uses if u.path in ("", KEY) and key(u.heading) in COUNTERS), None)


def by_counter(uses: Sequence[Use]) -> list[Use]:
    """The uses, with the counter taken for the key of the rows; somebody must confirm that."""
    found = counter(uses)
    return [msgspec.structs.replace(u, path=KEY, confidence="guess") if u is found else u for u in uses]


def keyed(shape: Shape) -> Shape:
    """A shape of persons whose counter is the key that a table of the file refers to."""
    if shape.confirmed or any(use.path == KEY for use in shape.columns):
        return shape
    return msgspec.structs.replace(shape, columns=by_counter(shape.columns))
