"""Places as written, with the code of the most precise administrative unit they name for sure."""

from __future__ import annotations

from ccvc.intake.cells.results import Raw, text_of
from ccvc.intake.cells.texts import clean
from ccvc.standard import places
from ccvc.standard.fields import Standard


class Places:
    """Knows the administrative units of both times."""

    def __init__(self, declared: Standard) -> None:
        self._declared = declared

    def to_place(self, raw: Raw) -> dict[str, str]:
        """{"text"} as written, with "code" and "code_date" (a day the code held) of a unit that is recognised."""
        return places.coded(self._declared, " ".join(clean(text_of(raw)).split()))
