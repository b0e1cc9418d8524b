"""Acts on code lists: the national node publishes a change set, a component takes it, and counts what it affects."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject, require
from ccvc.catalogues import applying, counting
from ccvc.catalogues.domain import Published, Publisher, Row, decode, encode, merged_into
from ccvc.catalogues.models import Affected, ChangeSet
from ccvc.catalogues.selectors import Preview, preview
from ccvc.ledger import actions as ledger
from ccvc.standard.problems import Problem

LOCK = "catalogues"


@transaction.atomic
def publish(
    subject: Subject, *, list_name: str, rows: Sequence[Row], basis: str, seen: str = ""
) -> ChangeSet:
    """Publish a change set of a list; from the commit on it holds here, and is sent with the next packages.

    `seen` is the digest of the preview a person was shown. Locks: the catalogues, the ledger's head.
    Problem ACC-DENIED, CAT-KIND, CAT-LIST, CAT-BASIS, CAT-NOTHING, CAT-SEEN and those of `merge`.
    """
    _lock()
    shown = preview(subject, list_name=list_name, rows=rows, basis=basis)
    if seen and seen != shown.digest:
        raise Problem("CAT-SEEN")
    published = Published(
        number=_last() + 1,
        list=list_name,
        basis=shown.basis,
        at=timezone.now().replace(microsecond=0),
        by=Publisher(subject.username, subject.full_name),
        rows=rows_of(shown),
    )
    kept = _keep(published, encode(published))
    _enter("catalogue_published", kept, {"by": subject.username, "name": subject.full_name})
    return kept


def rows_of(shown: Preview) -> tuple[Row, ...]:
    """The changed rows whole, as every node is to have them."""
    return tuple(
        Row(
            code=after.code,
            label_vi=after.label_vi,
            label_en=after.label_en,
            valid_from=after.valid_from,
            valid_to=after.valid_to,
            successors=tuple(after.successors),
            synonyms=tuple(after.synonyms),
            basis=after.basis if change.before is None else "",
            certainty=after.certainty,
            extra=dict(after.extra),
        )
        for change in shown.merged.changed
        for after in [change.after]
    )


@transaction.atomic
def take(subject: Subject, raw: bytes, *, sender: str) -> Problem | None:
    """Take a change set of the national node; it holds from the commit on. What was taken before stays.

    Answers with the Problem for which it does not fit the lists of this programme: then it is kept, and tried
    again when the programme is a newer one. Raises Problem CAT-LINE, CAT-SENDER, CAT-GAP, CAT-OTHER; then nothing
    is kept. Locks: the catalogues, the ledger's head.
    """
    require(subject, Right.EXCHANGE_RUN)
    if settings.CCVC_KIND != "component" or sender != settings.CCVC_NATIONAL_AGENCY:
        raise Problem("CAT-SENDER", sender=sender)
    published = decode(raw)
    _lock()
    if _known_already(published, raw):
        return None
    problem = _misfit(published)
    told = {
        "by": published.by.account,
        "name": published.by.name,
        "problem": problem.code if problem else None,
    }
    _enter("catalogue_applied", _keep(published, raw), told)
    return problem


def _known_already(published: Published, raw: bytes) -> bool:
    """Whether this very change set is here; Problem where another is under its number, or one before is missing."""
    last = _last()
    if published.number > last + 1:
        raise Problem("CAT-GAP", expected=last + 1, got=published.number)
    if published.number == last + 1:
        return False
    if ChangeSet.objects.get(number=published.number).content != raw.decode():
        raise Problem("CAT-OTHER", number=published.number)
    return True


def _misfit(published: Published) -> Problem | None:
    """Why the change set cannot be put over the lists as they are here."""
    try:
        merged_into(standard.newest().codes, applying.laid_now().rows, published)
    except Problem as problem:
        return problem
    return None


def _lock() -> None:
    """One change of the lists at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])


def _last() -> int:
    return ChangeSet.objects.order_by("-number").values_list("number", flat=True).first() or 0


def _keep(published: Published, raw: bytes) -> ChangeSet:
    kept = ChangeSet.objects.create(
        number=published.number,
        list_name=published.list,
        content=raw.decode(),
        sha256=hashlib.sha256(raw).hexdigest(),
        basis=published.basis,
        published_at=published.at,
        published_by=published.by.name,
        known_at=timezone.now(),
    )
    transaction.on_commit(applying.refresh)
    return kept


def _enter(kind: str, kept: ChangeSet, more: Mapping[str, Any]) -> None:
    payload = {
        "number": kept.number,
        "list": kept.list_name,
        "sha256": kept.sha256,
        "basis": kept.basis,
        **more,
    }
    ledger.append(kind, f"{kept.list_name}#{kept.number}", payload)


def count_affected() -> int:
    """Count the dossiers that hold a closed code where no column is searched: once a day, and after a change.

    Returns how many fields and codes were counted; two processes at once count the same.
    """
    today = timezone.localdate()
    watched = counting.watched(today)
    wanted = {(path, code) for path, codes in watched.items() for code in codes}
    if wanted == set(Affected.objects.filter(counted_on=today).values_list("path", "code")):
        return 0
    found = counting.count(watched)
    rows = [
        Affected(path=path, code=code, units=found.get((path, code), {}), counted_on=today)
        for path, code in sorted(wanted)
    ]
    with transaction.atomic():
        _lock()
        Affected.objects.all().delete()
        Affected.objects.bulk_create(rows, batch_size=1000)
    return len(rows)
