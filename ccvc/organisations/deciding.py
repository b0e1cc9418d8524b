"""What a room above that decides on people lends this one: the decisions that follow from a reorganisation.

`decisions` registers itself from its `AppConfig.ready`; on a node without such a room nothing is decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ccvc.access.domain import Subject
from ccvc.organisations.models import Reorganisation


class Deciding(Protocol):
    """Drafts that follow from a reorganisation; `template` shows what `shown` tells."""

    template: str

    def shown(self, subject: Subject, made: Reorganisation) -> Mapping[str, Any]:
        """What the subject may know of them; empty where that is nothing."""


_registered: list[Deciding] = []


def register_deciding(deciding: Deciding) -> None:
    """Called once by the room that decides."""
    _registered.append(deciding)


def following(subject: Subject, made: Reorganisation) -> Mapping[str, Any]:
    """What is shown of decisions beside a reorganisation, with the template for it; empty where there is none."""
    for room in _registered:
        if found := room.shown(subject, made):
            return {**found, "template": room.template}
    return {}
