"""Dossiers that may be those of people named without a number. Knows the reach of whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.utils import timezone

from ccvc.access.domain import Right, Subject
from ccvc.organisations.selectors import reach

MOST = 20  # dossiers of one name and year that are looked at
_SAME_YEAR = """
SELECT w.place, d.key FROM unnest(%s::text[], %s::smallint[]) WITH ORDINALITY AS w(name, year, place)
 CROSS JOIN LATERAL (
   SELECT h.dossier_id, h.birth_date FROM dossiers_head h JOIN dossiers_dossier o ON o.id = h.dossier_id
    WHERE h.name_plain = w.name AND h.birth_year = w.year AND o.unit_id = ANY(%s) AND o.personal_id IS NOT NULL
    LIMIT %s) found
 JOIN dossiers_dossier d ON d.id = found.dossier_id ORDER BY w.place, d.key
"""
_SAME_NAME = _SAME_YEAR.replace("AND h.birth_year = w.year ", "")


def namesakes(
    subject: Subject, wanted: Sequence[tuple[str, int | None]], *, right: Right = Right.CHANGE_PROPOSE
) -> list[list[UUID]]:
    """Keys of dossiers within reach that bear each name (as `standard.plain` gives it), of that birth year.

    None as the year: of any. At most `MOST` for each; whoever has no number yet is not among them. One query
    for those with a year and one for those without, each by an index.
    """
    units = list(reach(subject, right, timezone.localdate()))
    found: list[list[UUID]] = [[] for _ in wanted]
    for sql, with_year in ((_SAME_YEAR, True), (_SAME_NAME, False)):
        places = [n for n, (_, year) in enumerate(wanted) if (year is not None) is with_year]
        if not places:
            continue
        names, years = [wanted[n][0] for n in places], [wanted[n][1] for n in places]
        with connection.cursor() as cursor:
            cursor.execute(sql, [names, years, units, MOST])
            for place, key in cursor.fetchall():
                found[places[place - 1]].append(key)
    return found
