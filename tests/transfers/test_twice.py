"""What is done twice: a dossier opened at two agencies, and every step of a hand-over tried again through the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from ccvc.access.models import AccessLog
from ccvc.changes.models import Change
from ccvc.dossiers.models import Dossier
from ccvc.dossiers.selectors import Moment, seen, standing
from ccvc.evidence import actions as evidence
from ccvc.evidence.domain import Details
from ccvc.evidence.models import Attachment
from ccvc.exchange import actions as exchange
from ccvc.exchange.models import Inbound, RecordVerdict
from ccvc.organisations.selectors import unit_by_code
from ccvc.registry.models import Conflict
from ccvc.standard.problems import Problem
from ccvc.transfers import actions, selectors, tasks
from ccvc.transfers.models import Transfer, Twin
from tests import people
from tests.evidence import samples
from tests.transfers.world import GIVER, HANDS, NATIONAL, RECEIVER, TODAY, World

MASTER = {"id": "m1", "level": "7", "major": "Quản lý công"}


def refused(act: Any, *given: Any) -> str:
    with pytest.raises(Problem) as problem:
        act(*given)
    return problem.value.code


def twins(world: World, *, name: str = "Nguyễn Văn An") -> tuple[UUID, UUID, Transfer]:
    """Somebody the receiver has opened a dossier for too, on the way to it: the true one, the receiver's own."""
    person = world.person(versions=1)
    document = people.dossier(world.persons, full_name=name)
    document["education"]["degrees"] = [*document["education"]["degrees"], MASTER]
    with world.at(RECEIVER):
        own = world.approved(RECEIVER, document).dossier.key
        officer = world.subject(RECEIVER, "officer")
        scan = evidence.receive(officer, samples.pdf(f"Bằng thạc sĩ {own}"))
        evidence.attach(officer, own, scan, Details("99", "career", file_name="bang.pdf"))
    world.carry()
    made = world.begin(person)
    world.carry()
    return person, own, world.row(RECEIVER, made.pk)


def judged(world: World, made: Transfer, judgement: Twin) -> None:
    with world.at(RECEIVER):
        actions.judge_twin(world.subject(RECEIVER, "officer"), made.pk, judgement, "Đã đối chiếu giấy tờ")


def test_of_the_same_person_it_is_annulled_and_its_entries_are_proposed(world: World) -> None:
    person, own, made = twins(world)
    with world.at(NATIONAL):
        assert Conflict.objects.filter(claimant_person=own, settled_at=None).exists()
    assert refused(world.accept, made.pk) == "TRF-TWIN"
    with world.at(RECEIVER):
        side = selectors.twin_of(world.subject(RECEIVER, "officer"), made)
        assert side is not None
        assert (side.own.key, {p.path for p in side.pairs if p.differs}) == (own, set())
        assert selectors.twin_of(world.subject(RECEIVER, "approver"), made) is None
        before = Moment(made.begun_at, TODAY)
        counted = [row.unit_id for row in standing(before).filter(dossier__key=own)]
    judged(world, made, Twin.SAME)
    world.accept(made.pk)
    assert world.custody(RECEIVER, own) == "here"  # the hand-over may come to nothing yet
    world.carry()
    assert (world.managing(person), world.custody(RECEIVER, own)) == ([RECEIVER], "annulled")
    officer = world.subject(RECEIVER, "officer")
    with world.at(RECEIVER):
        assert Dossier.objects.get(personal_id=made.personal_id).key == person
        assert own in {head.dossier.key for head in selectors.drawer(officer)}
        assert seen(officer, own).document["education"]["degrees"][-1] == MASTER
        assert [row.unit_id for row in standing(before).filter(dossier__key=own)] == counted
        assert not RecordVerdict.objects.filter(person=own, resolved_at=None).exists()
        again = people.dossier(world.persons, other_names="Lập lại")
        with pytest.raises(Problem) as problem:
            people.propose(world.agency, again, by="stranger", unit_code=f"{RECEIVER}.12")
        assert problem.value.code == "DOS-ANNULLED"
        change = actions.propose_entries(officer, made.pk)
        assert MASTER["major"] in Change.objects.get(pk=change.pk).differences
        assert Attachment.objects.filter(person_key=person, file_name="bang.pdf").exists()
        people.changes.check(world.subject(RECEIVER, "checker"), [change.pk])
        people.changes.verify(world.subject(RECEIVER, "verifier"), [change.pk])
        people.approve(world.agency, [change.pk], by="foreign_approver")
        assert refused(actions.propose_entries, officer, made.pk) == "TRF-NO-ENTRIES"
    world.carry()
    with world.at(NATIONAL):
        assert not Conflict.objects.filter(claimant_person=own, settled_at=None).exists()
    world.assert_sums_agree()


