"""Keys of the node change, are lost, are revoked from a day: the log goes on, what was signed before still counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from ccvc.ledger import actions
from ccvc.ledger.models import SignedHead
from ccvc.ledger.verification import verify
from ccvc.signing import certificates, keys, revocation, store
from ccvc.signing.certificates import Issuer
from tests.ledger.test_append import fill

pytestmark = pytest.mark.django_db
AGO = timedelta(minutes=4)


def renew(authority: Issuer, home: Path) -> Any:
    """A new signing key of the node, as enrolling again gives one; its certificate."""
    key = keys.generate()
    cert = certificates.issue(authority, key.public_key(), common_name="nút", agency_code="H41", use="sign")
    store.save_node_key(home, "sign", key, [cert])
    return cert


def signed_at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("ccvc.ledger.actions.timezone.now", lambda: moment)
        actions.sign_head(anew=True)


def revoke(authority: Issuer, home: Path, cert: Any, since: datetime) -> None:
    taken = revocation.Revocation(cert.serial_number, since)
    store.save_crl(home, "anchors", revocation.crl(authority, [taken], number=2))


def test_a_new_key_continues_the_same_log(authority: Issuer, tmp_path: Path) -> None:
    fill(3)
    actions.sign_head()
    renew(authority, tmp_path)
    fill(3)
    actions.sign_head()
    report = verify()
    assert (report.ok, report.signed_heads) == (True, 2)
    signers = {row.jws["signatures"][0]["protected"] for row in SignedHead.objects.all()}
    assert len(signers) == 2


def test_a_lost_key_takes_nothing_with_it(authority: Issuer, tmp_path: Path) -> None:
    fill(3)
    actions.sign_head()
    (tmp_path / "keys" / "sign.key.pem").unlink()
    assert verify().ok, "what was signed is verified without the key"
    renew(authority, tmp_path)
    fill(1)
    actions.sign_head()
    assert verify().signed_heads == 2


def test_heads_of_before_a_revocation_stand_and_those_of_after_are_refused_and_named(
    authority: Issuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, now = store.node_keys().sign.cert, timezone.now()
    fill(3)
    signed_at(monkeypatch, now - AGO)
    fill(2)
    signed_at(monkeypatch, now)
    revoke(authority, tmp_path, old, now - AGO / 2)
    renew(authority, tmp_path)
    fill(2)
    signed_at(monkeypatch, now + timedelta(seconds=1))
    report = verify(all_faults=True)
    assert report.signed_heads == 2
    (fault,) = report.faults
    assert (fault.code, fault.subject) == ("LED-SIGNATURE", "5")
    assert "thu hồi" in fault.message
