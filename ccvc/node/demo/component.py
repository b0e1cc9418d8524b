"""One component node's part of the demonstration, as a process of its own.

`python -m ccvc.node.demo.component load HOME PEOPLE SEED PASSWORD AUTHORITY` and `… finish HOME PASSWORD` print one
JSON object a stage.
"""

from __future__ import annotations

import csv
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings

from ccvc.node import service
from ccvc.node.cli.application import use_home
from ccvc.node.demo import candidates, closings, decisions, handovers, headcount, organisation, papers
from ccvc.node.demo.plan import CLAIMANT, CLAIMED, CLAIMED_FROM, COMPONENTS, MOST_CLAIMED, NodePlan, shares

UNITS_SINCE = date(2025, 7, 1)


def main() -> None:
    """Load: join, units, accounts, workbook, intake, check, verify, sign, send.

    Finish: receipts, hand-overs, decisions, proof.
    """
    step, home, *more = sys.argv[1:]
    use_home(Path(home))
    with service.ready():
        if step == "finish":
            finish(*more)
        else:
            people, seed, password, authority = more
            load(int(people), int(seed), password, Path(authority))


def tell(stage: str, started: float, **counts: Any) -> None:
    """One line for the orchestrator."""
    line = {"stage": stage, "seconds": round(time.perf_counter() - started, 2), **counts}
    sys.stdout.write(orjson.dumps(line).decode() + "\n")
    sys.stdout.flush()


@contextmanager
def stage(name: str) -> Iterator[dict[str, Any]]:
    """Time a stage and tell its counts."""
    counts: dict[str, Any] = {}
    started = time.perf_counter()
    yield counts
    tell(name, started, **counts)


def load(people: int, seed: int, password: str, authority: Path) -> None:
    """All stages in order."""
    from ccvc.node.demo.people import open_accounts, open_person

    with stage("prepare") as counts:
        join()
        units = open_units(shares(people)[node().agency])
        accounts = open_accounts(password, authority)
        counts["units"] = len(units)
    with stage("simulate") as counts:
        workbook, planted = write_workbook(units, people, seed)
        counts["planted"] = planted
    with stage("intake") as counts:
        counts.update(take_in(workbook))
    papers.prove_first(subject("canbo"))
    with stage("approve") as counts:
        counts["approved"] = approve_all(password)
    papers.keep_copies(subject("canbo"))
    with stage("quality") as counts:
        counts.update(judge_quality())
    with stage("organisation") as counts:
        counts.update(organisation.arrange(subject, units, password))
        counts["places"] = headcount.assign(subject("quantri"))
    with stage("milestones") as counts:
        counts.update(compute_milestones())
    with stage("candidates") as counts:
        counts.update(candidates.seek(subject("canbo")))
    leave_pending(seed)
    with stage("close") as counts:
        counts.update(closings.close(subject, password))
    with stage("stamp") as counts:
        counts["stamped"] = stamp()
    person = open_person(password)
    with stage("send") as counts:
        counts.update(send())
    tell("accounts", time.perf_counter(), accounts=[*accounts, *([person] if person else [])])


def compute_milestones() -> dict[str, int]:
    """Everyone's milestones, and the first digests of those who are to act."""
    from ccvc.worklists import actions

    return {"people": actions.compute_due().people, "told": actions.tell_of_work()}


def join() -> None:
    """Take up the national node's answer."""
    from ccvc.node import enrolment

    enrolment.join(Path(settings.CCVC_HOME) / enrolment.ANSWER.format(agency=settings.CCVC_AGENCY))


def finish(password: str) -> None:
    """Take the receipts, prove that both sides hold the same, and decide what the workers will send."""
    from ccvc.access.domain import Subject
    from ccvc.exchange import selectors, tasks

    with stage("receipts") as counts:
        counts.update(tasks.receive_all().as_json())
    with stage("hand over") as counts:
        counts["begun"] = handovers.begin(subject("canbo"))
    with stage("decisions") as counts:
        counts.update(decisions.decide(subject, password))
        counts["stamped"] = stamp()
    with stage("prove") as counts:
        counts["proofs"] = [proof.as_json() for proof in selectors.prove(Subject.system("demo"))]


def open_units(people: int) -> list[Any]:
    """The agency's units, from a CSV file as an administrator would load them."""
    from ccvc.access.domain import Subject
    from ccvc.organisations.actions import load_units
    from ccvc.simulation.agencies import units_for

    units = units_for(settings.CCVC_AGENCY, people)
    file = Path(settings.CCVC_HOME) / "units.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["code", "name", "kind", "parent_code", "valid_from", "basis"])
        for unit in units:
            writer.writerow([unit.code, unit.name, unit.kind, unit.parent_code, UNITS_SINCE, "Giả lập"])
    load_units(Subject.system("demo"), file)
    return list(units)


