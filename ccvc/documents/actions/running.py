"""Documents for many people: slice after slice, each whole or not at all, taken up again after a kill.

A slice gets its numbers in a short transaction of its own, so that no process lays out under the lock of the register;
whoever goes on after a kill issues under the numbers already given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.access.selectors import subject_of
from ccvc.accounts.models import User
from ccvc.documents import catalogue, composing, typesetting
from ccvc.documents.actions import issuing, numbering
from ccvc.documents.actions.issuing import Draft, Order, Terms
from ccvc.documents.composing import Drawn
from ccvc.documents.models import Run, RunPerson
from ccvc.ledger import actions as ledger
from ccvc.standard.problems import Problem

MOST = 20_000
SLICE = 20
"""People a process serves at a time: what a kill undoes at most."""
Drafts = list[tuple[RunPerson, Draft]]


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
    every = run.people.count()
    while (drafts := _number(run)) is not None:
        _issue(run, drafts)
        told(every - _waiting(run).count(), every)
    with transaction.atomic():
        if not _waiting(run).exists():
            Run.objects.filter(pk=run.pk, ended_at=None).update(ended_at=timezone.now())
    run.refresh_from_db()
    return run


def _waiting(run: Run) -> QuerySet[RunPerson]:
    return run.people.filter(document=None, problem__isnull=True)


def _free(run: Run) -> QuerySet[RunPerson]:
    """Those who wait and nobody else is at, locked."""
    return _waiting(run).select_for_update(skip_locked=True, of=("self",)).order_by("position")


@transaction.atomic
def _number(run: Run) -> Drafts | None:
    """Draw the next people nobody else is at, and give numbers to those a document can be laid out for.

    None where there is nobody.
    """
    waiting = list(_free(run).select_related("register")[:SLICE])
    if not waiting:
        return None
    drafts: Drafts = []
    for one, made in _drafts(run, waiting):
        if isinstance(made, Problem):
            _refuse(one, made)
        else:
            drafts.append((one, made))
    _give([(one, made) for one, made in drafts if one.number is None])
    return drafts


def _drafts(run: Run, waiting: Sequence[RunPerson]) -> list[tuple[RunPerson, Draft | Problem]]:
    """A draft for each who can have one; of the others, why not."""
    keys = [one.person_key for one in waiting]
    order = Order(run.form, keys, run.purpose, run.signer, run.chosen, run.known_at, run.valid_on)
    subject = replace(subject_of(run.asked_by), purpose=run.purpose)
    try:
        terms = issuing.terms_of(subject, order, timezone.now())
    except Problem as problem:
        return [(one, problem) for one in waiting]
    drawn = composing.draw_each(subject, terms.form, terms.chosen, keys, terms.known_at, terms.valid_on)
    return [(one, _draft(terms, one, drawn[one.person_key])) for one in waiting]


def _draft(terms: Terms, one: RunPerson, drawn: Drawn | Problem) -> Draft | Problem:
    """A draft that can be laid out: letters are tried before a number is spent on them."""
    if isinstance(drawn, Problem):
        return drawn
    try:
        made = issuing.draft(terms, [drawn], one.numbered_on or timezone.localdate())
        if one.register is not None and one.number is not None:
            issuing.number(made, one.register, one.number)
        elif not typesetting.plain(made.content):
            typesetting.typeset(made.content, timezone.now())
    except Problem as problem:
        return problem
    return made


def _give(drafts: Drafts) -> None:
    """Numbers for drafts of one form and day, in their order."""
    if not drafts:
        return
    row = drafts[0][1].row
    register, numbers = numbering.take(row.symbol, row.issued_on, len(drafts))
    for (one, made), number in zip(drafts, numbers, strict=True):
        issuing.number(made, register, number)
        one.register, one.number, one.numbered_on = register, number, row.issued_on
    RunPerson.objects.bulk_update([one for one, _made in drafts], ["register", "number", "numbered_on"])


def _refuse(one: RunPerson, problem: Problem) -> None:
    """Keep why a person gets no document; a number that was given already and is not used is told to the ledger."""
    one.problem = problem.as_json()
    one.save(update_fields=["problem"])
    if one.register is not None:
        unused = {"act": "document_number_unused", "number": f"{one.number}/{one.register.symbol}"}
        more = {"year": one.register.year, "person": str(one.person_key), "problem": problem.code}
        ledger.append("administrative", str(one.run_id), unused | more)


@transaction.atomic
def _issue(run: Run, drafts: Drafts) -> None:
    """Lay out and keep what was drawn, of those nobody else went on with meanwhile."""
    keys = [one.pk for one, _made in drafts]
    held = set(_free(run).filter(pk__in=keys).values_list("pk", flat=True))
    done, refused = [], []
    for one, made in drafts:
        if one.pk not in held:
            continue
        try:
            done.append((one, made, issuing.lay_out(made)))
            made.row.run, one.document = run, made.row
        except Problem as problem:
            refused.append((one, problem))
    issuing.keep([(made, pdf) for _one, made, pdf in done])
    RunPerson.objects.bulk_update([one for one, _made, _pdf in done], ["document"])
    for one, told in refused:
        _refuse(one, told)
