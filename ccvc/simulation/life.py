"""The outline of one life: sex, birth, origin, schooling, entry into service, posts, pay, Party, marriage.

Everything the groups of a document tell later agrees because it is drawn here once, in the order of living.
"""

# ruff: noqa: PLR2004  (chances and ages of the model are read best where they are drawn)

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from ccvc.simulation import ages, names, pay
from ccvc.simulation.agencies import agency_title
from ccvc.simulation.degrees import Schooling, first_degree, further_degrees
from ccvc.simulation.names import FEMALE, MALE
from ccvc.simulation.pay import Pay, Plan
from ccvc.simulation.personal_ids import PersonalIds
from ccvc.simulation.places import birth_provinces, home_province
from ccvc.simulation.professions import CADRE, CONTRACT, Leaders, Post, Profession, Staffing, activity_of
from ccvc.simulation.units import UnitSpec
from ccvc.simulation.wheels import Random

YEAR = 12
HEAD, DEPUTY, LEAD, STAFF = "head", "deputy", "lead", ""
SERVED_IN_ARMY = 0.08
ARMY_MONTHS = 24
DISCIPLINED = 0.004
PROBATION = {"A": 12, "B": 6, "C": 6}
PROBATION_ENDED = {"CC": 2025 * YEAR + 6, "VC": 2026 * YEAR + 6}
"""No probation for civil servants recruited since 01/07/2025 (S), public employees since 01/07/2026 (?)."""

WOMEN_AMONG_HEADS = 0.62
DAYS = 28


@dataclass
class Setting:
    """What the people of one agency share."""

    agency_code: str
    today: int
    """Month number of the day people are as of."""
    units: dict[str, UnitSpec]
    ids: PersonalIds
    staff_number: int = 0

    @cached_property
    def home(self) -> str | None:
        """The old code of the agency's province; None for bodies of the centre."""
        return home_province(self.agency_code)

    @cached_property
    def title(self) -> str:
        """The agency that issues its decisions."""
        return agency_title(self.agency_code)

    @cached_property
    def origins(self) -> tuple[str, ...]:
        """Where its people come from."""
        return birth_provinces(self.home)

    @cached_property
    def sisters(self) -> dict[str, list[str]]:
        """Names of its units by activity: where people have worked before."""
        found: dict[str, list[str]] = {}
        for unit in self.units.values():
            found.setdefault(activity_of(unit), []).append(unit.name)
        return found


@dataclass(slots=True)
class Life:
    """One life in outline. Months are numbers (``days``), 0 where something never happened."""

    unit: UnitSpec
    activity: str
    profession: Profession
    organisation: str
    role: str
    post: Post | None
    staff_posts: tuple[Post | None, Post | None]
    sex: str
    birth_month: int
    birth_day: int
    born: int
    age: int
    origin: str
    region: str
    ethnic: str
    family: str
    name: str
    enlisted: int
    schooling: Schooling
    recruited: int
    category: str = ""
    probation_end: int = 0
    post_since: int = 0
    deputy_since: int = 0
    pay: Pay | None = None
    party: int = 0
    married: int = 0
    disciplined: int = 0
    discipline_form: str = ""
    political: str = "0"
    management: str = ""
    history: list[tuple[int, str, str]] = field(default_factory=list)


def live(
    random: Random, setting: Setting, unit: UnitSpec, staffing: Staffing, leaders: Leaders, *, role: str
) -> Life:
    """Draw one life for a place in a unit."""
    profession = _profession(random, staffing, role)
    today = setting.today
    sex = _sex(random, profession, role)
    least_age = 19 + (profession.study + 11) // YEAR
    leading = role in {HEAD, DEPUTY}
    birth = ages.birth_month(random, sex, today, leader=leading, least_age=least_age)
    origin = setting.origins[int(random() * len(setting.origins))]
    region = names.region(origin)
    groups = names.ethnic_groups(origin)
    ethnic = groups[int(random() * len(groups))]
    born = birth // YEAR
    family = names.family_name(random, ethnic, region)
    age = (today - birth) // YEAR
    in_army = sex == MALE and age > least_age + 4 and random() < SERVED_IN_ARMY
    later = ARMY_MONTHS if in_army else YEAR if age > least_age + 3 and random() < 0.14 else 0
    schooling = first_degree(random, profession, born, later)
    life = Life(
        unit=unit,
        activity=staffing.activity,
        profession=profession,
        organisation=staffing.organisation,
        role=role,
        post={HEAD: leaders.head, DEPUTY: leaders.deputy, LEAD: leaders.lead}.get(role),
        staff_posts=(leaders.deputy if role == HEAD else None, leaders.lead if leading else None),
        sex=sex,
        birth_month=birth,
        birth_day=1 + int(random() * DAYS),
        born=born,
        age=age,
        origin=origin,
        region=region,
        ethnic=ethnic,
        family=family,
        name=names.full_name(random, sex, born, ethnic, family),
        enlisted=schooling.start - ARMY_MONTHS if in_army else 0,
        schooling=schooling,
        recruited=_recruited(random, schooling.end, today, leading=leading),
    )
    _serve(random, setting, life)
    return life


def _profession(random: Random, staffing: Staffing, role: str) -> Profession:
    if role == STAFF:
        return staffing.professions[int(random() * len(staffing.professions))]
    return staffing.lead if role == LEAD else staffing.main


