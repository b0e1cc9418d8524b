"""Searching: recorded before it begins, counted from columns, judged from documents in slices that survive a kill."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Subject
from ccvc.access.selectors import subject_of
from ccvc.candidates import sources
from ccvc.candidates.domain import Definition, Judged, judge, sound
from ccvc.candidates.models import BEST_FIRST, LONGEST_PURPOSE, Result, Search
from ccvc.candidates.narrowing import kept
from ccvc.candidates.times import times_of
from ccvc.dossiers.selectors import Moment
from ccvc.ledger import actions as ledger
from ccvc.rules.reasons import edition
from ccvc.standard.problems import Problem

AT_ONCE = 1_500
"""Documents a page judges while somebody waits; the worker judges more."""
MOST_JUDGED = {"component": 300_000, "national": 60_000}
"""Documents one search may open; beyond that it must say more that columns can tell."""
SLICE = 500
MOST_KEPT = 2_000
KEPT = timedelta(days=30)
SHORTEST_PURPOSE = 5


def seek(subject: Subject, asked: Definition, purpose: str) -> Search:
    """Begin a search, and end it too where it is small.

    Problem ACC-DENIED, CAN-PURPOSE, CAN-UNIT, CAN-TOO-MANY, and those of `sound`.
    """
    search = _begin(subject, asked, purpose)
    return go_on(search.pk, subject) if search.to_judge <= AT_ONCE else search


@transaction.atomic
def _begin(subject: Subject, asked: Definition, purpose: str) -> Search:
    one = sources.seeker(subject)
    purpose = " ".join(purpose.split())
    if not SHORTEST_PURPOSE <= len(purpose) <= LONGEST_PURPOSE:
        raise Problem("CAN-PURPOSE", where="purpose", most=LONGEST_PURPOSE)
    sound(asked, sources.may_ask(one))
    times = times_of(asked)
    moment = times.moment()
    sources.refuse_unknown_unit(one, asked.unit, moment.valid_on)
    everyone = sources.rows(one, asked, moment, past=times.past)
    candidates = everyone.filter(kept(asked.lines, moment.valid_on))
    most = MOST_JUDGED["national" if sources.is_national() else "component"]
    to_judge = candidates[: most + 1].count()
    if to_judge > most:
        raise Problem("CAN-TOO-MANY", where="subject", most=most)
    reached = everyone.count()
    search = Search.objects.create(
        account_id=sources.account_of(subject),
        purpose=purpose,
        definition=asked.as_json(),
        known_at=moment.known_at,
        valid_on=moment.valid_on,
        rules=edition(),
        reached=reached,
        passed_over=reached - to_judge,
        to_judge=to_judge,
        started_at=timezone.now(),
    )
    _enter(subject, search)
    return search


def _enter(subject: Subject, search: Search) -> None:
    """The search in the ledger: who, what for, and of which criteria, by their digest; no value of anybody's."""
    said = {
        "act": "seek",
        "by": subject.username,
        "request": subject.request_id,
        "purpose": search.purpose,
        "criteria": len(search.asked.lines),
        "definition_sha256": standard.digest(standard.canonical(search.definition)),
        "reached": search.reached,
    }
    ledger.append("administrative", f"candidates:{search.pk}", said)


def go_on(search_id: UUID, subject: Subject | None = None) -> Search:
    """Judge what a search still lacks, with its asker's rights of now; killed anywhere, it goes on at the next slice.

    Where its asker may no longer ask it, it ends and says so.
    """
    search = Search.objects.select_related("account").get(pk=search_id)
    try:
        one = sources.seeker(subject or subject_of(search.account))
        sound(search.asked, sources.may_ask(one))
        while search.ended_at is None and _slice(one, search):
            search.refresh_from_db()
    except Problem as refusal:
        Search.objects.filter(pk=search.pk, ended_at=None).update(
            problem=refusal.as_json(), ended_at=timezone.now()
        )
    search.refresh_from_db()
    return search


def _waiting(one: Subject, search: Search) -> QuerySet[Any]:
    moment = Moment(search.known_at, search.valid_on)
    rows = sources.rows(one, search.asked, moment, past=times_of(search.asked).past)
    rows = rows.filter(kept(search.asked.lines, search.valid_on))
    if search.place:
        rows = rows.filter(pk__gt=sources.place_of(search.place))
    return rows.order_by("pk")


@transaction.atomic
def _slice(one: Subject, search: Search) -> bool:
    """Judge the next people; False where there is nobody left, or another process has the search."""
    key = sources.key_column()
    rows = list(_waiting(one, search).values_list("pk", key, "name_key")[:SLICE])
    if not rows:
        return _end(search)
    seen = sources.known(one, [row[1] for row in rows], search.known_at, search.valid_on)
    lines = search.asked.lines
    judged = {key: judge(lines, person.document, search.valid_on) for key, person in seen.items()}
    held = Search.objects.filter(pk=search.pk, place=search.place, ended_at=None).update(
        place=str(rows[-1][0]), judged=F("judged") + len(rows), **_added(list(judged.values()))
    )
    if not held:
        return False
    Result.objects.bulk_create(
        _result(search, key, bytes(name), judged[key])
        for _, key, name in rows
        if key in judged and judged[key].listed
    )
    return True


def _added(judged: Sequence[Judged]) -> dict[str, Any]:
    """The counts by answer with those of a slice added."""
    answers = [str(one.qualified.answer) for one in judged]
    columns = {"holding": "yes", "untold": "cannot_tell", "failing": "no"}
    return {column: F(column) + answers.count(answer) for column, answer in columns.items()}


def _result(search: Search, key: UUID, name_key: bytes, one: Judged) -> Result:
    letters = one.letters
    return Result(
        search=search,
        person=key,
        answer=one.qualified.answer,
        letters=letters,
        holding=letters.count("y"),
        failing=letters.count("n"),
        name_key=name_key,
    )


def _end(search: Search) -> bool:
    """End it: the best are kept, the rest stay counted."""
    Search.objects.filter(pk=search.pk, ended_at=None).update(ended_at=timezone.now())
    listed = Result.objects.filter(search=search)
    best = listed.order_by(*BEST_FIRST).values_list("pk", flat=True)[:MOST_KEPT]
    listed.exclude(pk__in=list(best)).delete()
    return False


def sweep() -> int:
    """Take away whom searches of a month ago listed; that they were made, and what they counted, stays."""
    gone, _ = Result.objects.filter(search__started_at__lt=timezone.now() - KEPT).delete()
    return gone
