"""Broken off at every statement to the database: afterwards nothing is lost, nothing stands twice."""

from __future__ import annotations

import os
import threading
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from ccvc.access.domain import Subject
from ccvc.exchange import actions
from ccvc.exchange.domain import Arrival, Judgement, handlers
from ccvc.exchange.domain.manifest import Kind
from ccvc.exchange.domain.records import ChangeLine, decode_line, decode_statement
from ccvc.exchange.models import Inbound, Outbound
from ccvc.ledger import actions as ledger
from ccvc.ledger.models import Entry
from ccvc.ledger.verification import verify
from tests.exchange.nodes import COMPONENT, NATIONAL, SYSTEM, Nodes

LONG = int(os.environ.get("CCVC_KILL_EVERY", "3"))
"""As in the killing test: 1 breaks off after every statement."""


class BrokenOffError(Exception):
    """The process dies here."""


class BreakAt:
    """Raises after the n-th statement, once: what the database was told outside a transaction is done."""

    def __init__(self, number: int) -> None:
        self.left = number
        self.broke = False

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        done = execute(sql, params, many, context)
        self.left -= 1
        if self.left or self.broke:
            return done
        self.broke = True
        raise BrokenOffError(sql)


def keep_in_ledger(subject: Subject, arrival: Arrival) -> Judgement:
    """A handler whose work is undone with its transaction."""
    lines = [decode_line(raw) for raw in arrival.lines]
    taken = [decode_statement(bytes(line.statement)) for line in lines if isinstance(line, ChangeLine)]
    for statement in taken:
        ledger.append("administrative", f"taken:{statement.person}/{statement.number}", {})
    return Judgement(len(taken), 0, 0)


def taken() -> Counter[str]:
    found = Entry.objects.filter(subject__startswith="taken:").values_list("subject", flat=True)
    return Counter(subject.removeprefix("taken:") for subject in found)


def mend(nodes: Nodes) -> None:
    """What time does by itself: leases end, waits end, the next round runs."""
    Outbound.objects.update(claimed_until=None, next_attempt_at=timezone.now() - timedelta(seconds=1))
    nodes.round()


def whole(nodes: Nodes, expected: set[str]) -> None:
    assert taken() == Counter(expected)
    assert set(Outbound.objects.filter(kind="changes").values_list("state", flat=True)) <= {"receipted"}
    assert set(Inbound.objects.values_list("state", flat=True)) <= {"accepted"}
    with nodes.acting_as(COMPONENT):
        assert verify(all_faults=True).faults == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("stride", [9, pytest.param(LONG, marks=pytest.mark.slow)])
def test_broken_off_after_each_statement_of_a_round(nodes, approve, monkeypatch, stride):
    monkeypatch.setitem(handlers._handlers, Kind.CHANGES, keep_in_ledger)
    expected: set[str] = set()
    number = 1 - stride
    while True:
        number += stride
        version = approve(1)[0]
        expected.add(f"{version.dossier.key}/1")
        breaking = BreakAt(number)
        with suppress(BrokenOffError), connection.execute_wrapper(breaking):
            nodes.round()
        if not breaking.broke:
            break
        mend(nodes)
        assert taken() == Counter(expected), f"statement {number}"
    assert number > 60
    whole(nodes, expected)


def together(step: Any, times: int = 4) -> list[Exception]:
    """Run a step in several threads at once; what they raised."""
    raised: list[Exception] = []

    def run() -> None:
        try:
            step()
        except Exception as error:  # noqa: BLE001 - judged by the caller
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
def test_several_processes_at_once_do_each_thing_once(nodes, approve, monkeypatch):
    monkeypatch.setitem(handlers._handlers, Kind.CHANGES, keep_in_ledger)
    expected = {f"{version.dossier.key}/1" for version in approve(6)}
    with nodes.acting_as(COMPONENT):
        assert together(lambda: actions.build_packages(SYSTEM, NATIONAL, limit=2)) == []
    assert list(Outbound.objects.order_by("sequence").values_list("sequence", "changes")) == [
        (1, 2),
        (2, 2),
        (3, 2),
    ]
    with nodes.acting_as(NATIONAL):
        for outbound in Outbound.objects.order_by("sequence"):
            assert together(lambda data=bytes(outbound.data): actions.store_inbound(data, "test")) == []
        peer = nodes.peer(COMPONENT)
        assert together(lambda: actions.process_all(SYSTEM, peer)) == []
    nodes.round()
    whole(nodes, expected)
    assert Inbound.objects.filter(kind="changes").count() == 3
