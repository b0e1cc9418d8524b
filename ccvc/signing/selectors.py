"""What is read about means of signing. Accounts below access ask only for their own."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from ccvc.accounts.models import User
from ccvc.signing.models import EndedCertificate, Signature, SigningMeans
from ccvc.standard.problems import Problem

Owner = User | str
"""An account, or the code of the agency whose seal it is."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account whose row nobody has read yet."""

    pk: int | None
    username: str


def of_owner(owner: Owner | Account) -> QuerySet[SigningMeans]:
    """All means of an owner, in force and out of it, the default first, then the newest."""
    whose = Q(agency=owner) if isinstance(owner, str) else Q(user_id=owner.pk)
    return SigningMeans.objects.filter(whose).select_related("user").order_by("-is_default", "-created_at")


def in_force(owner: Owner | Account) -> QuerySet[SigningMeans]:
    """The owner's means that sign, the default first."""
    return of_owner(owner).filter(revoked_at=None)


def find_key(
    owner: Owner | Account, means_id: int | None = None, *, lock: bool = False
) -> SigningMeans | None:
    """The owner's means in force: the one asked for, else the default; None where there is none."""
    found = in_force(owner).select_for_update(of=("self",)) if lock else in_force(owner)
    return found.first() if means_id is None else found.filter(pk=means_id).first()


def get_key(owner: Owner | Account, means_id: int | None = None, *, lock: bool = False) -> SigningMeans:
    """The same; Problem SIG-NO-KEY, or SIG-NO-SEAL for an agency."""
    key = find_key(owner, means_id, lock=lock)
    if key is None:
        raise missing(owner)
    return key


def missing(owner: Owner | Account) -> Problem:
    """The Problem that an owner has nothing to sign with."""
    if isinstance(owner, str):
        return Problem("SIG-NO-SEAL", agency=owner)
    return Problem("SIG-NO-KEY", account=owner.username)


def ended(limit: int) -> list[EndedCertificate]:
    """Certificates said not to count from a moment on, the newest word first."""
    return list(EndedCertificate.objects.order_by("-told_at", "pk")[:limit])


def signed_with(serial: str) -> QuerySet[Signature]:
    """What is held here that was signed with a certificate, the newest first."""
    return Signature.objects.filter(serial=serial).order_by("-at", "pk")
