"""A dossier handed over between components through the national node, and back: real nodes, real packages."""

from __future__ import annotations

import base64
import json
import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from ccvc.access.domain import Subject
from ccvc.changes.actions import withdraw as withdraw_change
from ccvc.dossiers.models import Dossier, Move, Standing, Version
from ccvc.dossiers.selectors import Moment, standing
from ccvc.dossiers.selectors.seeing import seen
from ccvc.evidence import actions as evidence
from ccvc.evidence import storage
from ccvc.evidence.domain import Details
from ccvc.evidence.models import Attachment
from ccvc.exchange.models import Queued
from ccvc.inspection.domain import encode
from ccvc.inspection.verifiers import single_file
from ccvc.ledger import actions as ledger
from ccvc.registry.models import Standing as NationalStanding
from ccvc.signing import certificates
from ccvc.standard.problems import Problem
from ccvc.transfers import actions, selectors, tasks
from ccvc.transfers.actions import offering, passing, telling
from ccvc.transfers.domain.lines import AnswerLine, By, OfferLine
from ccvc.transfers.models import Part, Request, Transfer
from tests import people
from tests.evidence import samples
from tests.transfers.world import COMPONENTS, GIVER, NATIONAL, RECEIVER, TODAY, World

EVERYBODY = (GIVER, NATIONAL, RECEIVER)


def versions(world: World, node: str, person: UUID) -> list[tuple[int, str, str]]:
    with world.at(node):
        rows = Version.objects.filter(dossier__key=person).order_by("number")
        return [(row.number, row.statement, row.document) for row in rows]


def refused(act: Any, *given: Any, **more: Any) -> str:
    with pytest.raises(Problem) as problem:
        act(*given, **more)
    return problem.value.code


def test_a_dossier_goes_over_whole_goes_on_there_and_comes_back(world: World) -> None:
    person = world.person()
    with world.at(GIVER):
        officer, scan = world.subject(GIVER, "officer"), samples.pdf("Quyết định")
        taken = evidence.receive(officer, scan)
        paper = evidence.attach(officer, person, taken, Details("99", "career", file_name="a.pdf"))
    before = versions(world, GIVER, person)
    made = world.begin(person)
    world.carry()
    assert world.row(RECEIVER, made.pk).state == "sealed"
    assert (world.manager(person), world.custody(RECEIVER, person)) == (GIVER, "")
    world.accept(made.pk)
    world.carry()
    rows = [world.row(node, made.pk) for node in EVERYBODY]
    assert {row.state for row in rows} == {"switched"}
    assert len({row.receipt_sha256 for row in rows}) == 1
    assert (world.manager(person), world.managing(person)) == (RECEIVER, [RECEIVER])
    assert versions(world, RECEIVER, person) == before
    with world.at(RECEIVER):
        assert Attachment.objects.get(pk=paper.pk).file.sha256 == taken.sha256
        assert storage.read(taken.sha256) == scan
        assert not Part.objects.filter(transfer=made).exists()
        next_one = people.dossier(world.persons, other_names="Ở nơi mới")
        world.approved(RECEIVER, next_one, key=person)
        assert Dossier.objects.get(key=person).current_number == len(before) + 1
    world.carry()
    world.assert_sums_agree()
    back = world.handed_over(person, RECEIVER, GIVER)
    assert (world.manager(person), world.managing(person)) == (GIVER, [GIVER])
    assert len(versions(world, GIVER, person)) == len(before) + 1
    with world.at(GIVER):
        assert list(Move.objects.filter(dossier__key=person).values_list("transfer", flat=True)) == [
            made.pk,
            back.pk,
        ]
        again = people.dossier(world.persons, other_names="Trở lại")
        assert world.approved(GIVER, again, key=person).number == len(before) + 2
    world.carry()
    world.assert_sums_agree()


