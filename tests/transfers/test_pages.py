"""Hand-overs through the pages: done twice, too late, delivered twice; and a dossier of the same number beside it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.test import Client
from django.urls import reverse

from ccvc.access.models import AccessLog
from ccvc.exchange import actions as exchange
from ccvc.exchange.models import Inbound
from ccvc.organisations.selectors import unit_by_code
from ccvc.transfers import tasks
from ccvc.transfers.models import Transfer
from tests import people
from tests.transfers.world import GIVER, HANDS, NATIONAL, RECEIVER, TODAY, World


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
    world.assert_sums_agree()


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
