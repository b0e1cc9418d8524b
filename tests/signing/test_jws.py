from __future__ import annotations

import base64
import copy
from datetime import timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccvc.signing import certificates, jws, keys
from ccvc.signing.verification import Verdict
from ccvc.standard.problems import Problem
from tests.signing.scheme import NOW, scheme

PAYLOAD = '{"việc":"phê duyệt"}'.encode()


def signed(**changed: Any) -> dict[str, Any]:
    cert = scheme().cert(**changed)
    return jws.sign(PAYLOAD, scheme().key, scheme().chain(cert), at=NOW)


def judge(made: dict[str, Any]) -> Verdict:
    return jws.verify(made, scheme().trust(), NOW, "approve")[0].verdict


def header_of(made: dict[str, Any]) -> dict[str, Any]:
    text = made["signatures"][0]["protected"]
    found = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    assert isinstance(found, dict)
    return found


def with_header(made: dict[str, Any], **changed: Any) -> dict[str, Any]:
    header = {k: v for k, v in {**header_of(made), **changed}.items() if v is not None}
    text = base64.urlsafe_b64encode(orjson.dumps(header)).rstrip(b"=").decode()
    return {**made, "signatures": [{**made["signatures"][0], "protected": text}]}


def test_a_signature_tells_what_who_and_when() -> None:
    found = jws.verify(signed(), scheme().trust(), NOW, "approve", "H41")[0]
    assert found.verdict.ok
    assert (found.payload, found.signed_at, found.use) == (PAYLOAD, NOW, "approve")
    assert set(header_of(signed())) == {"alg", "kid", "x5c", "iat"}


def test_the_chain_in_the_header_leads_to_the_anchor() -> None:
    found = jws.verify(signed(), scheme().trust(intermediates=()), NOW, "approve")[0]
    assert found.verdict.ok


SIGNED = signed()


def code_of(made: dict[str, Any]) -> str:
    try:
        return judge(made).code
    except Problem as problem:
        return problem.code


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_letter_changed_is_seen(data: st.DataObject) -> None:
    made = SIGNED
    part = data.draw(st.sampled_from(["payload", "protected", "signature"]))
    holder = made if part == "payload" else made["signatures"][0]
    text = holder[part]
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("ABCXYZabcxyz0189-_").filter(lambda c: c != text[place]))
    changed = copy.deepcopy(made)
    (changed if part == "payload" else changed["signatures"][0])[part] = (
        text[:place] + letter + text[place + 1 :]
    )
    assert code_of(changed) in {"SIG-FORM", "SIG-ALGORITHM", "SIG-MISMATCH"}


def test_a_signature_over_another_payload_does_not_fit() -> None:
    other = jws.sign(b"other", scheme().key, scheme().chain(scheme().cert()), at=NOW)
    moved = {**signed(), "signatures": other["signatures"]}
    found = judge(moved)
    assert (found.status, found.code) == ("invalid", "SIG-MISMATCH")
    assert "Nguyễn Văn An" in found.message


@pytest.mark.parametrize(
    "made",
    [
        {},
        {"payload": "eA"},
        {"payload": "eA", "signatures": []},
        {"payload": "eA", "signatures": {}},
        {"payload": "eA", "signatures": [{"protected": "e30"}]},
        {"payload": "eA", "signatures": ["x"]},
        {**SIGNED, "extra": 1},
        {**SIGNED, "payload": SIGNED["payload"] + "="},
        {**SIGNED, "payload": 5},
        {**SIGNED, "signatures": [{**SIGNED["signatures"][0], "header": {"alg": "none"}}]},
        {**SIGNED, "signatures": SIGNED["signatures"] * 9},
    ],
)
def test_a_message_of_the_wrong_form_is_refused_whole(made: dict[str, Any]) -> None:
    with pytest.raises(Problem) as raised:
        jws.verify(made, scheme().trust(), NOW, "approve")
    assert raised.value.code == "SIG-FORM"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"alg": "none"}, "SIG-ALGORITHM"),
        ({"alg": "HS256"}, "SIG-ALGORITHM"),
        ({"alg": "ES384"}, "SIG-ALGORITHM"),
        ({"alg": 256}, "SIG-FORM"),
        ({"alg": None}, "SIG-FORM"),
        ({"crit": ["b64"], "b64": False}, "SIG-FORM"),
        ({"jwk": {"kty": "EC"}}, "SIG-FORM"),
        ({"kid": "00"}, "SIG-FORM"),
        ({"iat": "now"}, "SIG-FORM"),
        ({"iat": True}, "SIG-FORM"),
        ({"iat": 10**14}, "SIG-FORM"),
        ({"iat": 253_402_300_799}, "SIG-FORM"),
        ({"x5c": []}, "SIG-FORM"),
        ({"x5c": ["AAAA"]}, "SIG-FORM"),
        ({"x5c": [5]}, "SIG-FORM"),
        ({"iat": int(NOW.timestamp()) - 1}, "SIG-MISMATCH"),
    ],
)
def test_a_header_not_agreed_is_refused(changed: dict[str, Any], code: str) -> None:
    found = judge(with_header(SIGNED, **changed))
    assert (found.status, found.code) == ("invalid", code)


def test_a_signature_from_the_future_is_refused_beyond_five_minutes() -> None:
    chain = scheme().chain(scheme().cert())
    early = jws.sign(PAYLOAD, scheme().key, chain, at=NOW + timedelta(minutes=5))
    late = jws.sign(PAYLOAD, scheme().key, chain, at=NOW + timedelta(minutes=6))
    assert [judge(early).code, judge(late).code] == ["SIG-VALID", "SIG-FUTURE"]


def test_two_signatures_are_judged_each_for_itself() -> None:
    node_key = keys.generate()
    node = certificates.issue(
        scheme().middle, node_key.public_key(), common_name="nút", agency_code="H41", use="sign",
        not_before=NOW - timedelta(days=1),
    )  # fmt: skip
    both = jws.add_signature(SIGNED, node_key, scheme().chain(node), at=NOW)
    found = jws.verify(both, scheme().trust(), NOW, ("sign", "approve"), "H41")
    assert [(v.verdict.code, v.use) for v in found] == [("SIG-VALID", "approve"), ("SIG-VALID", "sign")]
    only = jws.verify(both, scheme().trust(), NOW, "sign", "H41")
    assert [v.verdict.code for v in only] == ["SIG-USE", "SIG-VALID"]
    assert both["signatures"][0] == SIGNED["signatures"][0]


def test_a_key_signs_only_with_its_own_certificate() -> None:
    with pytest.raises(Problem) as raised:
        jws.sign(PAYLOAD, keys.generate(), scheme().chain(scheme().cert()))
    assert raised.value.code == "SIG-KEY-MISMATCH"


def test_a_long_payload_is_taken_up_to_the_limit() -> None:
    chain = scheme().chain(scheme().cert())
    long = jws.sign(b"x" * 2_000_000, scheme().key, chain, at=NOW)
    assert judge(long).ok
    too_long = {**long, "payload": "A" * (jws.MOST_PAYLOAD + 4)}
    with pytest.raises(Problem) as raised:
        judge(too_long)
    assert raised.value.code == "SIG-FORM"
