"""Writing the steps taken on changes, and what was refused."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from functools import wraps
from itertools import groupby
from typing import Any, ParamSpec, TypeVar

import structlog
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from ccvc.access.domain import Subject
from ccvc.changes.domain import Taken
from ccvc.changes.models import Change, Refusal, Step
from ccvc.changes.scope import Hand
from ccvc.dossiers.domain import Acting
from ccvc.organisations.selectors import first_root
from ccvc.standard.problems import Problem

log = structlog.get_logger()
MOST_A_DAY = 500
"""Rows of refusals an account may fill a day."""
MOST_NAMED = 20
"""Changes of one refused act that are named."""
ACTING: ContextVar[bool] = ContextVar("acting", default=False)
"""Whether an act is within another, which records: what the inner one wrote would be rolled back with the outer."""
P = ParamSpec("P")
R = TypeVar("R")


def record(step: str, hands: Iterable[tuple[Change, Hand]], note: str = "") -> None:
    """One step on each of these changes, with who took it and as what, as they are now."""
    moment = timezone.now()
    Step.objects.bulk_create(
        [_step(step, change, hand, moment, note) for change, hand in hands], batch_size=1000
    )


def _step(step: str, change: Change, hand: Hand, moment: Any, note: str) -> Step:
    subject, acting = hand.subject, hand.acting()
    entrusted = hand.scope.entrusted if hand.scope else None
    return Step(
        change=change,
        step=step,
        user_id=subject.user_id,
        account=subject.username,
        name=subject.full_name,
        role=acting.role,
        at=moment,
        note=note,
        mode=acting.mode,
        for_title=acting.for_title,
        title=acting.title,
        delegation_id=entrusted.delegation if entrusted else None,
        entrusted_by_id=entrusted.user_id if entrusted else None,
        entrusted_by=entrusted.full_name if entrusted else "",
        request_id=subject.request_id,
    )


def steps_taken(changes: Sequence[Change]) -> dict[uuid.UUID, list[Taken]]:
    """Steps of each change that stand, in order."""
    rows = Step.objects.filter(change__in=changes, undone=False).prefetch_related("delegation__grant__user")
    result: dict[uuid.UUID, list[Taken]] = {c.pk: [] for c in changes}
    for change_id, steps in groupby(rows.order_by("change_id", "pk"), key=lambda s: s.change_id):
        result[change_id] = [_taken(step) for step in steps]
    return result


def _taken(step: Step) -> Taken:
    given = step.delegation
    acting = Acting(
        role=step.role,
        mode=step.mode,
        for_title=step.for_title,
        title=step.title,
        on_behalf=given.grant.user.username if given else "",
        document=str(given) if given else "",
    )
    return Taken(step.step, step.user_id, step.account, step.name, step.at, acting, step.entrusted_by_id)


def refusals_recorded(act: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """An act of a subject on changes, its first two arguments, whose every refusal leaves a record, after what it had
    done is rolled back; stands outside of the act's transaction.
    """

    def around(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def acting(*args: P.args, **kwargs: P.kwargs) -> R:
            if ACTING.get():
                return function(*args, **kwargs)
            within = ACTING.set(True)
            try:
                return function(*args, **kwargs)
            except Problem as problem:
                subject, given = args[0], args[1] if len(args) > 1 else None
                if isinstance(subject, Subject):
                    record_refusal(subject, act, problem, _named(given, problem))
                raise
            finally:
                ACTING.reset(within)

        return acting

    return around


def _named(given: object, problem: Problem) -> list[uuid.UUID]:
    """The changes a refusal is about: those the problem names, else those the act named."""
    if isinstance(told := problem.params.get("changes"), list):
        return told
    if isinstance(given, uuid.UUID):
        return [given]
    items: Iterable[object] = given if isinstance(given, list | tuple | set | frozenset) else ()
    return [one for one in items if isinstance(one, uuid.UUID)]


def record_refusal(subject: Subject, act: str, problem: Problem, change_ids: Sequence[uuid.UUID]) -> None:
    """Record that an act on these changes was refused; it never keeps the refusal itself from being told."""
    try:
        with transaction.atomic():
            known = Change.objects.filter(pk__in=change_ids[:MOST_NAMED]).values_list("pk", "unit_id")
            nowhere = (None, first_root(subject.grants, subject.on))
            for change_id, unit_id in known or [nowhere]:
                _count(subject, act, problem.code, change_id, unit_id)
    except DatabaseError:
        log.exception("refusal_not_recorded", act=act, code=problem.code, account=subject.username)


def _count(subject: Subject, act: str, code: str, change_id: uuid.UUID | None, unit_id: int | None) -> None:
    day, now = timezone.localdate(), timezone.now()
    if Refusal.objects.filter(actor_account=subject.username, day=day).count() >= MOST_A_DAY:
        act, code, change_id = "more", "", None
    roles = ", ".join(dict.fromkeys(scope.role for scope in subject.grants))[:200]
    who = subject.username, subject.full_name[:200], roles
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO changes_refusal AS r (day, first_at, last_at, times, actor_id, actor_account, actor_name,
                actor_role, act, code, change_id, unit_id, request_id)
            VALUES (%s, %s, %s, 1, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            ON CONFLICT (actor_account, day, act, code, change_id)
            DO UPDATE SET times = r.times + 1, last_at = excluded.last_at, request_id = excluded.request_id
            """,
            [day, now, now, subject.user_id, *who, act, code, change_id, unit_id, subject.request_id],
        )
