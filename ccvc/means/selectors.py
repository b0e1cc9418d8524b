"""What pages show of means of signing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from django.conf import settings

from ccvc.access.domain import Subject
from ccvc.means.actions import Whose, owner_of
from ccvc.signing import certificates, keys
from ccvc.signing.models import SigningMeans
from ccvc.signing.selectors import in_force, of_owner


@dataclass(frozen=True)
class Shown:
    """A means of signing and what its certificate says."""

    row: SigningMeans
    holder: str
    issuer: str
    until: datetime
    key: str


def listed(subject: Subject, whose: Whose) -> list[Shown]:
    """All the owner's means, in force first, the default before the others; Problem ACC-DENIED."""
    rows = sorted(of_owner(owner_of(subject, whose)), key=lambda row: row.revoked_at is not None)
    return [_shown(row) for row in rows]


def _shown(row: SigningMeans) -> Shown:
    leaf = certificates.from_pem(row.certificate_pem)[0]
    return Shown(
        row,
        certificates.name_of(leaf),
        _issuer(leaf),
        leaf.not_valid_after_utc,
        keys.name_of(leaf.public_key()),
    )


def _issuer(leaf: x509.Certificate) -> str:
    names = leaf.issuer.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else leaf.issuer.rfc4514_string()


def own_in_force(subject: Subject) -> list[SigningMeans]:
    """What the subject may sign with now, the default first; of nobody signed in, none."""
    rows = SigningMeans.objects.filter(user__username=subject.username, revoked_at=None)
    return list(rows.order_by("-is_default", "-created_at"))


def seals_in_force() -> list[SigningMeans]:
    """What the node's agency seals with now, the default first; the caller asks whether its reader may."""
    return list(in_force(settings.CCVC_AGENCY))
