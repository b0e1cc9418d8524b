"""Receipts: what was not accepted becomes work, what was refused whole is packed again, what is settled is closed."""

from __future__ import annotations

import json

import pytest

from ccvc.exchange import actions, selectors
from ccvc.exchange.domain import Judgement, Verdict, handlers
from ccvc.exchange.domain.manifest import Kind
from ccvc.exchange.models import Inbound, Outbound, RecordVerdict
from ccvc.ledger.models import Entry
from ccvc.standard.problems import Problem
from tests.exchange.nodes import COMPONENT, NATIONAL, SYSTEM
from tests.people import kept
from tests.problems import code_of

pytestmark = pytest.mark.django_db


def sent(number: int) -> Outbound:
    return Outbound.objects.get(peer__agency_code=NATIONAL, sequence=number)


def test_a_refused_record_becomes_work_until_a_newer_change_is_accepted(nodes, approve, agency):
    versions = approve(3)
    nodes.register.refuse = {versions[1].dossier.key}
    nodes.round()
    work = RecordVerdict.objects.get()
    assert (work.person, work.number, work.record, work.verdict) == (versions[1].dossier.key, 1, 2, "refused")
    assert (work.message, work.next_step) == (
        Problem("EXC-CHANGE-LEAF", leaf=1).message(),
        Problem("EXC-CHANGE-LEAF", leaf=1).next_step(),
    )
    officer = agency.subject("officer")
    assert [w.person for w in selectors.refused(officer)] == [work.person]
    assert selectors.refused_count(officer) == 1
    nodes.register.refuse = set()
    with nodes.acting_as(COMPONENT):
        document = json.loads(versions[1].document)
        document["identity"]["religion"] = "01"
        kept(agency, document, key=work.person)
    nodes.round()
    work.refresh_from_db()
    assert work.resolved_at is not None
    assert selectors.refused(officer) == []


def test_work_is_seen_by_those_who_manage_the_dossier_and_by_no_one_else(nodes, approve, agency):
    versions = approve(1)
    nodes.register.refuse = {versions[0].dossier.key}
    nodes.round()
    assert len(selectors.refused(agency.subject("officer"))) == 1
    for name in ("colleague", "stranger"):
        assert selectors.refused(agency.subject(name)) == []
        assert selectors.refused_count(agency.subject(name)) == 0
    assert code_of(lambda: selectors.refused(agency.subject("administrator"))) == "ACC-DENIED"


def test_a_handler_that_refuses_the_package_answers_and_lets_the_chain_go_on(nodes, approve):
    approve(2)
    nodes.register.fail = Problem("EXC-KIND", where="manifest.kind", got="changes")
    nodes.round()
    outbound = sent(1)
    assert (outbound.state, outbound.last_error["code"], outbound.refused) == ("refused", "EXC-KIND", 2)
    assert outbound.receipted_at is not None
    assert Inbound.objects.get(peer__agency_code=COMPONENT).state == "quarantined"
    nodes.register.fail = None
    nodes.register.versions.clear()
    approve(1)
    nodes.round()
    assert sent(2).state == "receipted"
    with nodes.acting_as(COMPONENT):
        again = actions.resend(SYSTEM, outbound.pk)
        assert code_of(lambda: actions.resend(SYSTEM, sent(2).pk)) == "EXC-STATE"
        assert not selectors.status(SYSTEM).in_step
    nodes.round()
    with nodes.acting_as(COMPONENT):
        assert selectors.status(SYSTEM).in_step
    assert (again.sequence, sent(3).accepted, sent(1).state) == (3, 2, "replaced")
    assert len(nodes.register.versions) == 3


def test_a_handler_that_breaks_leaves_nothing_and_the_stream_waits(nodes, approve):
    approve(1)
    nodes.send()
    entries = Entry.objects.count()
    nodes.register.fail = RuntimeError("disk")
    with pytest.raises(RuntimeError):
        nodes.process()
    assert Inbound.objects.get().state == "stored"
    assert Entry.objects.count() == entries
    approve(1)
    nodes.send()
    later = Inbound.objects.get(sequence=2)
    nodes.register.fail = None
    nodes.register.versions.clear()
    with nodes.acting_as(NATIONAL):
        assert actions.process_inbound(SYSTEM, later.pk).state == "stored"
    nodes.process()
    assert len(nodes.register.versions) == 2


def test_a_pending_record_is_settled_by_a_later_receipt(nodes, approve, monkeypatch):
    version = approve(1)[0]
    wait = Problem("EXC-BUSY", where="x")
    pending = Verdict.of(wait, record=1, person=version.dossier.key, number=1, verdict="pending")
    monkeypatch.setitem(
        handlers._handlers, Kind.CHANGES, lambda subject, arrival: Judgement(0, 0, 1, [pending])
    )
    nodes.round()
    work = RecordVerdict.objects.get()
    assert (work.verdict, work.resolved_at, sent(1).pending) == ("pending", None, 1)
    settled = Verdict(1, version.dossier.key, 1, "accepted", "", "", "")
    with nodes.acting_as(NATIONAL):
        inbound = Inbound.objects.get(peer__agency_code=COMPONENT)
        actions.send_receipt(SYSTEM, inbound.pk, Judgement(1, 0, 0, [settled]))
    nodes.fetch()
    work.refresh_from_db()
    assert work.verdict == "accepted"
    assert work.resolved_at is not None
    assert (sent(1).accepted, sent(1).pending) == (1, 0)


def test_a_receipt_for_a_package_never_sent_is_kept_apart(nodes, approve):
    approve(1)
    nodes.send()
    nodes.process()
    Outbound.objects.filter(peer__agency_code=NATIONAL).update(
        package_id="00000000-0000-4000-8000-000000000000"
    )
    nodes.fetch()
    inbound = Inbound.objects.get(peer__agency_code=NATIONAL)
    assert (inbound.state, inbound.problem["code"], inbound.receipt) == (
        "quarantined",
        "EXC-RECEIPT-UNKNOWN",
        None,
    )
