"""Documents for many people: one person after another, each whole or not at all, taken up again after a kill."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.access.selectors import subject_of
from ccvc.accounts.models import User
from ccvc.documents import catalogue
from ccvc.documents.actions.issuing import Order, issue
from ccvc.documents.models import Run, RunPerson
from ccvc.standard.problems import Problem

MOST = 20_000


@transaction.atomic
def start(subject: Subject, order: Order) -> Run:
    """Ask for one document each of many people; `go_on` issues them.

    Problem ACC-DENIED, DOC-PURPOSE, DOC-PEOPLE, DOC-FORM-MANY for a form that shows many in one.
    """
    require(subject, Right.DOCUMENT_ISSUE)
    form = catalogue.form(order.form)
    if form.many:
        raise Problem("DOC-FORM-MANY", form=form.label)
    if not order.purpose.strip():
        raise Problem("DOC-PURPOSE", where="purpose")
    keys = list(dict.fromkeys(order.people))
    if not 0 < len(keys) <= MOST:
        raise Problem("DOC-PEOPLE", most=MOST)
    run = Run.objects.create(
        form=form.name,
        chosen=catalogue.choices(form, order.chosen),
        purpose=" ".join(order.purpose.split()),
        known_at=order.known_at or timezone.now(),
        valid_on=order.valid_on or timezone.localdate(),
        signer=order.signer,
        asked_by=User.objects.get(username=subject.username),
        asked_at=timezone.now(),
    )
    RunPerson.objects.bulk_create(
        RunPerson(run=run, position=at, person_key=key) for at, key in enumerate(keys, 1)
    )
    return run


def go_on(run_id: UUID, told: Callable[[int, int], None] = lambda _done, _all: None) -> Run:
    """Issue what a run still lacks, with its asker's rights of now; several processes may share one run."""
    run = Run.objects.select_related("asked_by", "signer").get(pk=run_id)
    subject = replace(subject_of(run.asked_by), purpose=run.purpose)
    every = run.people.count()
    done = every - run.people.filter(document=None, problem__isnull=True).count()
    while _next(subject, run):
        done += 1
        told(done, every)
    with transaction.atomic():
        if not run.people.filter(document=None, problem__isnull=True).exists():
            Run.objects.filter(pk=run.pk, ended_at=None).update(ended_at=timezone.now())
    run.refresh_from_db()
    return run


def _next(subject: Subject, run: Run) -> bool:
    """Issue for the next person nobody else is at; False where there is none."""
    with transaction.atomic():
        waiting = run.people.select_for_update(skip_locked=True, of=("self",))
        one = waiting.filter(document=None, problem__isnull=True).order_by("position").first()
        if one is None:
            return False
        one.run = run
        order = Order(
            run.form, [one.person_key], run.purpose, run.signer, run.chosen, run.known_at, run.valid_on
        )
        try:
            with transaction.atomic():
                issue(subject, order, one)
        except Problem as problem:
            one.problem = problem.as_json()
            one.save(update_fields=["problem"])
    return True
