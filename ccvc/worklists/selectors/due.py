"""Whose milestones are known as they stand, and whose are to be computed: by version, day and edition of the rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from ccvc.dossiers.models import Dossier, Version
from ccvc.ledger.copying import rows
from ccvc.rules.reasons import edition
from ccvc.worklists.models import Computed
from ccvc.worklists.working import Due, Slice

DOCUMENTS = "SELECT document FROM dossiers_version WHERE id = ANY(%s) ORDER BY id"


def computed(people: QuerySet[Dossier]) -> QuerySet[Computed]:
    """Of some people those computed by their last version and the rules of now, on whatever day.

    What was computed by another version or other rules says nothing of them any more.
    """
    stands = people.filter(key=OuterRef("person"), current_number=OuterRef("number"))
    return Computed.objects.filter(Exists(stands), edition=edition())


def waiting(since: date, rules: str) -> QuerySet[Version]:
    """The last approved version of each dossier, unless it was computed on a day or later by these rules."""
    done = Computed.objects.filter(
        person=OuterRef("dossier__key"), number=OuterRef("number"), computed_on__gte=since, edition=rules
    )
    return Version.objects.filter(~Exists(done), number=F("dossier__current_number"))


def left_behind(moment: datetime) -> int:
    """How many dossiers, approved as they stand before a moment, were computed neither on that day nor the day before.

    On the day itself everyone waits for the first round.
    """
    day = timezone.localdate(moment) - timedelta(days=1)
    return waiting(day, edition()).filter(known_at__lt=moment).count()


def slices(today: date, rules: str, size: int) -> Iterator[Slice]:
    """Whoever waits, some at a time, with documents.

    Who it is, is asked once, not of every slice; documents come in the order they lie in on the disk, and as bytes.
    """
    found = list(waiting(today, rules).order_by("pk").values_list("pk", "dossier__key", "number"))
    for start in range(0, len(found), size):
        some = found[start : start + size]
        documents = rows(DOCUMENTS, [[pk for pk, _key, _number in some]])
        yield [
            Due(key, number, document or b"")
            for (_pk, key, number), (document,) in zip(some, documents, strict=True)
        ]
