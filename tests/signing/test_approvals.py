from __future__ import annotations

from typing import Any

import orjson
import pytest

from ccvc.signing import jws, merkle
from ccvc.signing.approvals import Approval, statement, verify_approval
from ccvc.standard.problems import Problem
from tests.signing.scheme import DAY, NOW, scheme

LEAVES = [merkle.leaf_hash(str(n).encode()) for n in range(7)]
JOINED = b"".join(LEAVES)


def approval(**changed: Any) -> dict[str, Any]:
    stated = orjson.loads(
        statement(
            LEAVES, agency="H41", purpose="approve-changes", at=NOW, account="nvan", name="Nguyễn Văn An"
        )
    )
    payload = orjson.dumps({**stated, **changed}, option=orjson.OPT_SORT_KEYS)
    return jws.sign(payload, scheme().key, scheme().chain(scheme().cert()), at=NOW)


def judge(made: dict[str, Any], leaves: bytes = JOINED, **trust: Any) -> Approval:
    return verify_approval(made, leaves, scheme().trust(**trust))


def test_an_approval_says_what_was_approved_by_whom() -> None:
    found = judge(approval())
    assert found.verdict.ok
    assert found.statement is not None
    assert (found.statement.agency, found.statement.count, found.statement.at) == ("H41", 7, NOW)
    assert (found.statement.approver.account, found.statement.approver.name) == ("nvan", "Nguyễn Văn An")
    assert found.statement.merkle_root == merkle.root(LEAVES).hex()


def test_the_statement_is_canonical() -> None:
    text = statement(LEAVES, agency="H41", purpose="p", at=NOW, account="nvan", name="Nguyễn Văn An").decode()
    root = merkle.root(LEAVES).hex()
    assert text == (
        '{"agency":"H41","approver":{"account":"nvan","name":"Nguyễn Văn An"},"at":"2026-11-21T09:00:00Z",'
        f'"count":7,"format":"ccvc-approval/1","merkle_root":"{root}","purpose":"p"}}'
    )


@pytest.mark.parametrize(
    "leaves",
    [
        b"",
        JOINED[:-1],
        JOINED[:-32],
        JOINED + LEAVES[0],
        JOINED[32:] + LEAVES[0],
        bytes([JOINED[0] ^ 1]) + JOINED[1:],
    ],
)
def test_leaves_must_be_those_signed(leaves: bytes) -> None:
    found = judge(approval(), leaves)
    assert (found.verdict.status, found.verdict.code) == ("invalid", "SIG-BATCH-LEAVES")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"agency": "H42"}, "SIG-AGENCY"),
        ({"count": 6}, "SIG-BATCH-LEAVES"),
        ({"count": -1}, "SIG-BATCH-LEAVES"),
        ({"format": "ccvc-approval/2"}, "SIG-BATCH-PAYLOAD"),
        ({"extra": 1}, "SIG-BATCH-PAYLOAD"),
        ({"at": "2026-11-21T09:00:00"}, "SIG-BATCH-PAYLOAD"),
        ({"at": "9999-12-31T23:59:59Z"}, "SIG-BATCH-PAYLOAD"),
        ({"at": "0001-01-01T00:00:00+07:00"}, "SIG-BATCH-PAYLOAD"),
        ({"approver": {"account": "ttbinh", "name": "Nguyễn Văn An"}}, "SIG-BATCH-SIGNER"),
    ],
)
def test_what_is_stated_must_fit(changed: dict[str, Any], code: str) -> None:
    assert judge(approval(**changed)).verdict.code == code


@pytest.mark.parametrize("payload", [b"", b"\xff", b'{"\xff":1}', b'{"agency":"\xff"}', b"[" * 50_000])
def test_a_payload_that_cannot_be_read_gets_a_verdict(payload: bytes) -> None:
    made = jws.sign(payload, scheme().key, scheme().chain(scheme().cert()), at=NOW)
    assert judge(made).verdict.code == "SIG-BATCH-PAYLOAD"


def test_a_node_cannot_approve() -> None:
    payload = statement(LEAVES, agency="H41", purpose="p", at=NOW, account="nvan", name="Nguyễn Văn An")
    made = jws.sign(payload, scheme().key, scheme().chain(scheme().cert("sign")), at=NOW)
    assert judge(made).verdict.code == "SIG-USE"


def test_what_does_not_fit_is_certain_even_where_revocation_is_not() -> None:
    assert judge(approval(), crls=()).verdict.code == "SIG-CRL-MISSING"
    assert judge(approval(), JOINED[32:], crls=()).verdict.code == "SIG-BATCH-LEAVES"


def test_an_approval_made_before_the_certificate_ended_stays_valid() -> None:
    cert = scheme().cert(days=100)  # until 10 December 2026
    payload = statement(LEAVES, agency="H41", purpose="p", at=NOW, account="nvan", name="Nguyễn Văn An")
    made = jws.sign(payload, scheme().key, scheme().chain(cert), at=NOW)
    trust = scheme().trust(made=NOW + 60 * DAY)
    assert verify_approval(made, JOINED, trust).verdict.ok
    assert verify_approval(made, JOINED, trust, NOW + 60 * DAY).verdict.code == "SIG-EXPIRED"


def test_nothing_cannot_be_approved() -> None:
    with pytest.raises(Problem) as raised:
        statement([], agency="H41", purpose="p", at=NOW, account="nvan", name="Nguyễn Văn An")
    assert raised.value.code == "SIG-BATCH-EMPTY"


def test_what_is_no_signature_gets_a_verdict() -> None:
    assert judge({"payload": "x"}).verdict.code == "SIG-FORM"
