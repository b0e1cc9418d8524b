"""The two times of a search, as pages write them."""

from __future__ import annotations

from datetime import datetime, time

from django.utils import timezone

from ccvc import standard
from ccvc.candidates.domain import Definition
from ccvc.dossiers import moments
from ccvc.standard.problems import Problem


def times_of(asked: Definition) -> moments.Asked:
    """Known by the end of a day, valid on a day; Problem DOS-DATE."""
    known, valid = (standard.read_day(text) if text else None for text in (asked.known, asked.valid))
    for text, day in ((asked.known, known), (asked.valid, valid)):
        if text and day is None:
            raise Problem("DOS-DATE", where=text[:40])
    known_at = timezone.make_aware(datetime.combine(known, time.max)) if known else None
    return moments.Asked(known, known_at, valid)