def _sex(random: Random, profession: Profession, role: str) -> str:
    """Women are fewer among heads than in the profession (R)."""
    women = (
        profession.women * WOMEN_AMONG_HEADS if role == HEAD and profession.women < 0.95 else profession.women
    )
    return FEMALE if random() < women else MALE


def _recruited(random: Random, graduated: int, today: int, *, leading: bool) -> int:
    """Within four years of graduation for most; some come later from other work."""
    share = random()
    gap = 1 + int(share * share * 42)
    if not leading and random() < 0.10:
        gap += int(random() * 84)
    return min(graduated + gap, max(graduated + 1, today - 2 - int(random() * 10)))


def _serve(random: Random, setting: Setting, life: Life) -> None:
    """Fill in the years of service: category, probation, degrees, posts, discipline, pay, Party, marriage."""
    profession, today, recruited = life.profession, setting.today, life.recruited
    life.category = _category(life)
    if profession.ladder:
        months = PROBATION[profession.ladder[0].group[0]]
        none = recruited >= PROBATION_ENDED[profession.category if profession.category == "CC" else "VC"]
        life.probation_end = recruited if none else recruited + months
    further_degrees(random, profession, life.schooling, recruited, today)
    if life.post:
        _take_posts(random, life, today)
    if not life.post and random() < DISCIPLINED and today - recruited > 6 * YEAR:
        life.disciplined = today - 3 - int(random() * 40)
        life.discipline_form = "HC1" if random() < 0.75 else "HC2"
    if profession.ladder:
        life.pay = pay.career(_plan(random, life, today), today)
    _join_party(random, life, today)
    _marry(random, life, today)
    _learn(random, life)


def _category(life: Life) -> str:
    """Heads and deputies of a commune's committee are cadres; staff follow the kind of their unit."""
    if life.profession.category == "unit":
        return "CC" if life.organisation == "3" else "VC"
    if life.post and life.unit.kind == "commune" and life.role in {HEAD, DEPUTY}:
        return CADRE
    return life.profession.category


def _take_posts(random: Random, life: Life, today: int) -> None:
    """Posts are taken after years of service; a head was mostly a deputy before."""
    served = today - life.recruited
    life.post_since = today - 2 - int(random() * max(1, min(9 * YEAR, served - 4 * YEAR)))
    life.post_since = max(life.post_since, life.recruited + 3)
    if life.role == HEAD and random() < 0.65 and life.post_since - life.recruited > 9 * YEAR:
        life.deputy_since = life.post_since - 3 * YEAR - int(random() * 3 * YEAR)


def _plan(random: Random, life: Life, today: int) -> Plan:
    profession, schooling = life.profession, life.schooling
    start = life.probation_end
    promotions: list[int] = []
    at = start
    for share, after in zip(profession.promoted, profession.after, strict=True):
        if random() >= share * (1.9 if life.role in {HEAD, DEPUTY} else 1.0):
            break
        at += after * YEAR + int(random() * 6 * YEAR)
        promotions.append(max(at, _qualified(life, at)))
        at = promotions[-1]
    delay = 6 if life.category == "CC" or life.discipline_form == "HC2" else 3
    merit = int(random() * 12) + 1 if random() < 0.12 else 0
    return Plan(
        start=start,
        step=1 + (schooling.first == "5" and profession.ladder[0].group == "B"),
        ladder=profession.ladder,
        promotions=tuple(promotions),
        early=merit,
        early_at=today - int(random() * 15 * YEAR) if merit else -1,
        delay=delay if life.disciplined else 0,
        delay_at=life.disciplined or -1,
    )


def _qualified(life: Life, month: int) -> int:
    """The month from which a promotion out of A0 or B is open: with a bachelor's degree."""
    if life.profession.ladder[0].group in {"A0", "B"}:
        return max(month, life.schooling.bachelor + 1) if life.schooling.bachelor else 1 << 30
    return month


def _join_party(random: Random, life: Life, today: int) -> None:
    """Members join before or in service, never before 18; leaders nearly all."""
    share = 0.97 if life.role in {HEAD, DEPUTY} else life.profession.party
    if life.age < 35:
        share *= 0.30 if life.age < 27 else 0.72
    if random() >= share:
        return
    adult = (life.born + 18) * YEAR + life.birth_month % YEAR + 1
    first = max(adult, life.recruited + 4 if random() < 0.85 else adult + 24)
    last = min(today - 1, (life.post_since or today) - 1)
    if first < last:
        span = random()
        life.party = first + int(span * span * min(last - first, 15 * YEAR))


def _marry(random: Random, life: Life, today: int) -> None:
    at = life.birth_month + (25 if life.sex == MALE else 23) * YEAR + int(random() * 8 * YEAR)
    if at < today and random() < 0.94:
        life.married = at


def _learn(random: Random, life: Life) -> None:
    """Political theory and state management, by post and rank."""
    luck = random()
    if life.role in {HEAD, DEPUTY}:
        life.political = "3" if luck < (0.55 if life.category in {"CC", CADRE} else 0.25) else "2"
    elif life.party:
        life.political = "2" if luck < 0.34 else "1" if luck < 0.86 else "0"
    else:
        life.political = "1" if luck < 0.30 else "0"
    if life.category in {"CC", CADRE} and life.pay:
        group = life.pay.rows[-1].rank.group[:2]
        life.management = {"A3": "4", "A2": "3", "A1": "2"}.get(group, "1")


def is_contract(life: Life) -> bool:
    """Whether someone works under a labour contract, outside the ranks."""
    return life.category == CONTRACT