def test_a_dossier_on_its_way_is_frozen_and_a_second_offer_is_refused(world: World) -> None:
    person = world.person(versions=1)
    document = people.dossier(world.persons, other_names="Đang chờ")
    with world.at(GIVER):
        pending = people.propose(world.agency, document, key=person)
    made = world.begin(person)
    assert made.state == "prepared"
    with world.at(GIVER):
        assert [one.code for one in offering.hindrances(person)] == ["TRF-PENDING"]
        later = people.dossier(world.persons, aliases="Muộn")
        assert refused(people.propose, world.agency, later, key=person) == "DOS-LEAVING"
        assert refused(
            actions.begin, world.subject(GIVER, "officer"), person, RECEIVER, TODAY, decision="9"
        ) == ("TRF-OPEN")
        withdraw_change(world.subject(GIVER, "officer"), [pending.pk])
        tasks.carry_on()
        assert world.row(GIVER, made.pk).state == "offered"
        assert world.custody(GIVER, person) == "offered"
        assert refused(people.propose, world.agency, document, key=person) == "DOS-OFFERED"
    world.carry()
    with world.at(NATIONAL):
        line = OfferLine(
            made.pk, person, "H56", 1, world.row(GIVER, made.pk).version, "1", None, TODAY, made.begun_at,
            By("a", "b"),
        )  # fmt: skip
        with transaction.atomic():
            passing.take_offer(GIVER, line)
            passing.take_offer(RECEIVER, line)
        answers = [bytes(row.line) for row in Queued.objects.order_by("-pk")[:1]]
        assert b"TRF-OPEN" in answers[0]
        assert Transfer.objects.filter(person=person).count() == 1
    with world.at(RECEIVER):
        actions.refuse(world.subject(RECEIVER, "officer"), made.pk, "Chưa có vị trí")
    world.carry()
    assert {world.row(node, made.pk).state for node in EVERYBODY} == {"refused"}
    assert (world.custody(GIVER, person), world.manager(person)) == ("here", GIVER)
    with world.at(GIVER):
        world.approved(GIVER, document, key=person)


def test_what_is_withdrawn_or_lapses_changes_nothing_and_who_is_first_wins(world: World) -> None:
    first, second = world.person(versions=1), world.person(versions=1)
    raced = world.begin(first)
    world.carry()
    world.accept(raced.pk)
    with world.at(GIVER):
        actions.withdraw(world.subject(GIVER, "officer"), raced.pk, "Chuyển nhầm người")
    world.send(RECEIVER)
    world.judge()
    world.carry()
    assert {world.row(node, raced.pk).state for node in EVERYBODY} == {"switched"}
    assert world.managing(first) == [RECEIVER]
    late = world.begin(second)
    world.carry()
    with world.at(NATIONAL):
        Transfer.objects.filter(pk=late.pk).update(expires_on=TODAY - timedelta(days=1))
        assert tasks.carry_on() == 1
    world.accept(late.pk)
    world.carry()
    assert {world.row(node, late.pk).state for node in EVERYBODY} == {"lapsed"}
    assert world.managing(second) == [GIVER]


def test_a_dossier_changed_on_its_way_is_told_and_cannot_be_accepted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = world.person(versions=1)
    made = world.begin(person)
    world.send(GIVER)
    world.judge()
    world.fetch(RECEIVER)
    world.fetch(GIVER)
    with world.at(GIVER):
        tasks.carry_on()
    world.send(GIVER)
    with world.at(NATIONAL):
        telling_raw: list[bytes] = []

        def spoilt(agency: str, raw: bytes) -> None:
            telling_raw.append(raw)
            telling.forward(agency, raw.replace(b'"data":"A', b'"data":"B') if b'"part"' in raw else raw)

        with monkeypatch.context() as patched:
            patched.setattr(passing, "forward", spoilt)
            world.judge()
    assert telling_raw
    world.carry()
    row = world.row(RECEIVER, made.pk)
    assert row.problem is not None
    assert row.problem["code"] == "TRF-DAMAGED"
    with world.at(RECEIVER):
        assert refused(world.accept, made.pk) == "TRF-FAULTY"
        actions.refuse(world.subject(RECEIVER, "officer"), made.pk, "Hồ sơ hỏng")
    world.carry()
    assert world.managing(person) == [GIVER]


