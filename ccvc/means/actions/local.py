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
from ccvc.means.actions.keeping import owner_of
from ccvc.means.actions.pending import keep_pending, take_pending
from ccvc.means.models import PendingSignature
from ccvc.signing import actions as signing
from ccvc.signing import certificates, jws, store
from ccvc.signing.models import SigningMeans
from ccvc.signing.verification import verify_certificate

FORMAT = "ccvc-enrolment/1"


def begin_local(
    subject: Subject, session: str, chain_pem: str, algorithm: str, label: str
) -> PendingSignature:
    """What the token is to sign to show whose it is. Problem SIG-CERTIFICATE, SIG-ALGORITHM, SIG-USE, SIG-MEANS-OWNER.

    Any verdict on the certificate but valid is raised too.
    """
    owner = owner_of(subject, "mine")
    chain = certificates.from_pem(chain_pem)
    signing.check_certificate(chain[0], owner)
    now = timezone.now().replace(microsecond=0)
    agency: str = settings.CCVC_AGENCY
    verify_certificate(chain[0], store.trust(), now, "approve", agency).required("certificate")
    said = {
        "format": FORMAT,
        "agency": agency,
        "account": subject.username,
        "at": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "nonce": token_hex(16),
    }
    payload = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    prepared = jws.prepare(payload, chain, algorithm, at=now)
    about = {"chain": certificates.to_pem(chain), "label": label[:100], "place": {"algorithm": algorithm}}
    return keep_pending(subject, session, PendingSignature.Kind.ENROL, prepared, about)


def end_local(subject: Subject, session: str, pending_id: UUID, signature: bytes) -> SigningMeans:
    """Keep the token as a means of signing; as take_pending and keep_means raise."""
    owner = owner_of(subject, "mine")
    taken = take_pending(subject, session, PendingSignature.Kind.ENROL, pending_id, signature)
    row = SigningMeans(
        user=owner if isinstance(owner, User) else None,
        kind=SigningMeans.Kind.LOCAL,
        certificate_pem=taken.about["chain"],
        label=taken.about["label"],
        place=taken.about["place"],
    )
    return signing.keep_means(row, audit=ledger.append)
