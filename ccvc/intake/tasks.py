"""Work asked for on a page and done by the node's worker: one job for a file, never one for a row."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from procrastinate.contrib.django import app

from ccvc.access.domain import Subject
from ccvc.access.selectors import subject_of
from ccvc.accounts.models import User
from ccvc.catalogues.models import Meaning
from ccvc.intake import actions
from ccvc.intake.actions.again import waiting_for
from ccvc.intake.models import State
from ccvc.standard.problems import Problem


@app.task(queue="intake", name="intake.read")
def read_file(intake_id: str, then_propose_as: int | None = None) -> None:
    """Read an opened file to its end; then propose what passed, if an account asked and nobody waits."""
    intake = actions.read(UUID(intake_id))
    if then_propose_as is not None and intake.state == State.READ and not intake.review:
        propose_file(intake_id, then_propose_as)


def read_again_for(subject: Subject, meaning: Meaning) -> None:
    """Have the files read again that wait with a value whose meaning is being confirmed; in that transaction."""
    told = replace(Subject.system("intake"), request_id=subject.request_id)
    for intake_id in waiting_for(meaning):
        actions.read_again(told, intake_id)
        read_file.defer(intake_id=str(intake_id))


@app.task(queue="intake", name="intake.match_certain")
def match_certain(intake_id: str, user_id: int) -> None:
    """Take every certain row for that of its dossier, as the account that asked for it."""
    try:
        actions.take_certain(subject_of(User.objects.get(pk=user_id)), UUID(intake_id))
    except Problem as problem:
        actions.give_up(UUID(intake_id), problem)


@app.task(queue="intake", name="intake.propose")
def propose_file(intake_id: str, user_id: int) -> None:
    """Propose what a file gives, as the account that asked for it and with its rights of now."""
    try:
        actions.propose(subject_of(User.objects.get(pk=user_id)), UUID(intake_id))
    except Problem as problem:
        actions.give_up(UUID(intake_id), problem)