def sides(world: World, key: UUID, folder: Path) -> list[Path]:
    """The proof of a hand-over by each of its sides, and the program that compares them."""
    program = folder / "ccvc-verify.py"
    program.write_bytes(single_file("ccvc-verify.py"))
    files = []
    for node in COMPONENTS:
        with world.at(node):
            made = actions.prove(Subject.system("ledger"), key)
            files.append(folder / f"{node}.json")
            files[-1].write_bytes(encode(made))
    return [program, *files]


def compared(world: World, program: Path, giver: Path, receiver: Path) -> tuple[int, list[tuple[str, str]]]:
    assert world.agency.issuer is not None
    anchor = certificates.fingerprint(world.agency.issuer.cert)
    command = [sys.executable, "-I", "-S", str(program), str(giver), "--other", str(receiver), "--json"]
    done = subprocess.run(
        [*command, "--fingerprint", anchor], capture_output=True, text=True, check=False, env={}
    )
    assert done.stderr == ""
    said = [(step["code"], step["status"]) for step in json.loads(done.stdout)["steps"]]
    return done.returncode, [one for one in said if one[1] != "ok" or one[0] in {"HANDOVER", "RECEIPT"}]


def test_anyone_sees_offline_whether_both_sides_hold_the_same_receipt(world: World, tmp_path: Path) -> None:
    first = world.handed_over(world.person(versions=1))
    program, giver, receiver = sides(world, first.pk, tmp_path)
    both = [("RECEIPT", "ok"), ("RECEIPT", "ok")]
    assert compared(world, program, giver, receiver) == (0, [*both, ("HANDOVER", "ok")])
    assert compared(world, program, giver, giver) == (1, [*both, ("HANDOVER", "bad")])
    spoilt = json.loads(receiver.read_bytes())
    payload = base64.urlsafe_b64decode(spoilt["receipts"][0]["payload"] + "==")
    other = payload.replace(b"12/Q", b"13/Q", 1)
    spoilt["receipts"][0]["payload"] = base64.urlsafe_b64encode(other).rstrip(b"=").decode()
    receiver.write_text(json.dumps(spoilt))
    code, said = compared(world, program, giver, receiver)
    assert code == 1
    assert {("RECEIPT-SIGNATURE", "bad"), ("RECEIPT", "bad"), ("HANDOVER", "bad")} <= set(said)
    begun = world.begin(world.person(versions=1))
    with world.at(GIVER):
        assert refused(actions.prove, Subject.system("ledger"), begun.pk) == "TRF-NO-RECEIPT"


def test_an_answer_in_the_givers_name_frees_nothing(world: World) -> None:
    person = world.person(versions=1)
    made = world.begin(person)
    world.carry()
    root = world.row(GIVER, made.pk).root
    with world.at(NATIONAL), transaction.atomic():
        passing.take_answer(GIVER, AnswerLine(made.pk, True, root, "", made.begun_at, By("a", "b")))
    world.carry()
    assert {world.row(node, made.pk).state for node in EVERYBODY} == {"sealed"}
    assert (world.custody(GIVER, person), world.manager(person)) == ("offered", GIVER)
    world.accept(made.pk)
    world.carry()
    assert world.managing(person) == [RECEIVER]


