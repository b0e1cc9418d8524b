"""Pages of the ledger and of proofs: who sees what, what is recorded, what can be done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ccvc.access.models import AccessLog
from ccvc.inspection import tasks
from ccvc.inspection.actions import verify_ledger
from ccvc.inspection.domain import Bundle
from ccvc.ledger.models import Entry, HeadAlarm, Verification
from ccvc.signing.actions import revoke_means
from tests.inspection.test_bundles import Check, check, fingerprint
from tests.owner import tamper
from tests.people import Agency, dossier, kept

__all__ = ["check"]
pytestmark = pytest.mark.django_db


def client(node: Agency, who: str) -> Client:
    found = Client()
    found.force_login(node.users[who])
    return found


def alarm() -> HeadAlarm:
    return HeadAlarm.objects.create(agency="G09", side="theirs", code="LED-PEER-SHRUNK", held=9, told=5)


def own(node: Agency) -> Any:
    owner = node.users["owner"]
    owner.person_key = kept(node, dossier(1)).dossier.key
    owner.save()
    return owner.person_key


def test_an_administrator_sees_the_log_and_closes_an_alarm_with_a_reason(node: Agency) -> None:
    found, raised = client(node, "administrator"), alarm()
    own(node)
    revoke_means(node.users["approver"], None, "Mất thiết bị", since=timezone.now() - timedelta(days=1))
    page = found.get(reverse("inspection:ledger")).content.decode()
    assert "Sổ cái của G09 đã ngắn lại" in page
    assert "1 không có giá trị · 0 chưa kết luận được · 0 có giá trị" in page
    address = reverse("inspection:close", args=[raised.pk])
    assert found.post(address, {"reason": "  "}).status_code == 422
    assert found.post(address, {"reason": "Khôi phục ngày 20/11", "take_up": "on"}).status_code == 302
    raised.refresh_from_db()
    assert (raised.closed_by, raised.taken_up) == ("administrator", True)
    assert Entry.objects.filter(payload__contains="head_alarm_closed").count() == 1
    assert "Khôi phục ngày 20/11" in found.get(reverse("inspection:ledger")).content.decode()


def test_an_inspector_sees_the_log_and_closes_nothing(node: Agency) -> None:
    found, raised = client(node, "inspector"), alarm()
    page = found.get(reverse("inspection:ledger")).content.decode()
    assert reverse("inspection:close", args=[raised.pk]) not in page
    assert found.post(reverse("inspection:close", args=[raised.pk]), {"reason": "x"}).status_code == 403
    raised.refresh_from_db()
    assert raised.closed_at is None


@pytest.mark.parametrize("who", ["officer", "approver", "stranger", "owner"])
def test_the_log_is_not_for_everyone(node: Agency, who: str) -> None:
    assert client(node, who).get(reverse("inspection:ledger")).status_code == 403
    assert client(node, who).get(reverse("inspection:entry", args=[0])).status_code == 403


def test_a_person_takes_a_proof_of_their_own_dossier_and_it_is_recorded(node: Agency, check: Check) -> None:
    key, found = own(node), client(node, "owner")
    page = found.get(reverse("inspection:person", args=[key])).content.decode()
    assert fingerprint(node) in page
    answer = found.get(reverse("inspection:bundle", args=[key]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert check(answer.content, "--fingerprint", fingerprint(node))[0] == 0
    looks = AccessLog.objects.filter(person_keys__contains=[key]).order_by("pk")
    assert [(look.act, look.actor_role) for look in looks] == [("view", "person"), ("export", "person")]


def test_an_entry_that_speaks_of_people_is_not_taken_from_the_page(node: Agency, check: Check) -> None:
    own(node)
    found = client(node, "inspector")
    open_to, closed = (
        Entry.objects.filter(kind=kind).earliest("index").index for kind in ("versions", "administrative")
    )
    answer = found.get(reverse("inspection:entry", args=[open_to]))
    assert check(answer.content, "--fingerprint", fingerprint(node))[0] == 0
    assert found.get(reverse("inspection:entry", args=[closed])).status_code == 404


def test_the_log_is_read_by_kind_in_words(node: Agency) -> None:
    own(node)
    address, found = reverse("inspection:ledger"), client(node, "inspector")
    page = found.get(address, {"kind": "versions"}).content.decode()
    table = page[page.index("<tbody") :]
    assert "Duyệt phiên bản hồ sơ" in table
    assert "Việc quản trị" not in table
    found.cookies["django_language"] = "en"
    english = found.get(address).content.decode()
    assert "Administrative act" in english[english.index("<tbody") :]


def test_whoever_gets_a_bundle_gets_the_program_that_checks_it(node: Agency) -> None:
    for name in ("ccvc-verify.html", "ccvc-verify.py"):
        answer = Client().get(reverse("inspection:verifier", args=[name]))
        assert answer.status_code == 200
        assert name in answer["Content-Disposition"]
    assert Client().get(reverse("inspection:verifier", args=["settings.py"])).status_code == 404


def test_the_log_is_verified_every_week_and_what_came_of_it_is_kept(node: Agency) -> None:
    kept(node, dossier(1))
    assert tasks.due()
    tasks.verify_log()
    found = Verification.objects.get()
    assert (found.count, found.by) == (0, "system:weekly")
    assert not tasks.due()
    tasks.verify_log()
    assert Verification.objects.count() == 1
    Verification.objects.update(began_at=timezone.now() - timedelta(days=8))
    assert tasks.verify_weekly()
    assert not tasks.verify_weekly(), "one job is enough"
    tamper("UPDATE ledger_entry SET payload = '{}' WHERE index = 0")
    verify_ledger("test", all_faults=True)
    page = client(node, "administrator").get(reverse("inspection:ledger")).content.decode()
    assert "LED-CHANGED" in page


def test_a_bundle_is_what_was_asked_for(node: Agency) -> None:
    key, found = own(node), client(node, "owner")
    one = found.get(reverse("inspection:bundle", args=[key]) + "?number=1").json()
    assert set(one) == set(Bundle.__struct_fields__) - {"receipts"}
    assert len(one["items"]) == 1
    assert found.get(reverse("inspection:bundle", args=[key]) + "?number=7").status_code == 404
