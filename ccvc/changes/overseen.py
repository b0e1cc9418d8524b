"""What rooms above have watched over with the work of this one: matters of notices, and what is late on their side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ccvc.access.domain import Subject
from ccvc.changes.procedures import RIGHTS


@dataclass(frozen=True, slots=True)
class Matter:
    """What a notice speaks of: in words, what is counted, and the page where it is seen to."""

    label: Any
    counted: Any
    address: str
    query: str = ""


@dataclass(frozen=True, slots=True)
class Overseen:
    """Something late that is not a change: a line on the page of late work, and the name of the page it leads to."""

    title: str
    note: str
    address: str


Watch = Callable[[Subject], list[Overseen]]

STEP_TEXT = {
    "check": _("Chờ kiểm tra"),
    "verify": _("Chờ thẩm định"),
    "approve": _("Chờ phê duyệt"),
}
CHANGES = _("đề nghị")
_matters: dict[str, Matter] = {
    step: Matter(STEP_TEXT[step], CHANGES, "changes:inbox", f"?step={step}") for step in RIGHTS
}
_watches: list[Watch] = []


def register_matter(name: str, matter: Matter) -> None:
    """Say what notices of a room above speak of; ValueError if another room already has."""
    if _matters.setdefault(name, matter) != matter:
        raise ValueError(f"notices of {name} already have their words")


def matter_of(name: str) -> Matter:
    """What notices of this name speak of."""
    return _matters[name]


def register_watch(watch: Watch) -> None:
    """Have the page of late work show what a room above finds late."""
    if watch not in _watches:
        _watches.append(watch)


def overseen(subject: Subject) -> list[Overseen]:
    """What rooms above find late that this person may know of."""
    return [one for watch in _watches for one in watch(subject)]
