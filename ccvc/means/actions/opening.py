"""Opening one's own means of signing, and the agency's seal."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.ledger import actions as ledger
from ccvc.signing import store
from ccvc.signing.actions import OpenKey, open_means
from ccvc.signing.selectors import Account
from ccvc.signing.signers import Signer
from ccvc.signing.verification import verify_certificate


def open_own(subject: Subject, secret: str, means_id: int | None = None) -> OpenKey:
    """The subject's own means, the default where none is named; outside a transaction, and as `open_means` raises."""
    owner = Account(subject.user_id, subject.username)
    return open_means(owner, secret, means_id=means_id, audit=ledger.append)


def open_seal(subject: Subject, secret: str, means_id: int | None = None) -> Signer:
    """The agency's seal in the clerk's hand; outside a transaction.

    Problem ACC-DENIED, SIG-NO-SEAL, SIG-LOCKED, SIG-PASSPHRASE or SIG-PIN, any verdict on the certificate but valid.
    Basis: NĐ 30/2020/NĐ-CP Điều 32, 33: the clerk signs with the agency's device, in person.
    """
    agency = settings.CCVC_AGENCY
    require(subject, Right.SEAL_USE, agency)
    opened = open_means(agency, secret, means_id=means_id, by=subject.username, audit=ledger.append)
    verify_certificate(opened.cert, store.trust(), timezone.now(), "seal", agency).required("certificate")
    return opened.signer
