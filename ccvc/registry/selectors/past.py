"""The register as it stood, as known on T and valid on V."""

from __future__ import annotations

from django.db.models import QuerySet

from ccvc.access.domain import Right, Subject
from ccvc.dossiers.selectors import Moment, narrowed, standing_of, words
from ccvc.registry.models import Standing
from ccvc.registry.selectors.people import MOST_SHOWN, SHORTEST, Found, within


def standing(moment: Moment) -> QuerySet[Standing]:
    """Every person as they stood, one row each who had begun; knows no reach."""
    return standing_of(Standing.objects.all(), "person", moment)


def reached(subject: Subject, right: Right, moment: Moment) -> QuerySet[Standing]:
    """Those of agencies within the subject's reach of today: the one that managed them then, and the one of now."""
    of_now = within(subject, right, "person__agency_code")
    return standing(moment).filter(within(subject, right), of_now)


def search_as_of(subject: Subject, text: str, moment: Moment, **equal: str) -> Found:
    """People found as they stood, in the order of a search of now; too short a text finds nobody."""
    rows = reached(subject, Right.REGISTER_SEARCH, moment)
    text = text.strip()
    long_enough = len(text) >= SHORTEST if text.isdigit() else len(words(text)) >= SHORTEST + len(":*")
    if not long_enough:
        return Found([])
    found = narrowed(rows, text, None, equal).order_by("name_key", "person_id")
    people = list(found[: MOST_SHOWN + 1])
    return Found(people[:MOST_SHOWN], more=len(people) > MOST_SHOWN)
