"""The worker's rounds over signatures already committed: stamp them, gather what proves them, stamp them again in time.

An approval never waits for any of it. Each step is one short update of one row; a round can be killed anywhere and the
next one goes on. Services are asked outside of any transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from secrets import randbits, token_bytes
from time import monotonic, sleep
from typing import Any

import structlog
from cryptography import x509
from cryptography.x509.ocsp import OCSPResponse
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from ccvc.signing import algorithms, fetching, jws, services, standing, timestamps
from ccvc.signing.actions.asking import freshen, note
from ccvc.signing.actions.reporting import Audit
from ccvc.signing.approvals import verify_approval
from ccvc.signing.longterm import Evidence, Known
from ccvc.signing.models import ServiceState, Signature
from ccvc.signing.timestamps import Stamp
from ccvc.signing.trust import Trust
from ccvc.signing.verification import key_of, path_of
from ccvc.standard.problems import Problem

log = structlog.get_logger(__name__)
AT_ONCE = 200
REST, LONGEST_REST = 4.0, 0.5
PROBE = timedelta(minutes=15)
PROBE_FAILING = timedelta(seconds=30)
GATHER_AGAIN = timedelta(minutes=5)
RENEW_WITHIN = timedelta(days=90)
MOST_LIST = 64 * 1024
"""The largest revocation list kept beside a signature: beyond it, answers of the responder have to do."""
SECONDS = 10.0


@dataclass(frozen=True)
class Round:
    """What one round did, and what it left: signatures stamped, proved, stamped again; waiting; in what trouble."""

    stamped: int = 0
    gathered: int = 0
    renewed: int = 0
    waiting: int = 0
    trouble: Problem | None = None


def stamp_due(audit: Audit | None = None, *, most: int = AT_ONCE, gently: bool = False) -> Round:
    """Stamp what waits, the oldest first, then gather what proves it. Where no service is configured, nothing is done.

    Gently: with rests between, so that whoever approves meanwhile notices little. The first failure ends the round. The
    service is asked again soon, also when nothing waits: so it is known to be
    back before anybody signs.
    """
    if not settings.CCVC_TIMESTAMP_URLS:
        return Round()
    before = ServiceState.objects.get_or_create(pk=services.TIMESTAMP)[0]
    if before.failing_since and before.asked_at and timezone.now() - before.asked_at < PROBE_FAILING:
        return Round(waiting=services.stamping().waiting)
    stamped, trouble = _stamp(before, most, gently=gently)
    gathered = gather_due(most=most, gently=gently)
    found = services.stamping()
    _report(before, found, audit)
    return Round(stamped, gathered, 0, found.waiting, trouble)


def _stamp(before: ServiceState, most: int, *, gently: bool) -> tuple[int, Problem | None]:
    count = 0
    try:
        for row in services.unstamped(before).order_by("at", "pk")[:most]:
            with _resting(gently=gently):
                count += stamp(row)
        if not count and _probe_is_due(before):
            fetch_token(token_bytes(32), services.trust())
    except Problem as problem:
        log.warning("signing.timestamp", code=problem.code, reason=problem.message())
        note(services.TIMESTAMP, problem)
        return count, problem
    if count or _probe_is_due(before):
        note(services.TIMESTAMP, None)
    return count, None


def _probe_is_due(before: ServiceState) -> bool:
    pause = PROBE_FAILING if before.failing_since else PROBE
    return before.asked_at is None or timezone.now() - before.asked_at >= pause


def stamp(row: Signature) -> bool:
    """Stamp one signature, and again where it is stamped already; whether this process did. Problem of the service."""
    evidence = Evidence.read(row.evidence) if row.evidence else Evidence()
    member, payload = row.jws["signatures"][0], row.jws["payload"]
    data = evidence.covered(member, payload, len(evidence.tokens()))
    token, found = fetch_token(data, services.trust())
    return _keep(row, evidence.with_stamp(token), row.stamped_at or found.at, found)


def _keep(row: Signature, evidence: Evidence, stamped_at: datetime, last: Stamp) -> bool:
    return _write(
        row,
        evidence=evidence.written(),
        stamped_at=stamped_at,
        gather_after=timezone.now(),
        renew_by=renew_by(last, services.trust()),
    )


def _write(row: Signature, **found: Any) -> bool:
    """Written only over the evidence that was read: another process may have been quicker.

    Nobody waits for the disk, neither this round nor an approval behind it: what a power cut takes is fetched again.
    """
    unchanged = Signature.objects.filter(pk=row.pk, evidence=row.evidence)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")
        return bool(unchanged.update(**found))


def fetch_token(data: bytes, trust: Trust) -> tuple[bytes, Stamp]:
    """A token over data, of the first service that gives one to believe. Problem SIG-UNREACHABLE or SIG-STAMP-…."""
    trouble: Problem | None = None
    for url in settings.CCVC_TIMESTAMP_URLS:
        try:
            return _fetch_token(url, data, trust)
        except Problem as problem:
            trouble = problem
    raise trouble or Problem("SIG-UNREACHABLE", address="timestamp_urls", reason="—", reason_en="—")


def _fetch_token(url: str, data: bytes, trust: Trust) -> tuple[bytes, Stamp]:
    nonce, policy = randbits(63), settings.CCVC_TIMESTAMP_POLICY or None
    body = timestamps.request(data, nonce, policy)
    question = fetching.Question(
        url, timestamps.MOST_TOKEN, body, "application/timestamp-query", seconds=SECONDS
    )
    answer = fetching.ask(question, settings.CCVC_TIMESTAMP_URLS)
    token = timestamps.token_of(answer, data, nonce, policy)
    found, stamp_ = timestamps.judge(token, data, trust, timezone.now())
    if found.status == "invalid" or stamp_ is None:
        raise found.problem(url)
    return token, stamp_


def renew_by(stamp_: Stamp, trust: Trust) -> datetime:
    """When a stamp is to be stamped again at the latest: its certificates end, or an algorithm is no longer allowed."""
    path = path_of(stamp_.certificate, trust.knowing(stamp_.others)) or [stamp_.certificate]
    ends = [cert.not_valid_after_utc for cert in path]
    names = {key_of(cert) for cert in path} | {cert.signature_algorithm_oid.dotted_string for cert in path}
    rows = (row for row in algorithms.current().algorithms if row.name in names or row.purpose == "digest")
    return min([*ends, *(datetime.combine(row.valid_to, time(), UTC) for row in rows if row.valid_to)])


@contextmanager
def _resting(*, gently: bool) -> Iterator[None]:
    """Rest after a piece of work, several times as long as it took."""
    begun = monotonic()
    yield
    if gently:
        sleep(min(REST * (monotonic() - begun), LONGEST_REST))


def gather_due(*, most: int = AT_ONCE, gently: bool = False) -> int:
    """Gather what proves signatures and their stamps, where it is not whole yet; how many are now."""
    now, count = timezone.now(), 0
    stamped = Signature.objects.filter(gather_after__lte=now, stamped_at__isnull=False)
    for row in stamped.order_by("gather_after", "pk")[:most]:
        try:
            with _resting(gently=gently):
                count += _gather(row)
        except Problem as problem:
            log.warning("signing.gather", signature=str(row.pk), code=problem.code, reason=problem.message())
            Signature.objects.filter(pk=row.pk).update(gather_after=now + GATHER_AGAIN)
    return count


def _gather(row: Signature) -> bool:
    """What proves the newest stamp and, with the first, the signature. Problem SIG-EVIDENCE-OPEN if not all is had."""
    evidence = Evidence.read(row.evidence)
    last = timestamps.read(evidence.tokens()[-1])
    chains = [(last.certificate, *last.others)]
    if len(evidence.tokens()) == 1:
        chains.append(jws.chain_of(row.jws))
    for chain in chains:
        freshen(chain, since=last.at)
    whole = evidence.with_values(_values(chains, last.at))
    anchors = Trust(services.trust().anchors)
    judged = verify_approval(row.jws, bytes(row.leaves), anchors, evidence=whole)
    if judged.stamp is None or not judged.verdict.ok:
        raise Problem("SIG-EVIDENCE-OPEN", reason=judged.verdict.message)
    return _write(row, evidence=whole.written(), gather_after=None)


def _values(chains: Sequence[Sequence[x509.Certificate]], at: datetime) -> Known:
    """Certificates of the paths, and for each below the anchor a word that holds then: an answer, else a list."""
    known = services.trust(cert for chain in chains for cert in chain)
    certs: dict[x509.Certificate, None] = {}
    crls: dict[bytes, x509.CertificateRevocationList] = {}
    told: dict[bytes, OCSPResponse] = {}
    for leaf, *between in chains:
        path = path_of(leaf, known.knowing(between)) or []
        certs.update(dict.fromkeys(path))
        for cert, issuer in pairwise(path):
            answer = standing.answer_at(cert, issuer, known, at)
            crl = standing.list_at(cert, issuer, known, at)
            if answer is not None:
                told[answer.tbs_response_bytes] = answer
            elif crl is not None and len(crl.tbs_certlist_bytes) <= MOST_LIST:
                crls[crl.tbs_certlist_bytes] = crl
    return Known(tuple(certs), tuple(crls.values()), tuple(told.values()))


def restamp_due(
    *, within: timedelta = RENEW_WITHIN, every: bool = False, most: int = AT_ONCE, audit: Audit | None = None
) -> Round:
    """Stamp again what rests on stamps that end soon, or everything: while the old ones can still be believed."""
    if not settings.CCVC_TIMESTAMP_URLS:
        return Round()
    due = Signature.objects.filter(stamped_at__isnull=False, gather_after=None)
    due = due if every else due.filter(renew_by__lte=timezone.now() + within)
    renewed, trouble = 0, None
    for row in due.order_by("renew_by", "pk")[:most]:
        try:
            renewed += stamp(row)
        except Problem as problem:
            log.warning("signing.restamp", code=problem.code, reason=problem.message())
            note(services.TIMESTAMP, problem)
            trouble = problem
            break
    if renewed and audit is not None:
        audit("administrative", "timestamps", {"act": "signatures_restamped", "count": renewed})
    return Round(gathered=gather_due(most=most), renewed=renewed, trouble=trouble)


def _report(before: ServiceState, found: services.Stamping, audit: Audit | None) -> None:
    """Enter in the ledger that stamps cannot be had, that they can again, and that too many wait."""
    state = found.state
    if state is None:
        return
    if before.failing_since is None and state.failing_since is not None:
        _enter(audit, "timestamp_failing", trouble=(state.trouble or {}).get("code", ""))
    if before.failing_since is not None and state.failing_since is None:
        _enter(audit, "timestamp_back", since=before.failing_since.isoformat(), waiting=found.waiting)
    if found.is_high and state.warned_at is None:
        _enter(audit, "timestamp_backlog_high", waiting=found.waiting, limit=found.limit)
    if found.is_high != (state.warned_at is not None):
        ServiceState.objects.filter(pk=state.pk).update(warned_at=timezone.now() if found.is_high else None)


def _enter(audit: Audit | None, act: str, **more: object) -> None:
    if audit is not None:
        audit("administrative", "timestamps", {"act": act, **more})
