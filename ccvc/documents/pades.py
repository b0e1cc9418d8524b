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
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from asn1crypto import algos, cms
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pyhanko.pdf_utils import content, layout
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers, timestamps
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from ccvc.documents.signed_data import SignedData
from ccvc.signing.embedded import asn1_of, known_of
from ccvc.signing.signers import Signer
from ccvc.signing.trust import Trust

DIGESTS = {"ES256": "sha256", "ES384": "sha384", "RS256": "sha256", "PS256": "sha256"}
_LARGEST = 8_192
"""Bytes of a signature whose certificates are not known yet."""
_LONGEST_DIGEST, _TWO_NUMBERS = 64, 10
_STAMP, _EVIDENCE = 6_144, 16_384
"""Bytes kept free for a time stamp, and for evidence: every reader goes through them, so no more than is needed."""


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
        chain = [asn1_of(cert) for cert in inner.chain]
        self.made = b""
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko leaves it untyped
        registry.register_multiple(chain)
        signs = mechanism(inner.algorithm)
        self.common = SignedData(chain, DIGESTS[inner.algorithm], signs)
        super().__init__(
            signing_cert=chain[0],
            cert_registry=registry,
            signature_mechanism=signs,
            embed_roots=False,
        )

    @property
    def size(self) -> int:
        """Bytes of the largest signature it may make, before anything unsigned is added."""
        return len(
            self.common.written(self.common.attributes(bytes(_LONGEST_DIGEST)), bytes(_size(self.inner)))
        )

    async def async_sign(
        self,
        data_digest: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: FBT001, FBT002 - pyHanko's shape
        use_pades: bool = True,  # noqa: ARG002, FBT001, FBT002 - as above; no other signatures are made here
        timestamper: timestamps.TimeStamper | None = None,
        *_more: Any,
        **_settings: Any,
    ) -> cms.ContentInfo:
        """The signature over a digest as PAdES wants it."""
        attributes = self.common.attributes(data_digest)
        made = await self.async_sign_raw(attributes, digest_algorithm, dry_run)
        signed = cms.CMSAttributes.load(attributes)
        beside = await self.unsigned_attrs(digest_algorithm, made, signed, timestamper, dry_run)
        return cms.ContentInfo.load(self.common.written(attributes, made, beside.dump() if beside else b""))

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


class Maker(Protocol):
    """Whatever keeps the signature it has just made."""

    made: bytes


class Stamper(timestamps.TimeStamper):
    """Our time stamps as pyHanko asks for them: for the signature value its signer has just made."""

    def __init__(
        self, signer: Maker, stamp: Callable[[bytes], bytes], first: dict[str, cms.ContentInfo]
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


def _size(signer: Signer) -> int:
    """Bytes of the longest signature value, as CMS writes it: of a curve two numbers with their heads."""
    key = signer.chain[0].public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        return 2 * (key.key_size + 7) // 8 + _TWO_NUMBERS
    return key.key_size // 8 if isinstance(key, rsa.RSAPublicKey) else _LARGEST


def mechanism(algorithm: str) -> algos.SignedDigestAlgorithm:
    """How one of our algorithms is named in a CMS structure."""
    digest = DIGESTS[algorithm]
    if algorithm.startswith("ES"):
        return algos.SignedDigestAlgorithm({"algorithm": f"{digest}_ecdsa"})
    if algorithm.startswith("RS"):
        return algos.SignedDigestAlgorithm({"algorithm": f"{digest}_rsa"})
    masked = {"algorithm": "mgf1", "parameters": {"algorithm": digest}}
    parameters = {"hash_algorithm": {"algorithm": digest}, "mask_gen_algorithm": masked, "salt_length": 32}
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})


