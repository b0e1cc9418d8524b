"""Ages of people in service, within the dated retirement limits.

Normal retirement age: 60 years 3 months for men and 55 years 4 months for women in 2021, then 3 and 4 months
more each year up to 62 (2028) and 60 (2035): Labour Code 45/2019/QH14 Art. 169, Decree 135/2020/NĐ-CP Art. 4
(S). A person leaves at the end of the month in which the age of that year is reached. The pyramid is a
reconstruction (R).
"""

from __future__ import annotations

from functools import cache
from itertools import count

from ccvc.simulation.names import MALE
from ccvc.simulation.wheels import Random, wheel

YEAR = 12
YOUNGEST, OLDEST = 22, 61
FIRST_YEAR = 2021
START = {True: 60 * YEAR + 3, False: 55 * YEAR + 4}
GROWTH = {True: 3, False: 4}
END = {True: 62 * YEAR, False: 60 * YEAR}
LEADERS_FROM, LEADERS_SPAN = 35, 22

_BANDS = (
    (24, 1.0),
    (29, 2.2),
    (34, 3.6),
    (39, 4.3),
    (44, 4.2),
    (49, 3.2),
    (54, 2.2),
    (57, 1.6),
    (OLDEST, 1.1),
)
PYRAMID = wheel(
    {age: next(weight for end, weight in _BANDS if age <= end) for age in range(YOUNGEST, OLDEST + 1)}
)


def retirement_age(sex: str, year: int) -> int:
    """Months of age at which people of a sex retire in a year."""
    man = sex == MALE
    return min(END[man], START[man] + GROWTH[man] * max(0, year - FIRST_YEAR))


@cache
def retirement_month(sex: str, birth_month: int) -> int:
    """The last month of service of someone born in a month (both month numbers)."""
    start = birth_month + START[sex == MALE]
    return next(month for month in count(start) if month - birth_month >= retirement_age(sex, month // YEAR))


@cache
def earliest_birth(sex: str, today: int) -> int:
    """The month in which the oldest people still in service after today's month were born."""
    start = today - END[sex == MALE]
    return next(month for month in count(start) if retirement_month(sex, month) > today)


def birth_month(random: Random, sex: str, today: int, *, leader: bool, least_age: int) -> int:
    """A month of birth: of the pyramid, old enough for the post, not past retirement."""
    age = PYRAMID[int(random() * len(PYRAMID))]
    if leader and age < LEADERS_FROM:
        age = LEADERS_FROM + int(random() * LEADERS_SPAN)
    if age < least_age:
        age = least_age + int(random() * 3)
    born = today - age * YEAR - int(random() * YEAR) - 1
    first = earliest_birth(sex, today)
    return born if born >= first else first + int(random() * 8 * YEAR)
