"""Acts a node carries out for the kill tests, each as its user or its worker would."""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections

from ccvc.access.domain import Subject
from ccvc.access.selectors import subject_of
from ccvc.accounts.models import User
from ccvc.changes import actions as changes
from ccvc.changes.models import Change, State
from ccvc.dossiers.selectors import current_documents, last_position, state_rows
from ccvc.exchange import selectors as exchange
from ccvc.exchange import tasks
from ccvc.exchange.actions import delivering
from ccvc.exchange.domain import retry
from ccvc.ledger.verification import verify
from ccvc.node.cli.application import app
from ccvc.signing import keys
from tests import people

# Leases and waits are over at once here: the tests show what is done after them, not how long they are.
delivering.LEASE = timedelta(0)
retry.FIRST = timedelta(0)
# As in all tests, a passphrase is stretched little: it is given for every change that is signed.
keys.STRENGTH = (64, 1, 1)


def command(*arguments: str) -> None:
    """A command of `ccvc`, in this process; what it prints goes to the log."""
    with redirect_stdout(sys.stderr):
        app([*arguments, "--home", os.environ["CCVC_HOME"]], standalone_mode=False)


def found() -> None:
    """Units, people in their roles, and a signing key."""
    people.found_agency(Path(settings.CCVC_HOME))


def agency() -> people.Agency:
    return people.Agency({user.username: user for user in User.objects.all()})


def propose(number: int, note: str) -> str:
    """A change ready to be signed: a new person, or another name of one there is."""
    document = people.dossier(number, other_names=note)
    key = None
    for dossier, stored in current_documents(all_keys()).values():
        if stored["identity"]["personal_id"] == document["identity"]["personal_id"]:
            key = dossier.key
    change = people.propose(agency(), document, key=key)
    people.pass_steps(agency(), [change.pk])
    return str(change.pk)


def all_keys() -> list[UUID]:
    from ccvc.dossiers.models import Dossier

    return list(Dossier.objects.values_list("key", flat=True))


def commit(change: str) -> int:
    """Sign a change; one that was signed already stays signed."""
    found_change = Change.objects.get(pk=change)
    if found_change.state == State.APPROVED:
        return 0
    subject = subject_of(User.objects.get(username="approver"))
    root = changes.prepare(subject, [found_change.pk]).root
    return len(changes.approve(subject, [found_change.pk], people.PASSPHRASE, root).versions)


def send() -> dict[str, Any]:
    return tasks.send_all().as_json()


def receive() -> dict[str, Any]:
    return tasks.receive_all().as_json()


def held() -> list[list[Any]]:
    """What this component holds: person, number, hash of the version, digest of the national document."""
    return sorted(list(row) for row in state_rows())


def registered() -> list[list[Any]]:
    """The same as the national node holds it."""
    from ccvc.registry.selectors import state_rows as register_rows

    return sorted([str(r.person), r.number, r.version, r.national] for r in register_rows(people.AGENCY))


def counts() -> dict[str, int]:
    """How many versions there are, here and in the register."""
    from ccvc.registry.models import Version as RegisterVersion

    return {"versions": last_position(), "register": RegisterVersion.objects.count()}


def sound() -> str:
    """The first fault of the ledger, or nothing."""
    fault = verify().first_fault
    return fault.message if fault else ""


def forget() -> None:
    """Drop the connections a killed server left broken."""
    connections.close_all()


def turn() -> bool:
    """One turn of the worker; whether nothing waits after it."""
    tasks.send_all()
    tasks.receive_all()
    tasks.send_all()
    return exchange.status(Subject.system("test")).in_step


def draft_reward(person: int) -> str:
    """A draft of a decision that rewards somebody, who has a dossier: its id."""
    from ccvc.decisions import actions as decisions
    from ccvc.dossiers.models import Dossier
    from tests.decisions import world

    document = world.civil_servant(person)
    number = document["identity"]["personal_id"]
    held = Dossier.objects.filter(personal_id=number).first() or people.kept(agency(), document).dossier
    said = world.terms(cells={"year": world.TODAY.year, "level": "4"})
    row = decisions.draft(agency().subject("officer"), "reward", [held.key], said)
    return str(decisions.fill(agency().subject("officer"), row.pk, said, {held.key: {"form": "41"}}).pk)


def submit_decision(decision: str) -> None:
    """Submit a draft; one that was submitted stays so."""
    from ccvc.decisions import actions as decisions
    from ccvc.decisions.models import Decision, State

    if Decision.objects.get(pk=decision).state == State.DRAFT:
        decisions.submit(agency().subject("officer"), UUID(decision))


def pass_decision(decision: str) -> None:
    """Check and verify what a decision brings about."""
    from ccvc.decisions.models import DecisionPerson

    rows = DecisionPerson.objects.filter(decision=UUID(decision), change__state="proposed")
    if rows:
        people.pass_steps(agency(), [row.change_id for row in rows if row.change_id])


def sign_decision(decision: str) -> None:
    """Sign a decision; one that was signed stays so."""
    from ccvc.decisions import signing
    from ccvc.decisions.models import Decision, State

    if Decision.objects.get(pk=decision).state == State.SUBMITTED:
        subject = agency().subject("approver")
        root = signing.prepare(subject, UUID(decision)).root
        signing.sign(subject, UUID(decision), people.PASSPHRASE, root)


def decided() -> dict[str, Any]:
    """Of all decisions: numbers that stand, numbers struck, the last one given; entries of dossiers by number."""
    from ccvc.decisions.models import Decision, State, Struck
    from ccvc.documents.models import Document, Register

    signed = Decision.objects.filter(state=State.SIGNED)
    rewards = [
        row["decision_number"]
        for _, document in current_documents(all_keys()).values()
        for row in document["employment"].get("rewards", [])
    ]
    return {
        "standing": sorted(Decision.objects.exclude(number=None).values_list("number", flat=True)),
        "struck": sorted(Struck.objects.values_list("number", flat=True)),
        "last": max(Register.objects.values_list("last", flat=True), default=0),
        "signed": sorted(str(row) for row in signed),
        "entries": sorted(rewards),
        "papers": sorted(str(row) for row in Document.objects.filter(decision__in=signed, state="signed")),
    }
