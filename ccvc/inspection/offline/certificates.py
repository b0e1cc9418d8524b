"""X.509 certificates and revocation lists, taken apart (RFC 5280)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import NamedTuple

from ccvc.inspection.offline.der import Bad, Der, Unknown, bits, der, moment, oid
from ccvc.inspection.offline.keys import Key, scheme_of


class Signed:
    """What certificates and revocation lists have in common: a signed part, an algorithm, a signature."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        top = der(data)
        if len(top.raw) != len(data):
            raise Bad("DER")
        self.part, self.how, signature = top.parts()
        self.algorithm, self.signature = oid(self.how.parts()[0]), bits(signature)

    def signed_by(self, authority: Certificate) -> bool:
        """Whether the signature is the authority's, as far as can be told."""
        try:
            return authority.key.holds(self.part.raw, self.signature, *scheme_of(self.how))
        except (Bad, Unknown, ValueError, IndexError):
            return False


class Certificate(Signed):
    """An X.509 certificate, taken apart."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        parts = self.part.parts()
        parts = parts[1:] if parts[0].tag == 0xA0 else parts
        self.serial = int.from_bytes(parts[0].body, "big", signed=True)
        self.issuer, self.subject = parts[2].raw, parts[4].raw
        self.since, self.until = map(moment, parts[3].parts())
        self.key = Key(parts[5])
        self.fingerprint = hashlib.sha256(data).hexdigest()
        self.extensions, self.critical = extensions(parts[6:])
        self.names = {
            oid(item.parts()[0]): item.parts()[1].body.decode()
            for rdn in parts[4].parts()
            for item in rdn.parts()
        }

    @property
    def name(self) -> str:
        """Whom it was issued to."""
        return self.names.get("2.5.4.3", "?")

    @property
    def agency(self) -> str:
        """Code of the agency it speaks for."""
        return self.names.get("2.5.4.97", "")

    @property
    def account(self) -> str:
        """Account of the person, where it is one's."""
        return self.names.get("0.9.2342.19200300.100.1.1", "")

    def uses(self) -> set[str]:
        """Extended key usages."""
        value = self.extensions.get("2.5.29.37")
        return {oid(item) for item in der(value).parts()} if value else set()

    def may_issue(self, below: int) -> bool:
        """Whether it is an authority's, with so many authorities between it and the end certificate."""
        basic = der(self.extensions.get("2.5.29.19", b"\x30\x00")).parts()
        usage = bits(der(self.extensions["2.5.29.15"])) if "2.5.29.15" in self.extensions else b"\x00"
        depth = [int.from_bytes(part.body, "big") for part in basic if part.tag == 2]
        is_authority = bool(basic) and basic[0].tag == 1 and basic[0].body != b"\x00"
        return is_authority and bool(usage[0] & 0x04) and (not depth or below <= depth[0])


def extensions(rest: list[Der]) -> tuple[dict[str, bytes], set[str]]:
    """Extensions by object identifier, and which of them are critical."""
    values: dict[str, bytes] = {}
    critical: set[str] = set()
    for wrapped in (part for part in rest if part.tag in (0xA3, 0xA0)):
        for one in wrapped.parts()[0].parts():
            parts = one.parts()
            values[oid(parts[0])] = parts[-1].body
            if len(parts) == 3 and parts[1].body != b"\x00":
                critical.add(oid(parts[0]))
    return values, critical


class Gone(NamedTuple):
    """Since when a certificate is revoked, and why (RFC 5280, 5.3.1)."""

    since: datetime
    reason: int


class RevocationList(Signed):
    """A certificate revocation list; Unknown where it says it is not of all its authority's certificates."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        parts = self.part.parts()
        parts = parts[1:] if parts[0].tag == 2 else parts
        self.issuer, self.as_of = parts[1].raw, moment(parts[2])
        dated = len(parts) > 3 and parts[3].tag in (0x17, 0x18)
        self.until = moment(parts[3]) if dated else None
        entries = [item for part in parts[3:] if part.tag == 0x30 for item in part.parts()]
        self.revoked = dict(map(_gone, entries))
        values, critical = extensions(parts[3:])
        if critical:
            raise Unknown(f"CRL {', '.join(sorted(critical))}")
        number = values.get("2.5.29.20")
        self.number = int.from_bytes(der(number).body, "big") if number else 0


def _gone(entry: Der) -> tuple[int, Gone]:
    """The number of a certificate, since when it is revoked and why."""
    serial, since, *more = entry.parts()
    told = [part.parts() for wrapped in more for part in wrapped.parts()]
    reasons = [der(parts[-1].body).body[0] for parts in told if oid(parts[0]) == "2.5.29.21"]
    return int.from_bytes(serial.body, "big", signed=True), Gone(moment(since), reasons[0] if reasons else 0)
