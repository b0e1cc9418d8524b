"""Business acts of the intake room: open a file, read it, propose what it gives; or all in one."""

from __future__ import annotations

from ccvc.intake.actions.again import read_again
from ccvc.intake.actions.leaving import leave_fields, leave_rows
from ccvc.intake.actions.mapping import confirm_mapping
from ccvc.intake.actions.matching import decide, leave_rest, take_certain
from ccvc.intake.actions.opening import open_intake
from ccvc.intake.actions.proposing import ask_to_propose, give_up, propose
from ccvc.intake.actions.reading import Progress, read
from ccvc.intake.actions.taking import take_in

__all__ = [
    "Progress",
    "ask_to_propose",
    "confirm_mapping",
    "decide",
    "give_up",
    "leave_fields",
    "leave_rest",
    "leave_rows",
    "open_intake",
    "propose",
    "read",
    "read_again",
    "take_certain",
    "take_in",
]
