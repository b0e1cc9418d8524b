"""A package is taken whole or refused whole, and every refusal says which of its parts is wrong."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
import zstandard

from ccvc.exchange.domain import container, content
from ccvc.exchange.domain.manifest import decode_envelope, decode_manifest, encode_manifest
from ccvc.exchange.domain.opening import Opened, open_package
from ccvc.exchange.domain.sealing import manifest_payload, read_manifest, sign_again, signer_id
from ccvc.signing import certificates, jwe, jws, revocation
from ccvc.signing.verification import Trust
from ccvc.standard.problems import Problem
from tests.exchange import scheme
from tests.exchange.scheme import (
    COMPONENT,
    NATIONAL,
    NOW,
    OTHER,
    Holder,
    authority,
    holder,
    node,
    package,
    trust,
)


def take(data: bytes, **changed: Any) -> Opened:
    given = {"decrypt_key": node(NATIONAL, "encrypt").key, "trust": trust(), "receiver": NATIONAL, "at": NOW}
    return open_package(data, **{**given, **changed})


def refusal(data: bytes, **changed: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        take(data, **changed)
    assert caught.value.message("vi") != caught.value.message("en")
    assert caught.value.where
    return caught.value


def code_of(data: bytes, **changed: Any) -> str:
    return refusal(data, **changed).code


def rebuilt(
    data: bytes,
    *,
    by: Holder | None = None,
    blob: bytes | None = None,
    key: str | None = None,
    **manifest: Any,
) -> bytes:
    """The package with another blob, key or manifest values, properly signed again."""
    by = by or node(COMPONENT, "sign")
    parts = container.split(data)
    envelope = orjson.loads(parts.envelope)
    if manifest:
        payload = orjson.dumps(orjson.loads(manifest_payload(data)) | manifest, option=orjson.OPT_SORT_KEYS)
        envelope["manifest"] = jws.sign(payload, by.key, by.chain, at=NOW)
    envelope["key"] = key or envelope["key"]
    return container.join(orjson.dumps(envelope), parts.blob if blob is None else blob)


def with_blob(data: bytes, blob: bytes) -> bytes:
    """The package with another blob that its manifest names properly."""
    return rebuilt(data, blob=blob, blob_sha256=hashlib.sha256(blob).hexdigest(), blob_size=len(blob))


def with_content(packed: bytes, **manifest: Any) -> bytes:
    """A package whose compressed content is these bytes."""
    made = package()
    key = content.new_key()
    blob = content.encrypt(packed, key, made.manifest.id)
    wrapped = jwe.wrap(key, node(NATIONAL, "encrypt").cert)
    named: dict[str, Any] = {"blob_sha256": hashlib.sha256(blob).hexdigest(), "blob_size": len(blob)}
    return rebuilt(made.data, blob=blob, key=wrapped, **named, **manifest)


def test_what_was_sealed_is_what_is_opened():
    lines = scheme.change_lines(range(40))
    made = package(7, "ab" * 32, lines=lines)
    opened = take(made.data)
    assert opened.lines == lines
    assert opened.manifest == made.manifest
    assert opened.manifest.sequence == 7
    assert opened.manifest.records == 41
    assert (
        opened.manifest_sha256
        == made.manifest_sha256
        == hashlib.sha256(encode_manifest(made.manifest)).hexdigest()
    )
    assert certificates.agency_of(opened.signer) == COMPONENT


def test_a_package_of_no_records_has_the_root_of_the_empty_tree():
    opened = take(package(lines=[]).data)
    assert opened.lines == []
    assert opened.manifest.merkle_root == hashlib.sha256(b"").hexdigest()


def test_nothing_readable_in_a_package_speaks_of_a_person():
    made = package(lines=scheme.change_lines(range(3)))
    for secret in ("Nguyễn", "040085000001", str(scheme.person(1)), "full_name", "approver"):
        assert secret.encode() not in made.data
        assert base64.b64encode(secret.encode()).rstrip(b"=")[:-1] not in made.data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "EXC-EMPTY"),
        (b"CCV", "EXC-TRUNCATED"),
        (b"CCVC1\n\x00\x00", "EXC-TRUNCATED"),
        (b"CCVC1\n\x00\x00\x10\x00{}", "EXC-TRUNCATED"),
        (b"CCVC2\n\x00\x00\x00\x02{}", "EXC-VERSION"),
        (b"PK\x03\x04 a spreadsheet", "EXC-MAGIC"),
        (b"CCVC1\r\n\x00\x00\x00\x02{}", "EXC-MAGIC"),
        (b"CCVC1\n\xff\xff\xff\xff{}", "EXC-ENVELOPE-SIZE"),
        (b"CCVC1\n\x00\x00\x00\x02{]", "EXC-ENVELOPE"),
        (b"CCVC1\n\x00\x00\x00\x02\xff\xfe", "EXC-ENVELOPE"),
        (b'CCVC1\n\x00\x00\x00\x0b{"key":"x"}', "EXC-ENVELOPE"),
    ],
)
def test_bytes_that_are_no_package_are_named(data: bytes, code: str):
    assert code_of(data) == code


def test_a_package_larger_than_allowed_is_not_even_looked_at(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(container, "MAX_PACKAGE", 100)
    problem = refusal(b"x" * 101)
    assert (problem.code, problem.params["got"], problem.params["limit"]) == ("EXC-SIZE", 101, 100)


def test_an_envelope_with_a_member_of_its_own_is_refused():
    data = package().data
    parts = container.split(data)
    envelope = orjson.loads(parts.envelope) | {"note": "xin chào"}
    assert code_of(container.join(orjson.dumps(envelope), parts.blob)) == "EXC-ENVELOPE"


def test_a_cut_package_says_how_many_bytes_are_missing():
    data = package().data
    problem = refusal(data[:-10])
    assert problem.code == "EXC-TRUNCATED"
    assert (problem.params["expected"], problem.params["got"]) == (len(data), len(data) - 10)


def test_bytes_after_the_blob_are_refused():
    assert code_of(package().data + b"\n") == "EXC-TRAILING"


def test_a_changed_blob_is_seen_before_it_is_decrypted():
    data = bytearray(package().data)
    data[-20] ^= 1
    assert code_of(bytes(data)) == "EXC-BLOB-DIGEST"


def test_a_signature_over_another_manifest_does_not_count():
    first, second = package(1).data, package(2).data
    parts, other = container.split(first), orjson.loads(container.split(second).envelope)
    envelope = orjson.loads(parts.envelope)
    envelope["manifest"]["payload"] = other["manifest"]["payload"]
    assert code_of(container.join(orjson.dumps(envelope), parts.blob)) == "EXC-SIGNATURE"


def test_a_package_without_signature_is_refused():
    parts = container.split(package().data)
    envelope = orjson.loads(parts.envelope)
    envelope["manifest"]["signatures"] = []
    assert code_of(container.join(orjson.dumps(envelope), parts.blob)) == "EXC-ENVELOPE"


def test_an_algorithm_that_is_not_listed_is_refused():
    parts = container.split(package().data)
    envelope = orjson.loads(parts.envelope)
    member = envelope["manifest"]["signatures"][0]
    header = orjson.loads(base64.urlsafe_b64decode(member["protected"] + "==")) | {"alg": "none"}
    member["protected"] = base64.urlsafe_b64encode(orjson.dumps(header)).rstrip(b"=").decode()
    assert code_of(container.join(orjson.dumps(envelope), parts.blob)) in {"EXC-ALGORITHM", "EXC-SIGNATURE"}


def test_an_expired_certificate_is_refused():
    old = holder(COMPONENT, "sign", days=10, start=timedelta(days=-20))
    assert code_of(package(by=old, created_at=NOW - timedelta(days=15)).data) == "EXC-CERT-EXPIRED"


def test_a_certificate_not_valid_yet_is_refused():
    early = holder(COMPONENT, "sign", start=timedelta(days=2))
    assert code_of(package(by=early).data) == "EXC-CERT-NOT-YET"


def test_a_revoked_certificate_is_refused():
    bad = holder(COMPONENT, "sign")
    crl = revocation.crl(authority(), [bad.cert.serial_number], number=2, at=NOW - timedelta(hours=1))
    revoked = Trust((authority().cert,), (), (revocation.read(crl),))
    assert code_of(package(by=bad).data, trust=revoked) == "EXC-CERT-REVOKED"


def test_a_certificate_of_another_authority_is_refused():
    foreign = holder(COMPONENT, "sign", issuer=authority("Nơi khác"))
    assert code_of(package(by=foreign).data) == "EXC-CERT-UNKNOWN"


def test_without_a_fresh_revocation_list_nothing_is_taken():
    assert code_of(package().data, trust=Trust((authority().cert,))) == "EXC-CERT-STATUS"
    assert code_of(package().data, at=NOW + timedelta(days=40)) == "EXC-CERT-STATUS"


def test_a_certificate_for_another_use_is_refused():
    assert code_of(package(by=holder(COMPONENT, "encrypt")).data) == "EXC-CERT-USE"
    assert code_of(package(by=holder(COMPONENT, "approve")).data) == "EXC-CERT-USE"


def test_a_node_cannot_speak_for_another_agency():
    problem = refusal(package(by=node(OTHER, "sign")).data)
    assert problem.code == "EXC-SENDER"
    assert (problem.params["got"], problem.params["expected"]) == (COMPONENT, OTHER)


def test_a_package_for_another_node_is_refused():
    assert code_of(package(receiver=OTHER, to=node(NATIONAL, "encrypt")).data) == "EXC-RECEIVER"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"format": "ccvc-package/2"}, "EXC-VERSION"),
        ({"sequence": 0}, "EXC-MANIFEST"),
        ({"sequence": "1"}, "EXC-MANIFEST"),
        ({"kind": "gossip"}, "EXC-MANIFEST"),
        ({"previous": "AB" * 32}, "EXC-MANIFEST"),
        ({"previous": "ab" * 32 + "\n"}, "EXC-MANIFEST"),
        ({"sender": "../../etc"}, "EXC-MANIFEST"),
        ({"records": -1}, "EXC-MANIFEST"),
        ({"blob_size": 10**12}, "EXC-MANIFEST"),
        ({"extra": 1}, "EXC-MANIFEST"),
        ({"created_at": "2026-11-21T07:00:00+07:00"}, "EXC-MANIFEST-CANONICAL"),
        ({"created_at": "2026-11-21T07:00:00"}, "EXC-MANIFEST-CANONICAL"),
        ({"created_at": "0001-01-01T00:00:00+07:00"}, "EXC-MANIFEST"),
        ({"created_at": "9999-12-31T23:59:59Z"}, "EXC-MANIFEST"),
    ],
)
def test_a_manifest_of_another_shape_is_refused(changed: dict[str, Any], code: str):
    assert code_of(rebuilt(package().data, **changed)) == code


def test_a_manifest_that_is_not_canonical_is_answered_with_the_right_form():
    made = package()
    payload = manifest_payload(made.data)
    spaced = payload.replace(b'":', b'": ')
    doubled = payload.replace(b'"records":4', b'"records":9,"records":4')
    for other in (spaced, doubled):
        with pytest.raises(Problem) as caught:
            decode_manifest(other)
        assert caught.value.code == "EXC-MANIFEST-CANONICAL"
        assert caught.value.params["expected"] == payload.decode()


@pytest.mark.parametrize("payload", [b"", b"\xff", b'{"\xff":1}', b"[" * 50_000 + b"]" * 50_000])
def test_a_manifest_that_cannot_be_read_is_refused(payload: bytes):
    with pytest.raises(Problem) as caught:
        decode_manifest(payload)
    assert caught.value.code == "EXC-MANIFEST"


def test_a_key_wrapped_for_someone_else_does_not_open():
    assert code_of(package(to=node(OTHER, "encrypt")).data) == "EXC-KEY"
    assert code_of(rebuilt(package().data, key="a.b.c.d.e")) == "EXC-KEY"


def test_a_blob_under_another_key_does_not_decrypt():
    made = package()
    wrapped = jwe.wrap(content.new_key(), node(NATIONAL, "encrypt").cert)
    assert code_of(rebuilt(made.data, key=wrapped)) == "EXC-DECRYPT"


def test_a_blob_of_another_package_does_not_decrypt_even_under_its_own_key():
    first, second = package(1), package(2)
    moved = rebuilt(with_blob(first.data, container.split(second.data).blob), key=_key(second.data))
    assert code_of(moved) == "EXC-DECRYPT"


def _key(data: bytes) -> str:
    return decode_envelope(container.split(data).envelope).key


def test_a_blob_too_short_to_be_one_does_not_decrypt():
    assert code_of(with_blob(package().data, b"short")) == "EXC-DECRYPT"


def test_content_that_is_not_compressed_is_refused():
    assert code_of(with_content(b"plain text\n")) == "EXC-COMPRESSION"


def test_content_that_grows_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch):
    bomb = content.compress(b"\x00" * 50_000_000)
    assert len(bomb) < 10_000
    with pytest.raises(Problem) as caught:
        content.decompress(bomb, 1_000_000)
    assert caught.value.code == "EXC-CONTENT-SIZE"


def test_a_window_larger_than_agreed_is_refused():
    parameters = zstandard.ZstdCompressionParameters(window_log=27)
    wide = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    packed = wide.compress(b"x" * 1000) + wide.flush()
    assert code_of(with_content(packed)) == "EXC-COMPRESSION"


def test_a_last_line_without_newline_is_refused():
    assert code_of(with_content(content.compress(b"{}\n{}"), records=2)) == "EXC-LINES"


def test_a_wrong_count_and_a_wrong_root_are_told_apart():
    lines = [b"{}", b"[]"]
    packed = content.compress(content.join_lines(lines))
    root = content.merkle_root(lines)
    assert take(with_content(packed, records=2, merkle_root=root)).lines == lines
    assert code_of(with_content(packed, records=3, merkle_root=root)) == "EXC-COUNT"
    assert (
        code_of(with_content(packed, records=2, merkle_root=content.merkle_root(lines[::-1]))) == "EXC-ROOT"
    )


def test_a_further_signature_on_a_snapshot_is_an_approvers_of_the_sender():
    assert take(package(kind="snapshot").data).manifest.kind == "snapshot"
    for who, fine in ((node(COMPONENT, "approve"), True), (node(OTHER, "approve"), False)):
        made = package(
            kind="snapshot",
            cosign=lambda signed, who=who: jws.add_signature(signed, who.key, who.chain, at=NOW),
        )
        if fine:
            assert take(made.data).manifest.kind == "snapshot"
        else:
            assert code_of(made.data) == "EXC-APPROVER"


def test_signing_again_keeps_the_manifest_and_its_place_in_the_chain():
    made = package()
    fresh = holder(COMPONENT, "sign")
    again = sign_again(made.data, fresh.key, fresh.chain)
    opened = take(again, at=datetime.now(UTC))
    assert opened.manifest_sha256 == made.manifest_sha256
    assert signer_id(again) == certificates.fingerprint(fresh.cert) != signer_id(made.data)
    assert read_manifest(again) == made.manifest
