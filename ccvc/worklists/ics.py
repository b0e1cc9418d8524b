"""Calendar files by RFC 5545: all-day events with an alarm. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75
"""Octets of a line before it is folded (3.1)."""
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})


@dataclass(frozen=True, slots=True)
class Event:
    """Something on a day; `uid` stays the same however often it is told.

    `sequence` grows with each change, `since` is when it last changed; `cancelled`: it comes no more.
    """

    uid: str
    day: date
    summary: str
    text: str
    url: str = ""
    sequence: int = 0
    since: datetime | None = None
    cancelled: bool = False


def calendar(name: str, events: Iterable[Event], *, at: datetime, alarm_days: int) -> bytes:
    """A whole calendar; `at` is when it was made."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//CCVC//worklists//VI", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{_text(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT6H"]
    for one in events:
        lines += _event(one, at, alarm_days)
    return "".join(f"{_folded(line)}\r\n" for line in (*lines, "END:VCALENDAR")).encode()


def _event(one: Event, at: datetime, alarm_days: int) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(one.uid)}"
    yield f"DTSTAMP:{_moment(at)}"
    yield f"LAST-MODIFIED:{_moment(one.since or at)}"
    yield f"SEQUENCE:{one.sequence}"
    yield f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{one.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(one.summary)}"
    yield f"DESCRIPTION:{_text(one.text)}"
    if one.url:
        yield f"URL:{one.url}"
    yield "TRANSP:TRANSPARENT"
    yield f"STATUS:{'CANCELLED' if one.cancelled else 'CONFIRMED'}"
    if not one.cancelled:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:-P{alarm_days}D")
        yield from (f"DESCRIPTION:{_text(one.summary)}", "END:VALARM")
    yield "END:VEVENT"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """A value of type TEXT (3.3.11), without control characters."""
    kept = "".join(c for c in text if c == "\n" or c.isprintable())
    return kept.translate(ESCAPES)


def _folded(line: str) -> str:
    """Lines of at most 75 octets, never cut inside a character."""
    parts, size = [""], 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LONGEST_LINE:
            parts.append(" ")
            size = 1
        parts[-1] += letter
        size += octets
    return "\r\n".join(parts)
