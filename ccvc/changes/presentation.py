"""The way of a change for people: the four steps, who took them, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ccvc.changes.domain import STEP_LABELS
from ccvc.changes.models import Change, State, Step

WAY = ("declare", "check", "verify", "approve")
AWAITED = {State.PROPOSED: "check", State.CHECKED: "verify", State.VERIFIED: "approve"}


def way(change: Change, steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The steps of a change for `{% steps %}`; one sent back or withdrawn ends its way there."""
    taken = {step.step: step for step in steps}
    items = [_item(name, taken.get(name), AWAITED.get(State(change.state))) for name in WAY]
    ended = taken.get({State.RETURNED: "return", State.WITHDRAWN: "withdraw"}.get(State(change.state), ""))
    if ended is None:
        return items
    return [item for item in items if item["state"] == "done"] + [_done(ended) | {"state": "returned"}]


def _item(name: str, step: Step | None, awaited: str | None) -> dict[str, Any]:
    if step is not None:
        return _done(step)
    return {"label": STEP_LABELS[name], "state": "current" if name == awaited else "waiting"}


def _done(step: Step) -> dict[str, Any]:
    return {"label": step.label, "state": "done", "who": step.name, "at": step.at, "note": step.note}
