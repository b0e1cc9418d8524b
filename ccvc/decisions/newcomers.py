"""People without a dossier, whom a recruitment opens one for: named by number, and known nowhere yet."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar
from uuid import UUID

from django.conf import settings

from ccvc.access.actions import record_look
from ccvc.access.domain import Right, Subject
from ccvc.changes.models import PENDING, Change
from ccvc.decisions.models import Decision, DecisionPerson
from ccvc.dossiers.models import Dossier
from ccvc.dossiers.selectors import by_personal_ids
from ccvc.registry import custody
from ccvc.standard.patterns import PERSONAL_ID
from ccvc.standard.problems import Problem

NUMBER, NAME = "personal_id", "full_name"
"""Names under which kinds that open dossiers ask for them."""
LONGEST_NAME = 150
MOST_TOLD = 5
TOLD = frozenset({"DEC-KNOWN", "DEC-TAKEN"})
"""Refusals that tell of a number that somebody has it."""
ASKING = "Hỏi số định danh cá nhân khi soạn quyết định"
P = ParamSpec("P")
R = TypeVar("R")
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


def taken(numbers: Iterable[str], besides: Collection[UUID] = ()) -> Mapping[str, UUID]:
    """Numbers for which no dossier may be opened, with whose each is: kept here, in another agency's care, or coming.

    The register is asked where this node holds it; `besides` are requests to open one that are the decision's own.
    """
    wanted = [number for number in numbers if re.match(PERSONAL_ID, number)]
    coming = Change.objects.filter(personal_id__in=wanted, kind="create", state__in=PENDING)
    found = dict(coming.exclude(pk__in=besides).values_list("personal_id", "person_key"))
    found |= {
        held.personal_id: held.key
        for held in custody.managed_by_numbers(wanted)
        if held.agency != settings.CCVC_AGENCY
    }
    found |= dict(Dossier.objects.filter(personal_id__in=wanted).values_list("personal_id", "key"))
    return {str(number): key for number, key in found.items()}


def refuse_taken(subject: Subject, numbers: Iterable[str], besides: Collection[UUID] = ()) -> None:
    """DEC-KNOWN for people the subject may decide on here; DEC-TAKEN for all others, whichever way they are known.

    Stands within `looks_recorded`.
    """
    if not (found := taken(numbers, besides)):
        return
    near = by_personal_ids(subject, list(found), right=Right.DECISION_DRAFT)
    told = [number for number in found if number in near] or list(found)
    code = "DEC-KNOWN" if told[0] in near else "DEC-TAKEN"
    said = ", ".join([*told[:MOST_TOLD], *(["…"] if len(told) > MOST_TOLD else [])])
    raise Problem(code, where="personal_id", number=said, keys=[str(found[one]) for one in told[:MOST_TOLD]])


def looks_recorded(act: Callable[P, R]) -> Callable[P, R]:
    """An act of a subject, its first argument: being told that a number is taken is a look at whose it is, and is kept.

    Stands outside of the act's transaction, which the refusal rolls back.
    """

    @wraps(act)
    def acting(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return act(*args, **kwargs)
        except Problem as problem:
            keys, subject = problem.params.get("keys"), args[0]
            if problem.code in TOLD and isinstance(keys, list) and isinstance(subject, Subject):
                record_look(subject, map(UUID, keys), act="search", purpose=ASKING, detail=problem.code)
            raise

    return acting


def faults(people: Iterable[DecisionPerson]) -> Mapping[str, str]:
    """What stands against opening a dossier, by number of whoever is to get one; in the words said to everybody."""
    found = taken(_own(people))
    return {number: Problem("DEC-TAKEN", number=number).message() for number in found}


def record_faults(subject: Subject, people: Iterable[DecisionPerson]) -> None:
    """Record that somebody is shown of these people whose number is taken."""
    record_look(subject, taken(_own(people)).values(), act="search", purpose=ASKING, detail="DEC-TAKEN")


def _own(people: Iterable[DecisionPerson]) -> list[str]:
    return [one.personal_id for one in people if not one.dossier_known and one.change_id is None]


def refuse_named(subject: Subject, people: Iterable[DecisionPerson]) -> None:
    """Before submission: as `refuse_taken`, of everybody who is to get a dossier."""
    refuse_taken(subject, _own(people))


def refuse_opened(subject: Subject, row: Decision) -> None:
    """At the signature: as `refuse_taken`, of whoever got a dossier, here or elsewhere, since it was submitted."""
    people = row.people.filter(dossier_known=False).values_list("personal_id", "change_id")
    refuse_taken(subject, [number for number, _ in people], [change for _, change in people if change])


def renamed(one: DecisionPerson) -> bool:
    """The row of somebody without a dossier is called as its form says; whether that is another number."""
    if one.dossier_known:
        return False
    before, one.personal_id = one.personal_id, str(one.cells.get(NUMBER) or "")[:12]
    one.full_name = str(one.cells.get(NAME) or one.full_name)
    return one.personal_id != before
