"""Words for times and numbers on the register's pages."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import ngettext

MINUTE, HOUR, DAY = 60, 3600, 86400


def duration_words(length: timedelta) -> str:
    """How long, in the largest whole unit: `3 giờ`; less than a minute counts as one."""
    seconds = max(int(length.total_seconds()), MINUTE)
    if seconds < HOUR:
        return ngettext("{} phút", "{} phút", seconds // MINUTE).format(seconds // MINUTE)
    if seconds < DAY:
        return ngettext("{} giờ", "{} giờ", seconds // HOUR).format(seconds // HOUR)
    return ngettext("{} ngày", "{} ngày", seconds // DAY).format(seconds // DAY)


def masked(personal_id: str) -> str:
    """A personal number of which only the ends are shown."""
    return f"{personal_id[:3]}······{personal_id[-3:]}"
