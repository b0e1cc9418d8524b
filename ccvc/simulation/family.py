"""The family group of a document: parents, spouse, children, brothers and sisters, parents of the spouse."""

# ruff: noqa: PLR2004  (chances and ages of the model are read best where they are drawn)

from __future__ import annotations

from typing import Any

from ccvc.simulation import names
from ccvc.simulation.life import Life
from ccvc.simulation.names import FEMALE, MALE
from ccvc.simulation.places import pick, places_of_old
from ccvc.simulation.wheels import Random, wheel

Row = dict[str, Any]

YEAR = 12
OWN, SPOUSE = "1", "2"
FATHER, MOTHER, WIFE, HUSBAND, CHILD, BROTHER, SISTER, YOUNGER = (
    "01",
    "02",
    "05",
    "06",
    "07",
    "09",
    "10",
    "11",
)
PARENTS_OF_SPOUSE = {MALE: ("12", "13"), FEMALE: ("14", "15")}
LIVING, DEAD, MARTYR = "1", "2", "3"
RETIRED_AT, SCHOOL_AT, WORK_AT = 60, 6, 22
MOTHER_LEAST = 18

OLD_WORK = {
    MALE: wheel({"Hưu trí": 46, "Làm ruộng": 46, "Buôn bán nhỏ": 8}, 256),
    FEMALE: wheel({"Hưu trí": 38, "Làm ruộng": 38, "Nội trợ": 14, "Buôn bán nhỏ": 10}, 256),
}
WORK = wheel(
    {
        "Giáo viên": 16, "Công chức": 12, "Viên chức": 8, "Công nhân": 14, "Làm ruộng": 18, "Y tá": 3,
        "Nhân viên văn phòng": 9, "Bộ đội": 4, "Công an": 3, "Kỹ sư": 6, "Lái xe": 5,
        "Kinh doanh tự do": 14,
    },
    512,
)  # fmt: skip
CHILDREN = wheel({0: 5, 1: 27, 2: 58, 3: 10}, 256)
SIBLINGS = {
    True: wheel({0: 2, 1: 10, 2: 24, 3: 30, 4: 34}, 256),
    False: wheel({0: 10, 1: 44, 2: 30, 3: 16}, 256),
}
BIG_FAMILIES_BEFORE = 1985


def family(random: Random, life: Life, today: int) -> dict[str, Any]:
    """The family group of a document."""
    told = _Family(random, life, today // YEAR)
    mother = told.parents()
    if life.married:
        told.marriage()
    told.siblings(mother)
    return {"relatives": told.rows}


class _Family:
    """Relatives being told of, in the order of the form."""

    def __init__(self, random: Random, life: Life, year: int) -> None:
        self.random = random
        self.life = life
        self.year = year
        self.rows: list[Row] = []
        self.named = {life.name}

    def parents(self) -> int:
        """Father and mother; gives the mother's year of birth."""
        random, life = self.random, self.life
        father = life.born - 22 - int(random() * 15)
        mother = life.born - MOTHER_LEAST - 1 - int(random() * 13)
        row = self.add(OWN, FATHER, MALE, father, family=life.family, ethnic=life.ethnic)
        row["home_town"] = pick(random, places_of_old(life.origin))
        maiden = names.family_name(random, life.ethnic, life.region)
        self.add(OWN, MOTHER, FEMALE, mother, family=maiden, ethnic=life.ethnic)
        return mother

    def marriage(self) -> None:
        """Spouse, the children since the wedding, the spouse's parents."""
        random, life = self.random, self.life
        man, wedding = life.sex == MALE, life.married // YEAR
        ethnic = life.ethnic if random() < 0.93 else names.KINH
        theirs = names.family_name(random, ethnic, life.region)
        apart = int(random() * 6) - 1
        born = min(life.born + (apart if man else -apart), wedding - MOTHER_LEAST)
        spouse = (WIFE, FEMALE) if man else (HUSBAND, MALE)
        self.add(OWN, *spouse, born, family=theirs, ethnic=ethnic)
        self.children(wedding, life.family if man else theirs)
        father_in_law, mother_in_law = PARENTS_OF_SPOUSE[life.sex]
        parent = born - 23 - int(random() * 12)
        self.add(SPOUSE, father_in_law, MALE, parent, family=theirs, ethnic=ethnic)
        maiden = names.family_name(random, ethnic, life.region)
        self.add(SPOUSE, mother_in_law, FEMALE, parent + int(random() * 4), family=maiden, ethnic=ethnic)

    def children(self, wedding: int, family_name: str) -> None:
        """Children from the year after the wedding on, who bear their father's family name."""
        random = self.random
        born = wedding + 1 + int(random() * 2)
        for _ in range(CHILDREN[int(random() * len(CHILDREN))]):
            if born >= self.year:
                break
            sex = MALE if random() < 0.52 else FEMALE
            self.add(OWN, CHILD, sex, born, family=family_name, ethnic=self.life.ethnic)
            born += 2 + int(random() * 4)

    def siblings(self, mother: int) -> None:
        """Brothers and sisters, born while the mother could."""
        random, life = self.random, self.life
        numbers = SIBLINGS[life.born < BIG_FAMILIES_BEFORE]
        for _ in range(numbers[int(random() * len(numbers))]):
            sex = MALE if random() < 0.51 else FEMALE
            born = max(life.born - 6 + int(random() * 12), mother + MOTHER_LEAST)
            born = life.born + 2 if born == life.born else born
            relationship = YOUNGER if born > life.born else BROTHER if sex == MALE else SISTER
            self.add(OWN, relationship, sex, born, family=life.family, ethnic=life.ethnic)

    def add(self, side: str, relationship: str, sex: str, born: int, *, family: str, ethnic: str) -> Row:
        """Tell of one relative."""
        random, age = self.random, self.year - born
        name = names.full_name(random, sex, born, ethnic, family)
        if name in self.named:
            name = names.full_name(random, sex, born, ethnic, family)
        self.named.add(name)
        dead = age > 55 and random() < (age - 52) / 60
        row: Row = {
            "id": f"r{len(self.rows) + 1}",
            "side": side,
            "relationship": relationship,
            "full_name": name,
            "birth_year": str(born),
            "living": DEAD if dead else LIVING,
        }
        if not dead:
            row["occupation"] = _occupation(random, age, sex)
        self.rows.append(row)
        return row


def _occupation(random: Random, age: int, sex: str) -> str:
    if age >= RETIRED_AT:
        old = OLD_WORK[sex]
        return old[int(random() * len(old))]
    if age >= WORK_AT:
        return WORK[int(random() * len(WORK))]
    if age >= SCHOOL_AT:
        return "Sinh viên" if age > 17 else "Học sinh"
    return "Còn nhỏ"
