"""The public check: how often an address may ask, and whether a file is the one that was issued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Literal

from django.db.models import F
from django.utils import timezone

from ccvc.documents import selectors, verifying
from ccvc.documents.models import Check, Document
from ccvc.evidence import storage
from ccvc.standard.problems import Problem

MOST_A_MINUTE = 30
KEPT = timedelta(days=1)
MOST_MEGABYTES = 20
MEGABYTE = 1024 * 1024
Likeness = Literal["same", "earlier", "cut", "added", "changed"]


@dataclass(frozen=True, slots=True)
class Compared:
    """A file beside the one that was issued: how like, from which byte on it differs, and the signatures it keeps.

    `kept` says of each signature, in order, whether all it covers is still as it was signed.
    """

    likeness: Likeness
    from_byte: int | None
    signatures: list[verifying.Found]
    kept: list[bool]


def allow(address: str) -> None:
    """Count one question of an address. Problem DOC-OFTEN where it asks too often.

    An address is kept as a digest with the minute, for a day.
    """
    minute = timezone.now().replace(second=0, microsecond=0)
    hidden = sha256(f"{address} {minute:%Y%m%d}".encode()).hexdigest()
    row, created = Check.objects.get_or_create(address=hidden, minute=minute)
    Check.objects.filter(pk=row.pk).update(count=F("count") + 1)
    if created:
        Check.objects.filter(minute__lt=minute - KEPT).delete()
    if row.count >= MOST_A_MINUTE:
        raise Problem("DOC-OFTEN")


def compare(document: Document, given: bytes) -> Compared:
    """Hold a file against the one that was issued, byte by byte; a foreign file is never parsed."""
    kept = storage.read(document.sha256)
    found = verifying.signatures(kept)
    ranges = verifying.ranges(kept)
    intact = [all(given[a:b] == kept[a:b] and len(given) >= b for a, b in parts) for parts in ranges]
    if given == kept:
        return Compared("same", None, found, intact)
    at = next((n for n, (a, b) in enumerate(zip(given, kept, strict=False)) if a != b), None)
    if at is not None:
        return Compared("changed", at + 1, found, intact)
    if len(given) > len(kept):
        return Compared("added", len(kept) + 1, found, intact)
    earlier = len(given) in {document.issued_size, document.signed_size}
    return Compared("earlier" if earlier else "cut", len(given) + 1, found, intact)


def answer(code: str) -> Document | None:
    """The document a code stands for; None for one that does not exist, or that nobody has been given yet."""
    return selectors.by_code(code)
