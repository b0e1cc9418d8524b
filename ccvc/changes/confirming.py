"""Pages on which a person confirms what others declared for their dossier, or says that it is not true."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ccvc.access.actions import record_look
from ccvc.access.http import Request
from ccvc.changes import actions, selectors
from ccvc.changes.truth import said
from ccvc.changes.views import FOLLOWING, LONGEST_NOTE, PAGE, uuid_of


@require_safe
def waiting(request: Request) -> HttpResponse:
    """What waits for this person's confirmation."""
    page = Paginator(selectors.to_confirm(request.subject), PAGE).get_page(request.GET.get("page"))
    record_look(request.subject, sorted({c.person_key for c in page}), act="list", purpose=FOLLOWING)
    truth, basis = said("truth")
    shown = selectors.shown(request.subject, list(page))
    context = {"page": page, "shown": shown, "truth": truth, "basis": basis}
    return render(request, "changes/confirming.html", context)


@require_POST
def answer(request: Request, answer: str) -> HttpResponse:
    """Confirm a change, or object to it with a reason."""
    ids = [uuid_of(value) for value in request.POST.getlist("change")]
    if answer == "confirm":
        actions.confirm(request.subject, ids)
        messages.success(request, _("Đã ghi xác nhận của bạn."))
    else:
        actions.object_to(request.subject, ids, request.POST.get("note", "")[:LONGEST_NOTE])
        messages.success(request, _("Đã trả lại đề nghị cho người kê khai."))
    return redirect("changes:confirming")
