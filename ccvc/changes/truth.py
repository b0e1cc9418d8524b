"""What people confirm of what is declared: texts with their basis, from `data/confirmation.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from ccvc.access.wording import language

TEXTS = Path(__file__).parent / "data" / "confirmation.toml"


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads(TEXTS.read_text(encoding="utf-8"))


def said(name: str) -> tuple[str, str]:
    """A text that is confirmed, in the language of the page, and its basis."""
    text = _texts()[name]
    return text[language()], text[f"basis_{language()}"]
