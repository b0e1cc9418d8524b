"""Time stamps taken apart: what they cover, when, and whether their own signature holds (RFC 3161, RFC 5652)."""

from __future__ import annotations

import hashlib
from datetime import datetime

from ccvc.inspection.offline.certificates import Certificate
from ccvc.inspection.offline.der import Bad, Der, Unknown, der, inner, moment, oid
from ccvc.inspection.offline.keys import HASHES, scheme_of

SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATES = {"1.2.840.113549.1.9.16.2.47": "sha256", "1.2.840.113549.1.9.16.2.12": "sha1"}


class Stamp:
    """A time-stamp token; Bad where it is none, Unknown where it uses what is not known here."""

    def __init__(self, token: bytes) -> None:
        kind, content = der(token).parts()
        if oid(kind) != SIGNED_DATA:
            raise Bad("token")
        _version, _digests, enclosed, *rest = inner(content).parts()
        what, wrapped = enclosed.parts()
        if oid(what) != TST_INFO:
            raise Bad("tst_info")
        self.info = inner(wrapped).body
        self.chain = [Certificate(one.raw) for part in rest if part.tag == 0xA0 for one in part.parts()]
        (self.signed,) = rest[-1].parts()
        self._read()

    def _read(self) -> None:
        parts = der(self.info).parts()
        algorithm, imprint = parts[2].parts()
        self.digest, self.imprint = hash_of(algorithm), imprint.body
        self.at: datetime = moment(parts[4])
        self.signer = self._signer()

    def _signer(self) -> Certificate:
        """The certificate the signer names."""
        named = self.signed.parts()[1]
        for cert in self.chain:
            if named.tag == 0x80:
                if cert.extensions.get("2.5.29.14", b"")[2:] == named.body:
                    return cert
                continue
            issuer, serial = named.parts()
            if issuer.raw == cert.issuer and int.from_bytes(serial.body, "big", signed=True) == cert.serial:
                return cert
        raise Bad("signer")

    def covers(self, data: bytes) -> bool:
        """Whether the imprint is of these bytes."""
        return hashlib.new(self.digest, data).digest() == self.imprint

    def holds(self) -> bool:
        """Whether the token's own signature holds, by the certificate it names itself."""
        parts = self.signed.parts()
        digest, attributes = hash_of(parts[2]), parts[3]
        if attributes.tag != 0xA0:
            raise Bad("attributes")
        told = {oid(one.parts()[0]): one.parts()[1].parts()[0] for one in attributes.parts()}
        if oid(told[CONTENT_TYPE]) != TST_INFO or not self._names_signer(told):
            return False
        if told[MESSAGE_DIGEST].body != hashlib.new(digest, self.info).digest():
            return False
        covered = b"\x31" + attributes.raw[1:]
        return self.signer.key.holds(covered, parts[5].body, *scheme_of(parts[4], digest))

    def _names_signer(self, told: dict[str, Der]) -> bool:
        """Whether the signed attributes name the signer's certificate (RFC 5035)."""
        for kind, digest in SIGNING_CERTIFICATES.items():
            if kind in told:
                first = told[kind].parts()[0].parts()[0].parts()
                named = hash_of(first[0]) if first[0].tag == 0x30 else digest
                value = (
                    first[1] if first[0].tag == 0x30 and len(first) > 1 and first[1].tag == 4 else first[0]
                )
                return hashlib.new(named, self.signer.data).digest() == value.body
        return False


def hash_of(algorithm: Der) -> str:
    """The name of a digest; Unknown for one this program does not have."""
    found = oid(algorithm.parts()[0])
    if found not in HASHES:
        raise Unknown(f"thuật toán băm / digest {found}")
    return HASHES[found]
