"""What check() finds: a code of the catalogue, the place, a Vietnamese sentence, and how heavy it weighs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from ccvc.standard.problems import words

Severity = Literal["error", "warning"]

WARNINGS = frozenset(
    {
        "STD-NFC",
        "STD-FIELD-CLOSED",
        "STD-NOT-CONVERTED",
        "STD-ROW-CODE-DATE",
        "STD-PERSONAL-ID-PROVINCE",
        "STD-PERSONAL-ID-SEX",
        "STD-PERSONAL-ID-YEAR",
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right (error) or to look at with evidence in hand (warning)."""

    code: str
    path: str
    message_vi: str
    severity: Severity
    value: Any = None


def finding(code: str, path: str, value: Any = None, **params: Any) -> Finding:
    """Build a finding whose words stand in the catalogue of problems."""
    message = words(code).vi.format(**params)
    return Finding(code, path, message, "warning" if code in WARNINGS else "error", value)
