"""The page on which an administrator sees how the services stand that signatures rest on."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ccvc.access.domain import Right, Subject, require
from ccvc.access.http import Request
from ccvc.signing import services


@require_safe
def signing_services(request: Request) -> HttpResponse:
    """Time stamps: who is asked, how many approvals wait, when approving would stop; and the state of certificates."""
    require(request.subject, Right.NODE_ADMIN)
    context = {"stamping": services.stamping(), "revocation": services.revocation()}
    return render(request, "web/signing_services.html", context)


def services_notice(subject: Subject | None) -> services.Stamping | None:
    """What an administrator, or whoever approves, should know on the entry page; None where all is well."""
    if subject is None or not (subject.may(Right.NODE_ADMIN) or subject.may(Right.CHANGE_APPROVE)):
        return None
    found = services.stamping()
    return found if found.urls and (found.is_late or found.is_high) else None
