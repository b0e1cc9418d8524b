"""Places as written, with the code of the province where the last part names one.

The district level ended and 63 provinces became 34 on 1 July 2025 (NQ 202/2025/QH15; Luật 72/2025/QH15): a
place written with a district is read by the list of before that day.
"""

from __future__ import annotations

import re
from datetime import date

from ccvc.intake.cells.results import Raw, text_of
from ccvc.intake.cells.texts import clean
from ccvc.standard.codes import Code, Codes
from ccvc.standard.fields import Standard
from ccvc.standard.patterns import PLACE_LIST

LAST_DAY_OF_DISTRICTS = date(2025, 6, 30)
_PARTS = re.compile(r"\s*[,;–]\s*|\s+-\s+")
_KIND = re.compile(r"^(?:tỉnh|thành phố|tp\.?|t\.)\s*", re.IGNORECASE)
_DISTRICT = re.compile(r"^(?:huyện|quận|thị xã|thành phố|tp\.?|h\.|q\.|tx\.?)\s*\S", re.IGNORECASE)


class Places:
    """Knows the provinces of every time."""

    def __init__(self, declared: Standard) -> None:
        self._codes: Codes | None = declared.codes.get(PLACE_LIST)
        self._known: dict[tuple[str, bool], Code | None] = {}

    def to_place(self, raw: Raw) -> dict[str, str]:
        """{"text"} as written, with "code" and "code_date" (a day the code held) of a known province."""
        text = " ".join(clean(text_of(raw)).split())
        *before, last = _PARTS.split(text)
        row = self._province(last, old=any(_DISTRICT.match(part) for part in before))
        if row is None:
            return {"text": text}
        day = row.valid_to or row.valid_from
        return {"text": text, "code": row.code, "code_date": day.isoformat()} if day else {"text": text}

    def _province(self, name: str, *, old: bool) -> Code | None:
        key = (name, old)
        if key not in self._known:
            self._known[key] = self._look_up(name, LAST_DAY_OF_DISTRICTS if old else None)
        return self._known[key]

    def _look_up(self, name: str, on: date | None) -> Code | None:
        """The row that bears the name on the day; else the newest that ever did."""
        if self._codes is None or name.isdecimal():
            return None
        for written in (name, _KIND.sub("", name)):
            for day in (on, None):
                code = self._codes.find(written, day)
                if code is not None:
                    return self._row(code, written, day)
        return None

    def _row(self, code: str, written: str, on: date | None) -> Code | None:
        """The row of the code that bears the name: codes of 1 July 2025 had other meanings before."""
        rows = [row for row in self._codes or () if row.code == code and (on is None or row.in_force(on))]
        rows.sort(key=lambda row: row.valid_from or date.min, reverse=True)
        return next((row for row in rows if Codes("", "", "", (row,)).find(written)), None)
