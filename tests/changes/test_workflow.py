"""Propose, check, verify, approve or send back; separate persons; conflicts; the signature over what was shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from ccvc.changes import actions, selectors
from ccvc.changes.domain import Proposal, Stale, overlapping, refuse_stale
from ccvc.changes.models import Change, State, Step
from ccvc.dossiers import domain
from ccvc.dossiers.models import Dossier, Version
from ccvc.ledger.models import Entry
from ccvc.signing import certificates, revocation, store
from ccvc.standard.problems import Problem
from tests import people
from tests.people import Agency


def code_of(caught: pytest.ExceptionInfo[Problem]) -> str:
    return caught.value.code


@pytest.mark.parametrize(
    ("step", "who"),
    [("check", "officer"), ("verify", "officer"), ("approve", "officer"), ("verify", "stranger")],
)
def test_only_those_with_the_right_within_reach_take_a_step(agency: Agency, step: str, who: str) -> None:
    change = people.propose(agency, people.dossier(), by="officer")
    if step in {"verify", "approve"}:
        actions.check(agency.subject("checker"), [change.pk])
    if step == "approve":
        actions.verify(agency.subject("verifier"), [change.pk])
    act: Any = {"check": actions.check, "verify": actions.verify, "approve": actions.prepare}[step]
    with pytest.raises(Problem) as caught:
        act(agency.subject(who), [change.pk])
    assert code_of(caught) in {"CHG-SAME-PERSON", "CHG-UNKNOWN", "CHG-ROLE"}
    assert Change.objects.get().state != State.APPROVED


def test_nobody_takes_two_steps(agency: Agency) -> None:
    change = people.propose(agency, people.dossier(), by="officer")
    with pytest.raises(Problem) as caught:
        actions.check(agency.subject("officer"), [change.pk])
    assert code_of(caught) == "CHG-SAME-PERSON"
    assert "Kê khai" in caught.value.message("vi") or "declare" in caught.value.message("vi")


def test_steps_come_in_order(agency: Agency) -> None:
    change = people.propose(agency, people.dossier())
    with pytest.raises(Problem) as caught:
        actions.verify(agency.subject("verifier"), [change.pk])
    assert code_of(caught) == "CHG-STATE"


def test_sending_back_needs_a_reason_and_reaches_the_declarer(agency: Agency) -> None:
    change = people.propose(agency, people.dossier())
    with pytest.raises(Problem) as caught:
        actions.send_back(agency.subject("checker"), [change.pk], " ")
    assert code_of(caught) == "CHG-REASON"
    actions.send_back(agency.subject("checker"), [change.pk], "Thiếu bản chụp bằng tốt nghiệp")
    mine = selectors.mine(agency.subject("officer")).get()
    assert (mine.state, mine.returned_reason) == (State.RETURNED, "Thiếu bản chụp bằng tốt nghiệp")
    assert people.kept(agency, people.dossier()).number == 1


@pytest.mark.parametrize("act", [actions.send_back, actions.withdraw])
def test_a_stranger_does_not_learn_that_a_change_exists(agency: Agency, act: Any) -> None:
    done = people.kept(agency, people.dossier()).change.pk
    waiting = people.propose(agency, people.dossier(2)).pk
    for pk in (done, waiting, uuid4()):
        with pytest.raises(Problem) as caught:
            act(agency.subject("stranger"), [pk], "Không thuộc phạm vi")
        assert code_of(caught) == "CHG-UNKNOWN"
    assert not Step.objects.filter(user_id=agency.users["stranger"].pk).exists()
    with pytest.raises(Problem) as caught:
        actions.send_back(agency.subject("checker"), [done], "Đã phê duyệt")
    assert code_of(caught) == "CHG-STATE"


def test_only_the_declarer_withdraws(agency: Agency) -> None:
    change = people.propose(agency, people.dossier())
    with pytest.raises(Problem) as caught:
        actions.withdraw(agency.subject("checker"), [change.pk])
    assert code_of(caught) == "CHG-NOT-YOURS"
    assert actions.withdraw(agency.subject("officer"), [change.pk]) == 1


def test_two_pending_changes_of_one_field_are_a_conflict(agency: Agency) -> None:
    version = people.kept(agency, people.dossier())
    document = domain.parse(version.document)
    one = document | {"identity": document["identity"] | {"other_names": "Hai"}}
    two = document | {"identity": document["identity"] | {"other_names": "Ba"}}
    elsewhere = document | {"identity": document["identity"] | {"phone": "0912345678"}}
    people.propose(agency, one, key=version.dossier.key)
    with pytest.raises(Problem) as caught:
        people.propose(agency, two, key=version.dossier.key)
    assert code_of(caught) == "CHG-CONFLICT"
    assert "tên gọi khác" in caught.value.message("vi")
    assert people.propose(agency, elsewhere, key=version.dossier.key).state == State.PROPOSED


def test_changes_of_different_fields_both_reach_the_dossier(agency: Agency) -> None:
    version = people.kept(agency, people.dossier())
    document = domain.parse(version.document)
    key = version.dossier.key
    one = people.propose(
        agency, document | {"identity": document["identity"] | {"other_names": "Hai"}}, key=key
    )
    two = people.propose(
        agency, document | {"identity": document["identity"] | {"phone": "0912345678"}}, key=key
    )
    for change in (one, two):
        people.pass_steps(agency, [change.pk])
        people.approve(agency, [change.pk])
    last = domain.parse(Version.objects.get(number=3).document)["identity"]
    assert (last["other_names"], last["phone"]) == ("Hai", "0912345678")


@pytest.mark.parametrize(
    ("mine", "theirs", "found"),
    [
        (["identity.phone"], ["identity.phone"], True),
        (["identity.phone"], ["identity.email"], False),
        (["education.degrees[a]"], ["education.degrees[a].level"], True),
        (["education.degrees[a].level"], ["education.degrees[a]"], True),
        (["education.degrees[a].level"], ["education.degrees[a].major"], False),
        (["education.degrees[a]"], ["education.degrees[b]"], False),
    ],
)
def test_overlap_of_paths(mine: list[str], theirs: list[str], *, found: bool) -> None:
    assert bool(overlapping(mine, theirs)) is found


def test_what_was_shown_is_what_is_signed(agency: Agency) -> None:
    change = people.propose(agency, people.dossier())
    people.pass_steps(agency, [change.pk])
    with pytest.raises(Problem) as caught:
        actions.approve(agency.subject("approver"), [change.pk], people.PASSPHRASE, "00" * 32)
    assert code_of(caught) == "CHG-SEEN-CHANGED"
    assert not Version.objects.exists()


def test_a_wrong_passphrase_signs_nothing_and_is_recorded(agency: Agency) -> None:
    change = people.propose(agency, people.dossier())
    people.pass_steps(agency, [change.pk])
    with pytest.raises(Problem) as caught:
        people.approve(agency, [change.pk], passphrase="sai mật khẩu rồi")
    assert code_of(caught) == "SIG-PASSPHRASE"
    assert Change.objects.get().state == State.VERIFIED
    assert Entry.objects.filter(payload__contains="signing_passphrase_wrong").count() == 1


@pytest.mark.parametrize("fault", ["expired", "revoked", "foreign"])
def test_a_bad_certificate_signs_nothing(agency: Agency, fault: str, settings: Any) -> None:
    agency.users["second"] = user = people.User.objects.create(username="second", full_name="Người second")
    people.grant_role(
        people.SYSTEM,
        user=user,
        role="approver",
        unit_code="H41",
        valid_from=timezone.localdate(),
        basis="QĐ 2",
    )
    pem = people.give_key(
        agency, "second", days=10 if fault == "expired" else 90, code="H56" if fault == "foreign" else "H41"
    )
    if fault == "revoked":
        serial = certificates.from_pem(pem)[0].serial_number
        assert agency.issuer is not None
        store.save_crl(settings.CCVC_HOME, "test", revocation.crl(agency.issuer, (serial,)))
    change = people.propose(agency, people.dossier())
    people.pass_steps(agency, [change.pk])
    with pytest.raises(Problem) as caught:
        people.approve(agency, [change.pk], by="second")
    expected = {"expired": "SIG-EXPIRED", "revoked": "SIG-REVOKED", "foreign": "SIG-AGENCY"}[fault]
    assert code_of(caught) == expected
    assert not Version.objects.exists()


def test_one_signature_covers_a_batch(agency: Agency) -> None:
    result = actions.propose_batch(
        agency.subject("officer"),
        title="Tệp tháng 11",
        origin="intake",
        source="tệp-1",
        unit_code=people.UNIT,
        proposals=[proposal(n) for n in range(1, 41)],
    )
    ids = list(result.batch.changes.values_list("pk", flat=True))
    people.pass_steps(agency, ids)
    versions = people.approve(agency, ids)
    assert len({v.signature_id for v in versions}) == 1
    assert sorted(v.leaf for v in versions) == list(range(40))
    assert Dossier.objects.count() == 40


def proposal(number: int) -> Proposal:
    return Proposal(None, people.UNIT, people.dossier(number), timezone.localdate(), "Nhập từ tệp")


def test_repeating_a_batch_adds_nothing(agency: Agency) -> None:
    def take(numbers: range) -> actions.BatchResult:
        return actions.propose_batch(
            agency.subject("officer"),
            title="Tệp",
            origin="intake",
            source="tệp-1",
            unit_code=people.UNIT,
            proposals=[proposal(n) for n in numbers],
        )

    assert take(range(1, 6)).created == 5
    again = take(range(1, 8))
    assert (again.created, len(again.conflicts)) == (2, 0)
    assert Change.objects.count() == 7


def test_a_person_declares_only_what_people_declare(agency: Agency) -> None:
    version = people.kept(agency, people.dossier())
    owner = agency.users["owner"]
    owner.person_key = version.dossier.key
    owner.save()
    document = domain.parse(version.document)
    mine = document | {"identity": document["identity"] | {"current_address": {"text": "12 Lê Lợi, Vinh"}}}
    assert people.propose(agency, mine, by="owner", key=version.dossier.key).state == State.PROPOSED
    raised = document | {"employment": document["employment"] | {"salary_coefficient": "8.00"}}
    with pytest.raises(Problem) as caught:
        people.propose(agency, raised, by="owner", key=version.dossier.key)
    assert code_of(caught) == "CHG-AGENCY-FIELD"


def test_a_stranger_proposes_nothing(agency: Agency) -> None:
    version = people.kept(agency, people.dossier())
    document = domain.parse(version.document) | {"health": {"height_cm": 170}}
    with pytest.raises(Problem) as caught:
        people.propose(agency, document, by="stranger", key=version.dossier.key)
    assert code_of(caught) == "DOS-UNKNOWN"
    assert Step.objects.filter(user_id=agency.users["stranger"].pk).count() == 0


def test_a_change_on_a_value_that_moved_must_go_back(agency: Agency) -> None:
    version = people.kept(agency, people.dossier())
    document = domain.parse(version.document)
    key = version.dossier.key
    change = people.propose(
        agency, document | {"identity": document["identity"] | {"phone": "0912345678"}}, key=key
    )
    people.pass_steps(agency, [change.pk])
    Change.objects.filter(pk=change.pk).update(
        differences=change.differences.replace('"old":null', '"old":"0900000000"')
    )
    with pytest.raises(Problem) as caught:
        actions.prepare(agency.subject("approver"), [change.pk])
    assert code_of(caught) == "CHG-STALE"


def test_every_change_of_a_batch_that_must_go_back_is_named_at_once(agency: Agency) -> None:
    ids = [people.propose(agency, people.dossier(n, full_name=f"Người Số {n}")).pk for n in (1, 2, 3)]
    people.pass_steps(agency, ids)
    for found in Change.objects.filter(pk__in=(ids[0], ids[2])):
        found.differences = found.differences.replace(
            'null,"path":"identity.sex"', '"0","path":"identity.sex"'
        )
        found.save()
    with pytest.raises(Problem) as caught:
        actions.prepare(agency.subject("approver"), ids)
    problem = caught.value
    assert (problem.code, problem.params["changes"]) == ("CHG-STALE", sorted([ids[0], ids[2]]))
    assert {f"Người Số {n}: Giới tính" for n in (1, 3)} == set(problem.where.split("; "))
    assert "2 đề nghị" in problem.message()
    assert actions.prepare(agency.subject("approver"), ids[1:2]).root


def test_a_long_list_of_changes_that_must_go_back_is_cut_for_people_only() -> None:
    found = [Stale(uuid4(), f"Người Số {n}", "identity.sex") for n in range(21)]
    with pytest.raises(Problem) as caught:
        refuse_stale(found)
    assert caught.value.params["changes"] == [one.change for one in found]
    assert caught.value.where.split("; ")[19:] == ["Người Số 19: Giới tính", "…"]


def test_a_grant_that_ended_gives_nothing(agency: Agency) -> None:
    user = agency.users["checker"]
    user.grants.update(valid_to=timezone.localdate() - timedelta(days=1))
    change = people.propose(agency, people.dossier())
    with pytest.raises(Problem):
        actions.check(agency.subject("checker"), [change.pk])
    assert Change.objects.get(pk=change.pk).state == State.PROPOSED
