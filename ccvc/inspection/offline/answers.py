"""Answers on the state of certificates (OCSP, RFC 6960) and lists (CRL), as words on one certificate."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from ccvc.inspection.offline.certificates import Certificate, RevocationList
from ccvc.inspection.offline.der import Bad, Der, Unknown, bits, der, inner, moment, oid
from ccvc.inspection.offline.keys import scheme_of
from ccvc.inspection.offline.stamps import hash_of

BASIC, ANSWERS, NO_CHECK = "1.3.6.1.5.5.7.48.1.1", "1.3.6.1.5.5.7.3.9", "1.3.6.1.5.5.7.48.1.5"
TAKEN, FOR_NOW = {1, 2, 10}, {6, 8}
"""Reasons that say somebody else may hold the key; reasons that may be lifted."""
FRESH = 3600.0


class Word(NamedTuple):
    """What one source says of one certificate: as of when, until when, revoked since, why, whether it knows."""

    as_of: datetime
    until: datetime
    since: datetime | None
    reason: int
    known: bool

    def tells(self, at: datetime) -> bool:
        """Whether it says the certificate was in force at that moment."""
        return (
            self.known and (self.since is None or self.since > at) and (at <= self.until or self.as_of > at)
        )


class Single(NamedTuple):
    """One certificate in an answer: digests of its authority's name and key, its number, and the word."""

    digest: str
    name: bytes
    key: bytes
    serial: int
    word: Word


class Answer:
    """An answer of a responder; Bad where it is none."""

    def __init__(self, data: bytes) -> None:
        status, *rest = der(data).parts()
        if status.body != b"\x00" or not rest:
            raise Bad("OCSP")
        kind, wrapped = inner(rest[0]).parts()
        if oid(kind) != BASIC:
            raise Bad("OCSP")
        self.part, self.algorithm, signature, *certs = der(wrapped.body).parts()
        self.signature = bits(signature)
        self.chain = [Certificate(one.raw) for part in certs for one in inner(part).parts()]
        parts = self.part.parts()
        self.responder, made, singles, *_ = parts[1:] if parts[0].tag == 0xA0 else parts
        self.made = moment(made)
        self.singles = [self._single(one.parts()) for one in singles.parts()]

    def _single(self, parts: list[Der]) -> Single:
        algorithm, name, key, serial = parts[0].parts()
        state, as_of = parts[1], moment(parts[2])
        ends = [moment(inner(part)) for part in parts[3:] if part.tag == 0xA0]
        until = ends[0] if ends else datetime.fromtimestamp(as_of.timestamp() + FRESH, as_of.tzinfo)
        told = state.parts() if state.tag == 0xA1 else []
        reason = inner(told[1]).body[0] if len(told) > 1 else 0
        word = Word(as_of, until, moment(told[0]) if told else None, reason, state.tag != 0x82)
        number = int.from_bytes(serial.body, "big", signed=True)
        return Single(hash_of(algorithm), name.body, key.body, number, word)

    def word(self, cert: Certificate, above: Certificate) -> Word | None:
        """What it says of a certificate of an authority; given after the certificate ended it tells nothing."""
        for one in self.singles:
            named = hashlib.new(one.digest, above.subject).digest() == one.name
            keyed = hashlib.new(one.digest, above.key.bits).digest() == one.key
            if named and keyed and one.serial == cert.serial and one.word.as_of <= cert.until:
                return one.word
        return None

    def genuine(self, above: Certificate, lists: Iterable[RevocationList] = ()) -> Certificate | None:
        """Who signed it: the authority itself, or whom it issued a certificate to for that; None for another."""
        own = [item for item in lists if item.issuer == above.subject and item.signed_by(above)]
        for cert in [above, *self.chain]:
            if self._is_by(cert) and (cert is above or self._may_answer(cert, above, own)):
                scheme, digest = scheme_of(self.algorithm)
                if cert.key.holds(self.part.raw, self.signature, scheme, digest):
                    return cert
        return None

    def _is_by(self, cert: Certificate) -> bool:
        """Whether the answer names this certificate's holder, by name or by key."""
        told = inner(self.responder)
        if self.responder.tag == 0xA1:
            return told.raw == cert.subject
        return told.body == hashlib.sha1(cert.key.bits, usedforsecurity=False).digest()

    def _may_answer(self, cert: Certificate, above: Certificate, own: list[RevocationList]) -> bool:
        if not (cert.issuer == above.subject and cert.signed_by(above) and ANSWERS in cert.uses()):
            return False
        if any(cert.serial in item.revoked for item in own):
            return False
        return cert.since <= self.made <= cert.until and (NO_CHECK in cert.extensions or bool(own))


def words(
    cert: Certificate, above: Certificate, lists: Iterable[RevocationList], answers: Iterable[Answer]
) -> list[Word]:
    """All that genuine lists and answers say of a certificate, the newest first."""
    known = list(lists)
    found = [*_by_answers(cert, above, known, answers), *_by_lists(cert, above, known)]
    return sorted(found, key=lambda one: one.as_of, reverse=True)


def _by_answers(
    cert: Certificate, above: Certificate, lists: list[RevocationList], answers: Iterable[Answer]
) -> Iterator[Word]:
    for answer in answers:
        said = answer.word(cert, above)
        if said is not None and answer.genuine(above, lists) is not None:
            yield said


def _by_lists(cert: Certificate, above: Certificate, lists: list[RevocationList]) -> Iterator[Word]:
    """Of all lists the revocations, of the newest also that there is none."""
    own = [item for item in lists if item.issuer == above.subject and item.signed_by(above)]
    newest = max(own, key=lambda item: (item.number, item.as_of), default=None)
    for item in own:
        gone = item.revoked.get(cert.serial)
        if item is newest or (gone is not None and gone.reason not in FOR_NOW):
            since, reason = (gone.since, gone.reason) if gone else (None, 0)
            yield Word(item.as_of, item.until or item.as_of, since, reason, known=True)


def revoked(told: list[Word], at: datetime) -> Word | None:
    """The earliest revocation that holds at a moment; one for the time being only by the newest word."""
    held = [
        one
        for place, one in enumerate(told)
        if one.since is not None and one.since <= at and (place == 0 or one.reason not in FOR_NOW)
    ]
    return min(held, key=lambda one: one.since or at, default=None)


def refuse_revoked(one: Certificate, above: Certificate, told: list[Word], at: datetime) -> None:
    """Bad where a certificate was revoked at a moment, Unknown where nothing says that it was not."""
    gone = revoked(told, at)
    if gone is not None:
        raise Bad(f"{one.name}: thu hồi / revoked {gone.since:%d/%m/%Y}")
    if not any(word.tells(at) for word in told):
        last = max((word.until for word in told), default=None)
        raise Unknown(f"{above.name}: CRL, OCSP {last.strftime('%d/%m/%Y') if last else '—'}")
