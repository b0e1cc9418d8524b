"""A slow trickle of live changes on one component: declared, checked, verified, signed, so that pages move.

`python -m ccvc.node.demo.trickle` with CCVC_HOME naming the node.
"""

from __future__ import annotations

import os
import random
import signal
import threading
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import structlog

from ccvc.node import service
from ccvc.node.cli.application import use_home
from ccvc.node.demo.plan import ACCOUNTS
from ccvc.standard.problems import Problem

if TYPE_CHECKING:
    from ccvc.changes.models import Change
    from ccvc.dossiers.models import Head

log = structlog.get_logger()
SECONDS = 20.0


def main() -> None:
    """One change every twenty seconds or so, until told to stop."""
    home = use_home(Path(os.environ["CCVC_HOME"]))
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    with service.ready(migrate=False):
        password = _password(home)
        rng = random.Random()  # noqa: S311 - which person changes next is no secret
        while not stop.wait(SECONDS * rng.uniform(0.5, 1.5)):
            try:
                one_change(rng, password)
            except Problem as problem:
                log.info("trickle_passed_over", code=problem.code)


def _password(home: Path) -> str:
    nodes = orjson.loads((home.parent / ACCOUNTS).read_bytes())["nodes"]
    mine = next(node for node in nodes if node["agency"] == home.name)
    return str(mine["accounts"][0]["password"])


def one_change(rng: random.Random, password: str) -> None:
    """A plausible change of a random person, all the way to a signed version."""
    from django.utils import timezone

    from ccvc.changes import actions
    from ccvc.changes.models import Confirmation
    from ccvc.dossiers.models import Head
    from ccvc.node.demo.component import subject
    from ccvc.node.demo.plan import PERSON

    head = Head.objects.select_related("dossier").order_by("pk")[rng.randrange(Head.objects.count())]
    change = propose_for(head, rng, timezone.localdate())
    if change.confirmation == Confirmation.ASKED:
        actions.confirm(subject(PERSON.username), [change.pk])
    actions.check(subject("kiemtra"), [change.pk])
    actions.verify(subject("thamdinh"), [change.pk])
    signer = subject("phe.duyet")
    actions.approve(signer, [change.pk], password, actions.prepare(signer, [change.pk]).root)


def propose_for(head: Head, rng: random.Random, today: date) -> Change:
    """A plausible change of one person, proposed by the officer."""
    from ccvc.changes import actions
    from ccvc.changes.domain import Proposal
    from ccvc.dossiers.selectors import current_documents, unit_code
    from ccvc.node.demo.component import subject
    from ccvc.simulation.trickle import next_change

    _, document = current_documents([head.dossier.key])[head.dossier.key]
    changed, reason = next_change(rng, document, today)
    here = unit_code(head.dossier) or ""
    return actions.propose(subject("canbo"), Proposal(head.dossier.key, here, changed, today, reason))


if __name__ == "__main__":
    main()
