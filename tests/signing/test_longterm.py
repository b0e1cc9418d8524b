"""Evidence beside a signature: what it proves decades later, and what no longer counts without it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import orjson
import pytest
from cryptography import x509

from ccvc.signing import algorithms, answers, certificates, jws, keys, merkle, revocation, timestamps
from ccvc.signing.approvals import Approval, statement, verify_approval
from ccvc.signing.longterm import Evidence, Known
from ccvc.signing.trust import Trust
from ccvc.simulation.responding import Responder
from ccvc.simulation.stamping import Stamper
from ccvc.standard.problems import Problem

DAY = timedelta(days=1)
FOUNDED = datetime(2026, 1, 1, tzinfo=UTC)
SIGNED = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
STAMPED = SIGNED + timedelta(seconds=4)
LATER = datetime(2046, 11, 22, tzinfo=UTC)
LEAVES = [merkle.leaf_hash(b"one"), merkle.leaf_hash(b"two")]
JOINED = b"".join(LEAVES)


class World:
    """An authority of ten years, an approver of one, a time-stamping authority of five and one of its heirs."""

    def __init__(self) -> None:
        self.root = certificates.create_authority("CA gốc", not_before=FOUNDED)
        self.key = keys.generate()
        self.cert = self.issue(self.key, "approve", person="Nguyễn Văn An", days=365, agency_code="H41")
        self.tsa = self.stamper(FOUNDED, self.root)
        self.heir = certificates.create_authority("CA gốc 2030", not_before=FOUNDED + 1400 * DAY, days=9000)
        self.next_tsa = self.stamper(FOUNDED + 1500 * DAY, self.heir, days=7300)
        key = keys.generate()
        self.responder = Responder(key, self.issue(key, "ocsp", days=1825))
        payload = statement(
            LEAVES, agency="H41", purpose="approve", at=SIGNED, account="nvan", name="Nguyễn Văn An"
        )
        self.jws = jws.sign(payload, self.key, [self.cert], at=SIGNED)

    def issue(self, key: keys.PrivateKey, use: certificates.Use, **more: Any) -> x509.Certificate:
        given = {"common_name": "nvan", "agency_code": None, "not_before": FOUNDED, **more}
        return certificates.issue(more.pop("issuer", self.root), key.public_key(), use=use, **given)

    def stamper(self, since: datetime, issuer: certificates.Issuer, days: int = 1825) -> Stamper:
        key = keys.generate()
        cert = certificates.issue(
            issuer,
            key.public_key(),
            common_name="TSA",
            agency_code=None,
            use="timestamp",
            not_before=since,
            days=days,
        )
        return Stamper(key, (cert,))

    def token(self, data: bytes, at: datetime, stamper: Stamper | None = None) -> bytes:
        answer = (stamper or self.tsa).answer(timestamps.request(data, 1), at=at)
        return timestamps.token_of(answer, data, 1)

    def crl(
        self, at: datetime, *revoked: revocation.Revocation, issuer: certificates.Issuer | None = None
    ) -> x509.CertificateRevocationList:
        return revocation.read(
            revocation.crl(issuer or self.root, revoked, at=at, number=int(at.timestamp()))
        )

    def answer(self, cert: x509.Certificate, at: datetime) -> Any:
        asked = answers.request(cert, self.root.cert, b"0123456789abcdef")
        return answers.read(self.responder.answer(asked, self.crl(at), at=at))

    def evidence(self, values: Known | None = None, at: datetime = STAMPED) -> Evidence:
        member = self.jws["signatures"][0]
        found = Evidence()
        found = found.with_stamp(self.token(found.covered(member, self.jws["payload"], 0), at))
        told = (self.answer(self.cert, at), self.answer(self.tsa.chain[0], at))
        return found.with_values(Known(self.tsa.chain, (), told) if values is None else values)

    def archived(self, evidence: Evidence, at: datetime) -> Evidence:
        """Stamped again by the next authority, before the first one ends."""
        member, payload = self.jws["signatures"][0], self.jws["payload"]
        data = evidence.covered(member, payload, len(evidence.tokens()))
        again = evidence.with_stamp(self.token(data, at, self.next_tsa))
        crl = self.crl(at, issuer=self.heir)
        return again.with_values(Known(self.next_tsa.chain, (crl,)))

    def judge(self, evidence: Evidence | None, now: datetime, *revoked: Any, **trust: Any) -> Approval:
        lists = (self.crl(now, *revoked),) if revoked else ()
        held = Trust((self.root.cert, self.heir.cert), crls=lists, **trust)
        if evidence is not None:
            evidence = Evidence.read(evidence.written())
        return verify_approval(self.jws, JOINED, held, evidence=evidence, now=now)


@cache
def world() -> World:
    return World()


def gone(at: datetime, reason: x509.ReasonFlags | None = None) -> revocation.Revocation:
    return revocation.Revocation(world().cert.serial_number, at, reason)


def test_decades_later_the_evidence_alone_proves_it() -> None:
    """In 2046 the approver's certificate, the authority's and the time-stamping authority's have all ended."""
    found = world().judge(world().evidence(), LATER)
    assert found.verdict.ok, found.verdict.message
    assert found.moment == STAMPED
    lines = {one.kind: one for one in found.verdict.checks}
    assert set(lines) == {
        "signature", "path", "dates", "algorithm", "use", "agency", "revocation", "content", "time",
    }  # fmt: skip
    assert "OCSP" in lines["revocation"].message()
    assert "TSA" in lines["time"].message()
    assert world().judge(None, LATER).verdict.status == "unknown", (
        "without it nobody knows of revocations then"
    )