def test_the_past_stays_what_it_was_and_nobody_counts_twice(world: World) -> None:
    person = world.person(versions=1)
    made = world.handed_over(person)
    switched = world.row(NATIONAL, made.pk).ended_at
    assert switched is not None
    for when, where in ((switched - timedelta(seconds=30), None), (None, RECEIVER)):
        with world.at(NATIONAL):
            rows = NationalStanding.objects.filter(person=person, valid_from__lte=TODAY)
            known = rows.filter(known_to=None) if when is None else rows.exclude(known_to=None)
            if where is not None:
                assert list(known.values_list("agency_code", flat=True)) == [where]
            else:
                assert list(known.values_list("agency_code", flat=True)) == [GIVER]
    with world.at(GIVER):
        gone = standing(Moment(made.begun_at, TODAY)).filter(dossier__key=person)
        assert [row.unit_id for row in gone] == [Dossier.objects.get(key=person).drawer_unit_id]
        assert [row.unit_id for row in Standing.objects.filter(dossier__key=person, known_to=None)] == [0]
        officer = world.subject(GIVER, "officer")
        assert [head.dossier.key for head in selectors.drawer(officer, "0400850")][-1:]
        assert person in {head.dossier.key for head in selectors.drawer(officer)}
        assert seen(officer, person).document["identity"]["full_name"] == "Nguyễn Văn An"
        copy = people.dossier(world.persons)
        assert refused(people.propose, world.agency, copy) == "DOS-GONE"


def test_a_dossier_is_asked_for_and_the_keeper_answers(world: World) -> None:
    person = world.person(versions=1)
    number = people.dossier(world.persons)["identity"]["personal_id"]
    officer = world.subject(RECEIVER, "officer")
    with world.at(RECEIVER):
        asked = actions.ask(officer, number, "Về nhận công tác", "5/QĐ")
        unknown = actions.ask(officer, "999999999999", "Thử")
        assert refused(actions.ask, officer, number, "Lại") == "TRF-ASKED"
        assert refused(actions.ask, officer, "12", "Ngắn") == "TRF-NUMBER"
    world.carry()
    with world.at(RECEIVER):
        assert Request.objects.get(pk=unknown.pk).state == "declined"
    with world.at(GIVER):
        mine = world.subject(GIVER, "officer")
        assert [one.person for one in selectors.asked_of_us(mine)] == [person]
        assert list(selectors.asked_of_us(world.agency.subject("colleague"))) == []
        actions.decline(mine, asked.pk, "Chưa có quyết định")
    world.carry()
    with world.at(RECEIVER):
        assert Request.objects.get(pk=asked.pk).answer == "Chưa có quyết định"


def test_lost_packages_and_broken_off_acts_leave_one_manager(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw, person = random.Random(7), world.person(versions=1)
    made = world.begin(person)
    append = ledger.append

    def broken(kind: str, *given: Any, **more: Any) -> Any:
        if kind == "transfer" and draw.random() < 0.4:
            raise RuntimeError("killed here")
        return append(kind, *given, **more)

    monkeypatch.setattr(ledger, "append", broken)
    world.lost = lambda to, outbound: draw.random() < 0.3
    for _ in range(12):
        try:
            world.carry(1)
            if world.row(RECEIVER, made.pk).state == "sealed":
                world.accept(made.pk)
        except (RuntimeError, Transfer.DoesNotExist):
            continue
    monkeypatch.undo()
    world.lost = lambda to, outbound: False
    world.carry()
    if world.row(RECEIVER, made.pk).state == "sealed":
        world.accept(made.pk)
        world.carry()
    assert world.managing(person) == [world.manager(person)] == [RECEIVER]
    world.assert_sums_agree()


def test_whoever_serves_no_more_lies_in_the_drawer_and_changes_by_correction_alone(world: World) -> None:
    person = world.person(versions=1)
    document = people.dossier(world.persons)
    document["employment"]["status"] = "20"
    with world.at(GIVER):
        world.approved(GIVER, document, key=person)
        assert person in {head.dossier.key for head in selectors.drawer(world.subject(GIVER, "officer"))}
        document["identity"]["other_names"] = "Sau khi nghỉ"
        assert refused(people.propose, world.agency, document, key=person) == "CHG-LEFT"
        assert world.approved(GIVER, document, key=person, kind="correct").number == 3
        document["employment"]["status"] = "01"
        back = world.approved(GIVER, document, key=person)
        assert (back.dossier.key, back.number) == (person, 4)
        assert person not in {head.dossier.key for head in selectors.drawer(world.subject(GIVER, "officer"))}
