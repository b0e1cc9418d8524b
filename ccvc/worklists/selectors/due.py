"""Whose milestones are to be computed: those not yet computed as they stand, on this day, by these rules."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import BinaryField, F, Func
from psycopg import Cursor

from ccvc.dossiers.models import Dossier, Version
from ccvc.worklists.models import Computed
from ccvc.worklists.working import Due


class Utf8(Func):
    """A text as the bytes it is kept in: read as such, it is made no text of Python's on its way."""

    function = "convert_to"
    template = "%(function)s(%(expressions)s, 'UTF8')"
    output_field = BinaryField()


def due(after: UUID, limit: int, today: date, edition: str) -> list[Due]:
    """The next people in order of key who are due, at most so many, each with the newest approved document.

    People first, then who of them is done, then documents, each by key: asked in one, the database goes through
    everyone again for each slice.
    """
    people = Dossier.objects.order_by("key").values_list("key", "current_number")
    while next_ones := dict(people.filter(key__gt=after)[:limit]):
        done = Computed.objects.filter(person__in=next_ones, computed_on=today, edition=edition)
        waiting = next_ones.items() - set(done.values_list("person", "number"))
        if waiting and (found := _with_documents([key for key, _ in waiting])):
            return found
        after = max(next_ones)
    return []


def _with_documents(keys: list[UUID]) -> list[Due]:
    rows = Version.objects.filter(number=F("dossier__current_number"), dossier__key__in=keys)
    found = rows.order_by("dossier__key").values_list("dossier__key", "number", Utf8("document"))
    connection.ensure_connection()
    with Cursor(connection.connection) as cursor:  # Django's own takes every value as text
        cursor.execute(*found.query.sql_with_params(), binary=True)
        return [Due(*row) for row in cursor]
