from __future__ import annotations

import pytest

from ccvc.signing import certificates, jwe, keys
from ccvc.standard.problems import Problem
from tests.signing.scheme import START, scheme

CONTENT_KEY = bytes(range(32))


def receiver() -> tuple[keys.PrivateKey, str]:
    key = keys.generate()
    cert = certificates.issue(
        scheme().middle,
        key.public_key(),
        common_name="nút",
        agency_code="G09",
        use="encrypt",
        not_before=START,
    )
    return key, jwe.wrap(CONTENT_KEY, cert)


def test_only_the_receiver_opens_the_key() -> None:
    key, token = receiver()
    assert jwe.unwrap(token, key) == CONTENT_KEY
    assert token.count(".") == 4
    with pytest.raises(Problem) as raised:
        jwe.unwrap(token, keys.generate())
    assert raised.value.code == "SIG-UNWRAP"


def test_two_wraps_of_one_key_share_nothing() -> None:
    key, first = receiver()
    cert = certificates.issue(
        scheme().middle,
        key.public_key(),
        common_name="nút",
        agency_code="G09",
        use="encrypt",
        not_before=START,
    )
    second = jwe.wrap(CONTENT_KEY, cert)
    assert not set(first.split(".")) & set(second.split("."))


@pytest.mark.parametrize("part", range(5))
def test_a_changed_part_does_not_open(part: int) -> None:
    key, token = receiver()
    parts = token.split(".")
    parts[part] = ("B" if parts[part][0] == "A" else "A") + parts[part][1:]
    with pytest.raises(Problem) as raised:
        jwe.unwrap(".".join(parts), key)
    assert raised.value.code == "SIG-UNWRAP"


@pytest.mark.parametrize("token", ["", "a.b.c.d.e", "không phải JWE", "." * 4, "A" * 5000])
def test_what_is_no_token_does_not_open(token: str) -> None:
    with pytest.raises(Problem) as raised:
        jwe.unwrap(token, scheme().key)
    assert raised.value.code == "SIG-UNWRAP"


def test_a_certificate_for_another_use_receives_no_key() -> None:
    with pytest.raises(Problem) as raised:
        jwe.wrap(CONTENT_KEY, scheme().cert("sign"))
    assert raised.value.code == "SIG-USE"
    with pytest.raises(ValueError, match="32 bytes"):
        jwe.wrap(b"short", scheme().cert("encrypt"))
