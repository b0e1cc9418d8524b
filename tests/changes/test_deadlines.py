"""What is due and late is told once, to those who are to act; the person confirms; a returned change goes on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from django.urls import reverse
from django.utils import timezone

from ccvc.changes import actions, selectors
from ccvc.changes.actions.recording import MOST_A_DAY
from ccvc.changes.models import Change, Notice, Refusal, State
from ccvc.dossiers import domain
from ccvc.rules import time_limits
from tests import people
from tests.people import Agency
from tests.problems import refused_as
from tests.web.visiting import signed_in, text


def due(change: Change, **delta: int) -> None:
    Change.objects.filter(pk=change.pk).update(due_at=timezone.now() + timedelta(**delta))


def told(agency: Agency, name: str) -> list[tuple[str, str, int]]:
    rows = selectors.notices(agency.subject(name))
    return sorted((one.step, one.urgency, one.count) for one in rows)


def test_what_is_due_is_told_once_and_late_work_goes_upwards(agency: Agency) -> None:
    change = people.propose(agency, people.dossier())
    assert change.due_at is not None
    due(change, days=30)
    assert set(actions.remind().values()) == {0}
    due(change, minutes=5)
    assert actions.remind() == {"soon": 1, "late": 0, "escalated": 0}
    due(change, minutes=-5)
    assert actions.remind()["late"] == 1
    assert set(actions.remind().values()) == {0}
    assert told(agency, "checker") == [("check", "late", 1), ("check", "soon", 1)]
    assert not told(agency, "stranger")
    assert not told(agency, "approver")
    due(change, days=-20)
    assert actions.remind() == {"soon": 0, "late": 0, "escalated": 1}
    assert told(agency, "approver") == [("check", "escalated", 1)]
    assert [c.pk for c in selectors.late(agency.subject("approver"))] == [change.pk]
    actions.check(agency.subject("checker"), [change.pk])
    change.refresh_from_db()
    assert (change.reminded, change.urgency and change.urgency.look) in {("", "soon"), ("", None)}


def test_a_round_that_is_killed_says_nothing_or_all(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    change = people.propose(agency, people.dossier())
    due(change, minutes=-5)

    def killed(*_args: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("ccvc.changes.actions.reminding.ledger.append", killed)
        with pytest.raises(KeyboardInterrupt):
            actions.remind()
    assert not Notice.objects.exists()
    assert sum(actions.remind().values()) == 2  # due soon by the way, and late
    assert ("check", "late", 1) in told(agency, "checker")


def test_the_law_counts_from_the_decision_for_a_new_dossier(agency: Agency) -> None:
    day = timezone.localdate() - timedelta(days=2)
    change = people.propose(agency, people.dossier(), valid_from=day)
    begun = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    assert change.due_by_law == time_limits.due("create_dossier", begun)
    old = people.propose(agency, people.dossier(2), valid_from=day - timedelta(days=400))
    assert old.due_by_law is None


def owned(agency: Agency) -> Any:
    version = people.kept(agency, people.dossier())
    owner = agency.users["owner"]
    owner.person_key = version.dossier.key
    owner.save()
    return version


def personal(agency: Agency, version: Any, **more: Any) -> Change:
    document = people.dossier() | {"health": {"height_cm": 161}}
    found: Change = people.propose(agency, document, key=version.dossier.key, **more)
    return found


def test_the_person_confirms_what_an_officer_declares_for_them(agency: Agency) -> None:
    change = personal(agency, owned(agency))
    ids = [change.pk]
    assert [c.pk for c in selectors.to_confirm(agency.subject("owner"))] == ids
    refused_as("CHG-NOT-ASKED", actions.confirm, agency.subject("officer"), ids)
    refused_as("CHG-UNKNOWN", actions.confirm, agency.subject("stranger"), ids)
    actions.check(agency.subject("checker"), ids)
    actions.verify(agency.subject("verifier"), ids)
    refused_as("CHG-UNCONFIRMED", actions.prepare, agency.subject("approver"), ids)
    assert not selectors.ready_to_sign(agency.subject("approver"), 5)
    actions.confirm(agency.subject("owner"), ids)
    refused_as("CHG-NOT-ASKED", actions.confirm, agency.subject("owner"), ids)
    statement = msgspec.json.decode(people.approve(agency, ids)[0].statement, type=domain.Statement)
    confirmed = next(step for step in statement.steps if step.step == "confirm")
    assert (confirmed.account, confirmed.acting and confirmed.acting.role) == ("owner", "person")


def test_approval_does_not_wait_for_ever(agency: Agency) -> None:
    change = personal(agency, owned(agency))
    actions.check(agency.subject("checker"), [change.pk])
    actions.verify(agency.subject("verifier"), [change.pk])
    Change.objects.filter(pk=change.pk).update(waits_until=timezone.now() - timedelta(seconds=1))
    assert people.approve(agency, [change.pk])


def test_what_the_person_objects_to_goes_back_with_the_reason(agency: Agency) -> None:
    change = personal(agency, owned(agency))
    refused_as("CHG-REASON", actions.object_to, agency.subject("owner"), [change.pk], " ")
    actions.object_to(agency.subject("owner"), [change.pk], "Tôi cao 171 cm")
    change.refresh_from_db()
    assert (change.state, change.returned_reason) == (State.RETURNED, "Tôi cao 171 cm")


def test_nobody_handles_their_own_dossier(agency: Agency) -> None:
    version = people.kept(agency, people.dossier())
    checker = agency.users["checker"]
    checker.person_key = version.dossier.key
    checker.save()
    document = people.dossier() | {"education": {"degrees": [{"id": "d1", "level": "7", "major": "Luật"}]}}
    change = people.propose(agency, document, key=version.dossier.key)
    refused_as("CHG-OWN-DOSSIER", actions.check, agency.subject("checker"), [change.pk])
    assert not selectors.inbox(agency.subject("checker"), "check").exists()


def test_one_step_back_lets_the_same_person_look_again(agency: Agency) -> None:
    ids = [people.propose(agency, people.dossier()).pk]
    refused_as(
        "CHG-NO-STEP-BEFORE", actions.send_back, agency.subject("checker"), ids, "Xem lại", to="previous"
    )
    actions.check(agency.subject("checker"), ids)
    actions.send_back(agency.subject("verifier"), ids, "Thiếu bản chụp", to="previous")
    assert Change.objects.get().state == State.PROPOSED
    actions.check(agency.subject("checker"), ids)
    actions.verify(agency.subject("verifier"), ids)
    assert people.approve(agency, ids)


def test_a_returned_change_goes_on_as_a_new_one_once(agency: Agency) -> None:
    first = people.propose(agency, people.dossier())
    officer = agency.subject("officer")
    refused_as("CHG-CONFLICT", actions.resubmit, officer, first.pk, "Còn đang chờ")
    actions.send_back(agency.subject("checker"), [first.pk], "Thiếu")
    refused_as("CHG-NOT-YOURS", actions.resubmit, agency.subject("checker"), first.pk, "Của người khác")
    refused_as("CHG-UNKNOWN", actions.resubmit, agency.subject("stranger"), first.pk, "Ngoài phạm vi")
    second = actions.resubmit(officer, first.pk, "Đã bổ sung")
    assert (second.follows, second.differences) == (first, first.differences)
    actions.withdraw(officer, [second.pk])
    refused_as("CHG-FOLLOWS", actions.resubmit, officer, first.pk, "Lần nữa")
    assert actions.resubmit(officer, second.pk, "Lần nữa").follows == second
    refused_as("CHG-STATE", actions.withdraw, officer, [second.pk])


def test_many_at_once_skips_and_names_what_cannot_be(agency: Agency) -> None:
    mine = people.propose(agency, people.dossier(1), by="checker")
    fine = people.propose(agency, people.dossier(2))
    done = people.propose(agency, people.dossier(3))
    actions.withdraw(agency.subject("officer"), [done.pk])
    result = actions.in_bulk(agency.subject("checker"), "check", [mine.pk, fine.pk, done.pk], "")
    assert result.done == 1
    skipped = {change.pk: problem.code for change, problem in result.skipped}
    assert skipped == {mine.pk: "CHG-SAME-PERSON", done.pk: "CHG-STATE"}
    assert set(Refusal.objects.values_list("change_id", "code")) == set(skipped.items())


def test_both_sides_see_a_conflict(agency: Agency) -> None:
    version = people.kept(agency, people.dossier())
    base = people.dossier()
    one = people.propose(
        agency, base | {"identity": base["identity"] | {"phone": "0912345678"}}, key=version.dossier.key
    )
    other = base | {"identity": base["identity"] | {"phone": "0987654321"}}
    problem = refused_as("CHG-CONFLICT", people.propose, agency, other, key=version.dossier.key, by="checker")
    assert problem.params["changes"] == [one.pk]
    assert [row.actor_account for row in selectors.conflicts(one)] == ["checker"]


def test_refusals_are_bounded_and_seen_by_who_sees_the_ledger(agency: Agency) -> None:
    change = people.propose(agency, people.dossier())
    for _ in range(3):
        refused_as("CHG-SAME-PERSON", actions.check, agency.subject("officer"), [change.pk])
    [row] = selectors.refusals(agency.subject("inspector"))
    assert (row.times, row.act, row.actor_account, row.change_id) == (3, "check", "officer", change.pk)
    said = text(signed_in(agency, "inspector").get(reverse("changes:refusals")))
    assert "Bạn đã thực hiện bước “…” của đề nghị này" in said
    refused_as("ACC-DENIED", selectors.refusals, agency.subject("officer"))
    rows = [
        Refusal(
            day=row.day,
            first_at=row.first_at,
            last_at=row.last_at,
            actor_account="officer",
            act="x",
            code=str(n),
        )
        for n in range(MOST_A_DAY)
    ]
    Refusal.objects.bulk_create(rows)
    for _ in range(2):
        refused_as("CHG-SAME-PERSON", actions.check, agency.subject("officer"), [change.pk])
    assert Refusal.objects.get(act="more").times == 2
