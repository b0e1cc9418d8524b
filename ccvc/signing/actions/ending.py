"""Which means an owner signs with, and taking one out of force: replaced, lost, no longer held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.accounts.models import User
from ccvc.signing import certificates
from ccvc.signing.actions.reporting import Audit, report
from ccvc.signing.models import EndedCertificate, SigningMeans
from ccvc.signing.selectors import Owner, get_key, in_force
from ccvc.standard.problems import Problem

LONGEST_REASON = 300


@transaction.atomic
def make_default(owner: Owner, means_id: int, *, by: str = "", audit: Audit | None = None) -> SigningMeans:
    """Sign with this one where none is chosen. Raises SIG-NO-KEY or SIG-NO-SEAL."""
    row = _locked(owner, means_id)
    in_force(owner).filter(is_default=True).update(is_default=False)
    row.is_default = True
    row.save(update_fields=["is_default"])
    report(audit, "signing_default_chosen", row, by=by)
    return row


@transaction.atomic
def revoke_means(
    owner: Owner,
    means_id: int | None,
    reason: str,
    *,
    since: datetime | None = None,
    replaced_by: SigningMeans | None = None,
    by: str = "",
    audit: Audit | None = None,
) -> SigningMeans:
    """Take a means out of force: now, and for what was signed with it from `since` on (now, where not given).

    What was signed before stays valid; of a key said to be lost from a day (`since`) only where its time is proved or
    it was held here by then. The authority's list is a separate act. The oldest other one becomes the
    default. Raises SIG-NO-KEY or SIG-NO-SEAL, SIG-REVOKE-DATE for a date to come, SIG-REVOKE-REASON.
    """
    now = timezone.now()
    if since is not None and since > now:
        raise Problem("SIG-REVOKE-DATE", where="since")
    if not reason.strip():
        raise Problem("SIG-REVOKE-REASON", where="reason")
    row = _locked(owner, means_id)
    row.revoked_at, row.revoked_from = now, since or now
    row.revoked_reason, row.replaced_by = reason.strip()[:LONGEST_REASON], replaced_by
    was_default, row.is_default = row.is_default, False
    row.save(update_fields=["revoked_at", "revoked_from", "revoked_reason", "replaced_by", "is_default"])
    if was_default:
        _next_default(owner, replaced_by)
    more = {"reason": row.revoked_reason, "revoked_from": row.revoked_from.isoformat()}
    if replaced_by is not None:
        more["replaced_by"] = replaced_by.serial
    report(audit, "signing_key_revoked", row, by=by, **more)
    told = Word(row.revoked_from, since is not None, row.revoked_reason, settings.CCVC_AGENCY)
    end_certificate(certificates.from_pem(row.certificate_pem)[0], told)
    return row


@dataclass(frozen=True)
class Word:
    """What was said of a certificate: from when it does not count, whether another may hold its key, why, by whom."""

    since: datetime
    taken: bool
    reason: str
    by: str


@transaction.atomic
def end_certificate(cert: x509.Certificate, told: Word, *, audit: Audit | None = None) -> bool:
    """Keep that nothing counts that is signed with a certificate from a moment on; whether that is news.

    Of two moments the earlier counts, and a key once said to be in other hands stays so. Lock: the row. Problem
    SIG-REVOKE-DATE for a moment to come.
    """
    if told.since > timezone.now() + certificates.SKEW:
        raise Problem("SIG-REVOKE-DATE", where="since")
    mark = certificates.fingerprint(cert)
    row = EndedCertificate.objects.select_for_update().filter(pk=mark).first()
    if row is not None and row.since <= told.since and row.taken >= told.taken:
        return False
    EndedCertificate.objects.update_or_create(
        pk=mark,
        defaults={
            "pem": certificates.to_pem([cert]),
            "serial": certificates.serial_of(cert),
            "agency": certificates.agency_of(cert) or "",
            "name": certificates.name_of(cert)[:100],
            "since": min(told.since, row.since) if row else told.since,
            "taken": told.taken or (row.taken if row else False),
            "reason": told.reason[:LONGEST_REASON],
            "told_by": told.by,
            "told_at": timezone.now(),
            "sent_at": None,
        },
    )
    if audit is not None:
        said = {"by": told.by, "since": told.since.isoformat(), "taken": told.taken, "reason": told.reason}
        audit("administrative", f"certificate:{mark[:16]}", {"act": "certificate_ended", **said})
    return True


def revoke_software_key(user: User, reason: str, *, audit: Audit | None = None) -> SigningMeans:
    """Take the means a person signs with by default out of force, from now on."""
    return revoke_means(user, None, reason, audit=audit)


def _locked(owner: Owner, means_id: int | None) -> SigningMeans:
    """All means of the owner are locked, in the order of their rows: acts on them wait for each other."""
    found = get_key(owner, means_id)
    ids = in_force(owner).order_by("pk").values_list("pk", flat=True)
    locked = {
        row.pk: row
        for row in SigningMeans.objects.select_for_update().filter(pk__in=list(ids)).order_by("pk")
    }
    row = locked.get(found.pk)
    return row if row is not None and row.revoked_at is None else get_key(owner, found.pk)


def _next_default(owner: Owner, preferred: SigningMeans | None) -> None:
    left = in_force(owner).order_by("created_at", "pk")
    chosen = left.filter(pk=preferred.pk).first() if preferred else left.first()
    if chosen is not None:
        chosen.is_default = True
        chosen.save(update_fields=["is_default"])