def test_lists_prove_it_as_answers_do() -> None:
    values = Known(world().tsa.chain, (world().crl(STAMPED + DAY),))
    assert world().judge(world().evidence(values), LATER).verdict.ok


def test_what_was_not_gathered_is_not_guessed() -> None:
    nothing = world().evidence(Known(world().tsa.chain))
    assert world().judge(nothing, LATER).verdict.status == "unknown"


def test_a_revocation_after_the_stamp_takes_nothing_from_it() -> None:
    stolen = gone(SIGNED + DAY, x509.ReasonFlags.key_compromise)
    assert world().judge(world().evidence(), SIGNED + 2 * DAY, stolen).verdict.ok
    stripped = world().judge(None, SIGNED + 2 * DAY, stolen).verdict
    assert (stripped.status, stripped.code) == ("invalid", "SIG-UNPROVED")


def test_where_approvals_are_stamped_any_revocation_since_counts_against_one_without() -> None:
    left, now = gone(SIGNED + DAY), SIGNED + 2 * DAY
    assert world().judge(None, now, left).verdict.ok, "where none are, the signer's word is taken"
    must = {"stamped_from": FOUNDED}
    assert world().judge(None, now, left, **must).verdict.code == "SIG-UNPROVED"
    assert world().judge(world().evidence(), now, left, **must).verdict.ok
    assert world().judge(None, now, left, stamped_from=now).verdict.ok, "made before stamps were asked for"


def test_revoked_before_the_stamp_is_not_saved_by_it() -> None:
    before = gone(SIGNED - DAY)
    assert world().judge(world().evidence(), SIGNED + DAY, before).verdict.code == "SIG-REVOKED"


def test_a_stamp_that_came_too_late_leaves_the_word_of_the_signer() -> None:
    """The certificate ended before it was stamped: the stamp proves nothing of use, and harms nothing."""
    values = Known(world().tsa.chain, (world().crl(SIGNED),))
    late = world().evidence(values, at=SIGNED + 300 * DAY)
    found = world().judge(late, SIGNED + 301 * DAY)
    assert (found.verdict.status, found.moment) == ("valid", SIGNED)
    assert "SIG-TIME-WORD" in {one.code for one in found.verdict.checks}


def test_another_signatures_evidence_proves_nothing() -> None:
    other = World()
    found = world().judge(other.evidence(), SIGNED + DAY)
    assert "SIG-STAMP-UNPROVED" in {one.code for one in found.verdict.checks}
    assert found.stamp is None


