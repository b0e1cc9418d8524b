"""The CMS structure we write ourselves beside the one pyHanko builds of the same parts."""

from __future__ import annotations

import asyncio
import hashlib

import pytest
from asn1crypto import cms
from pyhanko.sign.signers import ExternalSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from ccvc.documents import pades
from ccvc.documents.signed_data import SignedData
from ccvc.signing.embedded import asn1_of
from tests.signing.scheme import scheme

DIGEST = hashlib.sha256(b"a document").digest()


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "RS256", "PS256"])
def test_it_is_what_pyhanko_writes_with_each_certificate_once(algorithm: str) -> None:
    chain = [asn1_of(cert) for cert in (scheme().cert(), scheme().middle.cert, scheme().root.cert)]
    known = SimpleCertificateStore()
    known.register_multiple(chain)
    signs, digest = pades.mechanism(algorithm), pades.DIGESTS[algorithm]
    made = b"s" * 300
    theirs = ExternalSigner(chain[0], known, made, signature_mechanism=signs, embed_roots=False)

    async def by_pyhanko() -> tuple[bytes, bytes]:
        attributes = await theirs.signed_attrs(DIGEST, digest, use_pades=True)
        whole = await theirs.async_sign_prescribed_attributes(digest, attributes)
        return attributes.dump(), whole.dump()

    ours = SignedData(chain, digest, signs)
    attributes, whole = asyncio.run(by_pyhanko())
    assert ours.attributes(DIGEST) == attributes
    written, expected = (
        cms.ContentInfo.load(one)["content"] for one in (ours.written(attributes, made), whole)
    )
    for part in ("version", "digest_algorithms", "encap_content_info", "signer_infos"):
        assert written[part].dump() == expected[part].dump()
    kept = [one.dump() for one in written["certificates"]]
    assert kept == sorted({one.dump() for one in expected["certificates"]})
    assert kept == sorted(one.dump() for one in chain[:2])


def test_what_is_not_signed_stands_behind_the_signature() -> None:
    chain = [asn1_of(scheme().cert())]
    ours = SignedData(chain, "sha256", pades.mechanism("ES256"))
    beside = cms.CMSAttributes([{"type": "signature_time_stamp_token", "values": []}]).dump()
    read = cms.ContentInfo.load(ours.written(ours.attributes(DIGEST), b"s", beside))
    signer = read["content"]["signer_infos"][0]
    assert signer["signature"].native == b"s"
    assert [one["type"].native for one in signer["unsigned_attrs"]] == ["signature_time_stamp_token"]
