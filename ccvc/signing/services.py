"""What this node knows of the services of authorities, and whether approving may go on while they are silent.

Read by everyone, written by the worker's rounds (`ccvc.signing.actions.stamping`, `…asking`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography import x509
from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from ccvc.signing import answers, standing, store
from ccvc.signing.addresses import services_of
from ccvc.signing.certificates import fingerprint
from ccvc.signing.models import EndedCertificate, ServiceState, Signature, StatusAnswer
from ccvc.signing.trust import Ended, Trust
from ccvc.signing.verdicts import Verdict, moment
from ccvc.standard.problems import Problem

TIMESTAMP, REVOCATION = "timestamp", "revocation"
ALARM = 0.7
LATE = timedelta(minutes=5)


@dataclass(frozen=True)
class Stamping:
    """How time stamping stands: waiting of at most `limit`, the oldest since, and since when no stamp could be had.

    Without `urls` none is asked for, and the time of an approval is its signer's word.
    """

    urls: tuple[str, ...]
    waiting: int
    limit: int
    oldest: datetime | None
    state: ServiceState | None
    tolerance: timedelta

    @property
    def since(self) -> datetime | None:
        """Since when stamps are owed: the first failure, or the approval that waits longest."""
        failing = self.state.failing_since if self.state else None
        return min((one for one in (failing, self.oldest) if one is not None), default=None)

    @property
    def stops_at(self) -> datetime | None:
        """When approving stops if no stamp comes; None while all is well."""
        return self.since + self.tolerance if self.since else None

    @property
    def is_late(self) -> bool:
        """Whether approvals wait longer than a healthy service takes, or the service fails."""
        failing = self.state is not None and self.state.failing_since is not None
        return failing or (self.oldest is not None and timezone.now() - self.oldest > LATE)

    @property
    def is_high(self) -> bool:
        """Whether so many wait that the administrator is to be warned."""
        return self.waiting >= ALARM * self.limit


def stamping() -> Stamping:
    """How time stamping stands on this node."""
    urls = tuple(settings.CCVC_TIMESTAMP_URLS)
    limit, tolerance = settings.CCVC_TIMESTAMP_BACKLOG, timedelta(seconds=settings.CCVC_TIMESTAMP_TOLERANCE)
    if not urls:
        return Stamping(urls, 0, limit, None, None, tolerance)
    state = ServiceState.objects.filter(pk=TIMESTAMP).first()
    counted = unstamped(state).aggregate(waiting=Count("pk"), oldest=Min("at"))
    return Stamping(urls, counted["waiting"], limit, counted["oldest"], state, tolerance)


def revocation() -> ServiceState | None:
    """How the services answered last that say whether certificates were revoked; None before any was asked."""
    return ServiceState.objects.filter(pk=REVOCATION).first()


def unstamped(state: ServiceState | None) -> QuerySet[Signature]:
    """Approvals that owe a stamp: made since this node asks for them. Of those received it is awaited a while."""
    due = Q(gather_after=None) | Q(gather_after__lte=timezone.now())
    owed = Signature.objects.filter(due, stamped_at=None)
    return owed.filter(at__gte=state.began_at) if state else owed.none()


def refuse_unstamped() -> None:
    """Approving stops where stamps could not be had for longer than is borne, or too many wait.

    Problem SIG-TIMESTAMP-DOWN, SIG-TIMESTAMP-BACKLOG. Nothing is asked here: an approval never waits for a service.
    """
    if not settings.CCVC_TIMESTAMP_URLS:
        return
    found = stamping()
    if found.stops_at is not None and timezone.now() > found.stops_at and found.since is not None:
        raise Problem("SIG-TIMESTAMP-DOWN", since=moment(found.since), waiting=found.waiting)
    if found.waiting >= found.limit:
        raise Problem("SIG-TIMESTAMP-BACKLOG", waiting=found.waiting, limit=found.limit)


def trust(about: Iterable[x509.Certificate] = ()) -> Trust:
    """Whom the node trusts, with the answers it keeps about these certificates and since when approvals are stamped.

    And which certificates no longer count from a moment on: of these, or of all where none is named.
    """
    known = replace(store.trust(), fresh=timedelta(seconds=settings.CCVC_OCSP_TOLERANCE))
    if settings.CCVC_TIMESTAMP_URLS:
        state = ServiceState.objects.filter(pk=TIMESTAMP).first()
        known = replace(known, stamped_from=state.began_at if state else None)
    certs = list(about)
    known = replace(known, ended=_ended(certs))
    named = [fingerprint(cert) for cert in certs if services_of(cert).ocsp]
    if not named:
        return known
    rows = StatusAnswer.objects.filter(pk__in=named)
    return known.knowing(answers=[answers.read(bytes(row.answer)) for row in rows if row.answer])


def _ended(certs: Sequence[x509.Certificate]) -> tuple[Ended, ...]:
    """What was said of certificates that do not count from a moment on: of these, or of all where none is named."""
    rows = EndedCertificate.objects.order_by("since")
    if certs:
        rows = rows.filter(pk__in=[fingerprint(cert) for cert in certs])
    return tuple(Ended(*row) for row in rows.values_list("certificate", "since", "taken"))


def refuse_unsure(found: Verdict, path: Sequence[x509.Certificate], known: Trust, now: datetime) -> None:
    """A certificate may sign only where it is known not to be revoked; any verdict but valid is raised.

    Where it names a responder, the last word on each certificate of the path may be as old as is borne while services
    are silent, and no older: Problem SIG-REVOCATION-DOWN. Where it names none, its list must be in force.
    """
    if found.status == "invalid" or not any(services_of(cert).ocsp for cert in path[:-1]):
        return found.required("certificate")
    word = standing.last_word(path, known)
    if word is None or now - word > timedelta(seconds=settings.CCVC_OCSP_TOLERANCE):
        said = moment(word) if word else "—"
        raise Problem("SIG-REVOCATION-DOWN", where="certificate", since=said)
    return None
