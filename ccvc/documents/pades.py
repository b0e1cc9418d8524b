"""PAdES signatures on a document: any of our means of signing through pyHanko, one after another in the same file.

The picture of a signature is a page laid out by typst, so that a signed file stays PDF/A. Source: ETSI EN 319 142-1;
NĐ 30/2020/NĐ-CP Phụ lục I.
"""

from __future__ import annotations

import binascii
import hashlib
import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from asn1crypto import algos, cms, ocsp
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pyhanko.pdf_utils import content, layout
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers, timestamps
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from ccvc.signing.signers import Signer
from ccvc.signing.trust import Trust

_DIGESTS = {"ES256": "sha256", "ES384": "sha384", "RS256": "sha256", "PS256": "sha256"}
_ROOM = 16_384
"""Bytes kept free for a signature: two certificates and a time stamp."""
_EVIDENCE_ROOM = 32_768


@dataclass(frozen=True, slots=True)
class Services:
    """What stands beside a signature: a stamp (DER of the token) for bytes, and what proves that its certificate held.

    Neither: B-B; a time stamp: B-T; both: B-LT.
    """

    stamp: Callable[[bytes], bytes] | None = None
    evidence: Trust | None = None
    first: dict[str, cms.ContentInfo] = field(default_factory=dict, repr=False)
    """A token by digest, from which the chain of the time stamp authority is learnt once."""

    @property
    def level(self) -> str:
        """The level of the signatures made with these."""
        if self.stamp is None:
            return "B-B"
        return "B-LT" if self.evidence is not None else "B-T"


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a signature shows itself: its field's name, its page from 1, its rectangle in points, its picture (PDF)."""

    field: str
    page: int
    box: tuple[int, int, int, int]
    picture: bytes


class _Adapted(signers.Signer):
    """One of our signers as pyHanko asks for it."""

    def __init__(self, inner: Signer) -> None:
        self.inner = inner
        chain = [_asn1(cert) for cert in inner.chain]
        self.made = b""
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko leaves it untyped
        registry.register_multiple(chain)
        super().__init__(
            signing_cert=chain[0],
            cert_registry=registry,
            signature_mechanism=_mechanism(inner.algorithm),
            embed_roots=False,
        )

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,  # noqa: ARG002 - the signer's own algorithm says it
        dry_run: bool = False,  # noqa: FBT001, FBT002 - pyHanko's shape
    ) -> bytes:
        """The signature over data, as CMS writes it."""
        if dry_run:
            return bytes(512)
        made = self.inner.sign(data)
        if self.inner.algorithm.startswith("ES"):
            half = len(made) // 2
            made = encode_dss_signature(int.from_bytes(made[:half]), int.from_bytes(made[half:]))
        self.made = made
        return made


class _Stamper(timestamps.TimeStamper):
    """Our time stamps as pyHanko asks for them: for the signature value its signer has just made."""

    def __init__(
        self, signer: _Adapted, stamp: Callable[[bytes], bytes], first: dict[str, cms.ContentInfo]
    ) -> None:
        self.signer, self.stamp = signer, stamp
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko leaves it untyped
        self.first = first
        for algorithm, token in list(first.items()):
            self._register_dummy(algorithm, token)

    def _register_dummy(self, md_algorithm: str, dummy: cms.ContentInfo) -> None:
        """Keep a token of the authority's for the signatures that follow."""
        self.first[md_algorithm] = dummy
        super()._register_dummy(md_algorithm, dummy)  # type: ignore[no-untyped-call]  # as above

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """The token over the last signature; ValueError where something else is to be stamped."""
        if hashlib.new(md_algorithm, self.signer.made).digest() != message_digest:
            raise ValueError("only a signature is stamped")
        return cms.ContentInfo.load(self.stamp(self.signer.made))


def _asn1(cert: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(cert.public_bytes(serialization.Encoding.DER))


def _mechanism(algorithm: str) -> algos.SignedDigestAlgorithm:
    digest = _DIGESTS[algorithm]
    if algorithm.startswith("ES"):
        return algos.SignedDigestAlgorithm({"algorithm": f"{digest}_ecdsa"})
    if algorithm.startswith("RS"):
        return algos.SignedDigestAlgorithm({"algorithm": f"{digest}_rsa"})
    masked = {"algorithm": "mgf1", "parameters": {"algorithm": digest}}
    parameters = {"hash_algorithm": {"algorithm": digest}, "mask_gen_algorithm": masked, "salt_length": 32}
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})


class _Picture(content.PdfContent):
    """The first page of a PDF in memory, as the appearance of a field."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        super().__init__()

    def render(self) -> bytes:
        """The page as a form of its own, drawn once."""
        writer: Any = self._ensure_writer
        drawn = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self.pdf)))
        name = b"/Import" + binascii.hexlify(uuid.uuid4().bytes)
        self.resources.xobject[name.decode("ascii")] = drawn
        left, low, right, high = drawn.get_object()["/BBox"]
        self.box = layout.BoxConstraints(width=abs(right - left), height=abs(high - low))
        return name + b" Do"


class _Behind(IncrementalPdfFileWriter):
    """What is added behind a file: signatures alone, so that its metadata and its version stay as they were laid out.

    PDF/A-2 is PDF 1.7, whatever a signature of these years may be registered in (ISO 19005-2, 6.1.2, 6.6.2).
    """

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """The version stays what the file says."""

    def _update_meta(self) -> None:
        """Title, author and level of PDF/A stay what the file says."""


def context_of(trust: Trust) -> ValidationContext:
    """Whom to believe, as pyHanko asks for it; it fetches nothing by itself."""
    plain = serialization.Encoding.DER
    return ValidationContext(
        trust_roots=[_asn1(cert) for cert in trust.anchors],
        other_certs=[_asn1(cert) for cert in trust.intermediates],
        crls=[asn1_crl.CertificateList.load(one.public_bytes(plain)) for one in trust.crls],
        ocsps=[ocsp.OCSPResponse.load(one.public_bytes(plain)) for one in trust.answers],
        allow_fetching=False,
        revocation_mode="soft-fail",
    )


def sign(pdf: bytes, signer: Signer, mark: Mark, *, name: str, reason: str, services: Services) -> bytes:
    """The file with one signature more, added behind all that stood in it."""
    adapted = _Adapted(signer)
    stamper = _Stamper(adapted, services.stamp, services.first) if services.stamp else None
    place = fields.SigFieldSpec(mark.field, on_page=mark.page - 1, box=mark.box)
    metadata = signers.PdfSignatureMetadata(
        field_name=mark.field,
        name=name,
        reason=reason,
        md_algorithm=_DIGESTS[signer.algorithm],
        subfilter=fields.SigSeedSubFilter.PADES,
        embed_validation_info=services.level == "B-LT",
        validation_context=context_of(services.evidence) if services.evidence else None,
    )
    style = StaticStampStyle(background=_Picture(mark.picture), background_opacity=1, border_width=0)
    made = signers.PdfSigner(
        metadata,
        signer=adapted,
        timestamper=stamper,
        stamp_style=style,
        new_field_spec=place,
    )
    out = io.BytesIO()
    writer = _Behind(io.BytesIO(pdf))
    room = _ROOM + (_EVIDENCE_ROOM if services.level == "B-LT" else 0)
    made.sign_pdf(writer, output=out, bytes_reserved=room)
    return out.getvalue()
