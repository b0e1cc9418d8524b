"""docs/exchange-protocol.md is true: its example opens, its values are right, its tables are complete.

The example is opened twice: by our own code, and by a reader written from the document alone, which uses nothing
of ours but general-purpose cryptography.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import timedelta
from typing import Any

import orjson
import pytest
import zstandard
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap

from ccvc.exchange.domain import check_bytes, limits, open_package
from ccvc.exchange.domain.heads import Heads
from ccvc.exchange.domain.manifest import Kind, encode_manifest
from ccvc.exchange.domain.statements import Digests, Rows
from ccvc.exchange.domain.tokens import LIFETIME
from ccvc.exchange.views.endpoint import STATUS
from ccvc.ledger.domain import HeadStatement
from ccvc.ledger.witnessing import WitnessStatement
from ccvc.signing import keys, merkle, revocation
from ccvc.signing.certificates import ARC, EKU, SKEW
from ccvc.signing.verification import Trust
from ccvc.standard.problems import catalogue
from tests.exchange import document

TEXT = document.FILE.read_text(encoding="utf-8")
AUTHORITY, REVOCATIONS, KEY, PACKAGE, MANIFEST, LINES = document.blocks_of(TEXT)
DATA = base64.b64decode(PACKAGE)


def trust() -> Trust:
    return Trust.from_pem(AUTHORITY, crls=(REVOCATIONS,))


def test_the_example_opens_and_holds_what_the_document_shows():
    at = document.AT + timedelta(days=1)
    opened = open_package(DATA, decrypt_key=keys.from_pem(KEY), trust=trust(), receiver="G09", at=at)
    assert encode_manifest(opened.manifest).decode() == MANIFEST
    assert [line.decode() for line in opened.lines] == LINES.split("\n")
    assert opened.manifest_sha256 == hashlib.sha256(MANIFEST.encode()).hexdigest()


def test_the_example_of_heads_holds():
    shown = json.loads(re.search(r"<!-- heads -->\n```json\n(.+?)\n```", TEXT)[1])
    leaves = [hashlib.sha256(b'\x00{"n":%d}' % number).digest() for number in range(shown["size"])]
    first, root = merkle.root(leaves[: shown["first"]]), merkle.root(leaves)
    assert (first.hex(), root.hex()) == (shown["root_first"], shown["root"])
    proof = [bytes.fromhex(one) for one in shown["proof"]]
    assert merkle.verify_consistency(shown["first"], shown["size"], first, root, proof)


def test_the_messages_of_heads_are_as_the_document_shows_them():
    section = TEXT.partition("### 12.1")[2].partition("<!-- heads -->")[0]
    head, witness, message = (json.loads(block) for block in re.findall(r"```json\n(.+?)\n```", section))
    assert set(head) == set(HeadStatement.__struct_fields__)
    assert set(witness) == set(WitnessStatement.__struct_fields__)
    assert set(message) == set(Heads.__struct_fields__)


def test_the_example_has_no_fault():
    report = check_bytes(
        DATA, key=keys.from_pem(KEY), trust=trust(), receiver="G09", at=document.AT + timedelta(days=1)
    )
    assert report.as_text().count("✗") == 0
    assert report.complete


def test_every_value_of_the_example_is_right():
    shown = dict(re.findall(r"^\| (.+) \| `(.+)` \|$", document.section("example", TEXT), re.MULTILINE))
    assert shown == document.values(DATA, [line.encode() for line in LINES.split("\n")])
    manifest = json.loads(MANIFEST)
    assert shown["SHA-256 of the blob (`blob_sha256`)"] == manifest["blob_sha256"]
    assert shown["root over lines 0, 1, 2 (`merkle_root`)"] == manifest["merkle_root"]


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verified(jws: dict[str, Any], authority: x509.Certificate) -> bytes:
    """Section 5: the payload, once its first signature holds."""
    member = jws["signatures"][0]
    header = json.loads(unpadded(member["protected"]))
    assert header.keys() == {"alg", "kid", "x5c", "iat"}
    assert header["alg"] == "ES256"
    cert = x509.load_der_x509_certificate(base64.b64decode(header["x5c"][0]))
    cert.verify_directly_issued_by(authority)
    assert header["kid"] == cert.fingerprint(hashes.SHA256()).hex()
    raw = unpadded(member["signature"])
    signature = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = cert.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(signature, f"{member['protected']}.{jws['payload']}".encode(), ec.ECDSA(hashes.SHA256()))
    return unpadded(jws["payload"])


def content_key(token: str, private: ec.EllipticCurvePrivateKey) -> bytes:
    """RFC 7518 section 4.6 and RFC 7516, by hand."""
    protected, wrapped, nonce, sealed, tag = token.split(".")
    header = json.loads(unpadded(protected))
    assert (header["alg"], header["enc"]) == ("ECDH-ES+A256KW", "A256GCM")
    x, y = (int.from_bytes(unpadded(header["epk"][name]), "big") for name in "xy")
    shared = private.exchange(ec.ECDH(), ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key())
    algorithm = b"ECDH-ES+A256KW"
    other = len(algorithm).to_bytes(4, "big") + algorithm + bytes(4) + bytes(4) + (256).to_bytes(4, "big")
    kek = ConcatKDFHash(algorithm=hashes.SHA256(), length=32, otherinfo=other).derive(shared)
    cek = aes_key_unwrap(kek, unpadded(wrapped))
    return AESGCM(cek).decrypt(unpadded(nonce), unpadded(sealed) + unpadded(tag), protected.encode())


def merkle_root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + merkle_root(leaves[:split]) + merkle_root(leaves[split:])).digest()


def leaf(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def test_a_reader_written_from_the_document_alone_opens_the_example():
    authority = x509.load_pem_x509_certificate(AUTHORITY.encode())
    private = serialization.load_pem_private_key(KEY.encode(), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    assert DATA[:6] == b"CCVC1\n"
    length = int.from_bytes(DATA[6:10], "big")
    envelope, blob = json.loads(DATA[10 : 10 + length]), DATA[10 + length :]
    manifest = json.loads(verified(envelope["manifest"], authority))
    assert (len(blob), hashlib.sha256(blob).hexdigest()) == (manifest["blob_size"], manifest["blob_sha256"])
    key = content_key(envelope["key"], private)
    packed = AESGCM(key).decrypt(blob[:12], blob[12:], manifest["id"].encode())
    lines = zstandard.ZstdDecompressor().decompress(packed).split(b"\n")
    assert lines.pop() == b""
    assert len(lines) == manifest["records"]
    assert merkle_root([leaf(line) for line in lines]).hex() == manifest["merkle_root"]
    read_changes(lines, authority)


def read_changes(lines: list[bytes], authority: x509.Certificate) -> None:
    """Section 7."""
    first = json.loads(lines[0])
    approval = json.loads(verified(first["jws"], authority))
    joined = base64.b64decode(first["leaves"])
    leaves = [joined[i : i + 32] for i in range(0, len(joined), 32)]
    assert (len(leaves), merkle_root(leaves).hex()) == (approval["count"], approval["merkle_root"])
    for line in lines[1:]:
        change = json.loads(line)
        statement = json.dumps(change["statement"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        given = json.dumps(change["document"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert leaf(statement.encode()) == leaves[change["leaf"]]
        assert hashlib.sha256(given.encode()).hexdigest() == change["statement"]["national_sha256"]


def test_canonical_json_is_as_described():
    value = {"ô": 'Ngũ "Hành"\\', "a": [True, None, 1], "Z": "\x00\x1f\b\t\n\f\r\x7f/é"}
    expected = '{"Z":"\\u0000\\u001f\\b\\t\\n\\f\\r\x7f/é","a":[true,null,1],"ô":"Ngũ \\"Hành\\"\\\\"}'
    assert orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode() == expected


@pytest.mark.parametrize(
    ("name", "made"), [("package-codes", document.package_codes), ("record-codes", document.record_codes)]
)
def test_the_tables_of_codes_are_those_of_the_catalogue(name, made):
    assert document.section(name, TEXT) == made(), "run: python -m tests.exchange.write_document"


def test_every_code_of_the_exchange_is_raised_somewhere_and_every_status_is_declared():
    declared = {code for code in catalogue() if code.startswith("EXC-")}
    sources = [path.read_text() for path in (document.FILE.parents[1] / "ccvc" / "exchange").rglob("*.py")]
    used = {code for source in sources for code in re.findall(r'"(EXC-[A-Z-]+)"', source)}
    assert used == declared
    assert STATUS.keys() <= declared


def test_limits_and_names_in_the_document_are_those_of_the_code():
    assert f"| package | {limits.MAX_PACKAGE // limits.MIB} MiB |" in TEXT
    assert f"| envelope | {limits.MAX_ENVELOPE // 1024} KiB |" in TEXT
    assert f"| content after decompression | {limits.MAX_CONTENT // limits.MIB} MiB |" in TEXT
    assert f"| one line | {limits.MAX_LINE // limits.MIB} MiB |" in TEXT
    assert f"| records in a package | {limits.MAX_RECORDS:,};" in TEXT
    assert f"| request token | {limits.MAX_TOKEN // 1024} KiB; {LIFETIME} s |" in TEXT
    assert f"| clock difference | {SKEW // timedelta(minutes=1)} min |" in TEXT
    assert f"window at most {limits.MAX_WINDOW // limits.MIB} MiB" in TEXT
    assert f"at most {revocation.DAYS} days" in TEXT
    for kind in Kind:
        assert f"`{kind.value}`" in TEXT
    for use in ("sign", "encrypt", "approve"):
        assert EKU[use][0].dotted_string in TEXT
    assert ARC in TEXT


def test_the_shapes_of_state_statements_are_those_of_the_code():
    for kind in (Digests, Rows):
        shown = next(
            block
            for block in re.findall(r"```json\n(\{.*?\})\n```", TEXT)
            if '"ccvc-state/1"' in block and ('"rows"' in block) is (kind is Rows)
        )
        assert list(json.loads(shown)) == sorted(kind.__struct_fields__)


def test_json_shown_in_the_document_is_json_with_sorted_keys():
    shown = [block for block in re.findall(r"```json\n(\{.*?\})\n```", TEXT) if "{…}" not in block]
    assert len(shown) >= 8
    for block in shown:
        assert list(json.loads(block)) == sorted(json.loads(block))
