"""What calendars hold: days on which people of a list come due, by number alone, and a person's own days."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from ccvc.access.domain import Right, Subject
from ccvc.access.selectors import subject_of
from ccvc.accounts.models import User
from ccvc.worklists.domain import WorkList, until_of
from ccvc.worklists.models import Wish
from ccvc.worklists.selectors.lists import Asked, told, within

BACK = timedelta(days=90)
"""For how long a missed day stays in a calendar."""
AHEAD = "24"


@dataclass(frozen=True, slots=True)
class Day:
    """So many people of a list come due on a day."""

    work: WorkList
    day: date
    people: int


def days_of(subject: Subject, works: Iterable[WorkList], on: date) -> list[Day]:
    """The days of lists for the months to come and those lately missed, in order; nobody is named."""
    if not subject.may(Right.WORKLIST_SEE):
        return []
    units, found = within(subject), []
    for work in works:
        asked = Asked(on, period=work.period if work.ahead else AHEAD)
        due = told(work, units, asked).filter(day__gte=on - BACK, day__lte=until_of(AHEAD, on))
        counted = due.values_list("day", "person")
        by_day: dict[date, int] = {}
        for day, _person in counted:
            by_day[day] = by_day.get(day, 0) + 1
        found += [Day(work, day, people) for day, people in sorted(by_day.items())]
    return found


def reader_of(secret: str) -> Subject | None:
    """Whose private calendar address this is; None where nobody's, or whose account is closed."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    wish = Wish.objects.filter(calendar=digest).first() if secret else None
    user = User.objects.filter(pk=wish.user_id, is_active=True).first() if wish else None
    return subject_of(user) if user else None