def test_annulled_by_mistake_it_is_restored_and_its_number_corrected(world: World) -> None:
    _, own, made = twins(world, name="Lê Thị Bình")
    judged(world, made, Twin.SAME)
    world.accept(made.pk)
    world.carry()
    officer = world.subject(RECEIVER, "officer")
    with world.at(RECEIVER):
        actions.restore_twin(officer, made.pk, "Hóa ra là người khác")
        assert refused(actions.restore_twin, officer, made.pk, "Lại") == "TRF-NO-TWIN"
        restored = Dossier.objects.get(key=own)
        assert (restored.custody, restored.personal_id) == ("here", None)
        document = seen(officer, own).document
        document["identity"]["personal_id"] = "040085099999"
        world.approved(RECEIVER, document, key=own, kind="correct")
        assert Dossier.objects.get(key=own).personal_id == "040085099999"
    world.carry()
    world.assert_sums_agree()


def test_of_another_person_it_keeps_what_is_coming_waiting_until_its_number_is_right(world: World) -> None:
    person, own, made = twins(world, name="Lê Thị Bình")
    judged(world, made, Twin.OTHER)
    assert refused(world.accept, made.pk) == "TRF-TWIN-OTHER"
    officer = world.subject(RECEIVER, "officer")
    with world.at(RECEIVER):
        document = seen(officer, own).document
        document["identity"]["personal_id"] = "040085099998"
        pending = people.propose(
            world.agency, document, by="stranger", key=own, kind="correct", unit_code=f"{RECEIVER}.12"
        )
        assert refused(actions.judge_twin, officer, made.pk, Twin.SAME, "Nhầm") == "TRF-TWIN-BUSY"
        people.changes.check(world.subject(RECEIVER, "checker"), [pending.pk])
        people.changes.verify(world.subject(RECEIVER, "verifier"), [pending.pk])
        people.approve(world.agency, [pending.pk], by="foreign_approver")
    world.accept(made.pk)
    world.carry()
    assert (world.managing(person), world.custody(RECEIVER, own)) == ([RECEIVER], "here")
    with world.at(RECEIVER):
        assert refused(actions.judge_twin, officer, made.pk, Twin.SAME, "Muộn") == "TRF-STATE"
    world.assert_sums_agree()


def test_a_hand_over_that_comes_to_nothing_annuls_nothing(world: World) -> None:
    person, own, made = twins(world)
    judged(world, made, Twin.SAME)
    with world.at(GIVER):
        actions.withdraw(world.subject(GIVER, "officer"), made.pk, "Quyết định thu hồi")
    world.carry()
    assert (world.managing(person), world.custody(RECEIVER, own)) == ([GIVER], "here")


def asked(world: World, node: str, name: str, key: UUID, **posted: Any) -> tuple[int, str]:
    """A page of a node as its officer gets it, or the answer to a form: status and text."""
    with world.at(node):
        client = Client()
        client.force_login(world.agency.users[HANDS[node]["officer"]])
        address = reverse(f"transfers:{name}", args=[key])
        answer = client.post(address, posted, follow=True) if posted else client.get(address)
        return answer.status_code, " ".join(answer.content.decode().split())


