"""Whether a certificate was revoked: by its authority's list (CRL) and by answers of its responder (OCSP).

Both are asked; a revocation told by either is certain. Where one is missing or out of date the other tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Literal

from cryptography import x509
from cryptography.x509.ocsp import OCSPResponse

from ccvc.signing import answers, revocation
from ccvc.signing.certificates import name_of
from ccvc.signing.keys import VerifyingKey
from ccvc.signing.trust import Trust
from ccvc.signing.verdicts import Check, check, date, moment

Source = Literal["ocsp", "crl"]

TAKEN = frozenset({"key_compromise", "ca_compromise", "aa_compromise"})
"""Reasons that say somebody else may hold the key: such a key writes any date."""
_FOR_NOW = frozenset({"certificate_hold", "remove_from_crl"})


@dataclass(frozen=True)
class Standing:
    """What one source says of one certificate: good as of a moment and told until another, or revoked since."""

    source: Source
    as_of: datetime
    until: datetime
    since: datetime | None = None
    reason: str = ""
    known: bool = True

    def tells(self, at: datetime) -> bool:
        """Whether it says the certificate was in force at that moment."""
        in_force = self.since is None or self.since > at
        return self.known and in_force and (at <= self.until or self.as_of > at)


def standings(cert: x509.Certificate, issuer: x509.Certificate, trust: Trust) -> list[Standing]:
    """All that lists and answers by this authority say of a certificate, the newest first."""
    found = [*_by_answers(cert, issuer, trust), *_by_lists(cert, issuer, trust)]
    return sorted(found, key=lambda one: one.as_of, reverse=True)


def _by_answers(cert: x509.Certificate, issuer: x509.Certificate, trust: Trust) -> Iterator[Standing]:
    """An answer given after the certificate ended tells nothing: responders forget those."""
    for answer in trust.answers:
        single = answers.about(answer, cert, issuer)
        if single is None or not answers.genuine(answer, issuer, trust.crls):
            continue
        as_of = single.this_update_utc
        if as_of <= cert.not_valid_after_utc:
            until = single.next_update_utc or as_of + trust.fresh
            reason = single.revocation_reason.name if single.revocation_reason else ""
            known = single.certificate_status.name != "UNKNOWN"
            yield Standing("ocsp", as_of, until, single.revocation_time_utc, reason, known)


def _by_lists(cert: x509.Certificate, issuer: x509.Certificate, trust: Trust) -> Iterator[Standing]:
    """Of all lists the revocations, of the newest also that there is none: an older one put back is not read."""
    lists = [crl for crl in trust.crls if is_by(crl, issuer)]
    newest = max(lists, key=lambda crl: (revocation.number_of(crl), crl.last_update_utc), default=None)
    for crl in lists:
        found = crl.get_revoked_certificate_by_serial_number(cert.serial_number)
        entry = revocation.entry_of(found) if found is not None else None
        reason = entry.reason.name if entry and entry.reason else ""
        since = entry.at if entry else None
        if crl is newest or (since is not None and reason not in _FOR_NOW):
            until = crl.next_update_utc or crl.last_update_utc
            yield Standing("crl", crl.last_update_utc, until, since, reason)


def is_by(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    """Whether this authority, being one that signs lists, signed this list."""
    key = issuer.public_key()
    if crl.issuer != issuer.subject or not isinstance(key, VerifyingKey):
        return False
    signs = issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    return signs and crl.is_signature_valid(key)


def revoked(told: Sequence[Standing], at: datetime) -> Standing | None:
    """The earliest revocation known that holds at a moment; one for the time being only by the newest word."""
    held = [
        one
        for place, one in enumerate(told)
        if one.since is not None and one.since <= at and (place == 0 or one.reason not in _FOR_NOW)
    ]
    return min(held, key=lambda one: one.since or at, default=None)


def revocation_checks(path: Sequence[x509.Certificate], trust: Trust, at: datetime) -> Iterator[Check]:
    """Each certificate below the anchor: revoked is certain; without a word that holds we cannot tell."""
    for cert, issuer in pairwise(path):
        told = standings(cert, issuer, trust)
        gone = revoked(told, at)
        if gone is not None and gone.since is not None:
            yield check("revocation", "invalid", "SIG-REVOKED", name=name_of(cert), since=date(gone.since))
        else:
            yield _in_force(cert, issuer, told, at)


def _in_force(
    cert: x509.Certificate, issuer: x509.Certificate, told: Sequence[Standing], at: datetime
) -> Check:
    held = next((one for one in told if one.tells(at)), None)
    if held is not None:
        code = "SIG-CHECKED-OCSP" if held.source == "ocsp" else "SIG-CHECKED-CRL"
        params = {"name": name_of(cert), "issuer": name_of(issuer), "as_of": moment(held.as_of)}
        return check("revocation", "valid", code, **params)
    if not told:
        return check("revocation", "unknown", "SIG-CRL-MISSING", issuer=name_of(issuer))
    if not any(one.known for one in told):
        return check("revocation", "unknown", "SIG-OCSP-UNKNOWN", name=name_of(cert), issuer=name_of(issuer))
    last = max((one for one in told if one.known), key=lambda one: one.until)
    code = "SIG-OCSP-STALE" if last.source == "ocsp" else "SIG-CRL-STALE"
    return check("revocation", "unknown", code, issuer=name_of(issuer), until=date(last.until))


def last_word(path: Sequence[x509.Certificate], trust: Trust) -> datetime | None:
    """As of when the state of the whole path below the anchor is known; None where a part of it is not."""
    words = []
    for cert, issuer in pairwise(path):
        known = [one for one in standings(cert, issuer, trust) if one.known]
        if not known:
            return None
        words.append(known[0].as_of)
    return min(words, default=None)


def answer_at(
    cert: x509.Certificate, issuer: x509.Certificate, trust: Trust, at: datetime
) -> OCSPResponse | None:
    """A genuine answer that says a certificate was in force at a moment, the newest first."""
    for answer in sorted(trust.answers, key=lambda one: one.produced_at_utc, reverse=True):
        alone = replace(trust, answers=(answer,))
        if any(one.tells(at) for one in _by_answers(cert, issuer, alone)):
            return answer
    return None


def list_at(
    cert: x509.Certificate, issuer: x509.Certificate, trust: Trust, at: datetime
) -> x509.CertificateRevocationList | None:
    """A list of the authority that says the same, the newest first."""
    for crl in sorted(trust.crls, key=lambda one: one.last_update_utc, reverse=True):
        alone = replace(trust, crls=(crl,))
        if any(one.tells(at) for one in _by_lists(cert, issuer, alone)):
            return crl
    return None
