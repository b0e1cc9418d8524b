"""Whose milestones are to be computed: those not yet computed as they stand, on this day, by these rules."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import BinaryField, F, Func, OuterRef, Subquery
from psycopg import Cursor

from ccvc.dossiers.models import Version
from ccvc.worklists.models import Computed
from ccvc.worklists.working import Due


class Utf8(Func):
    """A text as the bytes it is kept in: read as such, it is made no text of Python's on its way."""

    function = "convert_to"
    template = "%(function)s(%(expressions)s, 'UTF8')"
    output_field = BinaryField()


def due(after: UUID, limit: int, today: date, edition: str) -> list[Due]:
    """The next people in order of key who are due, each with the newest approved document.

    Whether somebody is done is looked up one by one, by key: joined, everyone done so far is gone through for each.
    """
    done = Computed.objects.filter(
        person=OuterRef("dossier__key"),
        number=OuterRef("number"),
        computed_on=today,
        edition=edition,
    )
    looked_up = Version.objects.annotate(done=Subquery(done.values("person")[:1]))
    rows = looked_up.filter(done=None, number=F("dossier__current_number"), dossier__key__gt=after)
    found = rows.order_by("dossier__key").values_list("dossier__key", "number", Utf8("document"))[:limit]
    connection.ensure_connection()
    with Cursor(connection.connection) as cursor:  # Django's own takes every value as text
        cursor.execute(*found.query.sql_with_params(), binary=True)
        return [Due(*row) for row in cursor]
