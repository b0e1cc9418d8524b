"""A row without a number and the dossiers it may be of, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ccvc.intake.models import Intake, Likeness, Match
from ccvc.intake.selectors.review import Asked
from ccvc.intake.shapes.parts import shown
from ccvc.standard.reading import value_at

_TABS = {
    "": _("Tất cả"),
    "certain": _("Chắc chắn, chờ xác nhận"),
    "possible": _("Cần xem"),
    "chosen": _("Đã chọn hồ sơ"),
    "none": _("Không phải ai"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One dossier's value of one field; `mark`: agree, differ, or empty where nothing can be said."""

    value: Any
    mark: str


@dataclass(frozen=True, slots=True)
class Line:
    """One field: what the row says, and what each dossier says."""

    path: str
    said: Any
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One dossier that may be chosen."""

    key: UUID
    name: str
    number: str
    agrees: tuple[str, ...]
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowSeen:
    """One row: its lines, its choices, and which of them is chosen ("none": nobody, "": not yet)."""

    match: Match
    number: int
    name: str
    lines: tuple[Line, ...]
    choices: tuple[Choice, ...]
    chosen: str
    certain: bool


def row(asked: Asked, typed: Mapping[str, str]) -> RowSeen:
    """How a row is shown; what was chosen on the page stays chosen."""
    match = asked.match
    choices = tuple(
        Choice(
            one.dossier.key,
            str(value_at(one.document, "identity.full_name") or ""),
            one.dossier.personal_id or "",
            one.compared.agrees,
            one.compared.differs,
        )
        for one in asked.candidates
    )
    lines = tuple(
        Line(path, value_at(asked.said, path), tuple(_side(path, one) for one in asked.candidates))
        for path in asked.fields
    )
    before = next((str(one.dossier.key) for one in asked.candidates if one.preselected), "")
    if match.decided_at and match.chosen is None:
        before = "none"
    chosen = typed.get(f"choice-{match.row}", before)
    name = asked.name or str(value_at(asked.said, "identity.full_name") or "")
    certain = match.likeness == Likeness.CERTAIN
    return RowSeen(match, shown(match.row), name, lines, choices, chosen, certain)


def _side(path: str, one: Any) -> Side:
    mark = "agree" if path in one.compared.agrees else "differ" if path in one.compared.differs else ""
    return Side(value_at(one.document, path), mark)


def review_tabs(intake: Intake, counts: Mapping[str, int]) -> list[dict[str, str | int | Promise]]:
    """The states of rows as tabs, each with its count."""
    url = reverse("intake:review", args=[intake.pk])
    numbers = {**counts, "": sum(counts.values())}
    return [
        {"key": name, "label": label, "url": f"{url}?state={name}" if name else url, "count": numbers[name]}
        for name, label in _TABS.items()
    ]
