"""A run for many people: how far it is, whom it could not serve, and all its files in one."""

from __future__ import annotations

import io
import zipfile
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ccvc.access.actions import record_look
from ccvc.access.http import Request
from ccvc.documents import selectors
from ccvc.documents.catalogue import form
from ccvc.documents.models import Run
from ccvc.documents.presentation import form_label
from ccvc.documents.views.issuing import download
from ccvc.standard.problems import Problem

COLLECTING = "Tải văn bản xuất theo đợt"
MOST_IN_ONE = 1_000
ZIP = "application/zip"


@require_safe
def run(request: Request, run_id: UUID) -> HttpResponse:
    """How far a run is; renews itself while it goes on."""
    row = selectors.run(request.subject, run_id)
    every = row.people.count()
    failed, names = selectors.failed(request.subject, row)
    done = row.documents.count()
    record_look(request.subject, list(names), act="list", purpose=COLLECTING, detail=request.path)
    context = {
        "run": row,
        "label": form_label(form(row.form)),
        "every": every,
        "done": done,
        "failed": [(names.get(one.person_key, ""), one.problem or {}) for one in failed],
        "waiting": row.ended_at is None,
        "parts": range(1, -(-done // MOST_IN_ONE) + 1),
    }
    return render(request, "documents/run.html", context)


@require_safe
def run_files(request: Request, run_id: UUID) -> HttpResponse:
    """The files of a run in one archive, a thousand at most in each; every person's look is recorded first."""
    row = selectors.run(request.subject, run_id)
    asked = request.GET.get("part", "1")
    part = int(asked) if asked.isascii() and asked.isdigit() and int(asked) > 0 else 1
    content, keys = _archive(request, row, part)
    record_look(request.subject, keys, act="export", purpose=COLLECTING, detail=request.path)
    return download(content, f"{row.form}-{row.asked_at:%Y%m%d}-{part}.zip", ZIP)


def _archive(request: Request, row: Run, part: int) -> tuple[bytes, list[UUID]]:
    """The part asked for; what the subject may no longer read is left out."""
    out, keys = io.BytesIO(), []
    first = (part - 1) * MOST_IN_ONE
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for one in row.documents.order_by("number", "pk")[first : first + MOST_IN_ONE]:
            try:
                content = selectors.opened(request.subject, one)
            except Problem:
                continue
            keys += selectors.people(one)
            archive.writestr(f"{one.number:04d}-{one.symbol}-{one.year}.pdf", content)
    return out.getvalue(), keys
