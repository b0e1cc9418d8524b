"""How hand-overs are shown: tone of a state, the steps of the way with who did them and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ccvc.transfers.models import ENDED, State, Transfer
from ccvc.transfers.selectors import agency_names

TONES = {
    State.SWITCHED: "good",
    State.REFUSED: "bad",
    State.DENIED: "bad",
    State.LAPSED: "bad",
    State.WITHDRAWN: "neutral",
}
WAY = (State.OFFERED, State.OPENED, State.SEALED, State.ANSWERED, State.SWITCHED)


@dataclass(frozen=True, slots=True)
class Shown:
    """A hand-over with the names of its agencies."""

    row: Transfer
    giver: str
    receiver: str

    @property
    def label(self) -> str:
        """The state in words."""
        return str(State(self.row.state).label)

    @property
    def tone(self) -> str:
        """The state as a badge is coloured."""
        return TONES.get(State(self.row.state), "warn")


def shown(rows: Any) -> list[Shown]:
    """Hand-overs with names of agencies, asked for once."""
    names = agency_names()
    return [
        Shown(row, names.get(row.giver, row.giver), names.get(row.receiver, row.receiver)) for row in rows
    ]


def steps_of(row: Transfer) -> list[dict[str, Any]]:
    """The way of one hand-over, as the tag `steps` takes it."""
    ended = row.state in ENDED and row.state != State.SWITCHED
    reached = WAY.index(State(row.state)) if row.state in WAY else -1
    texts = {
        State.OFFERED: (_("Gửi đề nghị"), row.begun_by_name, row.begun_at),
        State.OPENED: (_("Nút quốc gia nhận đề nghị"), "", None),
        State.SEALED: (_("Hồ sơ niêm phong đến nơi"), "", None),
        State.ANSWERED: (_("Cơ quan nhận trả lời"), row.answered_by_name, None),
        State.SWITCHED: (_("Chuyển quản lý, hai bên có biên nhận"), "", row.ended_at),
    }
    found = [
        {
            "label": label,
            "state": _look(place, reached, row),
            "who": who,
            "at": at if place <= reached or place == 0 else None,
        }
        for place, (label, who, at) in enumerate(texts[state] for state in WAY)
    ]
    if ended:
        label = str(State(row.state).label)
        found = [found[0], {"label": label, "state": "returned", "who": "", "at": row.ended_at}]
    return found


def _look(place: int, reached: int, row: Transfer) -> str:
    if place <= reached:
        return "done"
    return "current" if place == reached + 1 and row.is_open else "waiting"
