"""Both sides prove that they hold the same; who differs is named, and why."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ccvc.exchange import selectors
from ccvc.exchange.domain import reconcile
from ccvc.exchange.domain.reconcile import StateRow
from tests.exchange.nodes import COMPONENT, NATIONAL, SYSTEM
from tests.exchange.wire import wired

pytestmark = [pytest.mark.django_db, pytest.mark.urls("ccvc.exchange.urls_exchange")]


def test_both_sides_prove_that_they_agree_and_name_who_differs(nodes, approve, monkeypatch):
    wired(nodes, monkeypatch)
    monkeypatch.setattr("ccvc.exchange.domain.reconcile._sources", {})
    versions = approve(4)
    nodes.round()
    held = {v.dossier.key: _row(v) for v in versions}
    monkeypatch.setitem(
        reconcile._sources, "test", lambda agency: held.values() if agency == COMPONENT else ()
    )
    for node in (COMPONENT, NATIONAL):
        with nodes.acting_as(node):
            found = next(p for p in selectors.prove(SYSTEM) if p.there)
            assert (found.holds, found.here, found.there, found.agreed) == (True, 4, 4, 4)
    lost = versions[2].dossier.key
    del held[lost]
    changed = versions[0].dossier.key
    held[changed] = held[changed]._replace(national="f" * 64)
    for node, kinds in ((COMPONENT, {"missing_there", "differs"}), (NATIONAL, {"missing_here", "differs"})):
        with nodes.acting_as(node):
            found = next(p for p in selectors.prove(SYSTEM) if p.there)
            assert not found.holds
            assert {d.difference.person for d in found.differences} == {lost, changed}
            assert {d.difference.kind for d in found.differences} == kinds
            assert json.dumps(found.as_json())


def test_differences_on_their_way_or_refused_are_explained(nodes, approve, monkeypatch):
    wired(nodes, monkeypatch)
    monkeypatch.setattr("ccvc.exchange.domain.reconcile._sources", {"test": lambda agency: []})
    refused = approve(1)[0].dossier.key
    nodes.register.refuse = {refused}
    nodes.round()
    waiting = approve(1)[0].dossier.key
    nodes.send()
    unpacked = approve(1)[0].dossier.key
    with nodes.acting_as(COMPONENT):
        found = selectors.prove(SYSTEM)[0]
    reasons = {d.difference.person: d.reason for d in found.differences}
    assert reasons == {refused: "refused", waiting: "waiting", unpacked: "unpacked"}
    assert found.holds


def _row(version: Any) -> StateRow:
    statement = json.loads(version.statement)
    return StateRow(
        version.dossier.key, version.number, bytes(version.hash).hex(), statement["national_sha256"]
    )
