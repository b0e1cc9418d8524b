"""Changes taken many at once as their users meet them: batches, and signing what was shown."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ccvc.changes import actions
from ccvc.changes.domain import Proposal
from ccvc.changes.models import Batch, Change, Refusal, State
from ccvc.dossiers.domain import parse
from ccvc.dossiers.models import Version
from tests import people
from tests.people import OTHER_UNIT, PASSPHRASE, UNIT, Agency
from tests.web.visiting import inbox, signed_in, text

TODAY = timezone.localdate()


@pytest.fixture
def batch(agency: Agency) -> Batch:
    proposals = [Proposal(None, UNIT, people.dossier(n), TODAY, "Lập hồ sơ") for n in range(1, 24)]
    done = actions.propose_batch(
        agency.subject("officer"),
        title="Tệp tháng 11",
        origin="intake",
        source="t",
        unit_code=UNIT,
        proposals=proposals,
    )
    return done.batch


def test_a_batch_passes_as_one(agency: Agency, batch: Batch) -> None:
    address = reverse("changes:batch", args=[batch.pk])
    for name, step in (("checker", "check"), ("verifier", "verify")):
        client = signed_in(agency, name)
        assert "Tệp tháng 11" in inbox(client)
        assert f'action="{reverse("changes:act", args=[step])}"' in text(client.get(address))
        sent = client.post(reverse("changes:act", args=[step]), {"batch": str(batch.pk), "next": address})
        assert sent["Location"] == address
        assert "Đã xử lý 23 đề nghị" in text(client.get(address))
    approver = signed_in(agency, "approver")
    page = text(approver.get(reverse("changes:approve"), {"batch": str(batch.pk)}))
    assert "23 thay đổi dưới một chữ ký" in page
    assert "?batch=" in page
    assert page.count("Lập hồ sơ mới:") == 20
    assert (
        text(approver.get(reverse("changes:approve"), {"batch": str(batch.pk), "page": "2"})).count("mới:")
        == 3
    )


def test_a_batch_shows_what_is_within_reach_alone(agency: Agency, batch: Batch) -> None:
    elsewhere = people.dossier(60, full_name="Trần Thị Xa")
    elsewhere["employment"]["unit_code"] = OTHER_UNIT
    proposal = Proposal(None, OTHER_UNIT, elsewhere, TODAY, "Lập hồ sơ")
    actions.propose_batch(
        agency.subject("officer"), title="", origin="intake", source="t", unit_code=UNIT, proposals=[proposal]
    )
    page = text(signed_in(agency, "colleague").get(reverse("changes:batch", args=[batch.pk])))
    assert "Trần Thị Xa" in page
    assert "Nguyễn Văn An" not in page
    assert ">23<" not in page
    assert ">24<" in text(signed_in(agency, "checker").get(reverse("changes:batch", args=[batch.pk])))


def to_sign(agency: Agency, *numbers: int) -> list[UUID]:
    ids = [people.propose(agency, people.dossier(n)).pk for n in numbers]
    people.pass_steps(agency, ids)
    return ids


def signing(client: Client, **query: str) -> dict[str, str]:
    page = text(client.get(reverse("changes:approve"), query))
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("changes", "root")}
    return {name: match[1] for name, match in found.items() if match}


def test_signing_with_the_right_passphrase(agency: Agency) -> None:
    to_sign(agency, 1, 2)
    approver = signed_in(agency, "approver")
    form = signing(approver)
    answer = approver.post(reverse("changes:sign"), {**form, "passphrase": PASSPHRASE}, follow=True)
    page = text(answer)
    assert "Đã ký và ghi vào 2 hồ sơ" in page
    assert "Không có thay đổi nào chờ bạn ký" in page
    assert Version.objects.count() == 2


def test_signing_with_a_wrong_passphrase_shows_it_all_again(agency: Agency) -> None:
    to_sign(agency, 1)
    approver = signed_in(agency, "approver")
    form = signing(approver)
    page = text(approver.post(reverse("changes:sign"), {**form, "passphrase": "không phải"}), 422)
    assert "SIG-PASSPHRASE" in page
    assert form["root"] in page
    assert "không phải" not in page
    assert not Version.objects.exists()
    assert Change.objects.get().state == State.VERIFIED


def test_signing_what_has_changed_since_it_was_shown(agency: Agency) -> None:
    first = people.kept(agency, people.dossier())
    key, whole = first.dossier.key, parse(first.document)
    one = people.propose(agency, whole | {"identity": whole["identity"] | {"phone": "0903111222"}}, key=key)
    two = people.propose(agency, whole | {"identity": whole["identity"] | {"other_names": "Hai"}}, key=key)
    people.pass_steps(agency, [one.pk, two.pk])
    approver = signed_in(agency, "approver")
    form = signing(approver, change=str(one.pk))
    people.approve(agency, [two.pk])
    page = text(approver.post(reverse("changes:sign"), {**form, "passphrase": PASSPHRASE}), 422)
    assert "CHG-SEEN-CHANGED" in page
    assert form["root"] not in page
    assert Version.objects.count() == 2


def test_a_change_that_no_longer_fits_holds_back_no_other(agency: Agency) -> None:
    first = people.kept(agency, people.dossier(1, full_name="Trần Văn Cũ"))
    whole = parse(first.document)
    stale = people.propose(
        agency, whole | {"identity": whole["identity"] | {"phone": "0903111222"}}, key=first.dossier.key
    )
    people.pass_steps(agency, [stale.pk])
    moved = stale.differences.replace('"old":null', '"old":"0900000000"')
    Change.objects.filter(pk=stale.pk).update(differences=moved)
    (good,) = to_sign(agency, 2)
    approver = signed_in(agency, "approver")
    page = text(approver.get(reverse("changes:approve")))
    assert "Không ký được, cần trả lại" in page
    assert "1 thay đổi dưới một chữ ký" in page
    assert signing(approver)["changes"] == str(good)
    approver.post(reverse("changes:sign"), {**signing(approver), "passphrase": PASSPHRASE})
    assert Change.objects.get(pk=good).state == State.APPROVED


@pytest.mark.parametrize("given", ["", "x", "d65c026c-f53a-44ba-96e7-71fb7b1c6a39"])
def test_signing_nothing_known(agency: Agency, given: str) -> None:
    data = {"changes": given, "root": "", "passphrase": PASSPHRASE}
    answer = signed_in(agency, "approver").post(reverse("changes:sign"), data)
    assert (answer.status_code, "CHG-UNKNOWN" in answer.content.decode()) == (404, True)


def test_who_may_not_sign_is_told_so(agency: Agency) -> None:
    for name in ("officer", "verifier", "administrator"):
        client = signed_in(agency, name)
        assert "ACC-DENIED" in text(client.get(reverse("changes:approve")), 403)
        assert "ACC-DENIED" in text(client.post(reverse("changes:sign"), {"changes": str(uuid4())}), 403)


def test_the_passphrase_is_asked_of_nobody_who_remembers_it(agency: Agency) -> None:
    to_sign(agency, 1)
    page = text(signed_in(agency, "approver").get(reverse("changes:approve")))
    assert re.search(r'<input[^>]*type="password"[^>]*autocomplete="off"', page)


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


@pytest.mark.parametrize(
    ("name", "who", "most"), [("inbox", "checker", 21), ("mine", "officer", 13), ("approve", "approver", 29)]
)
def test_longer_lists_take_no_more_queries(agency: Agency, name: str, who: str, most: int) -> None:
    client, address = signed_in(agency, who), reverse(f"changes:{name}")
    make = (
        to_sign
        if name == "approve"
        else lambda a, *numbers: [people.propose(a, people.dossier(n)) for n in numbers]
    )
    make(agency, 1)
    few = queries(client, address)
    make(agency, *range(2, 9))
    assert queries(client, address) == few
    assert few <= most


def test_a_batch_page_takes_no_more_queries_with_more_people(agency: Agency, batch: Batch) -> None:
    client, address = signed_in(agency, "checker"), reverse("changes:batch", args=[batch.pk])
    many = queries(client, address)
    actions.withdraw(agency.subject("officer"), list(batch.changes.values_list("pk", flat=True)[:20]))
    assert queries(client, address) == many
    assert many <= 21


def test_signing_what_is_out_of_reach_reads_as_nothing_there_and_is_recorded(agency: Agency) -> None:
    change = Change.objects.get(pk=to_sign(agency, 1)[0])
    root = actions.prepare(agency.subject("approver"), [change.pk]).root
    people.give_key(agency, "foreign_approver")
    sent = {"changes": str(change.pk), "root": root, "passphrase": PASSPHRASE}
    assert signed_in(agency, "foreign_approver").post(reverse("changes:sign"), sent).status_code == 404
    recorded = Refusal.objects.filter(actor_account=agency.users["foreign_approver"].username, change=change)
    assert {row.code for row in recorded} == {"CHG-UNKNOWN"}
    assert "approve" in {row.act for row in recorded}
    change.refresh_from_db()
    assert change.state == State.VERIFIED