class _Picture(content.PdfContent):
    """The first page of a PDF, as the appearance of a field."""

    def __init__(self, pdf: PdfFileReader) -> None:
        self.pdf = pdf
        super().__init__()

    def render(self) -> bytes:
        """The page as a form of its own, drawn once."""
        writer: Any = self._ensure_writer
        drawn = writer.import_page_as_xobject(self.pdf)
        name = b"/Import" + binascii.hexlify(uuid.uuid4().bytes)
        self.resources.xobject[name.decode("ascii")] = drawn
        left, low, right, high = drawn.get_object()["/BBox"]
        self.box = layout.BoxConstraints(width=abs(right - left), height=abs(high - low))
        return name + b" Do"


class Behind(IncrementalPdfFileWriter):
    """What is added behind a file: signatures alone, so that its metadata and its version stay as they were laid out.

    PDF/A-2 is PDF 1.7, whatever a signature of these years may be registered in (ISO 19005-2, 6.1.2, 6.6.2).
    """

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """The version stays what the file says."""

    def _update_meta(self) -> None:
        """Title, author and level of PDF/A stay what the file says."""


class Pen:
    """One of our signers with the services beside it, for any number of files: all they share is made ready once."""

    def __init__(self, signer: Signer, services: Services) -> None:
        self.cert, self.algorithm, self.services = signer.chain[0], signer.algorithm, services
        self._adapted = _Adapted(signer)
        self._stamper = Stamper(self._adapted, services.stamp, services.first) if services.stamp else None
        self._evidence = known_of(services.evidence) if services.evidence else None
        self._room = room_of(services, self._adapted.size)
        self._pictures: dict[bytes, PdfFileReader] = {}

    def sign(self, pdf: bytes | PdfFileReader, mark: Mark, *, name: str, reason: str) -> bytes:
        """The file (which may have been read already) with one signature more, added behind all that stood in it."""
        metadata = replace(
            metadata_of(mark, self.algorithm, name, reason),
            embed_validation_info=self.services.level == "B-LT",
            validation_context=self._evidence.context() if self._evidence else None,
        )
        made = drawing(self._adapted, mark, metadata, self._stamper, self._picture(mark.picture))
        out = io.BytesIO()
        writer = Behind.from_reader(pdf) if isinstance(pdf, PdfFileReader) else Behind(io.BytesIO(pdf))
        made.sign_pdf(writer, output=out, bytes_reserved=self._room)
        return out.getvalue()

    def _picture(self, drawn: bytes) -> PdfFileReader:
        """The picture read, the last one alone: pictures with a time in them come once each."""
        if drawn not in self._pictures:
            self._pictures = {drawn: PdfFileReader(io.BytesIO(drawn))}
        return self._pictures[drawn]


def metadata_of(mark: Mark, algorithm: str, name: str, reason: str) -> signers.PdfSignatureMetadata:
    """What a signature says of itself in the file."""
    return signers.PdfSignatureMetadata(
        field_name=mark.field,
        name=name,
        reason=reason,
        md_algorithm=DIGESTS[algorithm],
        subfilter=fields.SigSeedSubFilter.PADES,
    )


def drawing(
    signer: signers.Signer,
    mark: Mark,
    metadata: signers.PdfSignatureMetadata,
    stamper: timestamps.TimeStamper | None = None,
    picture: PdfFileReader | None = None,
) -> signers.PdfSigner:
    """What draws a mark into a file and signs it; its picture may have been read already."""
    place = fields.SigFieldSpec(mark.field, on_page=mark.page - 1, box=mark.box)
    drawn = _Picture(picture or PdfFileReader(io.BytesIO(mark.picture)))
    style = StaticStampStyle(background=drawn, background_opacity=1, border_width=0)
    return signers.PdfSigner(
        metadata, signer=signer, timestamper=stamper, stamp_style=style, new_field_spec=place
    )


def room_of(services: Services, size: int = _LARGEST) -> int:
    """Hexadecimal digits kept free for a signature of so many bytes, with what its services add."""
    stamp, evidence = (_STAMP if services.stamp else 0), (_EVIDENCE if services.evidence else 0)
    return 2 * (size + stamp + evidence)
