"""What check() finds: a code of the catalogue, the place, a sentence, and how heavy it weighs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ccvc.standard.problems import Language, words
from ccvc.standard.versions import current

Severity = Literal["error", "warning"]

NAMES = frozenset({"label", "earlier", "codes", "given"})
"""What a sentence fills in from the standard, and so has in English."""

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
    params: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def message(self, lang: Language = "vi") -> str:
        """Say it in a language."""
        if lang == "vi":
            return self.message_vi
        english = current().english
        given = {
            name: english.get(v, v) if name in NAMES and isinstance(v, str) else v
            for name, v in self.params.items()
        }
        return words(self.code).en.format(**given)


def finding(code: str, path: str, value: Any = None, **params: Any) -> Finding:
    """Build a finding whose words stand in the catalogue of problems."""
    message = words(code).vi.format(**params)
    return Finding(code, path, message, "warning" if code in WARNINGS else "error", value, params)
