"""A month from the figures to the proof: drawn up, signed, sent, compared person by person, answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from ccvc.closings import domain
from ccvc.closings.actions.signing import package_lines
from ccvc.closings.models import Bucket, Closing, Decision, Difference, Outcome, Recount, Snapshot
from ccvc.closings.selectors import register, reviewing, states
from ccvc.dossiers.domain import parse
from ccvc.exchange import actions as exchange
from ccvc.exchange.domain import snapshots
from ccvc.exchange.models import Outbound, Queued
from ccvc.ledger.verification import verify
from ccvc.rules.closing import month_after
from ccvc.signing.models import Signature
from tests.closings.tampering import removed, tampered_document, tampered_hash
from tests.closings.world import LAST, THIS, World, differences
from tests.exchange.nodes import COMPONENT, NATIONAL, SYSTEM
from tests.owner import tamper
from tests.problems import code_of
from tests.signing.proving import Prover

LATE = "Hệ thống bảo trì cuối tháng"


def statement_of(closing: Closing) -> snapshots.Statement:
    return snapshots.decode_statement(closing.snapshot.statement.encode())


def test_the_month_is_signed_sent_and_both_sides_prove_that_they_agree(world: World) -> None:
    versions = world.approve(3)
    closing = world.close()
    world.nodes.round()
    told, held = world.outcome(), world.outcome(at=NATIONAL)
    assert (told.people, told.register, told.agreed, told.differing) == (3, 3, 3, 0)
    assert (held.people, held.agreed, held.differing) == (3, 3, 0)
    assert world.held().stage == world.held(at=NATIONAL).stage == "in_time"
    statement = statement_of(closing)
    assert (statement.people, statement.serving, statement.position) == (3, 3, versions[-1].position)
    assert [(c.category, c.status, c.people) for c in statement.counts] == [("CC", "01", 3)]
    taken = world.held(at=NATIONAL).closing
    assert taken is not None
    assert taken.snapshot.statement == closing.snapshot.statement
    report = verify(all_faults=True)
    assert report.ok, report.faults
    assert report.entries["closing"] == 2


def test_what_changes_after_the_figures_were_drawn_up_belongs_to_what_comes_after(world: World) -> None:
    first = world.approve(2)[0]
    snapshot = world.prepare()
    world.change(first.dossier.key, {**parse(first.document), "health": {"height_cm": 160}})
    world.approve(1)
    closing = world.sign(snapshot)
    world.nodes.round()
    assert statement_of(closing).people == 2
    told = world.outcome()
    assert (told.agreed, told.moved_on, told.differing, told.register) == (2, 1, 0, 2)


def test_the_snapshot_goes_behind_the_last_change_it_holds(world: World) -> None:
    world.approve(1)
    world.close()
    with world.nodes.acting_as(COMPONENT):
        built = exchange.build_packages(SYSTEM, NATIONAL)
    assert [package.kind for package in built] == ["changes", "snapshot"]
    assert not Queued.objects.exists()


def test_killed_between_signing_and_sending_it_goes_with_the_next_round(world: World) -> None:
    world.approve(1)
    closing = world.close()
    assert Queued.objects.filter(group=closing.pk).exists()
    assert not Outbound.objects.exists()
    world.nodes.round()
    world.nodes.round()
    assert Outbound.objects.filter(group=closing.pk).count() == 1
    assert Outcome.objects.count() == 2  # one on each node


def test_two_closings_waiting_are_two_packages(world: World) -> None:
    world.approve(1)
    first, second = world.close(), world.close()
    assert statement_of(second).replaces == bytes(first.snapshot.hash).hex()
    world.nodes.round()
    assert [package.kind for package in Outbound.objects.filter(group__isnull=False)] == ["snapshot"] * 2
    assert (second.number, world.held(at=NATIONAL).closing.number) == (2, 2)


@pytest.mark.parametrize(
    ("act", "kind"), [(tampered_document, "differs"), (tampered_hash, "differs"), (removed, "differs")]
)
def test_a_row_changed_behind_the_back_of_the_national_node_is_named(
    world: World, act: Any, kind: str
) -> None:
    person = world.approve(3)[1].dossier.key
    world.close()
    world.carry_over(lambda: act(person))
    assert (world.outcome().agreed, differences(world.outcome())) == (2, {(person, kind, "")})
    assert differences(world.outcome(at=NATIONAL)) == differences(world.outcome())
    assert world.held().stage == world.held(at=NATIONAL).stage == "differing"


def test_whom_the_register_refused_is_named_with_the_reason(world: World) -> None:
    person = world.approve(2)[0].dossier.key
    world.claimed_elsewhere(person)
    world.close()
    world.nodes.round()
    assert differences(world.outcome()) == {(person, "missing_there", "REG-CONFLICT")}


def test_someone_the_closing_leaves_out_is_named_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "SKEW", timedelta(0))
    left_out = world.approve(2)[0].dossier.key
    with world.nodes.acting_as(COMPONENT):
        exchange.build_packages(SYSTEM, NATIONAL)
    world.forget(left_out)
    world.close()
    world.nodes.round()
    told = world.outcome()
    assert (told.people, told.register, told.agreed) == (1, 2, 1)
    assert differences(told) == {(left_out, "missing_here", "")}


def test_who_came_and_who_left_since_the_month_before_adds_up(world: World) -> None:
    versions = world.approve_last_month(3)
    world.close(LAST, LATE)
    world.leave(versions[0])
    world.approve(2)
    statement = statement_of(world.close())
    moved = statement.movement
    assert moved is not None
    assert (moved.serving, moved.arrived, moved.left, moved.changed) == (3, 2, 1, 1)
    assert (statement.serving, statement.people) == (4, 5)
    world.nodes.round()
    assert world.outcome().differing == 0


def test_a_month_whose_days_are_over_is_late_with_a_reason_and_stays_late(world: World) -> None:
    world.approve_last_month(1)
    assert code_of(lambda: world.prepare(LAST)) == "CLS-REASON"
    closing = world.close(LAST, LATE)
    world.nodes.round()
    assert not closing.in_time
    assert statement_of(closing).reason == LATE
    assert world.held(LAST).stage == world.held(LAST, at=NATIONAL).stage == "late"
    assert code_of(lambda: world.prepare(LAST, LATE)) == "CLS-SETTLED"


def test_a_late_closing_is_of_the_end_of_its_month(world: World) -> None:
    versions = world.approve_last_month(2)
    world.leave(versions[0])
    world.approve(1)
    closing = world.close(LAST, LATE)
    statement = statement_of(closing)
    assert (statement.people, statement.serving, statement.position) == (2, 2, versions[-1].position)
    assert [count.status for count in statement.counts] == ["01"]
    assert timezone.localtime(statement.of).date() == THIS
    world.nodes.round()
    told = world.outcome(LAST)
    assert (told.people, told.register, told.agreed, told.moved_on) == (2, 2, 2, 1)
    assert (told.differing, told.recounted) == (0, 0)
    with world.nodes.acting_as(COMPONENT):
        review = reviewing.review(world.agency.subject("officer"), LAST)
    assert review is not None
    assert review.headcount is not None
    assert review.headcount.table.total.count == 2
    assert statement_of(world.close()).serving == 2


def test_what_is_valid_only_later_does_not_count_yet_on_either_side(world: World) -> None:
    versions = world.approve(2)
    world.leave(versions[0], valid_from=month_after(THIS))
    statement = statement_of(world.close())
    assert (statement.serving, [count.people for count in statement.counts]) == (2, [2])
    world.nodes.round()
    assert (world.outcome().agreed, world.outcome().differing, world.outcome().recounted) == (2, 0, 0)


def test_numbers_added_up_wrongly_are_named_by_the_national_node(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = parse(world.approve(2)[0].document)["employment"]["unit_code"]
    with monkeypatch.context() as patch:
        patch.setattr(states, "read_where", lambda unit, _category, status: domain.Where(unit, "VC", status))
        world.close()
    world.nodes.round()
    for node in (COMPONENT, NATIONAL):
        told = world.outcome(at=node)
        assert (told.agreed, told.differing, told.recounted) == (2, 0, 2)
        rows = set(told.recounts.values_list("unit", "category", "status", "stated", "found"))
        assert rows == {(unit, "CC", "01", 0, 2), (unit, "VC", "01", 2, 0)}
        assert world.held(at=node).stage == "differing"


def test_a_missed_month_is_missing_on_both_sides_and_is_passed_once_the_next_is_closed(world: World) -> None:
    world.approve(1)
    assert world.held(LAST).stage == world.held(LAST, at=NATIONAL).stage
    assert world.held(LAST).stage in {"missing", "awaited"}
    world.close()
    assert code_of(lambda: world.prepare(LAST, LATE)) == "CLS-PASSED"


def test_who_synchronises_continuously_need_not_close_and_may(world: World) -> None:
    world.decide(mode="continuous")
    world.approve(1)
    assert world.held().stage == world.held(LAST, at=NATIONAL).stage == "free"
    world.close()
    world.nodes.round()
    assert world.held(at=NATIONAL).stage == "in_time"


def test_only_the_authorised_person_signs_and_only_what_was_drawn_up(world: World) -> None:
    world.approve(1)
    snapshot = world.prepare()
    assert code_of(lambda: world.sign(snapshot, by="officer")) == "ACC-DENIED"
    assert code_of(lambda: world.sign(snapshot, passphrase="sai rồi")) == "SIG-PASSPHRASE"
    world.prepare()
    assert code_of(lambda: world.sign(snapshot)) == "CLS-UNKNOWN"
    assert not Closing.objects.exists()


def test_figures_older_than_a_day_are_drawn_up_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.approve(1)
    snapshot = world.prepare()
    monkeypatch.setattr(domain, "FRESH", timedelta(seconds=-1))
    assert code_of(lambda: world.sign(snapshot)) == "CLS-STALE"


def test_nobody_closes_an_agency_without_dossiers_or_a_month_to_come(world: World) -> None:
    assert code_of(world.prepare) == "CLS-EMPTY"
    world.approve(1)
    assert code_of(lambda: world.prepare(month_after(THIS))) == "CLS-EARLY"
    assert code_of(lambda: world.prepare(LAST.replace(year=LAST.year - 2), LATE)) == "CLS-TOO-OLD"


def test_the_database_refuses_to_change_or_delete_what_was_signed(world: World) -> None:
    person = world.approve(2)[0].dossier.key
    world.close()
    world.carry_over(lambda: tampered_document(person))
    for model in (Closing, Snapshot, Bucket, Outcome, Difference, Recount, Decision):
        table = model._meta.db_table
        assert model.objects.exists()
        for sql in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"{sql}; SET CONSTRAINTS ALL IMMEDIATE")


def test_the_ledger_names_a_closing_whose_rows_were_changed(world: World) -> None:
    world.approve(2)
    closing = world.close()
    tamper(
        "DELETE FROM closings_bucket WHERE snapshot_id = %s AND name = (SELECT min(name) FROM "
        "closings_bucket WHERE snapshot_id = %s)",
        closing.snapshot_id,
        closing.snapshot_id,
    )
    fault = verify().first_fault
    assert fault is not None
    assert (fault.code, fault.what) == ("CLS-CHANGED", "rows")


def test_the_stamp_on_a_closing_travels_with_it_and_is_kept_at_the_national_node(world: World) -> None:
    world.approve(1)
    closing = world.close()
    assert world.agency.issuer is not None
    evidence = Prover(world.agency.issuer).evidence(closing.signature.jws).written()
    closing.signature.evidence = evidence
    with world.nodes.acting_as(COMPONENT):
        Queued.objects.filter(group=closing.pk).delete()
        lines = package_lines(closing, closing.signature)
        exchange.send_package(SYSTEM, NATIONAL, "snapshot", lines, group=closing.pk, position=1)
    world.nodes.round()
    assert world.outcome(at=NATIONAL).differing == 0
    kept = Signature.objects.get(pk=closing.signature_id)
    assert (kept.evidence, kept.gather_after) == (evidence, None)
    assert kept.stamped_at is not None
