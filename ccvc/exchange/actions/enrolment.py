"""Enrolment: a component asks, the national node issues certificates, the component joins; suspension."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from cryptography import x509
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.access import reach
from ccvc.access.domain import Right, Subject, require
from ccvc.exchange.actions.revocations import save_crls
from ccvc.exchange.actions.streams import known_peer, open_streams
from ccvc.exchange.domain import enrolment
from ccvc.exchange.domain.enrolment import EnrolmentAnswer, EnrolmentRequest, NationalNode, Pems
from ccvc.exchange.models import Peer
from ccvc.ledger import actions as ledger
from ccvc.signing import certificates, keys, store
from ccvc.signing.certificates import Issuer
from ccvc.standard.problems import Problem

Use = Literal["sign", "encrypt", "tls"]
DAYS = 365


def enrolment_request(
    home: Path, *, agency: str, name: str, tls: bool = False, dns: Sequence[str] = (), ip: Sequence[str] = ()
) -> EnrolmentRequest:
    """Make the node's keys (kept aside until it joins) and the request for their certificates.

    Asked again, it uses the same keys, so that an answer on its way still fits.
    """
    uses: list[Use] = ["sign", "encrypt", "tls"] if tls else ["sign", "encrypt"]
    requests = {
        use: certificates.request(_waiting_key(home, use), common_name=name, agency_code=agency)
        for use in uses
    }
    return EnrolmentRequest(
        format=enrolment.REQUEST_FORMAT,
        agency=agency,
        name=name,
        csr=Pems(requests["sign"], requests["encrypt"], requests.get("tls")),
        created_at=timezone.now().replace(microsecond=0),
        dns=list(dns),
        ip=list(ip),
    )


def _waiting_file(home: Path, use: Use) -> Path:
    return home / "keys" / "waiting" / f"{use}.key.pem"


def _waiting_key(home: Path, use: Use) -> keys.PrivateKey:
    file = _waiting_file(home, use)
    if file.exists():
        return keys.from_pem(file.read_text())
    key = keys.generate()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(keys.to_pem(key, None))
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)
    return key


@transaction.atomic
def enrol(
    subject: Subject,
    request: EnrolmentRequest,
    issuer: Issuer,
    *,
    address: str,
    transport: Literal["mailbox", "file"] = "mailbox",
    folder: str = "",
    days: int = DAYS,
) -> EnrolmentAnswer:
    """Issue certificates to a component and enter it as a peer; enrolling it again renews them.

    `address` is where the component reaches this node (https://host:port, or the exchange folder on its
    side); `folder` the exchange folder on this side. Problem EXC-ENROL-NATIONAL, -AGENCY or -PROOF.
    """
    require(subject, Right.NODE_ADMIN)
    if settings.CCVC_KIND != "national":
        raise Problem("EXC-ENROL-NATIONAL")
    if not reach.tree().known(request.agency, timezone.localdate()):
        raise Problem("EXC-ENROL-AGENCY", where="agency", got=request.agency)
    issued = _issue(request, issuer, days)
    peer, created = Peer.objects.update_or_create(
        agency_code=request.agency,
        defaults={
            "name": request.name,
            "certificates": {use: certificates.to_pem(chain) for use, chain in issued.items()},
            "transport": transport,
            "address": folder,
            "state": Peer.State.ENROLLED,
        },
    )
    open_streams(peer)
    serials = {use: certificates.serial_of(chain[0]) for use, chain in issued.items()}
    _audit(subject, "enrol" if created else "enrol_again", peer, serials=serials)
    return _answer(request, issued, address, "https" if transport == "mailbox" else "file")


def _issue(request: EnrolmentRequest, issuer: Issuer, days: int) -> dict[Use, tuple[x509.Certificate, ...]]:
    issued: dict[Use, tuple[x509.Certificate, ...]] = {}
    for use, asked in enrolment.checked_requests(request).items():
        cert = certificates.issue(
            issuer,
            asked.public_key,
            common_name=request.name,
            agency_code=request.agency,
            use=use,
            days=days,
            dns=request.dns if use == "tls" else (),
            ip=request.ip if use == "tls" else (),
        )
        issued[use] = issuer.chain_of(cert)
    return issued


def _answer(
    request: EnrolmentRequest,
    issued: dict[Use, tuple[x509.Certificate, ...]],
    address: str,
    transport: Literal["https", "file"],
) -> EnrolmentAnswer:
    pems = {use: certificates.to_pem(chain) for use, chain in issued.items()}
    own = store.node_keys().encrypt
    return EnrolmentAnswer(
        format=enrolment.ANSWER_FORMAT,
        agency=request.agency,
        name=request.name,
        certificates=Pems(pems["sign"], pems["encrypt"], pems.get("tls")),
        trust=enrolment.anchors_of(store.trust()),
        national=NationalNode(
            agency=settings.CCVC_AGENCY,
            name=settings.CCVC_NAME,
            address=address,
            transport=transport,
            encrypt=certificates.to_pem(own.chain),
        ),
        created_at=timezone.now().replace(microsecond=0),
    )


def join(subject: Subject, answer: EnrolmentAnswer, *, fingerprint: str | None = None) -> Peer:
    """Take up the certificates and the trust of an answer, and the national node as the peer to send to.

    `fingerprint` is what the national node's administrator read out. Files are written first, each whole or
    not at all, then the peer: a kill in between is mended by joining again. Problem EXC-JOIN-AGENCY, EXC-
    JOIN-KEY, EXC-ENROL-FINGERPRINT.
    """
    require(subject, Right.NODE_ADMIN)
    home = Path(settings.CCVC_HOME)
    if answer.agency != settings.CCVC_AGENCY:
        raise Problem("EXC-JOIN-AGENCY", where="agency", got=answer.agency, expected=settings.CCVC_AGENCY)
    _compare_fingerprint(answer, fingerprint)
    pairs = [(use, *_pair(home, use, pem)) for use, pem in answer.certificates.items()]
    store.save_trust(home, "scheme", certificates.from_pem(answer.trust.certificates))
    save_crls(home, answer.trust.crls)
    for use, key, chain in pairs:
        store.save_node_key(home, use, key, chain)
    peer = _enter_national(subject, answer)
    for use, _, _ in pairs:
        _waiting_file(home, use).unlink(missing_ok=True)
    return peer


def _compare_fingerprint(answer: EnrolmentAnswer, expected: str | None) -> None:
    got = enrolment.fingerprint(answer.trust)
    if expected is not None and expected.replace(":", "").replace(" ", "").lower() != got:
        raise Problem("EXC-ENROL-FINGERPRINT", where="trust.certificates", got=got, expected=expected)


def _pair(home: Path, use: Use, pem: str) -> tuple[keys.PrivateKey, tuple[x509.Certificate, ...]]:
    """The waiting key and its certificate; the key in use, where this answer was taken up before."""
    chain = certificates.from_pem(pem)
    for file in (_waiting_file(home, use), home / "keys" / f"{use}.key.pem"):
        if file.exists():
            key = keys.from_pem(file.read_text())
            if key.public_key() == chain[0].public_key():
                return key, chain
    raise Problem("EXC-JOIN-KEY", where=f"certificates.{use}", use=use)


@transaction.atomic
def _enter_national(subject: Subject, answer: EnrolmentAnswer) -> Peer:
    national = answer.national
    peer, _ = Peer.objects.update_or_create(
        agency_code=national.agency,
        defaults={
            "name": national.name,
            "certificates": {"encrypt": national.encrypt},
            "transport": national.transport,
            "address": national.address,
            "state": Peer.State.ENROLLED,
        },
    )
    open_streams(peer)
    _audit(subject, "join", peer, fingerprint=enrolment.fingerprint(answer.trust))
    return peer


@transaction.atomic
def suspend_peer(subject: Subject, agency_code: str, *, reason: str) -> Peer:
    """Take nothing more from a peer and send it nothing, until resumed; what was taken stays."""
    return _set_state(subject, agency_code, Peer.State.SUSPENDED, "suspend", reason)


@transaction.atomic
def resume_peer(subject: Subject, agency_code: str, *, reason: str) -> Peer:
    """Exchange with a suspended peer again."""
    return _set_state(subject, agency_code, Peer.State.ENROLLED, "resume", reason)


def _set_state(subject: Subject, agency_code: str, state: Peer.State, act: str, reason: str) -> Peer:
    require(subject, Right.NODE_ADMIN)
    peer = Peer.objects.select_for_update().get(pk=known_peer(agency_code).pk)
    peer.state = state
    peer.save(update_fields=["state"])
    _audit(subject, act, peer, reason=reason)
    return peer


def _audit(subject: Subject, act: str, peer: Peer, **more: object) -> None:
    payload = {
        "act": act,
        "by": subject.username,
        "peer": peer.agency_code,
        "request": subject.request_id,
        **more,
    }
    ledger.append("administrative", f"peer:{peer.agency_code}", payload)
