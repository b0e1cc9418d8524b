"""The two times a page is asked for: known by the end of a day, or at an exact moment; valid on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from ccvc import standard
from ccvc.dossiers.selectors import Moment, settled
from ccvc.standard.problems import Problem

LONGEST = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks: known by the end of a day, or at an exact moment; valid on a day. None: now, today."""

    known_on: date | None = None
    known_at: datetime | None = None
    valid_on: date | None = None

    @property
    def past(self) -> bool:
        """Whether another moment than the present is asked for."""
        return self.known_at is not None or self.valid_on is not None

    @property
    def exact(self) -> str:
        """The moment as the address writes it, where it is no day."""
        return _iso(self.known_at) if self.known_at and not self.known_on else ""

    def moment(self) -> Moment:
        """Both times, the present where none is asked; knowledge no newer than what is complete."""
        known_at = settled() if self.known_at is None else min(self.known_at, settled())
        return Moment(known_at, self.valid_on or timezone.localdate())

    @property
    def query(self) -> dict[str, str]:
        """The parameters of an address that asks the same."""
        known = f"{self.known_on:%d/%m/%Y}" if self.known_on else self.exact
        valid = f"{self.valid_on:%d/%m/%Y}" if self.valid_on else ""
        return {name: value for name, value in (("known", known), ("valid", valid)) if value}


def asked(request: HttpRequest, *, suffix: str = "") -> Asked:
    """The times in the address; Problem DOS-DATE. `suffix` tells apart two pairs in one address."""
    known, valid = (request.GET.get(f"{name}{suffix}", "").strip()[:LONGEST] for name in ("known", "valid"))
    return Asked(standard.read_day(known) if known else None, _moment(known), _day(valid))


def _day(text: str) -> date | None:
    day = standard.read_day(text) if text else None
    if text and day is None:
        raise Problem("DOS-DATE", where=text)
    return day


def _moment(text: str) -> datetime | None:
    """The end of a day in Vietnam, or the exact moment a saved list names (ISO 8601 with its zone)."""
    if not text:
        return None
    if day := standard.read_day(text):
        return timezone.make_aware(datetime.combine(day, time.max))
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Problem("DOS-DATE", where=text)
    return moment


def exact(moment: Moment) -> dict[str, str]:
    """The parameters that ask for exactly this moment again."""
    return {"known": _iso(moment.known_at), "valid": moment.valid_on.isoformat()}


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
