"""The two times a page of this room is asked for: the day, and what was known by the end of another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import urlencode

from ccvc import standard
from ccvc.standard.problems import Problem

LONGEST = 20


@dataclass(frozen=True, slots=True)
class Times:
    """The day, and the day by whose end it was known; None: as known now."""

    on: date
    known_on: date | None = None

    @property
    def known(self) -> datetime | None:
        """The moment of knowledge, in Vietnam; None: now."""
        return timezone.make_aware(datetime.combine(self.known_on, time.max)) if self.known_on else None

    @property
    def query(self) -> str:
        """The parameters of an address that asks the same."""
        known = {"known": self.known_on.isoformat()} if self.known_on else {}
        return urlencode({"on": self.on.isoformat(), **known})


def asked(request: HttpRequest) -> Times:
    """The times in the address; today, as known now, where none are. Raises ORG-DATE."""
    on, known = (_day(request.GET.get(name, "").strip()[:LONGEST], name) for name in ("on", "known"))
    return Times(on or timezone.localdate(), known)


def _day(text: str, name: str) -> date | None:
    day = standard.read_day(text) if text else None
    if text and day is None:
        raise Problem("ORG-DATE", where=name, given=text)
    return day
