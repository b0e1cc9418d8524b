"""A national node restored from an older copy of its database: its components see it at once and lose nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse

from ccvc.exchange import actions, carriers, selectors, tasks
from ccvc.exchange.models import Cursor, Inbound, Outbound, Peer
from ccvc.exchange.transports import Delivery
from ccvc.exchange.transports.file import FileTransport
from ccvc.ledger.verification import verify
from ccvc.standard.problems import Problem
from tests.exchange.nodes import COMPONENT, NATIONAL, SYSTEM, Nodes
from tests.people import Agency

pytestmark = pytest.mark.django_db
OWN = (Inbound, Outbound, Cursor)


@dataclass
class Mailbox:
    """The component's way to the national node, as HTTPS would be."""

    nodes: Nodes

    def deliver(self, data: bytes) -> Delivery:
        return self.nodes.wire().deliver(data)

    def fetch(self, after: int, digest: str | None = None) -> Iterator[bytes]:
        while (waiting := self._ask(after, digest)) is not None:
            yield waiting.data
            cursor = Cursor.objects.get(peer=self.nodes.peer(NATIONAL), direction="in")
            after, digest = cursor.sequence, cursor.manifest_sha256

    def agrees(self, number: int, digest: str) -> bool:
        try:
            self._ask(number, digest)
        except Problem:
            return False
        return True

    def _ask(self, after: int, digest: str | None) -> Any:
        with self.nodes.acting_as(NATIONAL):
            return actions.next_from_mailbox(COMPONENT, after, digest)


@pytest.fixture
def mailbox(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    made = Mailbox(nodes)
    monkeypatch.setattr(carriers, "transport_for", lambda _peer: made)
    return made


def copied(nodes: Nodes) -> list[tuple[type[models.Model], list[dict[str, Any]]]]:
    """The national node's side of the exchange, as a backup has it."""
    peer = nodes.peer(COMPONENT)
    return [(model, [dict(row) for row in model.objects.filter(peer=peer).values()]) for model in OWN]


def restore(nodes: Nodes, copy: list[tuple[type[models.Model], list[dict[str, Any]]]]) -> None:
    peer = nodes.peer(COMPONENT)
    for model in OWN:
        model.objects.filter(peer=peer).delete()
    for model, rows in reversed(copy):
        model.objects.bulk_create([model(**row) for row in rows])


def receive(nodes: Nodes) -> Any:
    with nodes.acting_as(COMPONENT):
        return tasks.receive_all()


def in_numbers() -> list[tuple[int, int]]:
    rows = Inbound.objects.filter(peer__agency_code=NATIONAL).order_by("epoch", "sequence")
    return list(rows.values_list("epoch", "sequence"))


@pytest.fixture
def restored(nodes: Nodes, approve: Any, mailbox: Mailbox) -> Nodes:
    """Three packages answered, then the national node is what it was after the first; a fourth change is approved."""
    approve(1)
    nodes.round()
    copy = copied(nodes)
    for _ in range(2):
        approve(1)
        nodes.round()
    restore(nodes, copy)
    nodes.register.versions.clear()
    approve(1)
    return nodes


def test_a_component_sees_at_its_next_question_that_the_node_was_restored(
    restored: Nodes, agency: Agency
) -> None:
    before = list(Inbound.objects.filter(peer__agency_code=NATIONAL).values())
    report = receive(restored)
    assert report.problems[NATIONAL]["code"] == "EXC-RESTORED"
    assert "new-history" in report.problems[NATIONAL]["next"]
    with restored.acting_as(COMPONENT):
        (status,) = [peer for peer in selectors.peers(SYSTEM) if peer.agency == NATIONAL]
        assert (status.blocked, status.in_step) == (True, False)
        client = Client()
        client.force_login(agency.users["administrator"])
        assert "new-history" in client.get(reverse("exchange:status")).content.decode()
    assert list(Inbound.objects.filter(peer__agency_code=NATIONAL).values()) == before


def test_another_package_under_a_number_held_is_seen_too(restored: Nodes) -> None:
    for _ in range(3):
        restored.send()
    restored.process()
    assert len(restored.register.versions) == 3  # sent again by itself: nothing approved is lost
    assert Outbound.objects.filter(peer__agency_code=COMPONENT).count() == 4
    assert receive(restored).problems[NATIONAL]["code"] == "EXC-RESTORED"
    assert in_numbers() == [(0, 1), (0, 2), (0, 3)]


def test_the_new_history_is_taken_up_by_a_person_and_the_old_one_stays(
    restored: Nodes, agency: Agency
) -> None:
    old = {row.pk: bytes(row.data) for row in Inbound.objects.filter(peer__agency_code=NATIONAL)}
    for _ in range(3):
        restored.send()
    restored.process()
    receive(restored)
    with restored.acting_as(COMPONENT):
        done = actions.take_up_history(SYSTEM, NATIONAL, reason="Công văn 5/BNV")
        assert (done.epoch, done.common, done.held) == (1, 1, 3)
        with pytest.raises(Problem) as caught:
            actions.take_up_history(agency.subject("officer"), NATIONAL, reason="x")
        assert caught.value.code == "ACC-DENIED"
    assert receive(restored).problems == {}
    assert in_numbers() == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (1, 4)]
    assert {pk: bytes(Inbound.objects.get(pk=pk).data) for pk in old} == old
    with restored.acting_as(COMPONENT):
        assert selectors.status(SYSTEM).in_step
        assert [f for f in verify(all_faults=True).faults if f.subject.startswith(NATIONAL)] == []
        with pytest.raises(Problem) as caught:
            actions.take_up_history(SYSTEM, NATIONAL, reason="Lần nữa")
        assert caught.value.code == "EXC-SAME-HISTORY"


def test_files_of_another_history_are_seen_and_not_removed(
    restored: Nodes, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        restored.send()
    restored.process()
    folder = tmp_path / "disk"
    writer = FileTransport(folder, NATIONAL, COMPONENT)
    for outbound in Outbound.objects.filter(peer__agency_code=COMPONENT, sequence__gt=1):
        writer.deliver(bytes(outbound.data))
    Peer.objects.filter(agency_code=NATIONAL).update(transport="file", address=str(folder))
    reader = FileTransport(folder, COMPONENT, NATIONAL)
    monkeypatch.setattr(carriers, "transport_for", lambda _peer: reader)
    assert receive(restored).problems[NATIONAL]["code"] == "EXC-RESTORED"
    assert len(list((folder / COMPONENT).iterdir())) == 3
    with restored.acting_as(COMPONENT):
        assert actions.take_up_history(SYSTEM, NATIONAL, reason="Công văn 5/BNV").common == 1
    assert receive(restored).problems == {}
    assert in_numbers()[-1] == (1, 4)
