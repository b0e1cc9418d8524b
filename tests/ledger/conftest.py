from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ccvc.ledger import domain
from ccvc.signing import certificates, keys, revocation, store
from ccvc.signing.certificates import Issuer


@pytest.fixture
def authority(tmp_path: Path, settings: Any) -> Issuer:
    """Make the node under test agency H41, with a signing key from an authority it trusts."""
    settings.CCVC_HOME, settings.CCVC_AGENCY = tmp_path, "H41"
    issuer = certificates.create_authority("CA thử nghiệm")
    store.save_trust(tmp_path, "anchors", [issuer.cert])
    store.save_crl(tmp_path, "anchors", revocation.crl(issuer))
    for use in ("sign", "encrypt"):
        key = keys.generate()
        cert = certificates.issue(issuer, key.public_key(), common_name="nút", agency_code="H41", use=use)
        store.save_node_key(tmp_path, use, key, [cert])
    return issuer


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> dict[str, domain.Reader]:
    """The registry of readers, empty, and put back afterwards."""
    own: dict[str, domain.Reader] = {}
    monkeypatch.setattr(domain, "_readers", own)
    return own
