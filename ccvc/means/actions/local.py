"""A token in the officer's own machine becomes a means of signing: it signs that it is this account's."""

from __future__ import annotations

from secrets import token_hex
from uuid import UUID

import orjson
from django.conf import settings
from django.utils import timezone

from ccvc.access.domain import Subject
from ccvc.accounts.models import User
from ccvc.ledger import actions as ledger
from ccvc.means.actions.keeping import Whose, owner_of
from ccvc.means.actions.pending import keep_pending, take_pending
from ccvc.means.models import PendingSignature
from ccvc.signing import actions as signing
from ccvc.signing import certificates, jws, store
from ccvc.signing.certificates import Use
from ccvc.signing.models import SigningMeans
from ccvc.signing.verification import verify_certificate
from ccvc.standard.problems import Problem

FORMAT = "ccvc-enrolment/1"


def begin_local(
    subject: Subject, session: str, whose: Whose, chain: str, algorithm: str, label: str
) -> PendingSignature:
    """What the token is to sign to show who holds it: one's own, or the agency's seal in its clerk's hand.

    Problem SIG-CERTIFICATE, SIG-ALGORITHM, SIG-USE, SIG-MEANS-OWNER, and any verdict on the certificate but valid.
    """
    owner = owner_of(subject, whose)
    certs = certificates.from_pem(chain)
    signing.check_certificate(certs[0], owner)
    now = timezone.now().replace(microsecond=0)
    agency: str = settings.CCVC_AGENCY
    use: Use = "seal" if whose == "seal" else "approve"
    verify_certificate(certs[0], store.trust(), now, use, agency).required("certificate")
    said = {
        "format": FORMAT,
        "agency": agency,
        "account": subject.username,
        "at": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "nonce": token_hex(16),
    }
    payload = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    prepared = jws.prepare(payload, certs, algorithm, at=now)
    about = {"chain": certificates.to_pem(certs), "label": label[:100], "place": {"algorithm": algorithm}}
    return keep_pending(subject, session, PendingSignature.Kind.ENROL, prepared, about | {"whose": whose})


def end_local(
    subject: Subject, session: str, whose: Whose, pending_id: UUID, signature: bytes
) -> SigningMeans:
    """Keep the token as a means of signing; as take_pending and keep_means raise."""
    owner = owner_of(subject, whose)
    taken = take_pending(subject, session, PendingSignature.Kind.ENROL, pending_id, signature)
    if taken.about["whose"] != whose:
        raise Problem("SIG-PENDING", where="whose")
    row = SigningMeans(
        user=owner if isinstance(owner, User) else None,
        agency=owner if isinstance(owner, str) else "",
        kind=SigningMeans.Kind.LOCAL,
        certificate_pem=taken.about["chain"],
        label=taken.about["label"],
        place=taken.about["place"],
    )
    return signing.keep_means(row, by=subject.username, audit=ledger.append)