def begun(world: World, person: UUID) -> tuple[int, str]:
    said = {"to_agency": RECEIVER, "decision": "12/QĐ-UBND", "effective_on": f"{TODAY:%d/%m/%Y}"}
    return asked(world, GIVER, "offer", person, **said)


def accepted(world: World, key: UUID) -> tuple[int, str]:
    with world.at(RECEIVER):
        unit = unit_by_code(f"{RECEIVER}.12", TODAY)
        assert unit is not None
    return asked(world, RECEIVER, "accept", key, unit=str(unit.unit_id))


def test_a_duplicated_hand_over_ends_as_one_and_each_page_says_why(world: World) -> None:
    person = world.person(versions=1)
    assert begun(world, person)[0] == 200
    status, text = begun(world, person)
    assert (status, "mỗi lúc chỉ có một lần chuyển" in text) == (422, True)
    made = world.handed(GIVER, person)
    world.carry()
    assert accepted(world, made.pk)[0] == 200
    status, text = accepted(world, made.pk)
    assert (status, "không còn ở bước đó" in text) == (422, True)
    world.carry()
    status, text = accepted(world, made.pk)
    assert (status, "không còn ở bước đó" in text) == (422, True)
    with world.at(RECEIVER):
        came = list(Inbound.objects.filter(kind="transfer").order_by("sequence"))
        for inbound in came:  # every package delivered once more
            assert exchange.store_inbound(bytes(inbound.data), "test").repeated
        exchange.process_all(people.SYSTEM)
        assert Inbound.objects.filter(kind="transfer").count() == len(came)
        assert Transfer.objects.filter(person=person).count() == 1
    assert (world.managing(person), world.manager(person)) == ([RECEIVER], RECEIVER)


def test_an_acceptance_after_the_time_out_changes_nothing_and_says_so(world: World) -> None:
    person = world.person(versions=1)
    begun(world, person)
    made = world.handed(GIVER, person)
    world.carry()
    with world.at(NATIONAL):
        Transfer.objects.filter(pk=made.pk).update(expires_on=TODAY - timedelta(days=1))
        assert tasks.carry_on() == 1
    assert accepted(world, made.pk)[0] == 200  # word of the time-out is on its way
    world.carry()
    status, text = asked(world, RECEIVER, "handover", made.pk)
    assert (status, "Quá hạn trả lời" in text) == (200, True)
    assert accepted(world, made.pk)[0] == 422
    assert (world.managing(person), world.manager(person)) == ([GIVER], GIVER)


def test_a_dossier_of_the_same_number_is_shown_beside_and_judged_on_the_page(world: World) -> None:
    person = world.person(versions=1)
    with world.at(RECEIVER):
        own = world.approved(RECEIVER, people.dossier(world.persons, full_name="Lê Thị Bình")).dossier.key
    world.carry()
    begun(world, person)
    made = world.handed(GIVER, person)
    world.carry()
    status, text = asked(world, RECEIVER, "handover", made.pk)
    assert (status, "Lê Thị Bình" in text, "Nguyễn Văn An" in text) == (200, True, True)
    with world.at(RECEIVER):
        assert AccessLog.objects.filter(person_keys__contains=[own], purpose__startswith="Chuyển").exists()
    assert (text.count('id="twin_reason"'), text.count('id="id_reason"')) == (1, 1)
    status, text = accepted(world, made.pk)
    assert (status, "cùng số định danh cá nhân" in text) == (422, True)
    assert asked(world, RECEIVER, "twin", made.pk, twin_is="", reason="")[0] == 200
    _, text = asked(world, RECEIVER, "twin", made.pk, twin_is="same", reason="Đã đối chiếu")
    assert "Đã kết luận là cùng một người" in text
    assert accepted(world, made.pk)[0] == 200
    world.carry()
    _, text = asked(world, RECEIVER, "handover", made.pk)
    assert "Hủy nhầm: khôi phục hồ sơ này" in text
    _, text = asked(world, RECEIVER, "restore", made.pk, reason="Là người khác")
    assert "Đã khôi phục hồ sơ" in text
    assert world.custody(RECEIVER, own) == "here"
