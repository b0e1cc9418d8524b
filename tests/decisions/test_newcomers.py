"""Somebody without a dossier is recruited: named by number, opened by the signature, known nowhere before."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from ccvc.access.models import AccessLog
from ccvc.decisions import actions, newcomers, signing
from ccvc.decisions.models import Decision, State
from ccvc.dossiers.models import Custody, Dossier
from ccvc.headcount.actions import Decision as Assigning
from ccvc.headcount.actions import assign
from tests.decisions.world import HEAD, TODAY, drafted, held, people, sign, submitted, terms, verified
from tests.people import OTHER_UNIT, PASSPHRASE, UNIT, dossier, kept, pass_steps
from tests.problems import refused_as

pytestmark = pytest.mark.django_db
AN, BINH = "040095012345", "040195054321"
ASKED = {
    "sex": "1",
    "birth_date": "1995-02-01",
    "ethnic_group": "01",
    "unit_code": UNIT,
    "category": "CC",
    "status": "02",
    "method": "1",
    "position": "Chuyên viên",
    "rank": "01.003",
    "salary_group": "A1",
    "salary_step": 1,
    "salary_percent": 85,
}
TERMS = {
    "unit_code": UNIT,
    "title": "Tuyển dụng",
    "effective_on": f"{TODAY:%d/%m/%Y}",
    "authority": HEAD,
}


def recruiting(agency, lines=f"{AN} Trần Văn Bình", **more):
    row = drafted(agency, "recruit", [])
    actions.add_newcomers(agency.subject("officer"), row.pk, newcomers.read(lines))
    each = {one.person_key: ASKED | more for one in row.people.all()}
    return actions.fill(agency.subject("officer"), row.pk, terms(), each)


def page(row, name="detail"):
    return reverse(f"decisions:{name}", args=[row.pk])


def text(response):
    return " ".join(response.content.decode().split())


def test_through_the_pages_to_a_dossier_that_says_what_the_decision_says(agency, client):
    client.force_login(agency.users["officer"])
    begun = {"kind": "recruit", "create": "1", **TERMS}
    made = client.post(reverse("decisions:new"), begun, follow=True)
    row = Decision.objects.get()
    assert "Người chưa có hồ sơ" in text(made)
    wrong = client.post(page(row, "people"), {"newcomers": f"{AN} Trần Văn Bình\n12 Lê Thị Cúc"})
    assert wrong.status_code == 422
    assert "Lê Thị Cúc" in text(wrong)  # what was typed is not lost
    assert not row.people.exists()
    named = client.post(page(row, "people"), {"newcomers": f"{AN}\tTrần Văn Bình\r\n"}, follow=True)
    assert "Trần Văn Bình" in text(named)
    one = row.people.get()
    form = {f"p{one.pk}-{name}": value for name, value in ASKED.items()}
    form |= {
        f"p{one.pk}-birth_date": "01/02/1995",
        f"p{one.pk}-{newcomers.NUMBER}": AN,
        f"p{one.pk}-{newcomers.NAME}": "Trần Văn Bình",
    }
    saved = client.post(page(row, "edit"), TERMS | form, follow=True)
    assert "Trần Văn Bình" in text(saved)
    done = client.post(page(row, "submit"), follow=True)
    assert "1/QĐ-H41" in text(done)
    assert not Dossier.objects.exists()
    pass_steps(agency, list(row.people.values_list("change_id", flat=True)))
    client.force_login(agency.users["approver"])
    root = client.get(page(row, "sign")).context["root"]
    signed = client.post(page(row, "sign"), {"root": root, "passphrase": PASSPHRASE}, follow=True)
    assert "Đã ký 1/QĐ-H41" in text(signed)
    opened = Dossier.objects.get()
    assert (opened.personal_id, opened.current_number, opened.agency_code) == (AN, 1, "H41")
    said = held(opened.key)
    assert said["identity"]["full_name"] == "Trần Văn Bình"
    assert said["identity"]["birth_date"] == "1995-02-01"
    assert said["employment"]["salary_coefficient"] == "2.34"
    assert said["employment"]["salary_history"][0]["decision_number"] == "1/QĐ-H41"
    assert said["career"]["work_history"][0]["position"] == "Chuyên viên"


def looked_at(key):
    return list(
        AccessLog.objects.filter(person_keys__contains=[key]).values_list("actor_name", "act", "detail")
    )


def test_whoever_is_known_gets_no_second_dossier_and_the_asking_is_recorded(agency):
    row = drafted(agency, "recruit", [])
    here = kept(agency, dossier(1)).dossier
    lines = newcomers.read(f"{here.personal_id} Nguyễn Văn An")
    told = refused_as("DEC-KNOWN", actions.add_newcomers, agency.subject("officer"), row.pk, lines)
    assert here.personal_id in told.message()
    assert looked_at(here.key) == [("Người officer", "search", "DEC-KNOWN")]
    raising = drafted(agency, "reward", people(agency))
    refused_as(
        "DEC-OPENS",
        actions.add_newcomers,
        agency.subject("officer"),
        raising.pk,
        newcomers.read(f"{AN} Trần"),
    )
    assert not row.people.exists()


def test_out_of_reach_one_answer_says_that_a_number_is_taken_and_not_how(agency, client):
    """Here in another unit, in the drawer, or coming: who drafts for their own unit alone is told the same."""
    here, gone = kept(agency, dossier(1)).dossier, kept(agency, dossier(2)).dossier
    Dossier.objects.filter(pk=gone.pk).update(custody=Custody.GONE)
    other = submitted(agency, recruiting(agency)).people.get()
    taken = {here.personal_id: here.key, gone.personal_id: gone.key, AN: other.person_key}
    subject, said = agency.subject("colleague"), terms(unit_code=OTHER_UNIT)
    row = actions.draft(subject, "recruit", [], said)
    found = set()
    for number, key in taken.items():
        lines = newcomers.read(f"{number} Nguyễn Văn An")
        told = refused_as("DEC-TAKEN", actions.add_newcomers, subject, row.pk, lines)
        found.add(told.message().replace(number, "…") + told.next_step())
        assert looked_at(key)[-1] == ("Người colleague", "search", "DEC-TAKEN")
    assert len(found) == 1
    actions.add_newcomers(subject, row.pk, newcomers.read(f"{BINH} Lê Thị Cúc"))
    one = row.people.get()
    swapped = {one.person_key: {newcomers.NUMBER: here.personal_id}}
    refused_as("DEC-TAKEN", actions.fill, subject, row.pk, said, swapped)
    assert (row.people.get().personal_id, len(looked_at(here.key))) == (BINH, 2)
    Dossier.objects.filter(pk=gone.pk).update(personal_id=BINH)
    client.force_login(agency.users["colleague"])
    assert "đã có hồ sơ" in text(client.get(page(row)))  # whoever opens the draft sees it, and has looked
    assert looked_at(gone.key)[-1] == ("Người colleague", "search", "DEC-TAKEN")


def test_of_two_recruitments_of_one_number_the_second_waits_and_nothing_opens_twice(agency):
    first, second = recruiting(agency), recruiting(agency)
    verified(agency, first)
    refused_as("DEC-TAKEN", submitted, agency, second)
    sign(agency, first)
    told = refused_as("DEC-KNOWN", submitted, agency, second)
    assert AN in told.message()
    assert Dossier.objects.count() == 1


def test_who_got_a_dossier_between_submission_and_signature_stops_it(agency):
    row = verified(agency, recruiting(agency))
    other = kept(agency, dossier(1)).dossier
    Dossier.objects.filter(pk=other.pk).update(personal_id=AN)
    refused_as("DEC-TAKEN", signing.prepare, agency.subject("approver"), row.pk)
    assert looked_at(other.key)[-1] == ("Người approver", "search", "DEC-TAKEN")
    assert Decision.objects.get(pk=row.pk).state == State.SUBMITTED


def test_a_number_corrected_in_the_form_is_the_one_that_counts_and_none_stands_twice(agency):
    row = recruiting(agency, f"{AN} Trần Văn Bình\n{BINH}; Lê Thị Cúc")
    first, second = row.people.all()
    said = {first.person_key: {newcomers.NUMBER: BINH}}
    officer = agency.subject("officer")
    refused_as("DEC-NEWCOMER-TWICE", actions.fill, officer, row.pk, terms(), said)
    corrected = {first.person_key: {newcomers.NUMBER: "040095099999", newcomers.NAME: "Trần Văn Bính"}}
    actions.fill(officer, row.pk, terms(), corrected)
    one = row.people.get(pk=first.pk)
    assert (one.personal_id, one.full_name) == ("040095099999", "Trần Văn Bính")
    assert second.personal_id == BINH


def test_newcomers_are_counted_against_the_places_of_the_unit(agency):
    said = Assigning("12/QĐ-UBND", date(2025, 12, 20), "Uỷ ban nhân dân tỉnh")
    by = agency.subject("administrator")
    assign(by, code=UNIT, line="civil_servants", number=1, on=date(2026, 1, 1), decision=said)
    both = f"{AN} Trần Văn Bình\n{BINH} Lê Thị Cúc"
    refused_as("DEC-BARRED", submitted, agency, recruiting(agency, both))
    assert submitted(agency, recruiting(agency)).state == State.SUBMITTED
