"""PAdES in two steps: a file is prepared here, signed in the officer's own machine, and completed with what comes back.

What is signed are the CMS attributes, which hold the digest of the whole file but the room of the signature itself.
Source: RFC 5652 section 5.4; ETSI EN 319 142-1.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_signer import PdfTBSDocument
from pyhanko.sign.validation.dss import async_add_validation_info
from pyhanko_certvalidator.registry import SimpleCertificateStore

from ccvc.documents import pades
from ccvc.documents.pades import DIGESTS, Mark, Services
from ccvc.signing.embedded import asn1_of, context_of
from ccvc.standard.problems import Problem

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {"sha256": hashes.SHA256, "sha384": hashes.SHA384}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file with room for a signature from `start` up to `end`, and the attributes that are to be signed (DER)."""

    file: bytes
    start: int
    end: int
    attributes: bytes


class _Returned(signers.ExternalSigner):
    """A signature made elsewhere, as pyHanko asks for it."""

    def __init__(self, chain: Sequence[x509.Certificate], algorithm: str, made: bytes) -> None:
        held = [asn1_of(cert) for cert in chain]
        known = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko leaves it untyped
        known.register_multiple(held)
        self.made = made
        super().__init__(
            signing_cert=held[0],
            cert_registry=known,
            signature_value=made or 512,
            signature_mechanism=pades.mechanism(algorithm),
            embed_roots=False,
        )


def prepare(
    pdf: bytes,
    chain: Sequence[x509.Certificate],
    algorithm: str,
    mark: Mark,
    *,
    name: str,
    reason: str,
    room: int,
) -> Prepared:
    """The file as it will be but for its signature, and what is to be signed of it."""
    signer, metadata = _Returned(chain, algorithm, b""), pades.metadata_of(mark, algorithm, name, reason)
    maker = pades.drawing(signer, mark, metadata)

    async def made() -> Prepared:
        writer = pades.Behind(io.BytesIO(pdf))
        digest, _tbs, out = await maker.async_digest_doc_for_signing(writer, bytes_reserved=room)
        said = await signer.signed_attrs(digest.document_digest, DIGESTS[algorithm], use_pades=True)
        file = out.getvalue()  # type: ignore[attr-defined]  # pyHanko writes into memory unless told otherwise
        return Prepared(file, digest.reserved_region_start, digest.reserved_region_end, said.dump())

    return asyncio.run(made())


def finish(
    prepared: Prepared,
    chain: Sequence[x509.Certificate],
    algorithm: str,
    signature: bytes,
    services: Services,
) -> bytes:
    """The signed file; Problem SIG-KEY-MISMATCH unless the certificate's key signed exactly what was prepared."""
    value = _as_cms(signature, algorithm)
    if not _fits(chain[0], algorithm, value, prepared.attributes):
        raise Problem("SIG-KEY-MISMATCH")
    signer = _Returned(chain, algorithm, value)
    stamper = pades.Stamper(signer, services.stamp, services.first) if services.stamp else None
    room = PreparedByteRangeDigest(b"", prepared.start, prepared.end)

    async def made() -> bytes:
        message = await signer.async_sign_prescribed_attributes(
            DIGESTS[algorithm], cms.CMSAttributes.load(prepared.attributes), timestamper=stamper
        )
        out = io.BytesIO(prepared.file)
        await PdfTBSDocument.async_finish_signing(out, room, message)
        return await _proved(out.getvalue(), services)

    return asyncio.run(made())


async def _proved(pdf: bytes, services: Services) -> bytes:
    """With what proves its last signature in the long term, where there are services for that."""
    if services.evidence is None:
        return pdf
    last, out = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures[-1], io.BytesIO()
    await async_add_validation_info(last, context_of(services.evidence), output=out, embed_roots=False)
    return out.getvalue()


def _as_cms(signature: bytes, algorithm: str) -> bytes:
    """JOSE writes r and s of a curve side by side, CMS as a sequence."""
    if not algorithm.startswith("ES"):
        return signature
    half = len(signature) // 2
    return encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))


def _fits(cert: x509.Certificate, algorithm: str, value: bytes, data: bytes) -> bool:
    """Whether the key of a certificate made a signature over data."""
    key, digest = cert.public_key(), _HASHES[DIGESTS[algorithm]]()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(value, data, ec.ECDSA(digest))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(value, data, _padding(algorithm), digest)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _padding(algorithm: str) -> padding.AsymmetricPadding:
    if algorithm == "PS256":
        return padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    return padding.PKCS1v15()
