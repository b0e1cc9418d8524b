"""The pages of changes as their users meet them: declaring, faults beside the field, each step, signing."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ccvc import standard as declared
from ccvc.access.models import AccessLog
from ccvc.changes import actions
from ccvc.changes.forms import RecordForm
from ccvc.changes.models import Change, State
from ccvc.dossiers.domain import parse
from ccvc.standard.problems import Problem
from ccvc.web import messages
from tests import people
from tests.people import OTHER_UNIT, UNIT, Agency
from tests.web.filling import as_filled
from tests.web.visiting import inbox, signed_in, text

PART: Any = {"headers": {"HX-Request": "true"}}
TODAY = timezone.localdate()
WHY = {
    "why-kind": "update",
    "why-valid_from": f"{TODAY:%d/%m/%Y}",
    "why-reason": "Giấy xác nhận số 5",
    "why-truth": "on",
}


def filled(client: Client, address: str, **changed: Any) -> dict[str, Any]:
    """The form as a browser would send it back untouched, with a reason, but for what is changed."""
    return as_filled(text(client.get(address)), **{**WHY, **changed})


def differences(change: Change) -> dict[str, tuple[Any, Any]]:
    return {d["path"]: (d["old"], d["new"]) for d in json.loads(change.differences)}


def document() -> dict[str, Any]:
    """A dossier whose values a careless form would change: an old province, a state, a number, a place."""
    whole = people.dossier()
    whole["identity"] |= {
        "home_town": {"text": "xã Kim Liên, huyện Nam Đàn", "code": "40", "code_date": "2020-01-01"},
        "birth_place": {"text": "xã Cũ, tỉnh Hà Tây", "code": "28", "code_date": "2005-01-01"},
        "current_address": {"state": "unknown"},
        "other_names": {"state": "none"},
    }
    whole["assets"] = {"salary_income": 150_000_000, "other_income": {"state": "none"}}
    whole["health"] = {"height_cm": 171, "weight_kg": "62.5", "checked_on": "2026-03-07"}
    return whole


@pytest.fixture
def owner(agency: Agency) -> Client:
    user = agency.users["owner"]
    user.person_key = people.kept(agency, document()).dossier.key
    user.save()
    return signed_in(agency, "owner")


def page_of(agency: Agency, group: str, *row: str) -> str:
    key = agency.users["owner"].person_key
    return (
        reverse("changes:row", args=[key, group, *row])
        if row
        else reverse("changes:declare", args=[key, group])
    )


def test_a_person_declares_a_field_and_follows_it(agency: Agency, owner: Client) -> None:
    address = page_of(agency, "identity")
    answer = owner.post(address, filled(owner, address, phone="0903 111 222"))
    change = Change.objects.get(state="proposed")
    assert answer["Location"] == reverse("changes:detail", args=[change.pk])
    assert differences(change) == {"identity.phone": (None, "0903 111 222")}
    assert (change.reason, change.kind, change.unit_code) == ("Giấy xác nhận số 5", "update", UNIT)
    page = text(owner.get(answer["Location"]))
    assert "0903 111 222" in page
    assert "Đã gửi đề nghị thay đổi" in page
    assert "Giấy xác nhận số 5" in text(owner.get(reverse("changes:mine")))


@pytest.mark.parametrize("group", ["identity", "assets", "health", "education"])
def test_what_is_left_as_it_stands_stays(agency: Agency, owner: Client, group: str) -> None:
    address = page_of(agency, group)
    page = text(owner.post(address, filled(owner, address)), 422)
    assert "giống hệt hồ sơ hiện tại" in page
    assert "CHG-NOTHING" in page
    assert not Change.objects.filter(state="proposed").exists()


def test_the_form_reads_back_what_it_shows_in_english_too(agency: Agency, owner: Client) -> None:
    owner.cookies["django_language"] = "en"
    for group in ("identity", "assets", "health"):
        address = page_of(agency, group)
        assert "CHG-NOTHING" in text(owner.post(address, filled(owner, address)), 422)
    assert 'value="Unknown"' in text(owner.get(page_of(agency, "identity")))


@pytest.mark.parametrize(
    ("group", "typed", "path", "value"),
    [
        ("identity", {"birth_date": "3/1985"}, "identity.birth_date", "1985-03"),
        ("identity", {"birth_date": "1985"}, "identity.birth_date", "1985"),
        ("identity", {"other_names": "Không rõ"}, "identity.other_names", {"state": "unknown"}),
        ("identity", {"religion": "state:withheld"}, "identity.religion", {"state": "withheld"}),
        ("identity", {"current_address_0": "12 Lê Lợi"}, "identity.current_address", {"text": "12 Lê Lợi"}),
        ("identity", {"home_town_text": "xã Mới"}, "identity.home_town", None),
        ("health", {"weight_kg": "63,0"}, "health.weight_kg", "63.0"),
        ("health", {"height_cm": "172"}, "health.height_cm", 172),
        ("health", {"checked_on": "2026-11-01"}, "health.checked_on", "2026-11-01"),
        ("assets", {"salary_income": "1.500.000"}, "assets.salary_income", 1_500_000),
        ("assets", {"other_income": ""}, "assets.other_income", None),
    ],
)
def test_what_is_typed_becomes_what_the_standard_writes(
    agency: Agency, owner: Client, group: str, typed: dict[str, str], path: str, value: Any
) -> None:
    typed = {name.replace("_0", "_text"): given for name, given in typed.items()}
    if "home_town_text" in typed:
        value = {"text": "xã Mới", "code": "40", "code_date": "2020-01-01"}
    address = page_of(agency, group)
    owner.post(address, filled(owner, address, **typed))
    found = differences(Change.objects.get(state="proposed"))
    assert {place: new for place, (_old, new) in found.items()} == {path: value}


HOA_TIEN = "xã Hòa Tiến, huyện Hòa Vang, TP Đà Nẵng"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ((HOA_TIEN, ""), ("20326", "2025-06-30")),
        ((HOA_TIEN, "48"), ("20326", "2025-06-30")),
        ((HOA_TIEN, "40"), ("40", None)),  # the province chosen counts where the text says another
        (("xã Kim Liên", "40"), ("17971", "2025-07-01")),
        (("huyện Vị Xuyên, tỉnh Hà Giang", "08"), ("030", "2025-06-30")),  # lies there today
        (("số 5, làng Mới", "40"), ("40", None)),
    ],
)
def test_a_place_typed_gains_the_code_of_what_it_names(
    agency: Agency, owner: Client, typed: tuple[str, str], code: tuple[str, str | None]
) -> None:
    address = page_of(agency, "identity")
    given = {"current_address_text": typed[0], "current_address_code": typed[1]}
    owner.post(address, filled(owner, address, **given))
    found = differences(Change.objects.get(state="proposed"))["identity.current_address"][1]
    assert found["text"] == typed[0]
    assert (found["code"], found["code_date"]) == (code[0], code[1] or timezone.localdate().isoformat())


def test_a_place_kept_by_its_commune_shows_its_province_and_stays() -> None:
    field = declared.current().fields["identity.current_address"]
    held = {"text": HOA_TIEN, "code": "20326", "code_date": "2025-06-30"}
    form = RecordForm([field], {"current_address": held})
    assert 'value="48" selected' in str(form["current_address"])
    again = RecordForm(
        [field], {"current_address": held}, {"current_address_text": HOA_TIEN, "current_address_code": "48"}
    )
    assert again.is_valid()
    assert again.values() == {"current_address": held}
    moved = {"current_address_text": "phường Ba Đình, Hà Nội", "current_address_code": "48"}
    other = RecordForm([field], {"current_address": held}, moved)
    assert other.is_valid()
    assert other.values()["current_address"]["code"] == "00004"


@pytest.mark.parametrize(
    ("group", "typed", "name", "said"),
    [
        ("identity", {"birth_date": "31/02/1985"}, "birth_date", "Ngày không đúng"),
        (
            "identity",
            {"identity_card_issued_on": "2021"},
            "identity_card_issued_on",
            "cần đủ ngày, tháng, năm",
        ),
        ("identity", {"full_name": ""}, "full_name", "bắt buộc"),
        ("identity", {"phone": "gọi tôi"}, "phone", "không đúng dạng quy định"),
        ("identity", {"sex": "9"}, "sex", "9"),
        ("identity", {"personal_id": "12345"}, "personal_id", "Số định danh cá nhân"),
        ("health", {"weight_kg": "sáu mươi"}, "weight_kg", "Số không đúng"),
        ("health", {"weight_kg": "62,55"}, "weight_kg", "sau dấu phẩy"),
        ("health", {"height_cm": "17x"}, "height_cm", "chỉ ghi chữ số"),
        ("health", {"height_cm": "900"}, "height_cm", "ngoài khoảng cho phép"),
    ],
)
def test_a_fault_is_said_beside_its_field(
    agency: Agency, owner: Client, group: str, typed: dict[str, str], name: str, said: str
) -> None:
    address = page_of(agency, group)
    page = text(owner.post(address, filled(owner, address, **typed)), 422)
    beside = re.search(rf'id="id_{name}_error".*?</p>', page, re.DOTALL)
    assert beside is not None
    assert said in beside[0]
    assert f'aria-describedby="id_{name}' in page or f"id_{name}_error" in page
    assert "Có chỗ cần sửa trước khi tiếp tục" in page
    assert not Change.objects.filter(state="proposed").exists()


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"why-reason": " "}, "why-reason"),
        ({"why-truth": None}, "why-truth"),
        ({"why-valid_from": "32/01/2026"}, "why-valid_from"),
        ({"why-kind": "other"}, "why-kind"),
    ],
)
def test_the_reason_is_asked_for(agency: Agency, owner: Client, changed: dict[str, Any], name: str) -> None:
    address = page_of(agency, "identity")
    page = text(owner.post(address, filled(owner, address, phone="0903111222", **changed)), 422)
    assert f'id="id_{name}_error"' in page
    assert "0903111222" in page


def test_a_row_is_added_changed_and_taken_away(agency: Agency, owner: Client) -> None:
    address = page_of(agency, "education", "degrees", "new")
    owner.post(address, filled(owner, address, level="7", major="Quản lý công", to="06/2020"))
    added = Change.objects.get(state="proposed")
    ((path, (old, new)),) = differences(added).items()
    assert path == f"education.degrees[{new['id']}]"
    assert old is None
    assert new | {"id": ""} == {"id": "", "level": "7", "major": "Quản lý công", "to": "2020-06"}
    address = page_of(agency, "education", "degrees", "d1")
    owner.post(address, filled(owner, address, major="Luật kinh tế"))
    changed = Change.objects.filter(state="proposed").latest("created_at")
    assert differences(changed) == {"education.degrees[d1].major": ("Luật", "Luật kinh tế")}
    actions.withdraw(agency.subject("owner"), [changed.pk])
    owner.post(address, {**WHY, "remove": "1"})
    removed = Change.objects.filter(state="proposed").latest("created_at")
    assert differences(removed)["education.degrees[d1]"][1] is None


def test_a_row_says_its_faults_and_knows_its_neighbours(agency: Agency, owner: Client) -> None:
    address = page_of(agency, "education", "degrees", "new")
    page = text(
        owner.post(address, filled(owner, address, **{"level": "", "from": "2020", "to": "2019"})), 422
    )
    assert 'id="id_level_error"' in page
    page = text(
        owner.post(address, filled(owner, address, **{"level": "6", "from": "2020", "to": "2019"})), 422
    )
    assert 'id="id_to_error"' in page


def test_words_of_the_form_and_of_the_standard_do_not_meet(agency: Agency, owner: Client) -> None:
    """A table has a column "reason": what is written there is not why the change is made."""
    address = page_of(agency, "history", "arrests", "new")
    owner.post(address, filled(owner, address, reason="Tham gia biểu tình"))
    change = Change.objects.get(state="proposed")
    ((_old, new),) = differences(change).values()
    assert (new["reason"], change.reason) == ("Tham gia biểu tình", "Giấy xác nhận số 5")


def test_old_faults_elsewhere_do_not_keep_a_person_from_declaring(agency: Agency) -> None:
    """A dossier taken in long ago may lack what is asked for today."""
    old = people.dossier()
    old["education"]["degrees"][0]["level"] = "99"
    agency.users["owner"].person_key = people.kept(agency, old).dossier.key
    agency.users["owner"].save()
    owner = signed_in(agency, "owner")
    address = page_of(agency, "education")
    assert owner.post(address, filled(owner, address, highest_level="6")).status_code == 302


def test_a_person_is_not_asked_what_the_agency_declares(agency: Agency, owner: Client) -> None:
    assert 'name="staff_number"' not in text(owner.get(page_of(agency, "identity")))
    page = text(owner.get(page_of(agency, "employment")))
    assert 'name="salary_coefficient"' not in page
    assert 'name="main_work"' in page
    owner.post(page_of(agency, "employment"), {"salary_coefficient": "8,00", "main_work": "Tham mưu", **WHY})
    assert set(differences(Change.objects.get(state="proposed"))) == {"employment.main_work"}
    assert owner.get(page_of(agency, "career", "contracts", "new")).status_code == 404


@pytest.mark.parametrize(
    "place", [["no_group"], ["history", "no_table", "new"], ["history", "travels", "gone"]]
)
def test_a_place_the_dossier_has_not_is_not_found(agency: Agency, owner: Client, place: list[str]) -> None:
    answer = owner.get(page_of(agency, *place))
    assert "CHG-GROUP" in text(answer, status=404)
    assert AccessLog.objects.filter(act="denied", detail__startswith="CHG-GROUP GET").count() == 1


def test_a_person_adds_a_row_of_which_the_agency_declares_a_part(agency: Agency, owner: Client) -> None:
    address = page_of(agency, "history", "travels", "new")
    given = filled(owner, address, purpose="Tham quan", **{"from": "03/2026"})
    assert "decision_number" not in given
    assert owner.post(address, given).status_code == 302
    ((_old, new),) = differences(Change.objects.get(state="proposed")).values()
    assert new | {"id": ""} == {"id": "", "purpose": "Tham quan", "from": "2026-03"}


def test_an_officer_of_another_unit_is_not_the_agency_of_their_own_file(agency: Agency) -> None:
    first = people.kept(agency, people.dossier())
    colleague = agency.users["colleague"]
    colleague.person_key = first.dossier.key
    colleague.save()
    whole = parse(first.document)
    raised = whole | {"employment": whole["employment"] | {"salary_coefficient": "8.00"}}
    with pytest.raises(Problem) as caught:
        people.propose(agency, raised, by="colleague", key=first.dossier.key)
    assert caught.value.code == "CHG-AGENCY-FIELD"


def test_an_officer_declares_for_others_and_leaves_a_look(agency: Agency, owner: Client) -> None:
    officer, address = signed_in(agency, "officer"), page_of(agency, "employment")
    page = text(officer.get(address))
    assert "Tôi đã đối chiếu nội dung khai với giấy tờ gốc" in page
    look = AccessLog.objects.filter(actor_id=agency.users["officer"].pk).latest("pk")
    assert (look.act, look.purpose) == ("view", "Kê khai thay đổi hồ sơ")
    sent = officer.post(
        address, filled(officer, address, salary_coefficient="2,67", **{"why-kind": "update"})
    )
    assert sent.status_code == 302
    change = Change.objects.get(state="proposed")
    assert (change.kind, differences(change)) == (
        "update",
        {"employment.salary_coefficient": (None, "2.67")},
    )


def test_a_second_change_of_the_same_field_is_a_conflict_in_words(agency: Agency, owner: Client) -> None:
    officer, address = signed_in(agency, "officer"), page_of(agency, "identity")
    officer.post(address, filled(officer, address, phone="0903111222"))
    assert "Đang có đề nghị chờ xử lý" in text(owner.get(address))
    page = text(owner.post(address, filled(owner, address, phone="0903111333")), 422)
    assert "đang có một đề nghị thay đổi khác chờ xử lý" in page
    assert "CHG-CONFLICT" in page
    assert "0903111333" in page
    assert Change.objects.filter(state="proposed").count() == 1


def test_the_inbox_of_each_step_in_turn(agency: Agency) -> None:
    change = people.propose(agency, people.dossier())
    readers = {name: signed_in(agency, name) for name in ("officer", "checker", "verifier", "approver")}
    act = {"change": str(change.pk), "next": reverse("changes:inbox")}

    def shown() -> list[str]:
        return [name for name, client in readers.items() if "Nguyễn Văn An" in inbox(client)]

    assert shown() == ["checker"]
    readers["checker"].post(reverse("changes:act", args=["check"]), {**act, "note": "Đủ giấy tờ"})
    assert shown() == ["verifier"]
    page = text(readers["verifier"].get(reverse("changes:detail", args=[change.pk])))
    assert "Đủ giấy tờ" in page
    assert "Đã thẩm định, chuyển phê duyệt" in page
    readers["verifier"].post(reverse("changes:act", args=["verify"]), act)
    assert shown() == ["approver"]
    change.refresh_from_db()
    assert change.state == State.VERIFIED


def test_a_step_not_ones_own_is_refused_in_words(agency: Agency) -> None:
    change = people.propose(agency, people.dossier())
    act = {"change": str(change.pk)}
    answer = signed_in(agency, "officer").post(reverse("changes:act", args=["check"]), act)
    assert "CHG-SAME-PERSON" in text(answer, 422)
    wrong_role = signed_in(agency, "verifier").post(reverse("changes:act", args=["check"]), act)
    assert "CHG-ROLE" in text(wrong_role, 403)
    assert "CHG-STATE" in text(
        signed_in(agency, "verifier").post(reverse("changes:act", args=["verify"]), act), 422
    )
    change.refresh_from_db()
    assert change.state == State.PROPOSED


def test_a_change_goes_back_with_a_reason_and_is_seen_so(agency: Agency) -> None:
    change = people.propose(agency, people.dossier())
    checker, address = signed_in(agency, "checker"), reverse("changes:act", args=["return"])
    assert "CHG-REASON" in text(checker.post(address, {"change": str(change.pk), "note": " "}), 422)
    checker.post(address, {"change": str(change.pk), "note": "Thiếu bằng gốc"})
    page = text(signed_in(agency, "officer").get(reverse("changes:detail", args=[change.pk])))
    assert "Bị trả lại" in page
    assert "Thiếu bằng gốc" in page
    assert "Rút đề nghị" not in page


def test_whoever_declared_withdraws(agency: Agency) -> None:
    change = people.propose(agency, people.dossier())
    address, act = reverse("changes:act", args=["withdraw"]), {"change": str(change.pk)}
    assert "Rút đề nghị" in text(
        signed_in(agency, "officer").get(reverse("changes:detail", args=[change.pk]))
    )
    assert "CHG-NOT-YOURS" in text(signed_in(agency, "checker").post(address, act), 422)
    answer = signed_in(agency, "officer").post(address, {**act, "next": "https://evil.example/"})
    assert answer["Location"] == reverse("changes:inbox")
    change.refresh_from_db()
    assert change.state == State.WITHDRAWN


@pytest.mark.parametrize("step", ["check", "verify", "return", "withdraw"])
@pytest.mark.parametrize(
    "given", [{}, {"change": "x"}, {"change": str(uuid4())}, {"batch": "x"}, {"batch": str(uuid4())}]
)
def test_what_names_no_change_is_no_change(agency: Agency, step: str, given: dict[str, str]) -> None:
    name = "verifier" if step == "verify" else "checker"
    answer = signed_in(agency, name).post(reverse("changes:act", args=[step]), {**given, "note": "x"})
    assert (answer.status_code, "CHG-UNKNOWN" in answer.content.decode()) == (404, True)


def test_parts_come_without_the_frame(agency: Agency) -> None:
    people.propose(agency, people.dossier())
    page = text(signed_in(agency, "checker").get(reverse("changes:inbox"), **PART))
    assert "<html" not in page
    assert 'id="results"' in page
    assert "1 đề nghị chờ bạn" in page


def test_what_one_declared_out_of_reach_by_now_is_not_shown(agency: Agency) -> None:
    people.propose(agency, people.dossier())
    officer = signed_in(agency, "officer")
    assert "Nguyễn Văn An" in text(officer.get(reverse("changes:mine")))
    agency.users["officer"].grants.update(unit_code=OTHER_UNIT)
    assert "Nguyễn Văn An" not in text(officer.get(reverse("changes:mine")))


@pytest.mark.parametrize("room", ["changes", "dossiers"])
def test_these_rooms_speak_english_too(room: str) -> None:
    assert messages.missing(messages.ROOMS / room) == []
