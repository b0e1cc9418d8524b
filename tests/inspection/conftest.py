from __future__ import annotations

from pathlib import Path

import pytest

from ccvc.signing import certificates, keys, store
from tests.people import AGENCY, Agency


def give_node_keys(agency: Agency, home: Path) -> None:
    """Keys of the node itself, by the authority that issued its people's."""
    assert agency.issuer is not None
    for use in ("sign", "encrypt"):
        key = keys.generate()
        cert = certificates.issue(
            agency.issuer, key.public_key(), common_name="Nút H41", agency_code=AGENCY, use=use
        )
        store.save_node_key(home, use, key, agency.issuer.chain_of(cert))


@pytest.fixture
def node(agency: Agency, tmp_path: Path) -> Agency:
    """The small agency, its node enrolled."""
    give_node_keys(agency, tmp_path)
    return agency
