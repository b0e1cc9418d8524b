"""Sending a returned change again: as it was, or on the pages of declaring with what was typed filled in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ccvc import standard
from ccvc.access.domain import Subject
from ccvc.access.http import Request
from ccvc.changes import actions, selectors
from ccvc.changes.domain import unpack
from ccvc.changes.models import Change, State
from ccvc.dossiers.domain import Document

OVER = (State.RETURNED, State.WITHDRAWN)


@require_POST
def resubmit(request: Request, change_id: UUID) -> HttpResponse:
    """Send a returned change again as it was."""
    reason, truth = request.POST.get("reason", "")[:500], request.POST.get("truth") == "on"
    made = actions.resubmit(request.subject, change_id, reason, confirmed=truth)
    messages.success(request, _("Đã gửi lại đề nghị."))
    return redirect("changes:detail", change_id=made.pk)


def mended(subject: Subject, asked: str, key: UUID) -> Change | None:
    """The returned change of this dossier that a declaration mends, if the page names one the subject declared."""
    try:
        found = selectors.change(subject, UUID(asked)) if asked else None
    except ValueError:
        return None
    fits = found is not None and found.person_key == key and found.state in OVER
    return found if fits and found is not None and selectors.is_declarer(subject, found) else None


def filled_in(whole: Document, returned: Change | None) -> Document:
    """The document as the returned change would have had it; of what moved since, as it stands now."""
    return standard.apply(whole, unpack(returned.differences), strict=False) if returned else whole


def page_of(change: Change) -> tuple[str, ...]:
    """Group, or group, table and row, on whose page all of a change is declared; () where there is no one page."""
    entries = {path.partition("]")[0] if "]" in path else path.partition(".")[0] for path in _paths(change)}
    if len(entries) != 1:
        return ()
    entry = entries.pop()
    group, _dot, rest = entry.partition(".")
    table, _bracket, row = rest.partition("[")
    return (group, table, row) if row else (group,)


def _paths(change: Change) -> list[str]:
    return [difference.path for difference in unpack(change.differences)]
