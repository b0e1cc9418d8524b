"""The limits of synchronisation among what is watched over: words of its notices, its line on the page of late work."""

from __future__ import annotations

from django.utils.formats import localize
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ccvc.access.domain import Subject
from ccvc.changes.overseen import Matter, Overseen, register_matter, register_watch
from ccvc.exchange.actions.timing import MATTER
from ccvc.exchange.models import Delay
from ccvc.exchange.selectors.timeliness import Lag, seen_lag

ADDRESS = "exchange:status"


def register() -> None:
    """Plug both in."""
    counted = gettext_lazy("thay đổi đã phê duyệt")
    register_matter(MATTER, Matter(gettext_lazy("Đồng bộ lên nút quốc gia"), counted, ADDRESS))
    register_watch(late)


def late(subject: Subject) -> list[Overseen]:
    """The line of what is late, for who sees the exchange."""
    found = seen_lag(subject)
    return [Overseen(title_of(found), note_of(found), ADDRESS)] if found else []


def title_of(found: Lag) -> str:
    """How urgent, and how many."""
    look = Delay.Urgency(found.urgency).label
    return _("{look}: {number} thay đổi").format(look=look, number=localize(found.changes, use_l10n=True))


def note_of(found: Lag) -> str:
    """Since when, and what the law says."""
    since = f"{localtime(found.since):%d/%m/%Y %H:%M}"
    return _(
        "Phê duyệt từ {since} mà nút quốc gia chưa xác nhận đã nhận (Nghị định 27/2026/NĐ-CP, Điều 19)."
    ).format(since=since)
