"""What a search found: a page of people with every criterion and its reason, read anew of the same two times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from ccvc.access.domain import Subject
from ccvc.candidates import sources
from ccvc.candidates.domain import sound
from ccvc.candidates.models import BEST_FIRST, Result, Search
from ccvc.candidates.sources import Known
from ccvc.rules.criteria import Qualified, qualify
from ccvc.standard.problems import Problem

RECENT = 20
SLICE = 500


@dataclass(frozen=True, slots=True)
class Found:
    """One person listed: as they may be seen, and what each criterion comes to for them."""

    person: Known
    qualified: Qualified


def recent(subject: Subject) -> QuerySet[Search]:
    """The subject's own searches, newest first; Problem ACC-DENIED."""
    sources.seeker(subject)
    return Search.objects.filter(account_id=subject.user_id).order_by("-started_at")


def search(subject: Subject, search_id: UUID) -> Search:
    """One of them; Problem CAN-UNKNOWN, also for another's."""
    row = recent(subject).filter(pk=search_id).first()
    if row is None:
        raise Problem("CAN-UNKNOWN")
    return row


def found(subject: Subject, row: Search, answer: str, page: str | None, size: int) -> Page[Found]:
    """A page of whom it lists, best first; who is out of reach by now is left out."""
    results = row.results.filter(answer=answer) if answer else row.results.all()
    shown: Page[Result] = Paginator(results.order_by(*BEST_FIRST), size).get_page(page)
    people = read(subject, row, [one.person for one in shown])
    return Page(people, shown.number, Paginator(range(shown.paginator.count), size))  # type: ignore[arg-type]  # its numbers are all a page of people needs


def whole(subject: Subject, row: Search) -> list[Found]:
    """Everyone it lists, best first."""
    return read(subject, row, row.results.order_by(*BEST_FIRST).values_list("person", flat=True))


def read(subject: Subject, row: Search, keys: Sequence[UUID] | QuerySet[Result, UUID]) -> list[Found]:
    """These people in their order, judged anew as known and valid then.

    Problem CAN-FIELD where the subject may no longer read what was asked.
    """
    one = sources.seeker(subject)
    sound(row.asked, sources.may_ask(one))
    wanted = list(keys)
    people: dict[UUID, Known] = {}
    for start in range(0, len(wanted), SLICE):
        people |= sources.known(one, wanted[start : start + SLICE], row.known_at, row.valid_on)
    criteria = [line.criterion for line in row.asked.lines]
    return [
        Found(people[key], qualify(criteria, people[key].document, row.valid_on))
        for key in wanted
        if key in people
    ]
