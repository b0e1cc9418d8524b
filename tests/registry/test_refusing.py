"""What is refused, with which words, and that nothing else suffers for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ccvc import standard
from ccvc.exchange.models import Peer
from ccvc.registry.models import Conflict, Person, Refusal, Version
from tests.exchange.scheme import holder, node, person
from tests.registry import people
from tests.registry.scheme import Change, Component, change, change_lines

pytestmark = pytest.mark.django_db


def invalid(who: int) -> Change:
    return change(who, document=people.document(who, identity={"birth_date": "31/02/1985"}))


def test_an_invalid_document_is_refused_in_words_that_name_the_field(component: Component) -> None:
    answer = component.send(change(1), invalid(2), change(3))
    assert answer.counts == (2, 1)
    verdict = answer.verdicts[0]
    assert (verdict.record, verdict.person, verdict.number) == (2, person(2), 1)
    assert (verdict.code, verdict.path) == ("REG-INVALID", "identity.birth_date")
    assert "Ngày" in verdict.message
    assert verdict.next
    assert set(Person.objects.values_list("key", flat=True)) == {person(1), person(3)}
    assert Refusal.objects.get().message == verdict.message


def test_every_fault_counts_and_what_a_sender_wrote_is_made_printable(component: Component) -> None:
    bad = people.document(1, identity={"sex": "9", "full_name": " \u0000An\n"}, employment={"rank": "x"})
    bad["identity"]["\u0000nhãn lạ" + "x" * 400] = 1
    verdict = component.send(change(1, document=bad)).verdicts[0]
    assert verdict.code == "REG-INVALID"
    assert (verdict.path + verdict.message).isprintable()
    assert "còn 3 lỗi khác" in verdict.message


def test_a_later_version_may_follow_a_refused_one(component: Component) -> None:
    first = change(1)
    second = change(1, number=2, after=first, document=people.document(1, identity={"sex": "9"}))
    third = change(1, number=3, after=second)
    component.send(first)
    assert component.send(second).codes == ["REG-INVALID"]
    assert component.send(third).counts == (1, 0)
    assert Person.objects.get().number == 3
    assert component.send(second).codes == ["REG-PASSED"]


def test_a_refused_version_and_its_successor_may_come_together(component: Component) -> None:
    first = invalid(1)
    second = change(1, number=2, after=first)
    answer = component.send(first, second)
    assert (answer.counts, answer.codes) == ((1, 1), ["REG-INVALID"])
    assert Person.objects.get().number == 2


def test_nothing_may_follow_a_version_that_never_came(component: Component) -> None:
    first = change(1)
    second = change(1, number=2, after=first)
    third = change(1, number=3, after=second)
    fourth = change(1, number=4, after=third)
    component.send(first)
    assert component.send(third).codes == ["REG-CHAIN"]
    assert component.send(fourth).codes == ["REG-CHAIN"]
    assert component.send(second, third, fourth).counts == (3, 0)


@pytest.mark.parametrize("base", [None, "00" * 32, "không phải mã băm"])
def test_a_version_that_does_not_build_on_the_last_is_refused(component: Component, base: str | None) -> None:
    component.send(change(1))
    answer = component.send(change(1, number=2, base=base))
    assert answer.codes == ["REG-CHAIN"]
    assert Person.objects.get().number == 1


def test_an_accepted_version_is_never_replaced(component: Component) -> None:
    component.send(change(1))
    forked = change(1, document=people.document(1, employment={"salary_step": 9}))
    assert component.send(forked).codes == ["REG-REPLACES"]
    assert Version.objects.get().hash != forked.hash


def test_one_number_in_two_dossiers_of_an_agency_is_refused(component: Component) -> None:
    component.send(change(1))
    twice = people.document(2, identity={"personal_id": people.personal_id(1)})
    answer = component.send(change(2, document=twice))
    assert answer.codes == ["REG-DUPLICATE"]
    assert people.personal_id(1) in answer.verdicts[0].message
    assert not Conflict.objects.exists()


def test_two_agencies_that_claim_one_person_are_both_told(component: Component, other: Component) -> None:
    component.send(change(1))
    claimed = people.document(2, agency="G12", identity={"personal_id": people.personal_id(1)})
    answer = other.send(change(2, agency="G12", document=claimed))
    assert answer.codes == ["REG-CONFLICT"]
    assert "H41" in answer.verdicts[0].message
    found = Conflict.objects.get()
    assert (found.holder, found.claimant, found.claimant_person) == ("H41", "G12", person(2))
    notice = component.notices()[0]
    assert (notice.person, notice.claimant, notice.code) == (person(1), "G12", "REG-CLAIMED")
    assert other.notices() == []
    assert Person.objects.get().agency_code == "H41"


def test_a_claim_made_again_is_not_told_again_and_is_settled_when_the_number_is_corrected(
    component: Component, other: Component
) -> None:
    component.send(change(1))
    claimed = people.document(2, agency="G12", identity={"personal_id": people.personal_id(1)})
    first = change(2, agency="G12", document=claimed)
    other.send(first)
    other.send(first)
    assert (Conflict.objects.count(), len(component.notices())) == (1, 1)
    answer = other.send(change(2, agency="G12", number=2, after=first))
    assert answer.counts == (1, 0)
    assert Conflict.objects.get().settled_at is not None


def test_a_holder_who_has_left_the_exchange_holds_up_nothing(component: Component, other: Component) -> None:
    component.send(change(1))
    Person.objects.update(agency_code="H99")
    claimed = people.document(2, agency="G12", identity={"personal_id": people.personal_id(1)})
    answer = other.send(change(2, agency="G12", document=claimed), change(3, agency="G12"))
    assert answer.counts == (1, 1)
    assert not Peer.objects.filter(agency_code="H99").exists()
    assert Conflict.objects.get().holder == "H99"


def test_another_agency_may_not_change_a_person(component: Component, other: Component) -> None:
    first = change(1)
    component.send(first)
    second = change(1, agency="G12", number=2, after=first)
    assert other.send(second).codes == ["REG-NOT-MANAGER"]
    third = change(1, agency="G12", number=3, after=second)
    assert other.send(third).codes == ["REG-NOT-MANAGER"]
    own = change(1, number=3, after=second)
    assert component.send(own).codes == ["REG-CHAIN"]


def test_an_approver_of_another_agency_cannot_approve(component: Component) -> None:
    changes = [change(1), change(2)]
    answer = component.send_lines(change_lines(changes, agency="G12"))
    assert answer.counts == (0, 2)
    assert set(answer.codes) == {"EXC-APPROVAL-AGENCY"}
    assert answer.verdicts[0].person == person(1)
    borrowed = component.send_lines(change_lines(changes, by=node("G12", "approve")))
    assert set(borrowed.codes) == {"EXC-APPROVAL-SIGNATURE"}
    assert not Version.objects.exists()


def test_an_expired_approver_cannot_approve(component: Component) -> None:
    late = holder("H41", "approve", days=2, start=timedelta(days=-30))
    assert set(component.send_lines(change_lines([change(1)], by=late)).codes) == {"EXC-APPROVAL-SIGNATURE"}


def test_a_bad_approval_holds_back_no_other(component: Component) -> None:
    good = change_lines([change(1)])
    bad = change_lines([change(2)], agency="G12")
    bad = [bad[0].replace(b'"index":0', b'"index":1'), bad[1].replace(b'"approval":0', b'"approval":1')]
    answer = component.send_lines([*good, *bad])
    assert (answer.counts, answer.codes) == ((1, 1), ["EXC-APPROVAL-AGENCY"])
    assert Person.objects.get().key == person(1)


def test_a_statement_changed_after_signing_is_refused(component: Component) -> None:
    lines = change_lines([change(1), change(2)])
    lines[1] = lines[1].replace("Kê khai lần đầu".encode(), "Kê khai lần hai".encode())
    answer = component.send_lines(lines)
    assert (answer.counts, answer.codes) == ((1, 1), ["EXC-CHANGE-LEAF"])


def test_a_document_changed_after_signing_is_refused(component: Component) -> None:
    lines = change_lines([change(1), change(2)])
    lines[2] = lines[2].replace(b'"salary_step":3', b'"salary_step":9')
    answer = component.send_lines(lines)
    assert (answer.counts, answer.codes) == ((1, 1), ["EXC-CHANGE-DOCUMENT"])
    assert (answer.verdicts[0].record, answer.verdicts[0].number) == (2, 1)


def test_statement_and_document_must_speak_of_the_same(component: Component) -> None:
    answer = component.send(
        change(1, personal_id=people.personal_id(99)),
        change(2, personal_id=None),
        change(3, standard="2025-01"),
        change(4, document={**people.document(4), "standard": "2031-01"}, standard="2031-01"),
        change(5, standard="2023-05"),
        change(6, document={**people.document(6), "standard": "2023-05"}),
    )
    assert answer.codes == [
        "REG-NUMBER",
        "REG-NUMBER",
        "STD-VERSION-UNKNOWN",
        "REG-NEWER",
        "REG-STANDARD",
        "REG-STANDARD",
    ]


@pytest.mark.parametrize(
    ("stated", "where"),
    [
        ({"person": "không phải mã"}, "statement.person"),
        ({"person": str(person(1)).upper()}, "statement.person"),
        ({"personal_id": "001\u0000"}, "statement.person"),
        ({"number": 0}, "statement.number"),
        ({"number": 2**31}, "statement.number"),
        ({"agency": "H41." + "A" * 60}, "statement.agency"),
        ({"valid_from": "infinity"}, "statement.valid_from"),
        ({"valid_from": "2026-02-30"}, "statement.valid_from"),
    ],
)
def test_a_signed_statement_of_odd_shape_is_refused_alone(
    component: Component, stated: dict[str, Any], where: str
) -> None:
    answer = component.send(change(1, **stated), change(2))
    assert (answer.counts, answer.codes) == ((1, 1), ["REG-STATEMENT"])
    assert answer.verdicts[0].path == where


@pytest.mark.parametrize(
    "raw",
    [
        b'{"approval":0,"document":'
        + b"[" * 5000
        + b"]" * 5000
        + b',"leaf":0,"statement":{},"type":"change"}',
        b'{"type":"change"}',
        b"\xff\xfe",
        b"",
    ],
)
def test_a_line_that_cannot_be_read_is_refused_alone(component: Component, raw: bytes) -> None:
    answer = component.send_lines([*change_lines([change(1)]), raw])
    assert (answer.counts, answer.codes) == ((1, 1), ["EXC-LINE"])


@pytest.mark.parametrize(
    "document", [b"[]", b'"x"', b"null", b'{"standard":"\xff"}', b'{"identity":[]}', b"1e999"]
)
def test_a_signed_document_of_odd_shape_is_refused_alone(component: Component, document: bytes) -> None:
    digest = standard.digest(document)
    odd = replace(change(1, national_sha256=digest), document=document)
    answer = component.send(odd, change(2))
    assert answer.counts == (1, 1)
    assert answer.codes[0] in {"REG-INVALID", "REG-UNREADABLE"}


def test_a_change_without_its_approval_is_refused(component: Component) -> None:
    answer = component.send_lines(change_lines([change(1)])[1:])
    assert (answer.counts, answer.codes) == ((0, 1), ["EXC-CHANGE-APPROVAL"])


def test_a_person_without_a_number_is_held_by_key_alone(component: Component) -> None:
    nobody = people.document(1, identity={"personal_id": {"state": "unknown"}})
    other = people.document(2, identity={"personal_id": {"state": "unknown"}})
    assert component.send(change(1, document=nobody), change(2, document=other)).counts == (2, 0)


def test_a_receipt_says_what_became_of_each_record(component: Component) -> None:
    answer = component.send(change(1), invalid(2))
    assert answer.summary.package == answer.inbound.package_id
    assert answer.inbound.verdicts == [[2, "refused", "REG-INVALID"]]
