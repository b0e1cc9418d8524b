"""The law on raises and retirement once more, written from the texts alone and by search: slow, plain, independent.

Nothing of `ccvc.rules` is used: its tables stand here by hand.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta

LONG, SHORT = ("A0", "A1", "A2.1", "A2.2", "A3.1", "A3.2"), ("B", "C1", "C2", "C3", "TV1", "TV7")
STEPS = {"A0": 10, "A1": 9, "A2.1": 8, "A2.2": 8, "A3.1": 6, "A3.2": 6} | dict.fromkeys(SHORT, 12)
EXTENDED = {
    ("CC", "HC1"): 6, ("CC", "HC2"): 6, ("CC", "HC5"): 12, ("CB", "HC1"): 6, ("CB", "HC2"): 6, ("CB", "HC5"): 12,
    ("VC", "HC1"): 3, ("VC", "HC2"): 6, ("VC", "HC5"): 12,
}  # fmt: skip
PARTY = {"D1": "HC1", "D2": "HC2", "D3": "HC5"}


def moved(day, months):
    """A day some months on, in a short month its last day."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def required(group, step, percent):
    """Months to hold what is held."""
    if step == STEPS[group] and percent:
        return 12
    return 36 if group in LONG else 24


def extension(category, causes, before):
    """Months of all that happened before a day: different matters are added, one matter counts by its discipline."""
    seen = [one for one in causes if one[1] < before]
    months = 0
    for form, on, matter in seen:
        if form == "failed":
            if not any(f != "failed" and o.year == on.year and m == matter for f, o, m in causes):
                months += 6
        elif form in PARTY:
            if not any(f in {"HC1", "HC2", "HC5"} and m == matter for f, _, m in causes):
                months += EXTENDED[category, PARTY[form]]
        else:
            months += EXTENDED[category, form]
    return months


def lost(periods, works):
    """Months not counted: whole months of each period, then 22 working days a month, 11 one more."""
    days = {first + timedelta(days=n) for first, last in periods for n in range((last - first).days + 1)}
    months = rest = 0
    while days:
        start = day = min(days)
        while day in days:
            days.discard(day)
            day += timedelta(days=1)
        whole = 0
        while moved(start, whole + 1) <= day:
            whole += 1
        months += whole
        cursor = moved(start, whole)
        while cursor < day:
            rest += works(cursor)
            cursor += timedelta(days=1)
    return months + rest // 22 + (rest % 22 >= 11)


def raise_due(career, works):
    """The first day on which the time is fulfilled, by trying every month."""
    need = required(career["group"], career["step"], career["percent"])
    known = {}
    for months in range(need, 1200):
        day = moved(career["since"], months)
        begun = tuple(period for period in career["absent"] if period[0] < day)
        if begun not in known:
            known[begun] = lost(begun, works)
        if need + extension(career["category"], career["causes"], day) + known[begun] <= months:
            return day
    raise AssertionError(career)


def retires(sex, year, month):
    """The month in which the age is reached, by asking each year's age of the roadmap; and the age in months."""
    first, step, last = (723, 3, 744) if sex == "1" else (664, 4, 720)
    old = 720 if sex == "1" else 660
    if (reached := moved(date(year, month, 1), old)).year < 2021:
        return reached, old
    for of in range(2021, 2100):
        age = min(first + step * (of - 2021), last)
        if (reached := moved(date(year, month, 1), age)).year == of:
            return reached, age
    raise AssertionError((sex, year, month))
