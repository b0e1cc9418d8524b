"""Revocation: the authority's lists, published by the national node and refreshed by its components."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from msgspec import Struct

from ccvc.access.domain import Right, Subject, require
from ccvc.exchange import carriers
from ccvc.exchange.actions.streams import known_peer
from ccvc.exchange.domain.enrolment import crl_pem, genuine_crl
from ccvc.exchange.models import Peer
from ccvc.ledger import actions as ledger
from ccvc.signing import certificates, revocation, store
from ccvc.signing.certificates import Issuer
from ccvc.signing.verification import verify_certificate
from ccvc.standard.documents import UNREADABLE
from ccvc.standard.problems import Problem


class Published(Struct, frozen=True, forbid_unknown_fields=True):
    """What a node publishes for all: PEM of revocation lists, and of its encryption certificate."""

    agency: str
    crls: list[str]
    encrypt: str


def published() -> Published:
    """What this node publishes."""
    crls = [crl_pem(crl) for crl in store.trust().crls]
    return Published(settings.CCVC_AGENCY, crls, certificates.to_pem(store.node_keys().encrypt.chain))


def save_crls(home: Path, crls: Iterable[str]) -> None:
    """Keep each authority's list in a file of its own; an older list never replaces a newer one."""
    for pem in crls:
        store.save_crl(home, store.crl_name(revocation.read(pem)), pem)


def publish_revocations(issuer: Issuer, serials: Iterable[int] = ()) -> None:
    """Sign the authority's next list: what it held, and these serial numbers; with none it is renewed."""
    home = Path(settings.CCVC_HOME)
    own = [crl for crl in store.trust().crls if crl.issuer == issuer.cert.subject]
    newest = max(own, key=revocation.number_of, default=None)
    pem = (
        revocation.crl(issuer, serials)
        if newest is None
        else revocation.revoke(issuer, crl_pem(newest), serials)
    )
    save_crls(home, [pem])


def revoke_peer(subject: Subject, agency_code: str, issuer: Issuer, *, reason: str) -> Peer:
    """Revoke every certificate issued to a peer's node and suspend it; Problem EXC-NOT-JOINED.

    The list is written first: from then on the certificates count nowhere, whatever happens next.
    """
    require(subject, Right.NODE_ADMIN)
    peer = known_peer(agency_code)
    serials = [certificates.from_pem(pem)[0].serial_number for pem in peer.certificates.values()]
    publish_revocations(issuer, serials)
    with transaction.atomic():
        peer = Peer.objects.select_for_update().get(pk=peer.pk)
        peer.state = Peer.State.SUSPENDED
        peer.save(update_fields=["state"])
        payload = {"act": "revoke", "by": subject.username, "peer": agency_code, "reason": reason}
        ledger.append("administrative", f"peer:{agency_code}", payload)
    return peer


def refresh_revocations(subject: Subject, peer: Peer) -> bool:
    """Fetch a peer's published lists and encryption certificate; whether anything newer was taken up.

    Nothing fetched is believed by itself: a list must be signed by a trusted authority and not be older, the
    certificate must be the peer's by that authority. Problem EXC-UNREACHABLE, EXC-ANSWER.
    """
    require(subject, Right.EXCHANGE_RUN)
    if peer.transport != Peer.Transport.HTTPS:
        return False
    try:
        found = msgspec.json.decode(carriers.https_to(peer).published(), type=Published)
    except UNREADABLE as error:
        raise Problem("EXC-ANSWER", where=peer.address, reason=str(error)) from error
    return _take_up_lists(found.crls) | _take_up_certificate(peer, found.encrypt)


def _take_up_lists(crls: Iterable[str]) -> bool:
    trust, taken = store.trust(), False
    for pem in crls:
        crl = genuine_crl(pem, trust)
        known = [revocation.number_of(c) for c in trust.crls if crl is not None and c.issuer == crl.issuer]
        if crl is not None and revocation.number_of(crl) > max(known, default=-1):
            save_crls(Path(settings.CCVC_HOME), [pem])
            taken = True
    return taken


def _take_up_certificate(peer: Peer, pem: str) -> bool:
    if pem == peer.certificates.get("encrypt"):
        return False
    cert = certificates.from_pem(pem)[0]
    if not verify_certificate(cert, store.trust(), timezone.now(), "encrypt", peer.agency_code).ok:
        return False
    peer.certificates = {**peer.certificates, "encrypt": pem}
    peer.save(update_fields=["certificates"])
    return True
