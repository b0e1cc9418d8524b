"""The page on which an officer says which column of a file is what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ccvc.access.actions import record_look
from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.access.middleware import beside
from ccvc.intake import actions, presentation, selectors, tasks
from ccvc.intake.actions.mapping import looked_at
from ccvc.intake.corrected import PURPOSE
from ccvc.intake.forms import mapping_given
from ccvc.intake.models import State
from ccvc.standard.problems import Problem


@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: Request, intake_id: UUID) -> HttpResponse:
    """Each column with sample values and its field, to be changed and confirmed."""
    require(request.subject, Right.INTAKE_RUN)
    intake = selectors.intake(request.subject, intake_id)
    found = looked_at(intake)
    problem = None
    if request.method == "POST":
        try:
            confirmed = actions.confirm_mapping(
                request.subject, intake.pk, mapping_given(found, request.POST)
            )
        except Problem as refusal:
            problem = beside(request, refusal)
        else:
            if confirmed.state == State.READING:
                tasks.read_file.defer(intake_id=str(intake.pk))
            messages.success(request, _("Đã xác nhận các cột; lần sau tệp cùng tiêu đề được đọc như vậy."))
            return redirect("intake:detail", intake_id=intake.pk)
    record_look(request.subject, [], act="list", purpose=PURPOSE, detail=intake.file_name)
    context: dict[str, Any] = {
        "intake": intake,
        "problem": problem,
        "sheets": [presentation.sheet(n, found, request.POST) for n in range(len(found.told))],
        "may_confirm": intake.state in {State.MAPPING, State.READ, State.FAILED} and not intake.batch_id,
    }
    return render(request, "intake/mapping.html", context, status=422 if problem else 200)
