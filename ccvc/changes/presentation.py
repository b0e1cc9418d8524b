"""The way of a change for people: its steps, who took them and as what, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from ccvc.access.wording import role_name
from ccvc.changes.domain import STEP_LABELS, awaited
from ccvc.changes.models import Change, Confirmation, State, Step

ENDINGS = {State.RETURNED: ("return", "object"), State.WITHDRAWN: ("withdraw",)}


def way(change: Change, steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The steps of a change for `{% steps %}`; one sent back or withdrawn ends its way there."""
    standing = [step for step in steps if not step.undone]
    taken = {step.step: step for step in standing}
    items = [_item(name, taken.get(name), awaited(change.state)) for name in _names(change, taken)]
    ended = next((taken[name] for name in ENDINGS.get(State(change.state), ()) if name in taken), None)
    if ended is None:
        return items
    return [item for item in items if item["state"] == "done"] + [_done(ended) | {"state": "returned"}]


def _names(change: Change, taken: dict[str, Step]) -> list[str]:
    """The steps of its procedure; the person's confirmation where it was given or is asked for."""
    asked = change.confirmation == Confirmation.ASKED or "confirm" in taken
    return ["declare", *(["confirm"] if asked else []), *(rule.step for rule in change.terms.steps)]


def sent_back(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Steps that sent it back for another look, and what they undid."""
    return [_done(step) for step in steps if step.undone or step.step == "back"]


def _item(name: str, step: Step | None, awaited: str | None) -> dict[str, Any]:
    if step is not None:
        return _done(step)
    return {"label": STEP_LABELS[name], "state": "current" if name == awaited else "waiting"}


def _done(step: Step) -> dict[str, Any]:
    return {
        "label": step.label,
        "state": "done",
        "who": step.name,
        "at": step.at,
        "note": step.note,
        "as_what": as_what(step),
    }


def as_what(step: Step) -> str:
    """Role, capacity and delegation of a step, on one line."""
    parts = [role_name(step.role), str(step.capacity)]
    if step.entrusted_by:
        parts.append(_("theo ủy quyền của {name}").format(name=step.entrusted_by))
    return " · ".join(part for part in parts if part)
