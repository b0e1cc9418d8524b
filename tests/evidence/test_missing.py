"""Changes that lack the paper they rest on: said before the signature, let pass with a reason, or not let pass."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from ccvc.changes import actions
from ccvc.changes.models import Change, Refusal, State
from ccvc.evidence import actions as evidence
from ccvc.evidence.domain import Details
from ccvc.evidence.missing import missing_rule
from ccvc.evidence.models import Waiver
from ccvc.ledger.models import Entry
from tests import people
from tests.evidence import samples
from tests.people import Agency
from tests.problems import code_of
from tests.web.filling import as_filled
from tests.web.visiting import signed_in, text

pytestmark = pytest.mark.django_db
ENTRY = "career.appointments[a1]"
LACKING = "Chưa có quyết định, giấy tờ kèm theo"
DECISION = Details("01", ENTRY, "12/QĐ-SNV", date(2026, 8, 20), "Sở Nội vụ", "Trần Văn B", file_name="a.pdf")


def appointed(agency: Agency, number: int, on: str = "2026-09-01") -> Change:
    """A person appointed on a day, ready to be signed."""
    version = people.kept(agency, people.dossier(number))
    whole = people.dossier(number)
    whole["career"]["appointments"] = [
        {"id": "a1", "kind": "appoint", "position": "Trưởng phòng", "effective_from": on}
    ]
    return people.propose(agency, whole, key=version.dossier.key)


def test_the_dated_rule_warns_and_a_node_may_choose_otherwise(settings: Any) -> None:
    assert missing_rule(date(2026, 11, 1)) == missing_rule(date(2026, 6, 30)) == "warn"
    settings.CCVC_EVIDENCE_MISSING = "refuse"
    assert missing_rule(date(2026, 11, 1)) == "refuse"


def test_it_is_said_at_every_step_and_signed_all_the_same(agency: Agency) -> None:
    change = appointed(agency, 1)
    detail = reverse("changes:detail", args=[change.pk])
    for who in ("officer", "checker", "verifier", "approver"):
        page = text(signed_in(agency, who).get(detail))
        assert LACKING in page, who
        assert "quyết định bổ nhiệm" in page
    people.pass_steps(agency, [change.pk])
    approver = signed_in(agency, "approver")
    page = text(approver.get(reverse("changes:approve")))
    assert LACKING in page
    signed = approver.post(reverse("changes:sign"), {**as_filled(page), "passphrase": people.PASSPHRASE})
    assert signed.status_code == 302
    change.refresh_from_db()
    assert change.state == State.APPROVED
    assert LACKING not in text(approver.get(detail)), "what is approved is the dossier's to say"


def test_old_entries_papers_at_hand_and_other_changes_are_left_alone(agency: Agency, settings: Any) -> None:
    settings.CCVC_EVIDENCE_MISSING = "refuse"
    old, proved = appointed(agency, 1, "2019-09-01"), appointed(agency, 2)
    officer = agency.subject("officer")
    actions.prove(officer, proved.pk, evidence.receive(officer, samples.pdf()), DECISION)
    other = people.propose(agency, people.dossier(3))
    ids = [old.pk, proved.pk, other.pk]
    people.pass_steps(agency, ids)
    assert len(people.approve(agency, ids)) == 3


def test_a_paper_the_dossier_holds_already_is_enough(agency: Agency, settings: Any) -> None:
    settings.CCVC_EVIDENCE_MISSING = "refuse"
    change, officer = appointed(agency, 1), agency.subject("officer")
    people.pass_steps(agency, [change.pk])
    evidence.attach(officer, change.person_key, evidence.receive(officer, samples.pdf()), DECISION)
    assert len(people.approve(agency, [change.pk])) == 1


def test_where_it_must_be_there_the_change_is_set_apart_and_holds_back_no_other(
    agency: Agency, settings: Any
) -> None:
    settings.CCVC_EVIDENCE_MISSING = "refuse"
    lacks, free = appointed(agency, 1), people.propose(agency, people.dossier(2))
    people.pass_steps(agency, [lacks.pk, free.pk])
    approver = agency.subject("approver")
    assert code_of(lambda: actions.prepare(approver, [lacks.pk, free.pk])) == "CHG-BARE"
    page = text(signed_in(agency, "approver").get(reverse("changes:approve")))
    assert "thiếu giấy tờ làm căn cứ" in page
    assert reverse("changes:waive") not in page
    assert as_filled(page)["changes"].split() == [str(free.pk)]


def test_a_reason_is_written_down_before_it_may_pass(agency: Agency, settings: Any) -> None:
    settings.CCVC_EVIDENCE_MISSING = "waive"
    change = appointed(agency, 1)
    people.pass_steps(agency, [change.pk])
    approver, address = signed_in(agency, "approver"), reverse("changes:waive")
    assert address in text(approver.get(reverse("changes:approve")))
    assert approver.post(address, {"changes": str(change.pk), "reason": "vội"}).status_code == 422
    reason = "Bản gốc đang ở Sở Nội vụ, gửi trước 30/11"
    assert approver.post(address, {"changes": str(change.pk), "reason": reason}).status_code == 302
    waiver = Waiver.objects.get()
    assert (waiver.account, waiver.reason) == ("approver", reason)
    entry = Entry.objects.filter(kind="evidence_waived").get()
    assert reason in entry.payload
    assert reason in text(approver.get(reverse("changes:detail", args=[change.pk])))
    assert len(people.approve(agency, [change.pk])) == 1


@pytest.mark.parametrize("who", ["officer", "verifier", "stranger", "foreign_approver", "inspector"])
def test_only_who_may_sign_it_now_says_why_it_may_pass(agency: Agency, settings: Any, who: str) -> None:
    settings.CCVC_EVIDENCE_MISSING = "waive"
    change = appointed(agency, 1)
    people.pass_steps(agency, [change.pk])
    refused = code_of(lambda: actions.waive(agency.subject(who), [change.pk], "Một lý do đủ dài"))
    assert refused in {"ACC-DENIED", "CHG-UNKNOWN"}
    assert not Waiver.objects.exists()
    recorded = Refusal.objects.get(actor_account=who)
    assert (recorded.act, recorded.code, recorded.change_id) == ("waive", refused, change.pk)


def test_a_waiver_before_its_time_is_none_and_stays_as_it_is(agency: Agency) -> None:
    change, approver = appointed(agency, 1), agency.subject("approver")
    assert code_of(lambda: actions.waive(approver, [change.pk], "Một lý do đủ dài")) == "CHG-UNKNOWN"
    Waiver.objects.create(change_id=change.pk, account="x", name="X", reason="y", at=timezone.now())
    for act in (Waiver.objects.all().delete, lambda: Waiver.objects.update(reason="z")):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
