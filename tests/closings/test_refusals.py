"""What the national node refuses whole: a snapshot that is another's, old, changed, wrongly signed, ahead of time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec

from ccvc import standard
from ccvc.closings.actions.signing import package_lines
from ccvc.closings.models import Closing
from ccvc.exchange import actions as exchange
from ccvc.exchange.domain import snapshots
from ccvc.exchange.domain.checking import check_bytes
from ccvc.exchange.models import Outbound, Queued
from ccvc.exchange.selectors import status
from ccvc.ledger import actions as ledger
from ccvc.rules.closing import month_after
from ccvc.signing import store
from ccvc.signing.actions import sign_batch, unlock
from tests.closings.world import THIS, TODAY, World
from tests.exchange.nodes import COMPONENT, NATIONAL, SYSTEM
from tests.people import PASSPHRASE

Stated = dict[str, Any]
Lines = list[bytes]


def lines_of(world: World, change: Callable[[Stated], None] = lambda _stated: None, **signing: str) -> Lines:
    """The lines of a snapshot, its statement changed before it is signed."""
    snapshot = world.prepare()
    stated = msgspec.json.decode(snapshot.statement)
    change(stated)
    raw = standard.canonical(stated)
    with world.nodes.acting_as(COMPONENT):
        user = world.agency.users["approver"]
        opened = unlock(user, PASSPHRASE, audit=ledger.append)
        how = {"agency": COMPONENT, "purpose": snapshots.PURPOSE, **signing}
        signature = sign_batch(user, opened, [snapshots.statement_hash(raw)], audit=ledger.append, **how)
        closing = Closing(snapshot=snapshot)
        closing.snapshot.statement = raw.decode()
        return list(package_lines(closing, signature))


def answer_to(world: World, lines: Lines) -> str | None:
    """The code the whole package is refused with; None where it was taken."""
    group = uuid4()
    with world.nodes.acting_as(COMPONENT):
        exchange.send_package(SYSTEM, NATIONAL, "snapshot", lines, group=group)
    world.nodes.send()
    world.nodes.process()
    with world.nodes.acting_as(COMPONENT):
        world.nodes.fetch()
    error = Outbound.objects.get(group=group).last_error
    return error["code"] if error else None


def month_ahead(stated: Stated) -> None:
    stated["month"] = f"{month_after(THIS):%Y-%m}"


def an_hour_ahead(stated: Stated) -> None:
    stated["at"] = f"{TODAY + timedelta(days=2):%Y-%m-%d}T00:00:00Z"


def another_end(stated: Stated) -> None:
    stated["until"] = f"{THIS:%Y-%m-%d}T00:00:00Z"


def one_more(stated: Stated) -> None:
    stated["people"] += 1


def other_counts(stated: Stated) -> None:
    stated["counts"][0]["people"] += 1


CHANGES: dict[str, tuple[Callable[[Stated], None], str]] = {
    "another agency's": (lambda stated: stated.update(agency="H56"), "CLS-AGENCY"),
    "a month to come": (month_ahead, "CLS-FUTURE"),
    "a moment to come": (an_hour_ahead, "CLS-FUTURE"),
    "an end that is not the month's": (another_end, "CLS-STATEMENT"),
    "one person more": (one_more, "CLS-DIGEST"),
    "another root": (lambda stated: stated.update(root="0" * 64), "CLS-DIGEST"),
    "counts that do not add up": (other_counts, "CLS-DIGEST"),
    "replacing what is not there": (lambda stated: stated.update(replaces="0" * 64), "CLS-REPLACES"),
    "a member nobody named": (lambda stated: stated.update(more=1), "CLS-STATEMENT"),
    "a year no clock tells": (lambda stated: stated.update(at="9999-12-31T23:59:59Z"), "CLS-STATEMENT"),
    "the first of all years": (lambda stated: stated.update(at="0001-01-01T00:00:00+14:00"), "CLS-STATEMENT"),
    "fractions of a second": (lambda stated: stated.update(at=f"{TODAY}T00:00:00.5Z"), "CLS-STATEMENT"),
}


def test_a_statement_signed_otherwise_is_refused(world: World) -> None:
    world.approve(1)
    found = {name: answer_to(world, lines_of(world, change)) for name, (change, _) in CHANGES.items()}
    assert found == {name: code for name, (_, code) in CHANGES.items()}
    assert not Closing.objects.filter(package__isnull=False).exists()
    assert world.held(at=NATIONAL).closing is None


def other_row(lines: Lines) -> Lines:
    return [*lines[:2], lines[2].replace(b",1,", b",2,"), *lines[3:]]


def without_rows(lines: Lines) -> Lines:
    return lines[:2]


def other_statement(lines: Lines) -> Lines:
    return [
        lines[0],
        lines[1].replace(b'"arrived"', b'"arrivee"').replace(b'"hints":0', b'"hints":7'),
        *lines[2:],
    ]


SPOILT: dict[str, tuple[Callable[[Lines], Lines], str]] = {
    "another row": (other_row, "CLS-DIGEST"),
    "rows left out": (without_rows, "CLS-DIGEST"),
    "another statement": (other_statement, "CLS-LEAF"),
    "rows twice": (lambda lines: [*lines, lines[-1]], "CLS-LINE"),
    "no approval": (lambda lines: lines[1:], "CLS-LINE"),
    "nothing": (lambda lines: lines[:1], "CLS-LINE"),
    "no JSON": (lambda lines: [lines[0], b"{", *lines[2:]], "CLS-LINE"),
}


def test_what_was_changed_after_signing_is_refused(world: World) -> None:
    world.approve(1)
    lines = lines_of(world)
    found = {name: answer_to(world, spoil(lines)) for name, (spoil, _) in SPOILT.items()}
    assert found == {name: code for name, (_, code) in SPOILT.items()}


def test_an_approval_of_changes_is_none_of_a_month(world: World) -> None:
    world.approve(1)
    assert answer_to(world, lines_of(world, purpose="approve-changes")) == "CLS-SIGNER"


def test_the_same_closing_again_and_an_older_one_are_refused(world: World) -> None:
    world.approve(1)
    lines = lines_of(world)
    older = lines_of(world, lambda stated: stated.update(at=f"{THIS}T00:00:00Z"))
    assert answer_to(world, lines) is None
    assert answer_to(world, lines) == "CLS-OLDER"
    assert answer_to(world, older) == "CLS-OLDER"


def test_what_was_refused_is_closed_again(world: World) -> None:
    world.approve(1)
    first = world.close()
    held = Queued.objects.filter(group=first.pk).order_by("pk").last()
    assert held is not None
    Queued.objects.filter(pk=held.pk).update(line=bytes(held.line).replace(b",1,", b",3,"))
    world.nodes.round()
    assert (world.held().stage, (world.held().problem or {})["code"]) == ("refused", "CLS-DIGEST")
    second = world.close()
    assert snapshots.decode_statement(second.snapshot.statement.encode()).replaces is None
    world.nodes.round()
    assert world.held().stage == world.held(at=NATIONAL).stage == "in_time"
    with world.nodes.acting_as(COMPONENT):
        assert not status(SYSTEM).peers[0].blocked


def test_a_component_takes_no_snapshot(world: World) -> None:
    world.approve(1)
    lines = lines_of(world)
    with world.nodes.acting_as(NATIONAL):
        exchange.send_package(SYSTEM, COMPONENT, "snapshot", lines)
        exchange.build_packages(SYSTEM, COMPONENT)
    world.nodes.fetch()
    assert not Closing.objects.exists()


def test_the_check_of_a_file_says_what_is_wrong_inside(world: World) -> None:
    world.approve(1)
    for lines, fine in ((lines_of(world), True), (other_row(lines_of(world)), False)):
        with world.nodes.acting_as(COMPONENT):
            exchange.send_package(SYSTEM, NATIONAL, "snapshot", lines)
            package = exchange.build_packages(SYSTEM, NATIONAL)[-1]
        with world.nodes.acting_as(NATIONAL):
            key = store.node_keys().decrypt.current
            report = check_bytes(bytes(package.data), key=key, trust=store.trust(), receiver=NATIONAL)
        assert ("CLS-DIGEST" in report.as_text()) is not fine, report.as_text()
