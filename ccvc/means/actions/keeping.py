"""Keeping means of signing: taken in, chosen, reported lost or replaced; the subject's own, or the agency's seal."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.conf import settings

from ccvc.access.domain import Right, Subject, require
from ccvc.accounts.models import User
from ccvc.ledger import actions as ledger
from ccvc.signing import actions as signing
from ccvc.signing.models import SigningMeans
from ccvc.signing.selectors import Owner, get_key

Whose = Literal["mine", "seal"]


def owner_of(subject: Subject, whose: Whose) -> Owner:
    """Whose means these are, where the subject may keep them; Problem ACC-DENIED."""
    if whose == "seal":
        require(subject, Right.SEAL_USE, settings.CCVC_AGENCY)
        return str(settings.CCVC_AGENCY)
    require(subject, Right.MEANS_KEEP)
    return User.objects.get(username=subject.username)


def add_pkcs12(
    subject: Subject, whose: Whose, data: bytes, file_password: str, passphrase: str
) -> SigningMeans:
    """Take a PKCS#12 file; as `take_pkcs12` raises."""
    owner = owner_of(subject, whose)
    return signing.take_pkcs12(
        owner, data, file_password, passphrase, by=subject.username, audit=ledger.append
    )


def add_token(
    subject: Subject, whose: Whose, place: dict[str, str], pin: str, label: str = ""
) -> SigningMeans:
    """Take a token at the server; as `enrol_token` raises."""
    owner = owner_of(subject, whose)
    return signing.enrol_token(owner, place, pin, label=label, by=subject.username, audit=ledger.append)


def add_remote(
    subject: Subject, whose: Whose, place: dict[str, str], secret: str, label: str = ""
) -> SigningMeans:
    """Take a credential at a service; as `enrol_remote` raises."""
    owner = owner_of(subject, whose)
    return signing.enrol_remote(owner, place, secret, label=label, by=subject.username, audit=ledger.append)


def choose_default(subject: Subject, whose: Whose, means_id: int) -> SigningMeans:
    """Sign with this one where none is chosen."""
    owner = owner_of(subject, whose)
    return signing.make_default(owner, means_id, by=subject.username, audit=ledger.append)


def end(
    subject: Subject,
    whose: Whose,
    means_id: int,
    reason: str,
    *,
    since: datetime | None = None,
    replaced_by: int | None = None,
) -> SigningMeans:
    """End a means from a moment; another of the same owner's may take its place. As `revoke_means` raises."""
    owner = owner_of(subject, whose)
    other = None if replaced_by is None or replaced_by == means_id else get_key(owner, replaced_by)
    return signing.revoke_means(
        owner, means_id, reason, since=since, replaced_by=other, by=subject.username, audit=ledger.append
    )
