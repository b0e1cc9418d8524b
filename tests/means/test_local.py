"""Signing in the officer's own machine, in two steps: what the node gives out, takes back and refuses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ccvc.changes import actions as changes
from ccvc.changes.models import Change
from ccvc.dossiers.models import Version
from ccvc.means.models import PendingSignature
from ccvc.signing import actions
from ccvc.signing.helper.desk import Desk
from ccvc.signing.helper.serving import serving
from ccvc.signing.models import Signature, SigningMeans
from tests import people
from tests.people import AGENCY, Agency, found_agency
from tests.problems import refused
from tests.signing.officers import ORIGIN, PIN, Officer, desk_of

pytestmark = pytest.mark.django_db


class Reader(Officer):
    """The officer with the node's page open too."""

    def __init__(self, agency: Agency, desk: Desk, address: str) -> None:
        super().__init__(desk, address)
        self.node = Client(headers={"accept": "application/json"})
        self.node.force_login(agency.users["approver"])


@pytest.fixture
def agency(tmp_path: Path, settings: Any) -> Agency:
    settings.CCVC_HOME, settings.CCVC_AGENCY, settings.CCVC_KIND = tmp_path, AGENCY, "component"
    return found_agency(tmp_path)


@pytest.fixture
def officer(agency: Agency) -> Iterator[Reader]:
    desk = desk_of(agency.issuer)
    with serving(desk, [ORIGIN]) as address:
        made = Reader(agency, desk, address)
        made.pair()
        yield made


@pytest.fixture
def enrolled(agency: Agency, officer: Reader) -> SigningMeans:
    found = officer.program("/v1/certificates").json()
    given = officer.node.post("/signing/mine/local/begin/", {**found, "label": "USB"}).json()
    done = {"id": given["id"], "signature": officer.signed(given)}
    assert officer.node.post("/signing/mine/local/complete/", done).json()["next"] == "/signing/mine/"
    return SigningMeans.objects.get(kind="local")


def waiting(agency: Agency) -> dict[str, str]:
    """A change ready to be approved, as its page would send it."""
    change = people.propose(agency, people.dossier())
    people.pass_steps(agency, [change.pk])

    root = changes.prepare(agency.subject("approver"), [change.pk]).root
    return {"changes": str(change.pk), "root": root}


@pytest.fixture
def given(agency: Agency, officer: Reader, enrolled: SigningMeans) -> dict[str, Any]:
    sent = {**waiting(agency), "means": str(enrolled.pk)}
    found: dict[str, Any] = officer.node.post("/changes/sign/begin/", sent).json()
    return found


def complete(officer: Reader, given: dict[str, Any], signature: str) -> Any:
    return officer.node.post("/changes/sign/complete/", {"id": given["id"], "signature": signature})


def test_what_is_signed_there_is_committed_here(officer: Reader, given: dict[str, Any]) -> None:
    assert complete(officer, given, officer.signed(given)).json() == {"next": "/changes/approve/"}
    assert Version.objects.count() == 1
    assert actions.verify_batch(Signature.objects.get()).ok


def test_a_completed_signing_cannot_be_played_again(officer: Reader, given: dict[str, Any]) -> None:
    signature = officer.signed(given)
    complete(officer, given, signature)
    assert complete(officer, given, signature).json()["code"] == "SIG-PENDING"
    again = officer.program("/v1/requests", {"prepared": given["prepared"], "changes": given["changes"]})
    assert again.json()["problem"]["code"] == "SIG-HELPER-AGAIN"
    assert Version.objects.count() == 1


def test_another_sign_in_and_another_account_cannot_complete_it(
    agency: Agency, officer: Reader, given: dict[str, Any]
) -> None:
    signature = officer.signed(given)
    mine, officer.node = officer.node, Client(headers={"accept": "application/json"})
    officer.node.force_login(agency.users["approver"])
    assert complete(officer, given, signature).json()["code"] == "SIG-PENDING"
    officer.node = mine
    assert complete(officer, given, signature).status_code == 200


def test_a_signature_over_other_bytes_commits_nothing(officer: Reader, given: dict[str, Any]) -> None:
    signature = bytes.fromhex(officer.signed(given))
    spoilt = signature[:-1] + bytes([signature[-1] ^ 1])
    assert complete(officer, given, spoilt.hex()).json()["code"] == "SIG-KEY-MISMATCH"
    assert complete(officer, given, signature.hex()).json()["code"] == "SIG-PENDING"
    assert not Version.objects.exists()


def test_out_of_time_is_too_late(officer: Reader, given: dict[str, Any]) -> None:
    signature = officer.signed(given)
    PendingSignature.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert complete(officer, given, signature).json()["code"] == "SIG-PENDING"


def test_what_changed_meanwhile_is_not_approved(
    agency: Agency, officer: Reader, given: dict[str, Any]
) -> None:
    signature = officer.signed(given)

    changes.send_back(agency.subject("approver"), [Change.objects.get().pk], "xem lại")
    assert complete(officer, given, signature).status_code >= 400
    assert not Version.objects.exists()


def test_a_means_ended_meanwhile_approves_nothing(
    agency: Agency, officer: Reader, given: dict[str, Any], enrolled: SigningMeans
) -> None:
    signature = officer.signed(given)
    actions.revoke_means(agency.users["approver"], enrolled.pk, "mất thiết bị")
    assert complete(officer, given, signature).json()["code"] == "SIG-NO-KEY"
    assert not Version.objects.exists()


def test_another_accounts_token_is_not_taken(agency: Agency) -> None:
    desk = desk_of(agency.issuer, common_name="officer")
    with serving(desk, [ORIGIN]) as address:
        made = Reader(agency, desk, address)
        made.pair()
        found = made.program("/v1/certificates").json()
        answer = made.node.post("/signing/mine/local/begin/", {**found, "label": "USB"})
    assert answer.json()["code"] == "SIG-MEANS-OWNER"
    assert not PendingSignature.objects.exists()


def test_a_weak_pin_is_not_taken_when_a_token_is_added(agency: Agency, officer: Reader) -> None:
    found = officer.program("/v1/certificates").json()
    given = officer.node.post("/signing/mine/local/begin/", {**found, "label": "USB"}).json()
    asked = officer.program("/v1/requests", {"prepared": given["prepared"], "changes": []}).json()
    assert "quá dễ đoán" in officer.confirm(asked["confirm"], pin="123456").text


def test_it_cannot_be_opened_at_the_node(agency: Agency, enrolled: SigningMeans) -> None:
    user = agency.users["approver"]
    assert refused(lambda: actions.open_means(user, PIN, means_id=enrolled.pk)).code == "SIG-MEANS-LOCAL"
    assert (enrolled.encrypted_pem, PIN in str(enrolled.place)) == ("", False)
