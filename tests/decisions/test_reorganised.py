"""Drafts that follow from a reorganisation: everyone of a unit that ended is in one, with where they go filled in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from ccvc.decisions.actions import fill
from ccvc.decisions.models import Decision, DecisionPerson, State
from ccvc.organisations.actions import draft_reorganisation, open_unit
from ccvc.organisations.actions.reorganising import approve_reorganisation
from ccvc.organisations.domain.steps import read_step
from ccvc.organisations.models import Reorganisation
from ccvc.organisations.selectors.foreseeing import foresee
from tests.decisions.world import HEAD, TODAY, civil_servant, decided, held, people, terms
from tests.people import AGENCY, OTHER_UNIT, PASSPHRASE, SYSTEM, UNIT, Agency, kept

pytestmark = pytest.mark.django_db
NEW, SMALL = "H41.40", "H41.13.02"
CHIEF = {"position": "212", "position_title": "Chánh Văn phòng"}


def carried_out(agency: Agency, *rows: dict[str, str]) -> Reorganisation:
    """A reorganisation from tomorrow on, signed."""
    day, steps = TODAY + timedelta(days=1), [read_step(row) for row in rows]
    said: dict[str, Any] = {"title": "Sắp xếp các sở", "basis": "QĐ 9/QĐ-UBND", "on": day, "steps": steps}
    made = draft_reorganisation(agency.subject("administrator"), **said)
    return approve_reorganisation(
        agency.subject("approver"), made.key, foresee(day, steps).digest, PASSPHRASE
    )


@pytest.fixture
def merged(agency: Agency) -> tuple[dict[str, UUID], Reorganisation]:
    """One unit merged into a new one, another into one that stood before; people with and without an office."""
    opened: dict[str, Any] = {"kind": "department", "on": TODAY - timedelta(days=400), "basis": "Thử"}
    open_unit(SYSTEM, code=SMALL, name="Phòng nhỏ", parent_code=OTHER_UNIT, **opened)
    plain, named = people(agency, 2)
    chief = people(agency, 1, **CHIEF)[0]
    small = civil_servant(9, **CHIEF, unit_code=SMALL, unit_name="Phòng nhỏ")
    minor = kept(agency, small, unit_code=SMALL).dossier.key
    number = held(named)["identity"]["personal_id"]
    made = carried_out(
        agency,
        {"act": "open", "code": NEW, "name": "Sở mới", "kind": "department", "parent_code": AGENCY},
        {"act": "split", "unit": UNIT, "into": NEW, "people": "*"},
        {"act": "split", "unit": UNIT, "into": OTHER_UNIT, "people": number},
        {"act": "merge", "unit": SMALL, "into": OTHER_UNIT},
    )
    return {"plain": plain, "named": named, "chief": chief, "minor": minor}, made


def page(made: Reorganisation) -> str:
    return reverse("organisations:reorganisation", args=[made.key])


def test_one_click_drafts_for_everyone_of_units_that_ended(
    agency: Agency, client: Client, merged: tuple[dict[str, UUID], Reorganisation]
) -> None:
    keys, made = merged
    client.force_login(agency.users["officer"])
    assert client.get(page(made)).context["following"]["waiting"] == 4
    address = reverse("decisions:reorganised", args=[made.key])
    assert client.post(address, {"authority": ""}).status_code == 422
    done = client.post(address, {"authority": HEAD}, follow=True)
    assert "Đã soạn 3 dự thảo cho 4 người" in done.content.decode()
    said = {
        one.person_key: (one.decision.kind, one.cells.get("unit_code"), one.cells.get("position"))
        for one in DecisionPerson.objects.select_related("decision")
    }
    assert said == {
        keys["plain"]: ("transfer", NEW, "Chuyên viên"),
        keys["named"]: ("transfer", OTHER_UNIT, "Chuyên viên"),
        keys["chief"]: ("appoint", NEW, "Chánh Văn phòng"),
        keys["minor"]: ("relieve", None, "Chánh Văn phòng"),
    }
    assert {row.effective_on for row in Decision.objects.all()} == {made.on}
    shown = client.get(page(made)).context["following"]
    assert [(row.name, row.waiting, row.draft) for row in shown["rows"]] == [
        ("transfer", 0, 2),
        ("appoint", 0, 1),
        ("relieve", 0, 1),
    ]
    again = client.post(address, {"authority": HEAD})
    assert (again.status_code, "DEC-NOBODY" in again.content.decode()) == (422, True)
    listed = client.get(reverse("decisions:list"), {"reorganisation": str(made.key)})
    assert listed.context["page"].paginator.count == 3
    assert client.get(reverse("decisions:list"), {"reorganisation": str(uuid4())}).context["rows"] == []


def test_each_leads_back_and_counts_as_what_became_of_it(
    agency: Agency, client: Client, merged: tuple[dict[str, UUID], Reorganisation]
) -> None:
    """A draft given up counts as none; one signed counts as signed, by the reason the reorganisation gives."""
    keys, made = merged
    client.force_login(agency.users["officer"])
    client.post(reverse("decisions:reorganised", args=[made.key]), {"authority": HEAD})
    rows = {row.kind: row for row in Decision.objects.all()}
    detail = client.get(reverse("decisions:detail", args=[rows["transfer"].pk])).content.decode()
    assert page(made) in detail
    client.post(reverse("decisions:discard", args=[rows["transfer"].pk]), {"note": "xem lại"})
    said = terms(effective_on=made.on)
    after = {keys["minor"]: {"position_after": "Chuyên viên"}}
    row = decided(agency, fill(agency.subject("officer"), rows["relieve"].pk, said, after))
    shown = {row.name: row for row in client.get(page(made)).context["following"]["rows"]}
    assert (shown["transfer"].waiting, shown["transfer"].draft, shown["relieve"].signed) == (2, 0, 1)
    assert row.state == State.SIGNED
    assert "Phòng nhỏ kết thúc hoạt động theo QĐ 9/QĐ-UBND" in row.people.get().cells["reason"]


def test_nobody_drafts_about_those_out_of_reach(
    agency: Agency, client: Client, merged: tuple[dict[str, UUID], Reorganisation]
) -> None:
    """Counted and drafted are those of one's own units; who may not draft sees no button, and others no page."""
    keys, made = merged
    address = reverse("decisions:reorganised", args=[made.key])
    client.force_login(agency.users["colleague"])
    assert client.get(page(made)).context["following"]["waiting"] == 1
    client.post(address, {"authority": HEAD})
    assert set(DecisionPerson.objects.values_list("person_key", flat=True)) == {keys["minor"]}
    for name, status in (("administrator", 403), ("approver", 403), ("stranger", 404)):
        client.force_login(agency.users[name])
        assert client.post(address, {"authority": HEAD}).status_code == status
    assert Decision.objects.count() == 1
