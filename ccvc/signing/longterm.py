"""Evidence kept beside a signature, so that it verifies when certificates, authorities and algorithms have ended.

Named as JAdES has it (ETSI TS 119 182-1, etsiU, in clear): sigTst stamps the signature value, xVals and rVals are the
certificates and the word on their revocation that held then; arcTst stamps all of that again before the authority of
an earlier stamp ends, tstVD holds what proves that later stamp. Its order is that in which it came to be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.ocsp import OCSPResponse

from ccvc.signing import answers, revocation, timestamps
from ccvc.signing.certificates import readable
from ccvc.signing.timestamps import Stamp
from ccvc.signing.trust import Trust
from ccvc.signing.unreadable import UNREADABLE
from ccvc.signing.verdicts import Check, Verdict, check
from ccvc.standard.documents import UNREADABLE as UNREADABLE_JSON
from ccvc.standard.problems import Problem

MOST = 256 * 1024
MOST_ITEMS = 64
MOST_VALUES = 64


class Val(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One object in DER, base64 in JSON."""

    val: bytes


class Cert(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A certificate."""

    x509Cert: Val  # noqa: N815 - JAdES names it so


class Tokens(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One time stamp: the standard would allow several authorities' side by side."""

    tstTokens: tuple[Val]  # noqa: N815 - as above


class RVals(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The word on revocation: lists, and answers of responders."""

    crlVals: tuple[Val, ...] = ()  # noqa: N815 - as above
    ocspVals: tuple[Val, ...] = ()  # noqa: N815 - as above


class Validation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What proves a time stamp."""

    xVals: tuple[Cert, ...] = ()  # noqa: N815 - as above
    rVals: RVals = RVals()  # noqa: N815 - as above


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One piece of evidence: exactly one of the members."""

    sigTst: Tokens | None = None  # noqa: N815 - as above
    arcTst: Tokens | None = None  # noqa: N815 - as above
    xVals: tuple[Cert, ...] | None = None  # noqa: N815 - as above
    rVals: RVals | None = None  # noqa: N815 - as above
    tstVD: Validation | None = None  # noqa: N815 - as above

    @property
    def stamp(self) -> bytes | None:
        """The token, where the piece is a time stamp."""
        tokens = self.sigTst or self.arcTst
        return tokens.tstTokens[0].val if tokens else None


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Evidence as JSON."""

    etsiU: tuple[Item, ...]  # noqa: N815 - as above


@dataclass(frozen=True)
class Known:
    """Certificates, lists and answers that held when they were gathered."""

    certs: tuple[x509.Certificate, ...] = ()
    crls: tuple[x509.CertificateRevocationList, ...] = ()
    answers: tuple[OCSPResponse, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.certs or self.crls or self.answers)


_encoder = msgspec.json.Encoder(order="sorted")
_decoder: msgspec.json.Decoder[Written] = msgspec.json.Decoder(Written)


@dataclass(frozen=True)
class Evidence:
    """The pieces in their order."""

    items: tuple[Item, ...] = ()

    @classmethod
    def read(cls, given: str | bytes | Mapping[str, Any]) -> Self:
        """From JSON text, or what it decodes to; Problem SIG-EVIDENCE where it is none, or too much."""
        try:
            raw = given if isinstance(given, str | bytes) else _encoder.encode(dict(given))
            if len(raw) > MOST:
                raise Problem("SIG-EVIDENCE", reason=f"{len(raw)} > {MOST} bytes")
            items = _decoder.decode(raw).etsiU
        except UNREADABLE_JSON as error:
            raise Problem("SIG-EVIDENCE", reason=str(error)) from error
        found = cls(items)
        found._refuse_disorder()
        return found

    def _refuse_disorder(self) -> None:
        """One member a piece, the signature's stamp first and once, bounded in number."""
        single = all(len(msgspec.to_builtins(item)) == 1 for item in self.items)
        stamps = [item for item in self.items if item.stamp is not None]
        first = not stamps or (stamps[0] is self.items[0] and stamps[0].sigTst is not None)
        again = any(item.sigTst is not None for item in stamps[1:])
        if not 0 < len(self.items) <= MOST_ITEMS or not single or not first or again:
            raise Problem("SIG-EVIDENCE", reason="etsiU")

    def written(self) -> str:
        """Canonical JSON: sorted members, no white space."""
        return _encoder.encode(Written(self.items)).decode()

    @property
    def stamped(self) -> bool:
        """Whether there is any time stamp."""
        return bool(self.items) and self.items[0].sigTst is not None

    @property
    def is_whole(self) -> bool:
        """Whether what proves the last stamp is there."""
        return bool(self.items) and self.items[-1].stamp is None

    def with_stamp(self, token: bytes) -> Self:
        """With the stamp over the signature value, or over everything so far where there is one already."""
        tokens = Tokens((Val(token),))
        item = Item(arcTst=tokens) if self.stamped else Item(sigTst=tokens)
        return type(self)((*self.items, item))

    def with_values(self, known: Known) -> Self:
        """With what proves signature and stamp; after a later stamp, what proves that one."""
        certs = tuple(Cert(Val(cert.public_bytes(Encoding.DER))) for cert in known.certs)
        crls = tuple(Val(crl.public_bytes(Encoding.DER)) for crl in known.crls)
        held = RVals(crls, tuple(Val(answer.public_bytes(Encoding.DER)) for answer in known.answers))
        if any(item.arcTst is not None for item in self.items):
            return type(self)((*self.items, Item(tstVD=Validation(certs, held))))
        return type(self)((*self.items, Item(xVals=certs), Item(rVals=held)))

    def known(self) -> Known:
        """Certificates, lists and answers of all pieces; Problem SIG-EVIDENCE where one cannot be read."""
        try:
            return self._known()
        except UNREADABLE as error:
            raise Problem("SIG-EVIDENCE", reason=str(error) or type(error).__name__) from error
        except Problem as problem:
            raise Problem("SIG-EVIDENCE", reason=problem.message()) from problem

    def _known(self) -> Known:
        proofs = [item.tstVD for item in self.items if item.tstVD]
        held = [*(item.rVals for item in self.items if item.rVals), *(proof.rVals for proof in proofs)]
        named = [*(item.xVals for item in self.items if item.xVals), *(proof.xVals for proof in proofs)]
        certs = tuple(x509.load_der_x509_certificate(c.x509Cert.val) for group in named for c in group)
        crls = tuple(revocation.read_der(one.val) for group in held for one in group.crlVals)
        told = tuple(answers.read(one.val) for group in held for one in group.ocspVals)
        if len(certs) + len(crls) + len(told) > MOST_VALUES * 4 or not all(map(readable, certs)):
            raise Problem("SIG-EVIDENCE", reason="values")
        return Known(certs, crls, told)

    def covered(self, member: Mapping[str, str], payload: str, number: int) -> bytes:
        """What the stamp of a number covers: the signature value; the whole and all before it, for later ones.

        As text: base64url of the signature; for later stamps `protected.payload.signature.` and the canonical JSON
        of the pieces before.
        """
        places = [place for place, item in enumerate(self.items) if item.stamp is not None]
        if number == 0:
            return member["signature"].encode()
        before = self.items[: places[number]] if number < len(places) else self.items
        whole = ".".join((member["protected"], payload, member["signature"], ""))
        return whole.encode() + _encoder.encode(Written(before))

    def tokens(self) -> list[bytes]:
        """The time stamps in their order."""
        return [item.stamp for item in self.items if item.stamp is not None]


@dataclass(frozen=True)
class Proved:
    """Since when a signature was certainly there: the stamp on it, where it is believed; and what was checked."""

    stamp: Stamp | None
    checks: tuple[Check, ...] = ()

    @property
    def at(self) -> datetime | None:
        """The moment of the stamp."""
        return self.stamp.at if self.stamp else None


def prove(jws: Mapping[str, Any], evidence: Evidence, trust: Trust, now: datetime) -> Proved:
    """Judge the stamps from the last to the first, each by what was known when the one after it was made.

    A later stamp that does not hold leaves the earlier ones to stand by themselves.
    """
    member, tokens = jws["signatures"][0], evidence.tokens()
    checks: list[Check] = []
    believed_at, first = now, None
    for number in reversed(range(len(tokens))):
        data = evidence.covered(member, jws["payload"], number)
        found, stamp = timestamps.judge(tokens[number], data, trust, believed_at)
        checks.append(_line(found, stamp))
        first = stamp if found.ok else None
        if found.ok and stamp is not None:
            believed_at = stamp.at
    return Proved(first, tuple(reversed(checks)))


def _line(found: Verdict, stamp: Stamp | None) -> Check:
    """One line for one stamp: what it proves, or why it proves nothing."""
    if found.ok and stamp is not None:
        return timestamps.told(stamp)
    reason = found.message
    return check("time", found.status, "SIG-STAMP-UNPROVED", reason=reason)
