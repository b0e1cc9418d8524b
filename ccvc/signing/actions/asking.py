"""Asking responders and list points whether certificates still count, and keeping what they say.

Asked are only addresses in certificates that lead to an anchor of this node. Runs outside of any transaction: a
service that is slow holds up nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from secrets import token_bytes

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.ocsp import OCSPResponse
from django.conf import settings
from django.utils import timezone

from ccvc.signing import answers, certificates, fetching, revocation, services, standing, store
from ccvc.signing.addresses import services_of
from ccvc.signing.certificates import SKEW, fingerprint
from ccvc.signing.models import ServiceState, SigningMeans, StatusAnswer
from ccvc.signing.trust import Trust
from ccvc.signing.verification import path_of
from ccvc.standard.problems import Problem

log = structlog.get_logger(__name__)
AGAIN = timedelta(seconds=30)
"""How soon a responder is asked again about the same certificate, whatever it said."""
SECONDS = 5.0
MOST_LIST = 8 * 1024 * 1024
PARTS_OF_TOLERANCE = 4
LIST_ENDS = timedelta(days=3)
NEVER = timedelta(days=36_500)


def freshen(chain: Iterable[x509.Certificate], *, since: datetime | None = None) -> None:
    """Have a word on each certificate of a chain that is no older than a moment; what cannot be had is left as it is.

    Without a moment: no older than a quarter of what is borne. Asks each responder at most every half minute.
    """
    leaf, *between = chain
    known = store.trust().knowing(between)
    bound = since or timezone.now() - timedelta(seconds=settings.CCVC_OCSP_TOLERANCE) / PARTS_OF_TOLERANCE
    for cert, issuer in pairwise(path_of(leaf, known) or []):
        if services_of(cert).ocsp:
            _freshen(cert, issuer, known, bound)
        elif services_of(cert).crl and _list_ends(issuer, known) < timezone.now() + LIST_ENDS:
            _fetch_lists(cert, issuer)


def _list_ends(issuer: x509.Certificate, known: Trust) -> datetime:
    """When the list held of an authority ends; long ago where none is."""
    held = [crl.next_update_utc for crl in known.crls if standing.is_by(crl, issuer) and crl.next_update_utc]
    return max(held, default=timezone.now() - NEVER)


def _freshen(cert: x509.Certificate, issuer: x509.Certificate, known: Trust, bound: datetime) -> None:
    now, name = timezone.now(), fingerprint(cert)
    kept = StatusAnswer.objects.filter(pk=name).first()
    if kept is not None and (_as_of(kept) >= bound or now - kept.asked_at < AGAIN):
        return
    if not _claim(name, kept, now):
        return
    try:
        answer = _ask(cert, issuer, known, now)
    except Problem as problem:
        log.warning("signing.revocation", code=problem.code, reason=problem.message())
        note(services.REVOCATION, problem)
        _fetch_lists(cert, issuer)
    else:
        StatusAnswer.objects.filter(pk=name).update(answer=answer.public_bytes(Encoding.DER))
        note(services.REVOCATION, None)


def _claim(name: str, kept: StatusAnswer | None, now: datetime) -> bool:
    """Whether it falls to this process to ask: one does at a time."""
    if kept is None:
        return StatusAnswer.objects.get_or_create(pk=name, defaults={"asked_at": now})[1]
    return bool(StatusAnswer.objects.filter(pk=name, asked_at=kept.asked_at).update(asked_at=now))


def _as_of(kept: StatusAnswer) -> datetime:
    if not kept.answer:
        return kept.asked_at - NEVER
    return max(single.this_update_utc for single in answers.read(bytes(kept.answer)).responses)


def _ask(cert: x509.Certificate, issuer: x509.Certificate, known: Trust, now: datetime) -> OCSPResponse:
    """The answer of the first responder that gives a genuine one. Problem SIG-UNREACHABLE, SIG-OCSP-FORM, -OTHER."""
    trouble: Problem | None = None
    places = services_of(cert).ocsp
    for url in places:
        try:
            return _ask_at(url, cert, issuer, known, now)
        except Problem as problem:
            trouble = problem
    raise trouble or Problem("SIG-UNREACHABLE", address="—", reason="—", reason_en="—")


def _ask_at(
    url: str, cert: x509.Certificate, issuer: x509.Certificate, known: Trust, now: datetime
) -> OCSPResponse:
    nonce = token_bytes(answers.NONCE)
    body = answers.request(cert, issuer, nonce)
    question = fetching.Question(url, answers.MOST_ANSWER, body, "application/ocsp-request", SECONDS)
    answer = answers.read(fetching.ask(question, services_of(cert).ocsp))
    single = answers.about(answer, cert, issuer)
    repeated = answers.nonce_of(answer)
    if single is None or not answers.genuine(answer, issuer, known.crls):
        raise Problem("SIG-OCSP-OTHER", part="certificate, responder")
    if repeated is not None and repeated != nonce:
        raise Problem("SIG-OCSP-OTHER", part="nonce")
    until = single.next_update_utc or single.this_update_utc + known.fresh
    if not single.this_update_utc - SKEW <= now <= until + SKEW:
        raise Problem("SIG-OCSP-OTHER", part="thisUpdate, nextUpdate")
    return answer


def _fetch_lists(cert: x509.Certificate, issuer: x509.Certificate) -> None:
    """Take up the list a certificate names, if its authority signed it and it is not older than the one held."""
    for url in services_of(cert).crl:
        try:
            crl = revocation.read_der(
                fetching.ask(fetching.Question(url, MOST_LIST, seconds=SECONDS), services_of(cert).crl)
            )
            if standing.is_by(crl, issuer):
                pem = crl.public_bytes(Encoding.PEM).decode()
                store.save_crl(Path(settings.CCVC_HOME), store.crl_name(crl), pem)
                return
        except Problem as problem:
            log.warning("signing.list", code=problem.code, reason=problem.message())


def freshen_means() -> None:
    """The worker's round: keep a recent word on every certificate that may sign here."""
    for row in SigningMeans.objects.filter(revoked_at=None).order_by("pk").iterator():
        chain = certificates.from_pem(row.certificate_pem)
        if any(services_of(cert).ocsp or services_of(cert).crl for cert in chain):
            freshen(chain)


def note(name: str, problem: Problem | None, *, asked: datetime | None = None) -> None:
    """Keep how a service answered: since when it fails, and that it is well again as soon as it answers once."""
    now = asked or timezone.now()
    state, _ = ServiceState.objects.get_or_create(pk=name)
    state.asked_at = now
    if problem is None:
        state.ok_at, state.failing_since, state.trouble = now, None, None
    else:
        state.failing_since = state.failing_since or now
        state.trouble = problem.as_json()
    state.save(update_fields=["asked_at", "ok_at", "failing_since", "trouble"])
