"""Pages of the grants in force, and of the capacity in which their holders sign."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ccvc.access import actions, selectors
from ccvc.access.domain import Right, require, signs
from ccvc.access.forms import CapacityForm
from ccvc.access.http import Request
from ccvc.access.middleware import beside
from ccvc.access.wording import role_name
from ccvc.standard.problems import Problem

PAGE = 50
UNPROCESSABLE = 422


@require_safe
def grants(request: Request) -> HttpResponse:
    """Grants in force where this person gives rights, by account."""
    require(request.subject, Right.GRANTS_EDIT)
    page = Paginator(selectors.grants(request.subject), PAGE).get_page(request.GET.get("page"))
    rows = [(one, role_name(one.role), _may_set(request, one.role, one.user_id)) for one in page]
    return render(request, "access/grants.html", {"page": page, "rows": rows})


def _may_set(request: Request, role: str, user_id: int) -> bool:
    return signs(role) and user_id != request.subject.user_id


@require_http_methods(["GET", "HEAD", "POST"])
def capacity(request: Request, grant_id: int) -> HttpResponse:
    """Say in which capacity the holder of a grant signs."""
    found = selectors.grant(request.subject, grant_id)
    form, problem = CapacityForm(request.POST or None, initial=CapacityForm.of(found.capacity)), None
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_capacity(request.subject, found, form.capacity(), basis=form.cleaned_data["basis"])
        except Problem as refusal:
            problem = beside(request, refusal, form)
        else:
            messages.success(request, _("Đã đặt thể thức ký; áp dụng cho chữ ký từ lúc này."))
            return redirect("access:grants")
    context = {"grant": found, "role": role_name(found.role), "form": form, "problem": problem}
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "access/capacity.html", context, status=status)
