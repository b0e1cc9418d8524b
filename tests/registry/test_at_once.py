"""Two agencies judged in the same moment: one person stays one person, nothing is lost, both are told."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections

from ccvc.exchange.actions import process_all
from ccvc.exchange.actions.receiving import store_inbound
from ccvc.exchange.domain.records import decode_receipt
from ccvc.exchange.models import Inbound, Peer
from ccvc.ledger.verification import verify
from ccvc.registry import storing
from ccvc.registry.models import Conflict, Person, Refusal, Version
from tests.registry import people
from tests.registry.scheme import SYSTEM, Change, Component, change, change_lines

pytestmark = pytest.mark.django_db(transaction=True)


def claims(agency: str, numbers: dict[int, int]) -> list[Change]:
    """First versions of people of an agency: person → whose personal number it gives."""
    return [
        change(
            who,
            agency=agency,
            document=people.document(
                who, agency=agency, identity={"personal_id": people.personal_id(number)}
            ),
        )
        for who, number in numbers.items()
    ]


@pytest.fixture
def met(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read the register before either writes people: the worst moment, for certain."""
    barrier, seen, write = threading.Barrier(2), set(), storing.write_people

    def wait(*args: Any) -> None:
        if threading.get_ident() not in seen:
            seen.add(threading.get_ident())
            barrier.wait(timeout=30)
        write(*args)

    monkeypatch.setattr(storing, "write_people", wait)


def processed_at_once(*agencies: str) -> list[Exception]:
    """Each agency's stream processed by a process of its own; what they raised."""
    raised: list[Exception] = []

    def run(agency: str) -> None:
        try:
            process_all(SYSTEM, Peer.objects.get(agency_code=agency))
        except Exception as error:  # noqa: BLE001 - judged by the caller
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[agency]) for agency in agencies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.parametrize(
    "theirs",
    [{11: 1}, {11: 2, 12: 1}, {11: 1, 12: 3}],
    ids=["one number", "crosswise", "and one of their own"],
)
def test_two_agencies_that_first_claim_a_number_in_the_same_moment_are_both_told(
    component: Component, other: Component, met: None, theirs: dict[int, int]
) -> None:
    for sender, numbers in ((component, {1: 1, 2: 2}), (other, theirs)):
        store_inbound(
            sender.seal(change_lines(claims(sender.agency, numbers), agency=sender.agency)), "https"
        )
    assert processed_at_once("H41", "G12") == []
    counts = {i.peer.agency_code: (i.accepted, i.refused) for i in Inbound.objects.select_related("peer")}
    disputed = {people.personal_id(n) for n in theirs.values()} & {people.personal_id(n) for n in (1, 2)}
    assert sum(map(sum, counts.values())) == 2 + len(theirs)
    assert Person.objects.count() == Version.objects.count() == len({1, 2, *theirs.values()})
    claim = Conflict.objects.first()
    sides = {"H41": component, "G12": other}
    holder, claimant = sides[claim.holder], sides[claim.claimant]
    assert set(Conflict.objects.values_list("personal_id", flat=True)) == disputed
    assert {notice.personal_id for notice in holder.notices()} == disputed
    inbound = Inbound.objects.get(peer__agency_code=claimant.agency)
    told = decode_receipt(claimant.open(inbound.receipt))[1]
    assert [line.code for line in told] == ["REG-CONFLICT"] * len(disputed)
    assert Refusal.objects.filter(agency_code=claimant.agency).count() == len(disputed)
    assert verify(all_faults=True).faults == []
