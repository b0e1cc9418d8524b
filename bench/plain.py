"""The addresses of a node and one more: the form of a group saved into a plain row, with one row of audit.

What programs of this kind do without signatures: the same access, the same form and the same redirect, one update.
"""

from __future__ import annotations

from uuid import UUID

import orjson
from django.contrib import messages
from django.db import connection, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import include, path
from django.views.decorators.http import require_POST

from ccvc import standard
from ccvc.access.domain import Right
from ccvc.access.http import Request
from ccvc.changes.forms import Reason, RecordForm
from ccvc.dossiers import selectors as dossiers

GROUP = "identity"


@require_POST
def save(request: Request, key: UUID) -> HttpResponse:
    """Save the fields of a group."""
    dossiers.dossier(request.subject, key, right=Right.CHANGE_PROPOSE)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT document FROM plain WHERE key = %s FOR UPDATE", [key])
        (text,) = cursor.fetchone()
        document = orjson.loads(text)
        fields = standard.current().groups[GROUP].fields
        form, reason = RecordForm(fields, document[GROUP], request.POST), Reason(request.POST)
        if not (form.is_valid() and reason.is_valid()):
            return render(request, "changes/declare.html", {"form": form, "reason": reason}, status=422)
        values = {name: value for name, value in form.values().items() if value is not None}
        document[GROUP] = document[GROUP] | values
        cursor.execute(
            "UPDATE plain SET document = %s WHERE key = %s", [orjson.dumps(document).decode(), key]
        )
        cursor.execute(
            "INSERT INTO plain_audit VALUES (now(), %s, %s, %s)",
            [request.subject.username, key, orjson.dumps(values).decode()],
        )
    messages.success(request, "Đã lưu.")
    return redirect("dossiers:detail", key=key)


urlpatterns = [path("plain/<uuid:key>/", save), path("", include("ccvc.node.urls"))]
