"""Approvals are stamped after they are committed; while services are silent, approving goes on a while, then stops."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography import x509
from django.utils import timezone

from ccvc.access.actions import grant_role
from ccvc.accounts.models import User
from ccvc.ledger.models import Entry
from ccvc.signing import actions, certificates, merkle, services, store
from ccvc.signing.actions import asking, stamping
from ccvc.signing.longterm import Evidence
from ccvc.signing.models import ServiceState, Signature, StatusAnswer
from ccvc.signing.selectors import get_key
from ccvc.simulation.services import Services, serving
from ccvc.standard.problems import Problem
from tests.owner import behind_the_back, tamper

PASSPHRASE = "cây cầu bắc qua sông Lam"
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with serving(tmp_path_factory.mktemp("authority")) as found:
        yield found


@pytest.fixture
def node(authority: Services, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """A node that trusts the stand-in authority and has its time-stamping service configured."""
    authority.tell()
    authority.asked.clear()
    settings.CCVC_HOME = tmp_path
    settings.CCVC_TIMESTAMP_URLS = [authority.url("tsa")]
    store.save_trust(tmp_path, "authority", [authority.authority.issuer.cert])
    monkeypatch.setattr(stamping, "PROBE_FAILING", timedelta())
    monkeypatch.setattr(asking, "AGAIN", timedelta())
    return authority


@pytest.fixture
def user(node: Services, db: None) -> User:
    found = User.objects.create(username="nvan", full_name="Nguyễn Văn An")

    def issue(csr: str) -> str:
        return node.authority.issue_approver(csr, person=found.full_name, account="nvan", agency_code="H41")

    actions.create_software_key(found, PASSPHRASE, issue)
    actions.freshen_means()
    actions.stamp_due()
    return found


def sign(user: User, text: str = "one") -> Signature:
    leaves = [merkle.leaf_hash(text.encode())]
    return actions.sign_batch(user, PASSPHRASE, leaves, agency="H41", purpose="approve")


def refused(act: Any) -> str:
    with pytest.raises(Problem) as raised:
        act()
    return raised.value.code


def audit(kind: str, subject: str, payload: dict[str, Any]) -> None:
    from ccvc.ledger.actions import append  # noqa: PLC0415 - the room above hands it in

    append(kind, subject, payload)


def acts() -> list[str]:
    entries = Entry.objects.filter(subject="timestamps").order_by("index")
    return [orjson.loads(entry.payload)["act"] for entry in entries]


def codes(row: Signature) -> set[str]:
    return {one.code for one in actions.verify_batch(row).checks}


def back(row: Signature, by: timedelta) -> None:
    """As if it had been made so long ago."""
    with behind_the_back():
        Signature.objects.filter(pk=row.pk).update(at=row.at - by)
    ServiceState.objects.filter(pk="timestamp").update(began_at=timezone.now() - by - HOUR)


def test_an_approval_waits_for_no_service_and_is_stamped_by_the_next_round(
    node: Services, user: User
) -> None:
    node.asked.clear()
    made = sign(user)
    assert node.asked == [], "its state is known, and stamping is the worker's"
    assert made.stamped_at is None
    assert "SIG-TIME-WORD" in codes(made)
    done = actions.stamp_due()
    assert (done.stamped, done.gathered, done.waiting, done.trouble) == (1, 1, 0, None)
    made.refresh_from_db()
    found = actions.verify_batch(made)
    assert found.ok
    assert {"SIG-CHECKED-STAMP", "SIG-CHECKED-OCSP"} <= codes(made)
    assert made.gather_after is None
    assert made.renew_by > timezone.now() + 365 * timedelta(days=1)
    assert actions.stamp_due().stamped == 0


def test_its_evidence_alone_stands_when_the_authority_and_its_services_are_gone(
    node: Services, user: User, tmp_path: Path
) -> None:
    made = sign(user)
    actions.stamp_due()
    made.refresh_from_db()
    StatusAnswer.objects.all().delete()
    cert = certificates.from_pem(get_key(user).certificate_pem)[0]
    far = cert.not_valid_after_utc + timedelta(days=365 * 20)
    assert actions.verify_batch(made, now=far).ok
    made.evidence = ""
    assert actions.verify_batch(made, now=far).status == "unknown"


def test_a_service_that_is_down_is_noticed_and_recovery_too_with_nothing_waiting(
    node: Services, user: User
) -> None:
    """The warning of others: a gate that only a new approval could open, and no approval was let through it."""
    node.tell(tsa="down")
    first = sign(user)
    done = actions.stamp_due(audit)
    assert (done.stamped, done.trouble.code) == (0, "SIG-UNREACHABLE")
    assert sign(user, "two").pk, "the tolerance is not over"
    back(first, 5 * HOUR)
    assert refused(lambda: sign(user, "three")) == "SIG-TIMESTAMP-DOWN"
    tamper("DELETE FROM signing_signature")
    ServiceState.objects.filter(pk="timestamp").update(failing_since=timezone.now() - 5 * HOUR)
    assert refused(lambda: sign(user, "three")) == "SIG-TIMESTAMP-DOWN", "nothing waits, and still it is down"
    node.tell()
    assert actions.stamp_due(audit).trouble is None
    assert sign(user, "three").pk
    assert acts() == ["timestamp_failing", "timestamp_back"]


def test_a_worker_that_does_not_run_stops_approving_too(node: Services, user: User) -> None:
    made = sign(user)
    back(made, 5 * HOUR)
    assert refused(lambda: sign(user, "two")) == "SIG-TIMESTAMP-DOWN"
    actions.stamp_due()
    assert sign(user, "two").pk


@pytest.mark.parametrize("mood", ["wrong_imprint", "other_nonce", "unsigned", "garbage", "huge", "refused"])
def test_a_wrong_stamp_is_never_kept(node: Services, user: User, mood: str) -> None:
    made = sign(user)
    node.tell(tsa=mood)
    assert actions.stamp_due().trouble is not None
    made.refresh_from_db()
    assert (made.evidence, made.stamped_at) == ("", None)


def test_a_second_service_answers_where_the_first_is_silent(
    node: Services, user: User, settings: Any
) -> None:
    settings.CCVC_TIMESTAMP_URLS = [node.url("nothing"), node.url("tsa")]
    sign(user)
    assert actions.stamp_due().stamped == 1


def test_many_waiting_are_said_aloud_then_stop_approving(node: Services, user: User, settings: Any) -> None:
    settings.CCVC_TIMESTAMP_BACKLOG = 10
    node.tell(tsa="down")
    for number in range(6):
        sign(user, str(number))
    actions.stamp_due(audit)
    assert acts() == ["timestamp_failing"]
    sign(user, "seventh")
    actions.stamp_due(audit)
    assert acts() == ["timestamp_failing", "timestamp_backlog_high"]
    for number in range(7, 10):
        sign(user, str(number))
    assert refused(lambda: sign(user, "eleventh")) == "SIG-TIMESTAMP-BACKLOG"
    node.tell()
    assert actions.stamp_due(audit).stamped == 10
    assert services.stamping().waiting == 0
    assert sign(user, "eleventh").pk


def test_while_revocation_is_unknown_signing_goes_on_for_a_while(
    node: Services, user: User, settings: Any
) -> None:
    node.tell(ocsp="down", crl="down")
    assert sign(user).pk, "the last good answer is minutes old"
    settings.CCVC_OCSP_TOLERANCE = -1  # as if that answer were an hour old
    assert refused(lambda: sign(user, "two")) == "SIG-REVOCATION-DOWN"
    settings.CCVC_OCSP_TOLERANCE = 3600
    StatusAnswer.objects.update(answer=b"")
    assert refused(lambda: sign(user, "two")) == "SIG-REVOCATION-DOWN"
    assert ServiceState.objects.get(pk="revocation").trouble["code"] == "SIG-UNREACHABLE"
    node.tell()
    assert sign(user, "two").pk, "asked again when the key is opened, without the worker"
    assert ServiceState.objects.get(pk="revocation").failing_since is None


def test_a_list_tells_where_the_responder_is_silent(node: Services, user: User) -> None:
    StatusAnswer.objects.update(answer=b"")
    node.tell(ocsp="down")
    made = sign(user)
    assert "crl" in node.asked
    assert "SIG-CHECKED-CRL" in codes(made)


@pytest.mark.parametrize("mood", ["old", "other", "garbage", "huge", "unknown"])
def test_a_wrong_answer_is_no_answer(node: Services, user: User, mood: str) -> None:
    StatusAnswer.objects.update(answer=b"")
    node.tell(ocsp=mood, crl="down")
    assert refused(lambda: sign(user)) == "SIG-REVOCATION-DOWN"


def test_whose_certificate_was_revoked_signs_no_more_and_keeps_what_was_stamped_before(
    node: Services, user: User
) -> None:
    made, waiting = sign(user), None
    actions.stamp_due()
    node.tell(tsa="down")
    waiting = sign(user, "two")
    cert = certificates.from_pem(get_key(user).certificate_pem)[0]
    node.authority.revoke(cert, at=timezone.now() + timedelta(seconds=1), reason=x509.ReasonFlags.superseded)
    StatusAnswer.objects.update(answer=b"")
    later = timezone.now() + timedelta(seconds=2)
    actions.freshen_means()
    made.refresh_from_db()
    assert actions.verify_batch(made, now=later).ok
    assert actions.verify_batch(waiting, now=later).code == "SIG-UNPROVED"


def test_stamped_again_in_time(node: Services, user: User) -> None:
    made = sign(user)
    actions.stamp_due()
    assert actions.restamp_due().renewed == 0
    Signature.objects.update(renew_by=timezone.now() + timedelta(days=30))
    done = actions.restamp_due(audit=audit)
    assert (done.renewed, done.gathered) == (1, 1)
    made.refresh_from_db()
    assert len(Evidence.read(made.evidence).tokens()) == 2
    assert made.renew_by > timezone.now() + timedelta(days=365)
    assert actions.verify_batch(made).ok
    assert acts() == ["signatures_restamped"]
    assert list(orjson.loads(made.evidence)["etsiU"][-1]) == ["tstVD"]


def test_where_no_service_is_configured_nothing_is_asked_and_it_is_said(
    node: Services, user: User, settings: Any
) -> None:
    settings.CCVC_TIMESTAMP_URLS = []
    made = sign(user)
    node.asked.clear()
    assert actions.stamp_due() == stamping.Round()
    assert node.asked == []
    assert "SIG-TIME-WORD" in codes(made)


def test_spoilt_evidence_is_a_verdict_and_no_crash(node: Services, user: User) -> None:
    made = sign(user)
    actions.stamp_due()
    made.refresh_from_db()
    for text in ("{", made.evidence[:-20], made.evidence.replace('"val":"MII', '"val":"MIJ', 1)):
        made.evidence = text
        assert actions.verify_batch(made).status in {"invalid", "valid"}
    assert "SIG-STAMP-UNPROVED" in codes(made)


def test_the_page_of_an_administrator_and_the_entry_page_say_how_services_stand(
    node: Services, user: User, client: Any
) -> None:
    from tests.people import SYSTEM, found_catalogue  # noqa: PLC0415 - needs the database of this test

    found_catalogue()
    admin = User.objects.create(username="quantri", full_name="Quản trị")
    grant_role(
        SYSTEM, user=admin, role="administrator", unit_code="H41", valid_from=date(2025, 7, 1), basis="QĐ"
    )
    client.force_login(admin)
    assert "Trả lời tốt" in client.get("/signing/services/").content.decode()
    assert "Chưa lấy được dấu thời gian" not in client.get("/").content.decode()
    node.tell(tsa="down")
    sign(user)
    actions.stamp_due()
    assert "HTTP 503" in client.get("/signing/services/").content.decode()
    assert "Chưa lấy được dấu thời gian" in client.get("/").content.decode()
    client.force_login(user)
    assert client.get("/signing/services/").status_code == 403


def test_who_receives_an_approval_keeps_its_evidence_or_has_it_stamped(
    node: Services, user: User, tmp_path: Path
) -> None:
    store.save_crl(tmp_path, "authority", node.authority.recent_crl())
    made = sign(user)
    bare = actions.keep_approval(made.jws, bytes(made.leaves))
    assert (bare.pk, bare.stamped_at) == (made.pk, None)
    actions.stamp_due()
    made.refresh_from_db()
    leaves, evidence = bytes(made.leaves), orjson.loads(made.evidence)
    tamper("DELETE FROM signing_signature")  # as if this node had never had it
    kept = actions.keep_approval(made.jws, leaves, evidence=evidence)
    assert (kept.evidence, kept.stamped_at, kept.gather_after) == (made.evidence, made.stamped_at, None)
    assert actions.stamp_due().stamped == 0
    tamper("DELETE FROM signing_signature")
    actions.keep_approval(made.jws, leaves)
    assert actions.stamp_due().stamped == 0, "for an hour it is its sender's to have"
    Signature.objects.update(gather_after=timezone.now())
    assert actions.stamp_due().stamped == 1
