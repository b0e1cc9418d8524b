"""What is said about a file, a row or a cell. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from ccvc.intake.cells.results import Raw, text_of
from ccvc.intake.cells.texts import clean
from ccvc.standard.problems import Problem, words

Severity = Literal["error", "warning"]
SEEN_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: where it is as the person sees it (sheet, row, column letters), what is wrong, what to do.

    Row 0 speaks of the whole sheet or file.
    """

    code: str
    severity: Severity
    message: str
    next_step: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    path: str = ""
    label: str = ""
    cell: str = ""


def of_problem(problem: Problem, severity: Severity = "error", **place: Any) -> Finding:
    """A finding with the words of a problem."""
    return Finding(problem.code, severity, problem.message(), problem.next_step(), **place)


def seen(cell: Raw | None) -> str:
    """A cell as the person sees it, cut where it is long."""
    text = "" if cell is None else clean(text_of(cell))
    return text if len(text) <= SEEN_LENGTH else text[: SEEN_LENGTH - 1] + "…"


def next_step_of(code: str) -> str:
    """The next step of a declared code, where it needs no values; else empty."""
    text = words(code).next_vi
    return "" if "{" in text else text
