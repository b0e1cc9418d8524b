from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from ccvc.accounts.models import User
from ccvc.signing import actions, certificates, domain, merkle, revocation, selectors, store
from ccvc.signing.certificates import Issuer
from ccvc.signing.models import Signature, SigningMeans
from ccvc.standard.problems import Problem
from tests.owner import behind_the_back, tamper

pytestmark = pytest.mark.django_db

PASSPHRASE = "mùa thu Hà Nội cốm xanh"
LEAVES = [merkle.leaf_hash(str(n).encode()) for n in range(5)]
Issue = Callable[[str], str]


class Recorder:
    """Stands where the ledger's append is handed in."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[str, Any]]] = []

    def __call__(self, kind: str, subject: str, payload: dict[str, Any]) -> None:
        self.seen.append((kind, subject, payload))

    @property
    def acts(self) -> list[str]:
        return [payload["act"] for _, _, payload in self.seen]


@pytest.fixture
def authority(tmp_path: Path, settings: Any) -> Issuer:
    """An authority the node under test trusts, with a current revocation list."""
    settings.CCVC_HOME = tmp_path
    issuer = certificates.create_authority("CA thử nghiệm")
    store.save_trust(tmp_path, "anchors", [issuer.cert])
    store.save_crl(tmp_path, "anchors", revocation.crl(issuer))
    return issuer


@pytest.fixture
def issue(authority: Issuer) -> Issue:
    def issue_to(request: str, **changed: Any) -> str:
        asked = certificates.read_request(request)
        given = {
            "common_name": asked.account,
            "person": asked.common_name,
            "agency_code": "H41",
            "use": "approve",
        }
        return certificates.to_pem([certificates.issue(authority, asked.public_key, **{**given, **changed})])

    return issue_to


@pytest.fixture
def user() -> User:
    return User.objects.create(username="nvan", full_name="Nguyễn Văn An")


@pytest.fixture
def key(user: User, issue: Issue) -> SigningMeans:
    return actions.create_software_key(user, PASSPHRASE, issue)


def refused(call: Callable[[], object]) -> Problem:
    with pytest.raises(Problem) as raised:
        call()
    return raised.value


def test_a_key_is_made_reported_and_kept_encrypted(user: User, issue: Issue) -> None:
    audit = Recorder()
    row = actions.create_software_key(user, PASSPHRASE, issue, audit=audit)
    assert audit.seen[0][:2] == ("administrative", "nvan")
    assert audit.seen[0][2]["serial"] == row.serial
    assert "ENCRYPTED PRIVATE KEY" in row.encrypted_pem
    assert selectors.get_key(user) == row
    assert certificates.name_of(certificates.from_pem(row.certificate_pem)[0]) == "Nguyễn Văn An"


def test_if_the_report_cannot_be_written_there_is_no_key(user: User, issue: Issue) -> None:
    def failing(kind: str, subject: str, payload: dict[str, Any]) -> None:
        raise OSError("the ledger cannot be written")

    with pytest.raises(OSError, match="ledger"):
        actions.create_software_key(user, PASSPHRASE, issue, audit=failing)
    assert selectors.find_key(user) is None


def test_one_key_at_a_time(user: User, key: SigningMeans, issue: Issue) -> None:
    assert refused(lambda: actions.create_software_key(user, PASSPHRASE, issue)).code == "SIG-KEY-EXISTS"
    audit = Recorder()
    actions.revoke_software_key(user, "mất máy", audit=audit)
    assert audit.seen[0][2]["reason"] == "mất máy"
    assert refused(lambda: actions.unlock(user, PASSPHRASE)).code == "SIG-NO-KEY"
    actions.create_software_key(user, PASSPHRASE, issue)
    assert SigningMeans.objects.filter(user=user).count() == 2


def test_a_weak_passphrase_makes_no_key(user: User, issue: Issue) -> None:
    problem = refused(lambda: actions.create_software_key(user, "123456789012", issue))
    assert problem.code == "SIG-PASSPHRASE-WEAK"
    assert not SigningMeans.objects.exists()


def test_a_certificate_must_be_of_this_key_and_for_approving(
    user: User, issue: Any, key: SigningMeans
) -> None:
    other = User.objects.create(username="ttbinh", full_name="Trần Thị Bình")
    foreign = refused(lambda: actions.create_software_key(other, PASSPHRASE, lambda _: key.certificate_pem))
    wrong = refused(lambda: actions.create_software_key(other, PASSPHRASE, lambda r: issue(r, use="sign")))
    assert [foreign.code, wrong.code] == ["SIG-KEY-MISMATCH", "SIG-USE"]


def test_a_batch_is_signed_and_verifies(user: User, key: SigningMeans) -> None:
    made = actions.sign_batch(user, PASSPHRASE, LEAVES, agency="H41", purpose="approve-changes")
    kept = Signature.objects.get(pk=made.pk)
    assert actions.verify_batch(kept).ok
    assert (kept.signer_name, kept.serial, bytes(kept.leaves)) == (
        "Nguyễn Văn An",
        key.serial,
        b"".join(LEAVES),
    )


def test_inside_a_transaction_an_open_key_signs(user: User, key: SigningMeans) -> None:
    opened = actions.unlock(user, PASSPHRASE)
    with transaction.atomic():
        made = actions.sign_batch(user, opened, LEAVES, agency="H41", purpose="p")
        with pytest.raises(RuntimeError, match="durable"):
            actions.sign_batch(user, PASSPHRASE, LEAVES, agency="H41", purpose="p")
    assert actions.verify_batch(made).ok
    assert "PrivateKey" not in repr(opened)


def test_an_open_key_serves_its_owner_alone(user: User, key: SigningMeans) -> None:
    other = User.objects.create(username="ttbinh", full_name="Trần Thị Bình")
    opened = actions.unlock(user, PASSPHRASE)
    with pytest.raises(ValueError, match="another account"):
        actions.sign_batch(other, opened, LEAVES, agency="H41", purpose="p")


@pytest.mark.parametrize(
    ("leaves", "agency", "code"), [([], "H41", "SIG-BATCH-EMPTY"), (LEAVES, "H42", "SIG-AGENCY")]
)
def test_what_cannot_be_signed(
    user: User, key: SigningMeans, leaves: list[bytes], agency: str, code: str
) -> None:
    problem = refused(lambda: actions.sign_batch(user, PASSPHRASE, leaves, agency=agency, purpose="p"))
    assert problem.code == code
    assert not Signature.objects.exists()


def test_a_revoked_or_expired_certificate_signs_nothing(
    user: User, key: SigningMeans, authority: Issuer, issue: Any, tmp_path: Path
) -> None:
    store.save_crl(tmp_path, "anchors", revocation.crl(authority, [int(key.serial, 16)], number=2))
    revoked = refused(lambda: actions.sign_batch(user, PASSPHRASE, LEAVES, agency="H41", purpose="p"))
    other = User.objects.create(username="ttbinh", full_name="Trần Thị Bình")
    old = {"not_before": timezone.now() - timedelta(days=10), "days": 5}
    actions.create_software_key(other, PASSPHRASE, lambda request: issue(request, **old))
    expired = refused(lambda: actions.sign_batch(other, PASSPHRASE, LEAVES, agency="H41", purpose="p"))
    assert [revoked.code, expired.code] == ["SIG-REVOKED", "SIG-EXPIRED"]


def test_wrong_passphrases_are_counted_reported_and_end_in_a_block(user: User, key: SigningMeans) -> None:
    audit = Recorder()
    said = {
        refused(lambda: actions.unlock(user, "sai mật khẩu rồi", audit=audit)).message() for _ in range(5)
    }
    key.refresh_from_db()
    assert said == {"Mật khẩu khoá ký không đúng."}
    assert (key.failed_attempts, audit.acts) == (5, ["signing_passphrase_wrong"] * 5)
    assert [payload["blocked"] for _, _, payload in audit.seen] == [False] * 4 + [True]
    blocked = refused(lambda: actions.unlock(user, PASSPHRASE))
    assert blocked.code == "SIG-LOCKED"
    key.refresh_from_db()
    assert key.failed_attempts == 5


def test_after_the_block_the_right_passphrase_opens_and_clears(user: User, key: SigningMeans) -> None:
    SigningMeans.objects.update(failed_attempts=5, locked_until=timezone.now() - timedelta(seconds=1))
    actions.unlock(user, PASSPHRASE)
    key.refresh_from_db()
    assert (key.failed_attempts, key.locked_until) == (0, None)


def test_blocks_grow_to_a_day() -> None:
    waits = [domain.blocked_for(n) for n in (1, 4, 5, 6, 10, 15, 500)]
    minutes = [None if wait is None else wait.total_seconds() / 60 for wait in waits]
    assert minutes == [None, None, 15, None, 30, 60, 24 * 60]


def test_a_new_passphrase_replaces_the_old(user: User, key: SigningMeans) -> None:
    audit, new = Recorder(), "đồng lúa chín vàng ươm"
    actions.change_passphrase(user, PASSPHRASE, new, audit=audit)
    assert audit.acts == ["signing_passphrase_changed"]
    assert actions.unlock(user, new).cert == certificates.from_pem(key.certificate_pem)[0]
    assert refused(lambda: actions.unlock(user, PASSPHRASE)).code == "SIG-PASSPHRASE"
    assert refused(lambda: actions.change_passphrase(user, new, "ngắn")).code == "SIG-PASSPHRASE-SHORT"


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("payload", "SIG-BATCH-PAYLOAD"),
        ("leaves", "SIG-BATCH-LEAVES"),
        ("signer_name", "SIG-BATCH-PAYLOAD"),
        ("serial", "SIG-BATCH-PAYLOAD"),
        ("at", "SIG-BATCH-PAYLOAD"),
        ("digest", "SIG-BATCH-PAYLOAD"),
        ("jws", "SIG-MISMATCH"),
    ],
)
def test_any_changed_column_of_a_kept_signature_is_found(
    user: User, key: SigningMeans, column: str, code: str
) -> None:
    made = actions.sign_batch(user, PASSPHRASE, LEAVES, agency="H41", purpose="p")
    row = Signature.objects.get(pk=made.pk)
    changed: Any = getattr(row, column)
    if column in {"payload", "leaves"}:
        changed = bytes([bytes(changed)[0] ^ 1]) + bytes(changed)[1:]
    elif column == "at":
        changed += timedelta(microseconds=1)
    elif column == "jws":
        changed = copy.deepcopy(changed)
        text = changed["signatures"][0]["signature"]
        changed["signatures"][0]["signature"] = ("B" if text[0] == "A" else "A") + text[1:]
    else:
        changed = "x" + changed[1:]
    with behind_the_back():
        Signature.objects.filter(pk=made.pk).update(**{column: changed})
    found = actions.verify_batch(Signature.objects.get(pk=made.pk))
    assert (found.status, found.code) == ("invalid", code)


def test_an_approval_received_is_kept_once(user: User, key: SigningMeans) -> None:
    made = actions.sign_batch(user, PASSPHRASE, LEAVES, agency="H41", purpose="p")
    jws, leaves = made.jws, bytes(made.leaves)
    tamper("UPDATE signing_signature SET digest = ''")  # as if this node had never had it
    first = actions.keep_approval(jws, leaves)
    assert actions.keep_approval(jws, leaves).pk == first.pk
    assert (first.signer_name, first.serial) == ("Nguyễn Văn An", key.serial)
    assert actions.verify_batch(Signature.objects.get(pk=first.pk)).ok
    assert refused(lambda: actions.keep_approval(jws, leaves[32:])).code == "SIG-BATCH-LEAVES"


def test_statements_of_signing_do_not_grow_with_the_batch(
    user: User, key: SigningMeans, django_assert_max_num_queries: Any
) -> None:
    opened = actions.unlock(user, PASSPHRASE)
    with django_assert_max_num_queries(5):
        signature = actions.sign_batch(user, opened, LEAVES * 1000, agency="H41", purpose="p")
    assert bytes(signature.leaves) == b"".join(LEAVES * 1000)
