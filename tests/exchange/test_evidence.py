"""Evidence travels in the approval line, is judged where it arrives, and changes no byte of a line without any."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest

from ccvc.exchange.domain import open_approval, records
from ccvc.signing.trust import Trust
from ccvc.standard.problems import Problem
from tests.signing.test_longterm import JOINED, LATER, SIGNED, STAMPED, gone, world


def line(evidence: Any = None) -> records.ApprovalLine:
    raw = records.approval_line(0, world().jws, JOINED, evidence)
    found = records.decode_line(raw)
    assert isinstance(found, records.ApprovalLine)
    assert records.is_canonical(raw)
    return found


def opened(found: records.ApprovalLine, **trust: Any) -> records.Approval:
    held = Trust((world().root.cert,), **trust)
    return open_approval(found, trust=held, at=LATER, sender="H41")


def test_a_line_without_evidence_is_the_bytes_it_always_was() -> None:
    raw = records.approval_line(0, world().jws, JOINED)
    assert list(orjson.loads(raw)) == ["index", "jws", "leaves", "type"]
    assert records.approval_line(0, world().jws, JOINED, None) == raw


def test_a_line_with_evidence_is_believed_by_it_alone() -> None:
    """The receiver holds the anchor and nothing else, decades later."""
    evidence = orjson.loads(world().evidence().written())
    assert opened(line(evidence)).at == SIGNED
    with pytest.raises(Problem) as raised:
        opened(line())
    assert raised.value.code == "EXC-APPROVAL-SIGNATURE"


def test_a_receiver_that_asks_for_stamps_refuses_a_revoked_approver_without_one() -> None:
    crls = (world().crl(LATER, gone(SIGNED + timedelta(days=1))),)
    evidence = orjson.loads(world().evidence().written())
    assert opened(line(evidence), crls=crls, stamped_from=SIGNED).at == SIGNED
    with pytest.raises(Problem) as raised:
        opened(line(), crls=crls, stamped_from=SIGNED)
    assert raised.value.code == "EXC-APPROVAL-SIGNATURE"
    assert STAMPED > SIGNED


@pytest.mark.parametrize(
    "evidence", [{"etsiU": []}, {"x": 1}, {"etsiU": [{"xVals": [{"x509Cert": {"val": "AA=="}}]}]}]
)
def test_evidence_that_is_none_is_said_to_be_malformed(evidence: Any) -> None:
    with pytest.raises(Problem) as raised:
        opened(line(evidence))
    assert (raised.value.code, raised.value.where) == ("EXC-APPROVAL-FORMAT", "evidence")