def test_stamped_again_it_outlives_a_taken_key_of_the_first_authority() -> None:
    taken = revocation.Revocation(
        world().tsa.chain[0].serial_number, FOUNDED + 1700 * DAY, x509.ReasonFlags.key_compromise
    )
    now = FOUNDED + 1750 * DAY
    once = world().evidence()
    assert world().judge(once, now, taken).stamp is None
    twice = world().archived(once, FOUNDED + 1600 * DAY)
    found = world().judge(twice, now, taken)
    assert (found.verdict.ok, found.moment) == (True, STAMPED)
    too_late = world().archived(once, FOUNDED + 1720 * DAY)
    assert world().judge(too_late, now, taken).stamp is None


def test_an_archive_stamp_covers_every_byte_before_it() -> None:
    twice = world().archived(world().evidence(), FOUNDED + 1600 * DAY)
    assert len([one for one in world().judge(twice, LATER).verdict.checks if one.kind == "time"]) == 2
    fewer = Evidence(tuple(item for item in twice.items if item.xVals is None))
    codes = [one.code for one in world().judge(fewer, LATER).verdict.checks if one.kind == "time"]
    assert codes == ["SIG-CHECKED-STAMP", "SIG-STAMP-UNPROVED"], "the first one stands by itself"


def test_a_stamp_by_an_algorithm_that_ended_is_in_doubt(tmp_path: Any) -> None:
    """SHA-256 ends in 2040: whoever can break it then could make a stamp of 2026."""
    rows = (algorithms._FILE).read_text(encoding="utf-8")
    ended = rows.replace(
        'name = "SHA-256"\nvalid_from', 'name = "SHA-256"\nvalid_to = 2040-01-01\nvalid_from'
    )
    (tmp_path / "ended.toml").write_text(ended, encoding="utf-8")
    with algorithms.using(algorithms.load(tmp_path / "ended.toml")):
        found = world().judge(world().evidence(), LATER)
        assert found.stamp is None
        assert world().judge(world().evidence(), datetime(2039, 1, 1, tzinfo=UTC)).verdict.ok


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"etsiU":[]}',
        '{"etsiU":[{}]}',
        '{"etsiU":[{"xVals":[]},{"sigTst":{"tstTokens":[{"val":"AA=="}]}}]}',
        '{"etsiU":[{"sigTst":{"tstTokens":[]}}]}',
        '{"etsiU":[{"other":1}]}',
        '{"etsiU":[{"sigTst":{"tstTokens":[{"val":"%"}]}}]}',
        '{"etsiU":[{"xVals":[],"rVals":{}}]}',
        '{"etsiU":[{"arcTst":{"tstTokens":[{"val":"AA=="}]}}]}',
        '{"etsiU":[' + ",".join(['{"xVals":[]}'] * 65) + "]}",
        "[" * 100_000,
        '{"etsiU":[{"xVals":[]}]}' + " " * 300_000,
    ],
)
def test_what_is_no_evidence_is_refused(text: str) -> None:
    with pytest.raises(Problem) as raised:
        Evidence.read(text)
    assert raised.value.code == "SIG-EVIDENCE"


@pytest.mark.parametrize("part", ["xVals", "crlVals", "ocspVals"])
def test_evidence_of_rubbish_makes_no_verdict_but_a_refusal(part: str) -> None:
    rubbish = {"val": "AAAA"}
    item = {"xVals": [{"x509Cert": rubbish}]} if part == "xVals" else {"rVals": {part: [rubbish]}}
    found = verify_approval(
        world().jws, JOINED, Trust((world().root.cert,)), evidence=Evidence.read({"etsiU": [item]}), now=LATER
    )
    assert found.verdict.code == "SIG-EVIDENCE"


def test_evidence_reads_back_byte_for_byte() -> None:
    text = world().archived(world().evidence(), FOUNDED + 1600 * DAY).written()
    assert Evidence.read(orjson.loads(text)).written() == text == Evidence.read(text).written()
