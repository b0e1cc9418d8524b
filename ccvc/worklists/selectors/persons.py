"""One person's milestones, told anew from the dossier with reasons: to who reaches them, and to themselves."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from ccvc.access.domain import Right, Subject
from ccvc.dossiers import selectors as dossiers
from ccvc.rules.milestones import Milestone, milestones
from ccvc.rules.raises import Standing
from ccvc.standard.reading import value_at
from ccvc.worklists.domain import WorkList, lists
from ccvc.worklists.selectors.lists import Asked, answered, open_lists

OWN = ("raise", "retirement", "term", "secondment")
"""Topics a person is told of on their entry page."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a person stands to one list, by which milestone."""

    work: WorkList
    standing: Standing
    milestone: Milestone | None


@dataclass(frozen=True, slots=True)
class Person:
    """One person's answers to every list."""

    key: UUID
    name: str
    own: bool
    answers: list[Answer]


def answers(subject: Subject, key: UUID, asked: Asked) -> Person:
    """Every list's answer for one person; Problem DOS-UNKNOWN for whoever is out of reach as for nobody."""
    found = dossiers.dossier(subject, key, right=Right.WORKLIST_SEE)
    own = dossiers.is_own(subject, found)
    document = dossiers.current_documents([key])[key][1]
    works = lists() if own else open_lists(subject)
    found_on = milestones(document, asked.on)
    told = [Answer(w, *answered(w, found_on, w.band(asked.on, asked.period))) for w in works]
    name = str(value_at(document, "identity.full_name") or "")
    return Person(key, name, own, told)


def own_dates(subject: Subject | None) -> list[Milestone]:
    """What comes next for the person signed in, soonest first; nothing for who has no dossier here."""
    if subject is None or subject.person_key is None or not subject.may_own(Right.WORKLIST_SEE):
        return []
    held = dossiers.current_documents([subject.person_key]).get(subject.person_key)
    if held is None:
        return []
    told = [
        one for one in milestones(held[1], timezone.localdate()) if one.topic in OWN and one.last is not None
    ]
    return sorted(told, key=lambda one: (one.last or timezone.localdate(), one.topic))
