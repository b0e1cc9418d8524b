"""The steps of a reorganisation as a decision names them: shape, and what each must say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from ccvc.organisations.domain.codes import Kind, parse_code
from ccvc.standard.problems import Problem

LONGEST = 300
REST = "*"
"""Whoever is not named: the unit that takes them over is the one a closed unit's people belong to."""
END = "end"
SEPARATORS = str.maketrans(";,\n\t", "    ")


class Act(StrEnum):
    """What a step does to a unit."""

    OPEN = "open"
    RENAME = "rename"
    MOVE = "move"
    MERGE = "merge"
    SPLIT = "split"
    SEPARATE = "separate"
    DISSOLVE = "dissolve"
    REOPEN = "reopen"


ACT_LABELS = {
    Act.OPEN: _("thành lập"),
    Act.RENAME: _("đổi tên"),
    Act.MOVE: _("chuyển cơ quan quản lý"),
    Act.MERGE: _("sáp nhập, hợp nhất vào"),
    Act.SPLIT: _("chia thành"),
    Act.SEPARATE: _("tách một phần sang"),
    Act.DISSOLVE: _("giải thể, bàn giao cho"),
    Act.REOPEN: _("lập lại"),
}
CLOSING = frozenset({Act.MERGE, Act.SPLIT, Act.DISSOLVE})
NEEDED: Mapping[Act, tuple[str, ...]] = {
    Act.OPEN: ("code", "name", "kind", "parent_code"),
    Act.RENAME: ("unit", "name"),
    Act.MOVE: ("unit", "parent_code"),
    Act.MERGE: ("unit", "into"),
    Act.SPLIT: ("unit", "into", "people"),
    Act.SEPARATE: ("unit", "into"),
    Act.DISSOLVE: ("unit", "into"),
    Act.REOPEN: ("key", "code", "name", "parent_code"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `unit` is a code of before; `into`, `code` and `parent_code` are codes as they are from the day on.

    `people`: REST, or personal identification numbers, of those who go to `into`. `key`: of a unit that stands again.
    `positions`: END where the job positions of a unit that ends do not go to whoever takes its people.
    """

    act: Act
    unit: str = ""
    into: str = ""
    code: str = ""
    name: str = ""
    kind: str = ""
    parent_code: str = ""
    administrative_code: str = ""
    people: str = ""
    key: str = ""
    positions: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """The people named."""
        return () if self.people == REST else tuple(self.people.translate(SEPARATORS).split())


COLUMNS = tuple(field.name for field in fields(Step))


def read_step(given: Mapping[str, Any]) -> Step:
    """A step from a row of a file. Raises ORG-STEP-ACT, ORG-STEP-LACKS, ORG-STEP-POSITIONS, ORG-CODE, ORG-KIND."""
    row = {name: " ".join(str(given.get(name) or "").split()) for name in COLUMNS}
    try:
        act = Act(row.pop("act").lower())
    except ValueError:
        raise Problem("ORG-STEP-ACT", where="act", acts=", ".join(Act)) from None
    if lacking := [name for name in NEEDED[act] if not row[name]]:
        raise Problem("ORG-STEP-LACKS", act=str(act), lacking=", ".join(lacking))
    for name in ("unit", "into", "code", "parent_code"):
        if row[name]:
            row[name] = parse_code(row[name])
    if row["positions"] not in {"", END}:
        raise Problem("ORG-STEP-POSITIONS", where="positions", given=row["positions"][:20])
    if row["kind"] and row["kind"] not in set(Kind):
        raise Problem("ORG-KIND", where="kind", kind=row["kind"][:40], kinds=", ".join(Kind))
    return Step(act, **{**row, "name": row["name"][:LONGEST]})


def as_row(step: Step) -> dict[str, str]:
    """A step as it is kept: only what it says."""
    return {name: str(value) for name, value in asdict(step).items() if value}
