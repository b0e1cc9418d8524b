"""People without a dossier, whom a recruitment opens one for: named by number, and known nowhere yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings

from ccvc.changes.models import PENDING, Change
from ccvc.decisions.models import Decision, DecisionPerson
from ccvc.dossiers.models import Custody, Dossier
from ccvc.registry import custody
from ccvc.standard.patterns import PERSONAL_ID
from ccvc.standard.problems import Problem

NUMBER, NAME = "personal_id", "full_name"
"""Names under which kinds that open dossiers ask for them."""
LONGEST_NAME = 150
MOST_TOLD = 5
_LINE = re.compile(r"^\W*(?P<number>\d{12})[\s,;:.–-]+(?P<name>\S.*)$")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody by number and name, as typed."""

    personal_id: str
    full_name: str


def read(text: str) -> list[Newcomer]:
    """People of a text, one a line: the number, then the name. Problem DEC-NEWCOMER names other lines."""
    found: dict[str, Newcomer] = {}
    wrong = []
    for place, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        match = _LINE.match(line.strip())
        name = " ".join(match["name"].split()).strip(",;\"'") if match else ""
        if match is None or not name or len(name) > LONGEST_NAME or match["number"] in found:
            wrong.append(str(place))
        else:
            found[match["number"]] = Newcomer(match["number"], name)
    if wrong or not found:
        raise Problem("DEC-NEWCOMER", where="newcomers", lines=", ".join(wrong[:MOST_TOLD]) or "1")
    return list(found.values())


def known(numbers: Iterable[str]) -> Mapping[str, Problem]:
    """Why no dossier may be opened for a number: DEC-KNOWN here, DEC-COMING, DEC-ELSEWHERE in another agency's care.

    The register is asked where this node holds it.
    """
    wanted = [number for number in numbers if re.match(PERSONAL_ID, number)]
    found: dict[str, Problem] = {}
    coming = Change.objects.filter(personal_id__in=wanted, kind="create", state__in=PENDING)
    for one in coming:
        found[str(one.personal_id)] = Problem("DEC-COMING", where="personal_id", number=one.personal_id)
    for held in custody.managed_by_numbers(wanted):
        if held.agency != settings.CCVC_AGENCY:
            number = str(held.personal_id)
            found[number] = Problem("DEC-ELSEWHERE", where="personal_id", number=number)
    for kept in Dossier.objects.filter(personal_id__in=wanted):
        code = "DEC-ELSEWHERE" if kept.custody == Custody.GONE else "DEC-KNOWN"
        found[str(kept.personal_id)] = Problem(code, where="personal_id", number=kept.personal_id)
    return found


def refuse_known(numbers: Iterable[str]) -> None:
    """The Problem of the first number somebody is known by, as `known` names them."""
    if found := known(numbers):
        raise next(iter(found.values()))


def faults(people: Iterable[DecisionPerson]) -> Mapping[str, str]:
    """What stands against opening a dossier, by number of whoever is to get one."""
    own = [one for one in people if not one.dossier_known and one.change_id is None]
    return {number: problem.message() for number, problem in known(one.personal_id for one in own).items()}


def refuse_opened(row: Decision) -> None:
    """At the signature: the Problem of whoever got a dossier, here or elsewhere, since the decision was submitted."""
    numbers = row.people.filter(dossier_known=False).values_list("personal_id", flat=True)
    others = {number: one for number, one in known(numbers).items() if one.code != "DEC-COMING"}
    if others:
        raise next(iter(others.values()))


def renamed(one: DecisionPerson) -> None:
    """The row of somebody without a dossier is called as its form says."""
    if not one.dossier_known:
        one.personal_id = str(one.cells.get(NUMBER) or "")[:12]
        one.full_name = str(one.cells.get(NAME) or one.full_name)
