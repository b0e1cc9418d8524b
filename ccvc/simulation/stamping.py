"""A stand-in for a time-stamping authority (RFC 3161): real tokens under a real certificate nobody should believe."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import randbits
from typing import Any

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ccvc.signing.keys import PrivateKey

POLICY = "2.25.282424043245899912649103521522143755836.9"


@dataclass(frozen=True)
class Stamper:
    """Stamps whatever it is asked to, at a moment or now. Its moods spoil an answer in one way each."""

    key: PrivateKey
    chain: tuple[x509.Certificate, ...]

    def answer(self, asked: bytes, *, at: datetime | None = None, mood: str = "") -> bytes:
        """The answer (DER) to a question; moods: refused, wrong_imprint, other_nonce, unsigned."""
        wanted = tsp.TimeStampReq.load(asked)
        if mood == "refused":
            status = {"status": "rejection", "status_string": ["not today"], "fail_info": {"system_failure"}}
            return bytes(_Refusal({"status": status}).dump())
        token = self._token(self._info(wanted, at or datetime.now(UTC), mood), mood)
        return bytes(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump())

    def _info(self, wanted: Any, at: datetime, mood: str) -> bytes:
        imprint = wanted["message_imprint"]
        if mood == "wrong_imprint":
            other = hashlib.sha256(b"something else").digest()
            imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": other}
        info = {
            "version": "v1",
            "policy": wanted["req_policy"].native or POLICY,
            "message_imprint": imprint,
            "serial_number": randbits(63),
            "gen_time": at.replace(microsecond=0),
        }
        if wanted["nonce"].native is not None:
            info["nonce"] = wanted["nonce"].native + (mood == "other_nonce")
        return bytes(tsp.TSTInfo(info).dump())

    def _token(self, info: bytes, mood: str) -> Any:
        leaf = _asn1(self.chain[0])
        attributes = _attributes(info, leaf)
        digest = {"algorithm": "sha256"}
        signature = self.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
        serial = {"issuer": leaf.issuer, "serial_number": leaf.serial_number}
        signer = {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": serial}),
            "digest_algorithm": digest,
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": signature,
        }
        content = {
            "version": "v3",
            "digest_algorithms": [digest],
            "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info)},
            "certificates": [cms.CertificateChoices("certificate", _asn1(cert)) for cert in self.chain],
            "signer_infos": [] if mood == "unsigned" else [signer],
        }
        return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(content)})


class _Refusal(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields = [("status", tsp.PKIStatusInfo)]


def _attributes(info: bytes, leaf: Any) -> Any:
    """What is signed: that it is a time stamp, its digest, and by which certificate (RFC 5816)."""
    named = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(leaf.dump()).digest()})
    values = {
        "content_type": "tst_info",
        "message_digest": hashlib.sha256(info).digest(),
        "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [named]}),
    }
    return cms.CMSAttributes(
        [cms.CMSAttribute({"type": kind, "values": [value]}) for kind, value in values.items()]
    )


def _asn1(cert: x509.Certificate) -> Any:
    return asn1.Certificate.load(cert.public_bytes(Encoding.DER))
