"""The pages: from choosing a kind to the signature, without a script; refusals beside what was typed."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from ccvc.decisions.models import Decision, State
from tests.decisions.world import HEAD, TODAY, decided, drafted, held, people, verified
from tests.people import OTHER_UNIT, PASSPHRASE, UNIT, pass_steps

pytestmark = pytest.mark.django_db
TERMS = {
    "unit_code": UNIT,
    "title": "Nâng bậc lương thường xuyên",
    "effective_on": f"{TODAY:%d/%m/%Y}",
    "authority": HEAD,
    "proposed_by": "Trưởng phòng Tổ chức",
    "grounds": "Biên bản họp ngày 01/10/2026",
}


def text(response):
    return " ".join(response.content.decode().split())


def page(row, name="detail"):
    return reverse(f"decisions:{name}", args=[row.pk])


def test_from_a_work_list_to_the_signature(agency, client):
    keys = people(agency, 2)
    client.force_login(agency.users["officer"])
    sent = client.post(
        reverse("decisions:new"), {"kind": "raise_regular", "person": [str(key) for key in keys]}
    )
    assert sent.status_code == 200
    assert text(sent).count("Nguyễn Văn An") == 2
    made = client.post(
        reverse("decisions:new"),
        {"kind": "raise_regular", "person": [str(key) for key in keys], "create": "1", **TERMS},
        follow=True,
    )
    assert "01/01/2023" in text(made)  # the day the rules give stands in the form already
    row = Decision.objects.get()
    shown = text(client.get(page(row)))
    assert "3,33" in shown
    assert "Trưởng phòng Tổ chức" in shown
    done = client.post(page(row, "submit"), follow=True)
    assert "1/QĐ-H41" in text(done)
    pass_steps(agency, list(row.people.values_list("change_id", flat=True)))
    client.force_login(agency.users["approver"])
    assert "Chờ tôi ký (1)" in text(client.get(reverse("decisions:list")))
    asked = client.get(page(row, "sign"))
    root = asked.context["root"]
    wrong = client.post(page(row, "sign"), {"root": root, "passphrase": "không phải"})
    assert "SIG-PASSPHRASE" in text(wrong)
    signed = client.post(page(row, "sign"), {"root": root, "passphrase": PASSPHRASE}, follow=True)
    assert "Đã ký 1/QĐ-H41" in text(signed)
    assert held(keys[0])["employment"]["salary_step"] == 4


def test_what_is_typed_for_all_and_for_one_is_kept(agency, client):
    first, second = people(agency, 2)
    row = drafted(agency, "transfer", [first, second])
    client.force_login(agency.users["officer"])
    one, other = row.people.all()
    form = {
        **TERMS,
        "title": "Điều động",
        "all-unit_code": OTHER_UNIT,
        f"p{one.pk}-position": "Chuyên viên chính",
        f"p{other.pk}-position": "Chuyên viên",
    }
    client.post(page(row, "edit"), form)
    cells = {person.pk: person.cells for person in row.people.all()}
    assert cells[one.pk] == {
        "unit_code": OTHER_UNIT,
        "position": "Chuyên viên chính",
        "job_position": None,
    }
    assert cells[other.pk]["unit_code"] == OTHER_UNIT
    refused = client.post(page(row, "edit"), form | {"effective_on": "31/02/2026", "title": "Khác"})
    assert refused.status_code == 422
    assert 'value="Khác"' in text(refused)


def test_an_appointment_of_a_disciplined_person_is_blocked_with_its_article(agency, client):
    key = people(agency)[0]
    decided(agency, drafted(agency, "discipline", [key], {key: {"form": "HC2", "violation": "Chậm báo cáo"}}))
    each = {key: {"position": "Trưởng phòng", "office": "higher", "unit_code": UNIT}}
    row = drafted(agency, "appoint", [key], each)
    client.force_login(agency.users["officer"])
    shown = text(client.get(page(row)))
    assert "Cảnh cáo" in shown
    assert "Điều 29" in shown
    answer = client.post(page(row, "submit"))
    assert answer.status_code == 422
    assert "DEC-BARRED" in text(answer)
    assert Decision.objects.get(pk=row.pk).state == State.DRAFT


def test_somebody_answers_by_name_and_an_authority_lets_pass(agency, client):
    key = people(agency)[0]
    decided(agency, drafted(agency, "discipline", [key], {key: {"form": "HC1", "violation": "Chậm"}}))
    each = {key: {"position": "Trưởng phòng", "office": "higher", "unit_code": UNIT}}
    row = drafted(agency, "appoint", [key], each)
    client.force_login(agency.users["officer"])
    said = {"condition": "handling", "answer": "yes", "ground": "Văn bản số 5 của Thanh tra"}
    shown = client.post(reverse("decisions:testify", args=[row.pk, key]), said, follow=True)
    assert "Văn bản số 5 của Thanh tra" in text(shown)
    assert "Đáp ứng theo xác nhận" in text(shown)
    passing = {
        "condition": "discipline",
        "authority": "Chủ tịch tỉnh",
        "document_number": "9/CT",
        "document_date": f"{TODAY:%d/%m/%Y}",
        "reason": "Yêu cầu nhiệm vụ cấp bách",
    }
    denied = client.post(reverse("decisions:pass", args=[row.pk, key]), passing)
    assert denied.status_code == 403
    client.force_login(agency.users["approver"])
    lacking = client.post(reverse("decisions:pass", args=[row.pk, key]), passing | {"reason": "ừ"})
    assert "DEC-AUTHORITY" in text(lacking)
    shown = client.post(reverse("decisions:pass", args=[row.pk, key]), passing, follow=True)
    assert "Cho qua theo Chủ tịch tỉnh" in text(shown)


def test_who_is_out_of_reach_sees_nothing_of_it(agency, client):
    row = verified(agency, drafted(agency, "raise_regular", people(agency)))
    client.force_login(agency.users["stranger"])
    assert "1/QĐ-H41" not in text(client.get(reverse("decisions:list")))
    for name in ("detail", "edit"):
        assert client.get(page(row, name)).status_code == 404
    assert client.post(page(row, "submit")).status_code == 404
    client.force_login(agency.users["colleague"])
    assert client.get(page(row)).status_code == 404


def test_of_many_only_those_within_reach_are_shown_and_counted(agency, client):
    here = people(agency)[0]
    there = people(agency, 1, unit_code=OTHER_UNIT, unit_name="Sở H41.13")[0]
    row = decided(agency, drafted(agency, "raise_regular", [here, there]))
    client.force_login(agency.users["colleague"])
    shown = client.get(page(row))
    assert [one.person.person_key for one in shown.context["people"]] in ([there], [])


def test_hostile_input_is_answered(agency, client):
    client.force_login(agency.users["officer"])
    assert client.get(reverse("decisions:new"), {"kind": "../x"}).status_code == 422
    assert client.get(reverse("decisions:new"), {"kind": "retire", "person": "x"}).status_code == 404
    assert (
        client.get(reverse("decisions:list"), {"q": "9" * 50, "state": "x", "page": "y"}).status_code == 200
    )
    assert client.get(reverse("decisions:detail", args=[uuid4()])).status_code == 404
    empty = client.post(reverse("decisions:new"), {"kind": "retire", "create": "1", **TERMS})
    assert "DEC-PEOPLE" in text(empty)


def test_a_person_sees_what_was_decided_of_them(agency, client):
    key = people(agency)[0]
    row = drafted(agency, "raise_regular", [key])
    owner = agency.users["owner"]
    owner.person_key = key
    owner.save()
    client.force_login(owner)
    assert client.get(page(row)).status_code == 404
    pass_owner(agency, row)
    assert "1/QĐ-H41" in text(client.get(reverse("decisions:mine")))
    assert client.get(page(row)).status_code == 200


def pass_owner(agency, row):
    decided(agency, row)


def test_the_laws_offered_are_those_of_the_people_named(agency, client):
    """One law disciplines civil servants and another public employees: each stands where one of them is named."""
    (servant,), (employee,) = people(agency), people(agency, category="VC")
    client.force_login(agency.users["officer"])
    found = {}
    for name, keys in (("servant", [servant]), ("employee", [employee]), ("both", [servant, employee])):
        row = drafted(agency, "discipline", keys)
        shown = text(client.get(page(row)))
        found[name] = {law for law in ("NĐ 172/2025/NĐ-CP", "NĐ 234/2026/NĐ-CP") if law in basis(shown)}
    assert found["servant"] == {"NĐ 172/2025/NĐ-CP"}
    assert found["employee"] == {"NĐ 234/2026/NĐ-CP"}
    assert found["both"] == found["servant"] | found["employee"]
    joining = drafted(agency, "recruit", [])
    assert len(basis(text(client.get(page(joining))))) > len(
        "<ul></ul>"
    )  # while nobody is named, those of all


def basis(shown):
    return shown.partition("<dt>Căn cứ</dt>")[2].partition("</dd>")[0]
