"""What was not believed is sent again under its number, with the register that judges chains at the other end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from ccvc.exchange import actions, selectors
from ccvc.exchange.domain import Judgement, Verdict, handlers
from ccvc.exchange.domain.manifest import Kind
from ccvc.exchange.domain.records import ChangeLine, decode_line, decode_statement
from ccvc.exchange.models import Inbound, Outbound, RecordVerdict
from ccvc.ledger.models import Entry
from ccvc.registry.actions import accept_changes
from ccvc.registry.models import Person
from ccvc.signing import certificates
from ccvc.signing.actions import revoke_software_key
from ccvc.signing.models import SigningMeans
from ccvc.standard.problems import Problem
from tests import people
from tests.exchange.nodes import COMPONENT, Nodes, revoke
from tests.people import Agency
from tests.signing.officers import HTTP, reader

pytestmark = pytest.mark.django_db


class Doubt:
    """The register, but for the while it believes no change: a fault of ours on the way, mended later."""

    def __init__(self) -> None:
        self.on = False

    def __call__(self, subject: Any, arrival: Any) -> Judgement:
        if not self.on:
            return accept_changes(subject, arrival)
        verdicts = []
        for index, raw in enumerate(arrival.lines):
            line = decode_line(raw)
            if isinstance(line, ChangeLine):
                told = decode_statement(bytes(line.statement))
                problem = Problem("EXC-CHANGE-LEAF", where="leaf", leaf=line.leaf)
                verdicts.append(
                    Verdict.of(problem, record=index, person=UUID(told.person), number=told.number)
                )
        return Judgement(0, len(verdicts), 0, verdicts)


@pytest.fixture
def doubt(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> Doubt:
    made = Doubt()
    monkeypatch.setitem(handlers._handlers, Kind.CHANGES, made)
    return made


@pytest.fixture
def change(nodes: Nodes, agency: Agency) -> Callable[..., Any]:
    """A next version of a dossier."""

    def run(version: Any, religion: str) -> Any:
        document = json.loads(version.document)
        document["identity"]["religion"] = religion
        with nodes.acting_as(COMPONENT):
            return people.kept(agency, document, key=version.dossier.key)

    return run


def held() -> list[int]:
    return list(Person.objects.values_list("number", flat=True))


def open_codes() -> list[tuple[int, str]]:
    rows = RecordVerdict.objects.filter(resolved_at=None).order_by("number", "pk")
    return list(rows.values_list("number", "code"))


def in_step(nodes: Nodes) -> bool:
    with nodes.acting_as(COMPONENT):
        return selectors.status(people.SYSTEM).in_step


def test_before_the_next_version_goes_what_was_not_believed_goes_again(
    nodes: Nodes, approve: Any, doubt: Doubt, change: Any
) -> None:
    doubt.on = True
    first = approve(1)[0]
    nodes.round()
    assert open_codes() == [(1, "EXC-CHANGE-LEAF")]
    doubt.on = False
    change(first, "01")
    nodes.round()
    assert held() == [2]
    assert open_codes() == []
    sent = Outbound.objects.filter(peer__agency_code="G09").order_by("sequence")
    assert [(o.changes, o.accepted, o.first_position is None) for o in sent] == [
        (1, 0, False),
        (1, 1, True),
        (1, 1, False),
    ]
    assert in_step(nodes)


def test_what_came_back_for_following_it_is_sent_on_by_itself(
    nodes: Nodes, approve: Any, doubt: Doubt, change: Any, agency: Agency
) -> None:
    doubt.on = True
    first = approve(1)[0]
    nodes.round()
    second = change(first, "01")
    nodes.send()
    doubt.on = False
    with nodes.acting_as("G09"):
        ours = Outbound.objects.filter(peer__agency_code="G09").order_by("sequence")
        repeated, next_one = ours[1], ours[2]
    assert (repeated.first_position, next_one.first_position) == (None, second.position)
    doubt.on = True
    with nodes.acting_as("G09"):
        actions.process_inbound(people.SYSTEM, inbound(2))
    doubt.on = False
    nodes.process()
    nodes.fetch()
    assert open_codes() == [(1, "EXC-CHANGE-LEAF"), (1, "EXC-CHANGE-LEAF"), (2, "REG-CHAIN")]
    with nodes.acting_as(COMPONENT):
        verdict = RecordVerdict.objects.filter(number=1).latest("pk")
        assert actions.send_again(agency.subject("officer"), verdict.pk) == 2
    nodes.round()
    assert held() == [2]
    assert open_codes() == []
    nodes.round()
    assert Outbound.objects.filter(peer__agency_code="G09").count() == 4


def inbound(sequence: int) -> int:
    return Inbound.objects.get(peer__agency_code=COMPONENT, sequence=sequence).pk


def test_a_package_refused_whole_leaves_followers_that_go_on_by_themselves(
    nodes: Nodes, approve: Any, doubt: Doubt, change: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = approve(1)[0]
    nodes.send()

    def refuse(_subject: Any, _arrival: Any) -> Judgement:
        raise Problem("EXC-KIND", where="manifest.kind", got="changes")

    with monkeypatch.context() as patch:
        patch.setitem(handlers._handlers, Kind.CHANGES, refuse)
        nodes.process()
    change(first, "01")
    nodes.round()
    assert open_codes() == [(2, "REG-CHAIN")]
    with nodes.acting_as(COMPONENT):
        actions.resend(people.SYSTEM, Outbound.objects.get(peer__agency_code="G09", sequence=1).pk)
    nodes.round()
    assert held() == [1]
    nodes.round()
    assert (held(), open_codes()) == ([2], [])


def test_an_approval_that_is_not_believed_is_given_again_over_the_same_version(
    nodes: Nodes, approve: Any, doubt: Doubt, agency: Agency, settings: Any
) -> None:
    key = SigningMeans.objects.get(user=agency.users["approver"])
    revoke(nodes, certificates.from_pem(key.certificate_pem)[0].serial_number)
    version = approve(1)[0]
    nodes.round()
    assert open_codes() == [(1, "EXC-APPROVAL-SIGNATURE")]
    with nodes.acting_as(COMPONENT):
        revoke_software_key(agency.users["approver"], "Đã thu hồi")
        people.give_key(agency, "approver")
        verdict = RecordVerdict.objects.get()
        with pytest.raises(Problem) as caught:
            actions.approve_again(agency.subject("approver"), verdict.pk, people.PASSPHRASE, "00" * 32)
        assert caught.value.code == "CHG-SEEN-CHANGED"
        client = Client()
        client.force_login(agency.users["approver"])
        page = client.get(reverse("exchange:refused")).content.decode()
        assert bytes(version.hash).hex() in page
        form = {"passphrase": people.PASSPHRASE, "version": bytes(version.hash).hex()}
        assert client.post(reverse("exchange:again", args=[verdict.pk]), form).status_code == 302
    nodes.round()
    assert (held(), open_codes()) == ([1], [])
    assert Person.objects.get().hash == version.hash
    assert Entry.objects.filter(subject=f"verdict:{verdict.pk}", kind="administrative").exists()


def test_an_approval_is_given_again_with_the_token_in_the_approvers_own_machine(
    nodes: Nodes, approve: Any, doubt: Doubt, agency: Agency
) -> None:
    key = SigningMeans.objects.get(user=agency.users["approver"])
    revoke(nodes, certificates.from_pem(key.certificate_pem)[0].serial_number)
    version = approve(1)[0]
    nodes.round()
    verdict = RecordVerdict.objects.get()
    page = reverse("exchange:again", args=[verdict.pk])
    with nodes.acting_as(COMPONENT), reader(agency.issuer, agency.users["approver"]) as officer:
        assert officer.begin(page, version="00" * 32)["code"] == "CHG-SEEN-CHANGED"
        given = officer.begin(page, version=bytes(version.hash).hex())
        told = HTTP.get(officer.ask(given)["confirm"]).text
        assert "Phê duyệt lại" in told
        assert given["changes"][0]["name"] in told
        signature = officer.signed(given)
        assert officer.complete(page, given, signature).status_code == 200
        assert officer.complete(page, given, signature).json()["code"] == "SIG-PENDING"
    nodes.round()
    assert (held(), open_codes()) == ([1], [])
    assert Entry.objects.filter(subject=f"verdict:{verdict.pk}", kind="administrative").exists()


@pytest.mark.parametrize("name", ["stranger", "colleague", "inspector"])
def test_who_may_not_change_the_dossier_sends_nothing_again(
    nodes: Nodes, approve: Any, doubt: Doubt, agency: Agency, name: str
) -> None:
    doubt.on = True
    approve(1)
    nodes.round()
    verdict = RecordVerdict.objects.get()
    with nodes.acting_as(COMPONENT):
        for act in (
            lambda: actions.send_again(agency.subject(name), verdict.pk),
            lambda: actions.approve_again(agency.subject(name), verdict.pk, people.PASSPHRASE, ""),
        ):
            with pytest.raises(Problem) as caught:
                act()
            assert caught.value.code in {"EXC-NOT-FOUND", "ACC-DENIED"}


def test_what_was_refused_for_what_it_says_is_not_sent_again(
    nodes: Nodes, approve: Any, doubt: Doubt, agency: Agency
) -> None:
    doubt.on = True
    approve(1)
    nodes.round()
    RecordVerdict.objects.update(code="REG-INVALID")
    with nodes.acting_as(COMPONENT), pytest.raises(Problem) as caught:
        actions.send_again(agency.subject("officer"), RecordVerdict.objects.get().pk)
    assert caught.value.code == "EXC-BELIEVED"
