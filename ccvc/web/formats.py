"""Dates, numbers and sizes as people in Vietnam read them, in the active language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from ccvc.standard.problems import Language

Number = int | float | Decimal | str
PARTIAL_DATE_PARTS = {1: "{0}", 2: "{1}/{0}", 3: "{2}/{1}/{0}"}
MINUTE, HOUR, DAY = 60, 3600, 86400
RECENT_DAYS = 7


def is_english() -> bool:
    """Whether the active language is English; anything else reads Vietnamese."""
    return (get_language() or "vi").startswith("en")


def language() -> Language:
    """The active language as the standard names it."""
    return "en" if is_english() else "vi"


def number_text(value: Number | None, places: int | None = None) -> str:
    """`2073460` as `2.073.460` (English `2,073,460`), `"2.34"` as `2,34`; None is an empty text.

    Without `places` the decimals are kept as written; a text that is no number comes back unchanged.
    """
    if value is None or value == "":
        return ""
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return str(value)
    if places is not None:
        number = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{number:,f}"
    return text if is_english() else text.translate(str.maketrans(",.", ".,"))


def percent_text(share: Number | None, places: int = 1) -> str:
    """A share of one as per cent: `0.412` as `41,2%`."""
    if share is None or share == "":
        return ""
    return f"{number_text(Decimal(str(share)) * 100, places)}%"


def date_text(value: date | datetime | str | None) -> str:
    """`21/11/2026`; partial dates of the standard `1985`, `1985-03` as `1985`, `03/1985`; None is empty."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    parts = value.split("-")
    return PARTIAL_DATE_PARTS.get(len(parts), value).format(*parts)


def datetime_text(value: datetime | None) -> str:
    """`21/11/2026 14:05` in Vietnam's time; None is empty."""
    if value is None:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return local.strftime("%d/%m/%Y %H:%M")


def ago_text(value: datetime | None, now: datetime | None = None) -> str:
    """How long ago, in words up to a week, then the date; a moment to come is told as its date and time."""
    if value is None:
        return ""
    seconds = int(((now or timezone.now()) - value) / timedelta(seconds=1))
    if seconds < -MINUTE or seconds >= RECENT_DAYS * DAY:
        return datetime_text(value)
    if seconds < MINUTE:
        return gettext("vừa xong")
    if seconds < HOUR:
        return ngettext("{} phút trước", "{} phút trước", seconds // MINUTE).format(seconds // MINUTE)
    if seconds < DAY:
        return ngettext("{} giờ trước", "{} giờ trước", seconds // HOUR).format(seconds // HOUR)
    return ngettext("{} ngày trước", "{} ngày trước", seconds // DAY).format(seconds // DAY)


def bytes_text(size: int | None) -> str:
    """`3,4 MB`: decimal units, one decimal above a kilobyte."""
    if size is None:
        return ""
    amount = Decimal(size)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:  # noqa: PLR2004 - a thousand of each makes one of the next
            return f"{number_text(amount, 0 if unit == 'B' else 1)} {unit}"
        amount /= 1000
    return f"{number_text(amount, 1)} TB"


def initials(full_name: str) -> str:
    """Letters for a round mark: family name and given name, `Nguyễn Văn An` as `NA`."""
    words = full_name.split()
    if not words:
        return "?"
    return (words[0][0] + words[-1][0] if len(words) > 1 else words[0][0]).upper()