def write_workbook(units: list[Any], people: int, seed: int) -> tuple[Path, int]:
    """The agency's people as a spreadsheet with planted faults; returns the file and how many faults.

    One agency also claims a few people of another, so that the national node meets a conflict.
    """
    from ccvc.simulation import faults
    from ccvc.simulation.cells import cells_of
    from ccvc.simulation.people import people as make_people
    from ccvc.simulation.workbook import FAULTS, write_workbook

    mine = node()
    file = Path(settings.CCVC_HOME) / "people.xlsx"
    cells = cells_of(make_people(seed + mine.index, mine.agency, units, shares(people)[mine.agency]))
    claimed: list[faults.PlantedFault] = []
    if mine.agency == CLAIMANT:
        cells, claimed = faults.claim_twice(cells, neighbours(people, seed), seed, CLAIMED)
    spoilt, planted = faults.spoil(cells, seed, FAULTS)
    write_workbook(file, spoilt)
    return file, len(planted) + len(claimed)


def neighbours(people: int, seed: int) -> Any:
    """Cells of the first people of the agency whose people are claimed, exactly as its own file has them."""
    from ccvc.simulation.agencies import units_for
    from ccvc.simulation.cells import cells_of
    from ccvc.simulation.people import people as make_people

    other = next(n for n in COMPONENTS if n.agency == CLAIMED_FROM)
    count = shares(people)[other.agency]
    found = make_people(seed + other.index, other.agency, units_for(other.agency, count), count)
    return cells_of(islice(found, MOST_CLAIMED))


def node() -> NodePlan:
    """The node of this process in the plan."""
    return next(n for n in COMPONENTS if n.agency == settings.CCVC_AGENCY)


def take_in(workbook: Path) -> dict[str, int]:
    """Take the file in as the officer."""
    from ccvc.intake.actions import take_in as take

    summary = take(subject("canbo"), workbook, settings.CCVC_AGENCY)
    refused = summary.refused + summary.duplicate
    return {"rows": summary.rows, "taken_in": summary.proposed, "refused_at_intake": refused}


def approve_all(password: str) -> int:
    """Check, verify and sign every change, in batches of one signature each."""
    from ccvc.changes import actions
    from ccvc.changes.domain import MOST_IN_ONE_SIGNATURE
    from ccvc.changes.models import Change, State

    waiting = list(
        Change.objects.filter(state=State.PROPOSED).order_by("created_at", "pk").values_list("pk", flat=True)
    )
    approved = 0
    for start in range(0, len(waiting), MOST_IN_ONE_SIGNATURE):
        ids: list[UUID] = waiting[start : start + MOST_IN_ONE_SIGNATURE]
        actions.check(subject("kiemtra"), ids)
        actions.verify(subject("thamdinh"), ids)
        signer = subject("phe.duyet")
        root = actions.prepare(signer, ids).root
        approved += len(actions.approve(signer, ids, password, root).versions)
    return approved


def stamp() -> int:
    """Have the approvals' times proved, as the worker would within seconds."""
    from ccvc.ledger.actions import append
    from ccvc.signing.actions import freshen_means, stamp_due

    freshen_means()
    return stamp_due(append).stamped


PENDING = ("propose", "propose", "check", "check", "verify", "verify")


def leave_pending(seed: int) -> None:
    """A few live changes at each step, so that every inbox has something in it."""
    from django.utils import timezone

    from ccvc.changes import actions
    from ccvc.dossiers.models import Head
    from ccvc.node.demo.trickle import propose_for
    from ccvc.standard.reading import serving

    rng = random.Random(seed)  # noqa: S311 - which people are chosen is no secret
    rows = Head.objects.filter(status__in=serving()).select_related("dossier")
    heads = list(rows.order_by("dossier__key"))
    for step, head in zip(PENDING, rng.sample(heads, min(len(heads), len(PENDING))), strict=False):
        change = propose_for(head, rng, timezone.localdate())
        papers.prove(subject("canbo"), change)
        if step in {"check", "verify"}:
            actions.check(subject("kiemtra"), [change.pk])
        if step == "verify":
            actions.verify(subject("thamdinh"), [change.pk])


def judge_quality() -> dict[str, int]:
    """Judge the data of everyone, as the worker would within the hour."""
    from ccvc.quality.actions import judge_due
    from ccvc.quality.models import Finding

    return {"judged": judge_due().people, "findings": Finding.objects.count()}


def send() -> dict[str, int]:
    """Pack and deliver all that is approved."""
    from ccvc.exchange import tasks

    report = tasks.send_all()
    return {"sent": report.changes, "packages": report.built, "delivered": report.delivered}


def subject(username: str) -> Any:
    """The acting subject of an account."""
    from ccvc.access.selectors import subject_of
    from ccvc.accounts.models import User

    return subject_of(User.objects.get(username=username), purpose="Bản trình diễn")


if __name__ == "__main__":
    main()
