"""Time stamps and evidence beside the signatures, from a stand-in authority that really answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ccvc.documents import actions, verifying
from ccvc.documents.models import State
from ccvc.evidence import storage
from ccvc.signing import store
from ccvc.simulation.services import Services, serving
from tests.documents import archival, office
from tests.people import Agency


@pytest.fixture
def authority(agency: Agency, tmp_path: Path, settings: Any) -> Iterator[Services]:
    with serving(tmp_path / "authority") as found:
        settings.CCVC_TIMESTAMP_URLS = [found.url("tsa")]
        store.save_trust(tmp_path, "authority", [found.authority.issuer.cert])
        store.save_crl(tmp_path, "authority", found.authority.crl())
        yield found


def test_signatures_carry_time_stamps_and_what_proves_their_certificates(
    agency: Agency, person: UUID, authority: Services, tmp_path: Path
) -> None:
    row = office.sealed(agency, office.issued(agency, person))
    assert row.level == "B-LT"
    content = storage.read(row.sha256)
    found = verifying.signatures(content)
    assert [(one.stamped, one.verdict.status) for one in found] == [(True, "valid"), (True, "valid")]
    assert authority.asked.count("tsa") == 4, "each once, and one by which the authority's chain is learnt"
    assert b"/DSS" in content
    assert b"/CRLs" in content
    assert archival.faults(content) == []
    told = office.run("pdfsig", "-nocert", office.file_of(row, tmp_path))
    assert told.count("Signature is Valid.") == 2


def test_while_no_stamp_can_be_had_nothing_is_signed_and_then_it_goes_on(
    agency: Agency, person: UUID, authority: Services
) -> None:
    row = office.issued(agency, person)
    authority.tell(tsa="down")
    signer = office.signer(agency, "approver")
    silent = actions.sign(agency.subject("approver"), [row.pk], signer)
    assert silent.refused[row.pk].code.startswith("SIG-")
    row.refresh_from_db()
    assert row.state == State.ISSUED
    authority.tell()
    assert actions.sign(agency.subject("approver"), [row.pk], signer).done[0].level == "B-LT"
