"""A run by several processes, one of which is killed in the middle: everybody gets one document, no number is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from ccvc.documents import actions, typesetting
from ccvc.documents.actions import running
from ccvc.documents.models import Document, RunPerson
from ccvc.ledger.models import Entry
from ccvc.ledger.verification import verify
from tests.documents import office
from tests.people import AGENCY, Agency, approve, dossier, pass_steps, propose
from tests.settings import SERVER

SLICE = 2
HOLDS = f"""
import sys, django
django.setup()
from ccvc.documents import actions, typesetting
from ccvc.documents.actions import running
running.SLICE, typeset, laid_out = {SLICE}, typesetting.typeset, []
def held_at_the_fourth(*given):
    laid_out.append(given)
    if len(laid_out) == 4:
        print("held", flush=True)
        sys.stdin.readline()
    return typeset(*given)
typesetting.typeset = held_at_the_fourth
actions.go_on(sys.argv[1])
"""
"""Goes on with a run, issues one slice and stops in the middle of the next, with its numbers given."""


def employed(agency: Agency, count: int) -> list[UUID]:
    """Dossiers of so many people."""
    changes = [propose(agency, dossier(number)).pk for number in range(1, count + 1)]
    pass_steps(agency, changes)
    return [version.dossier.key for version in approve(agency, changes)]


@contextmanager
def another_process(run_id: UUID) -> Iterator[subprocess.Popen[str]]:
    """A process that holds a slice of the run."""
    environment = os.environ | {
        "CCVC_HOME": str(settings.CCVC_HOME),
        "CCVC_AGENCY": AGENCY,
        "CCVC_DATABASE_URL": SERVER.url(str(connection.settings_dict["NAME"])),
        "DJANGO_SETTINGS_MODULE": "ccvc.node.django_settings",
    }
    command = [sys.executable, "-W", "ignore", "-c", HOLDS, str(run_id)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


@pytest.mark.django_db(transaction=True)
def test_two_processes_share_a_run_and_what_a_killed_one_left_is_gone_on_with(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SLICE", SLICE)
    keys = employed(agency, 8)
    run = actions.start(agency.subject("officer"), office.order(agency, keys, "tt06-2023"))
    page = Client()
    page.force_login(agency.users["officer"])
    with another_process(run.pk) as other:
        assert Document.objects.count() == SLICE
        assert actions.go_on(run.pk).ended_at is None
        assert Document.objects.count() == 6
        assert 'hx-trigger="every 2s"' in page.get(f"/documents/runs/{run.pk}/").content.decode()
        other.send_signal(signal.SIGKILL)
    given = [*RunPerson.objects.filter(document=None).order_by("position").values_list("number", flat=True)]
    assert given == [3, 4]
    told: list[tuple[int, int]] = []
    assert actions.go_on(run.pk, lambda done, every: told.append((done, every))).ended_at is not None
    assert told == [(8, 8)]
    actions.go_on(run.pk)
    people = RunPerson.objects.filter(run=run).select_related("document").order_by("position")
    assert [one.document.number for one in people] == [one.number for one in people]
    rows = Document.objects.order_by("number")
    assert [row.number for row in rows] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert len({row.code for row in rows}) == 8
    assert {row.people.get().person_key for row in rows} == set(keys)
    assert Entry.objects.filter(kind="document").count() == 8
    assert verify().ok
    assert "every 2s" not in page.get(f"/documents/runs/{run.pk}/").content.decode()


def test_a_number_given_and_then_not_used_is_told_to_the_ledger(
    agency: Agency, person: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = actions.start(agency.subject("officer"), office.order(agency, person))
    typeset: Any = typesetting.typeset
    monkeypatch.setattr(typesetting, "typeset", lambda *_given: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        actions.go_on(run.pk)
    monkeypatch.setattr(typesetting, "typeset", typeset)
    agency.users["officer"].grants.all().delete()
    assert actions.go_on(run.pk).ended_at is not None
    assert run.people.get().problem["code"] == "DOS-UNKNOWN"
    unused = Entry.objects.get(kind="administrative", subject=str(run.pk))
    assert '"act":"document_number_unused"' in unused.payload
    assert Document.objects.count() == 0
