"""One click beside a reorganisation: drafts for everyone it makes a decision necessary for."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ccvc.access.actions import record_look
from ccvc.access.http import Request
from ccvc.access.middleware import beside
from ccvc.decisions import actions
from ccvc.decisions.models import LONGEST, DecisionPerson
from ccvc.organisations.views.reorganising import page_of
from ccvc.standard.problems import Problem

DRAFTING = "Soạn quyết định theo đợt sắp xếp tổ chức"


@require_POST
def reorganised(request: Request, key: UUID) -> HttpResponse:
    """Have them drafted; what keeps one from being drafted is said on the reorganisation's page."""
    authority = request.POST.get("authority", "")[: LONGEST + 1]
    try:
        drafts = actions.draft_reorganised(request.subject, key, authority)
    except Problem as problem:
        if problem.code in {"ACC-DENIED", "ORG-PLAN-UNKNOWN"}:
            raise
        return page_of(request, key, beside(request, problem))
    named = DecisionPerson.objects.filter(decision__in=drafts).values_list("person_key", flat=True)
    record_look(request.subject, list(named), act="list", purpose=DRAFTING)
    told = _("Đã soạn {n} dự thảo cho {people} người.").format(n=len(drafts), people=len(named))
    messages.success(request, told)
    return redirect("organisations:reorganisation", key)
