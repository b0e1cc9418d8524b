"""Time stamps: asked for over HTTP from a stand-in that answers rightly, wrongly, slowly or not; and judged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from ccvc.signing import certificates, fetching, keys, revocation, timestamps
from ccvc.signing.trust import Trust
from ccvc.simulation.services import Services, serving
from ccvc.simulation.stamping import Stamper
from tests.problems import code_of

DATA = b"a signature"
NONCE = 12345678901234567890
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with serving(tmp_path_factory.mktemp("authority")) as found:
        yield found


@pytest.fixture(autouse=True)
def well(services: Services) -> None:
    services.tell()


def trust(services: Services) -> Trust:
    authority = services.authority
    return Trust((authority.issuer.cert,), crls=(revocation.read(authority.recent_crl()),))


def stamped(services: Services, data: bytes = DATA, **bounds: float) -> bytes:
    url = services.url("tsa")
    body = timestamps.request(data, NONCE)
    question = fetching.Question(url, timestamps.MOST_TOKEN, body, "application/timestamp-query", **bounds)
    return timestamps.token_of(fetching.ask(question, {url}), data, NONCE)


def now() -> datetime:
    return datetime.now(UTC)


def test_a_token_proves_that_its_data_was_there_at_its_time(services: Services) -> None:
    found, stamp = timestamps.judge(stamped(services), DATA, trust(services), now())
    assert found.ok, found.message
    assert abs(stamp.at - now()) < timedelta(minutes=1)
    assert "time stamps" in stamp.authority
    assert {"path", "dates", "algorithm", "use", "revocation"} <= {one.kind for one in found.checks}


def test_a_token_over_other_data_proves_nothing(services: Services) -> None:
    assert timestamps.judge(stamped(services), b"other", trust(services), now())[0].code == "SIG-STAMP-OTHER"


@pytest.mark.parametrize(
    ("mood", "code"),
    [
        ("wrong_imprint", "SIG-STAMP-OTHER"),
        ("other_nonce", "SIG-STAMP-OTHER"),
        ("unsigned", "SIG-STAMP-SIGNATURE"),
        ("refused", "SIG-STAMP-REFUSED"),
        ("garbage", "SIG-STAMP-FORM"),
        ("huge", "SIG-UNREACHABLE"),
        ("down", "SIG-UNREACHABLE"),
    ],
)
def test_a_wrong_answer_is_refused(services: Services, mood: str, code: str) -> None:
    services.tell(tsa=mood)
    assert code_of(lambda: stamped(services)) == code


def test_a_slow_answer_is_given_up_in_time(services: Services) -> None:
    services.tell(tsa="slow")
    begun = now()
    assert code_of(lambda: stamped(services, seconds=0.3)) == "SIG-UNREACHABLE"
    assert now() - begun < timedelta(seconds=3)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/tsa", "file:///etc/passwd", "http://169.254.169.254/"])
def test_only_services_named_beforehand_are_asked(services: Services, url: str) -> None:
    question = fetching.Question(url, 1000)
    assert code_of(lambda: fetching.ask(question, {services.url("tsa")})) == "SIG-ADDRESS"


def test_every_spoilt_byte_of_a_token_is_noticed_or_says_the_same(services: Services) -> None:
    """What the signature does not cover is how the token is put together; of that nothing is believed."""
    token, held = stamped(services), trust(services)
    whole = timestamps.read(token)
    for place in range(0, len(token), 7):
        spoilt = token[:place] + bytes([token[place] ^ 1]) + token[place + 1 :]
        found, stamp = timestamps.judge(spoilt, DATA, held, now())
        assert not found.ok or (stamp.at, stamp.imprint, stamp.certificate) == (
            whole.at,
            whole.imprint,
            whole.certificate,
        )


@pytest.mark.parametrize("token", [b"", b"\x30\x00", b"0" * 100_000, b"\x30\x80" * 3000])
def test_what_is_no_token_gets_a_verdict(services: Services, token: bytes) -> None:
    assert timestamps.judge(token, DATA, trust(services), now())[0].code == "SIG-STAMP-FORM"


def made(use: certificates.Use = "timestamp", **issued: Any) -> tuple[bytes, certificates.Issuer]:
    """A token of an authority of its own, with a certificate as asked."""
    issuer, key = (
        certificates.create_authority("Another authority", not_before=now() - 30 * DAY),
        keys.generate(),
    )
    given: dict[str, Any] = {"days": 60, "not_before": now() - 20 * DAY, **issued}
    cert = certificates.issue(issuer, key.public_key(), common_name="TSA", agency_code=None, use=use, **given)
    answer = Stamper(key, (cert,)).answer(timestamps.request(DATA, NONCE), at=now() - DAY)
    return timestamps.token_of(answer, DATA, NONCE), issuer


def judged(token: bytes, issuer: certificates.Issuer, *revoked: revocation.Revocation) -> str:
    held = Trust((issuer.cert,), crls=(revocation.read(revocation.crl(issuer, revoked)),))
    return timestamps.judge(token, DATA, held, now())[0].code


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, "SIG-VALID"),
        ({"use": "sign"}, "SIG-USE"),
        ({"use": "tls"}, "SIG-USE"),
        ({"days": 10}, "SIG-EXPIRED"),
        ({"not_before": now() - timedelta(hours=3)}, "SIG-NOT-YET"),
    ],
)
def test_an_authority_must_be_one_for_time_stamps(more: dict[str, Any], code: str) -> None:
    assert judged(*made(**more)) == code


def test_an_authority_that_is_not_trusted_proves_nothing(services: Services) -> None:
    token, _ = made()
    assert timestamps.judge(token, DATA, trust(services), now())[0].code == "SIG-ISSUER"


def test_without_a_list_of_its_authority_we_cannot_tell() -> None:
    token, issuer = made()
    found = timestamps.judge(token, DATA, Trust((issuer.cert,)), now())[0]
    assert (found.status, found.code) == ("unknown", "SIG-CRL-MISSING")


def test_revoked_from_a_date_tokens_before_it_stay_good() -> None:
    token, issuer = made()
    serial = timestamps.read(token).certificate.serial_number
    closed = x509.ReasonFlags.cessation_of_operation
    assert (
        judged(token, issuer, revocation.Revocation(serial, now() - timedelta(hours=2), closed))
        == "SIG-VALID"
    )
    assert judged(token, issuer, revocation.Revocation(serial, now() - 2 * DAY, closed)) == "SIG-REVOKED"


def test_a_key_that_was_taken_writes_any_date() -> None:
    token, issuer = made()
    serial = timestamps.read(token).certificate.serial_number
    taken = x509.ReasonFlags.key_compromise
    gone = revocation.Revocation(serial, now() - timedelta(hours=2), taken)
    assert judged(token, issuer, gone) == "SIG-STAMP-TAKEN"
    held = Trust((issuer.cert,), crls=(revocation.read(revocation.crl(issuer, [gone])),))
    before = timestamps.judge(token, DATA, held, now() - timedelta(hours=3))[0]
    assert before.ok, "an archive stamp of before shows that it was made before"


def test_a_token_of_tomorrow_is_not_believed(services: Services) -> None:
    found = timestamps.judge(stamped(services), DATA, trust(services), now() - DAY)[0]
    assert found.code == "SIG-STAMP-OTHER"


def test_a_folder_of_the_demonstration_keeps_its_services(tmp_path: Path) -> None:
    with serving(tmp_path) as first:
        port, tsa = first.server_port, first.authority.stamping[1]
    with serving(tmp_path, port) as second:
        assert (second.authority.port, second.authority.stamping[1]) == (port, tsa)
        names = second.authority.services
        assert names.ocsp == (second.url("ocsp"),)
