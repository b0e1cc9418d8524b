"""Pages of the proposals room: entering one, what it comes to, those checked before."""

from __future__ import annotations

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ccvc.access.actions import record_look
from ccvc.access.http import Request
from ccvc.access.middleware import beside, status_of
from ccvc.organisations.rowfiles import LARGEST
from ccvc.proposals import actions, presentation, reading, selectors
from ccvc.proposals.domain import Person
from ccvc.proposals.forms import ProposalForm
from ccvc.rules.reasons import edition
from ccvc.standard.problems import Problem

RECENT = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def list_(request: Request) -> HttpResponse:
    """One's own checks."""
    rows = selectors.proposals(request.subject)[:RECENT]
    return render(request, "proposals/list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Enter a proposal, or take it from a file; what was filled in stays where it is refused."""
    actions.checker(request.subject)
    posted = request.method == "POST"
    form = ProposalForm(request.POST if posted else None, request.FILES if posted else None)
    problem, status = None, 422 if posted else 200
    if posted and form.is_valid():
        try:
            made = actions.check(request.subject, form.head(), _people(form))
        except Problem as refusal:
            problem, status = beside(request, refusal), status_of(refusal.code)
        else:
            return redirect("proposals:detail", proposal_id=made.pk)
    return render(request, "proposals/new.html", {"form": form, "problem": problem}, status=status)


def _people(form: ProposalForm) -> list[Person]:
    file: UploadedFile[bytes] | None = form.cleaned_data["file"]
    if file is None:
        return [form.person()]
    raw = file.read(LARGEST + 1)
    return reading.read_people(file.name or "", raw)


@require_safe
def template(request: Request) -> HttpResponse:
    """An empty sheet to fill in."""
    actions.checker(request.subject)
    response = HttpResponse(reading.template(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="de-nghi-bo-nhiem.xlsx"'
    return response


@require_safe
def detail(request: Request, proposal_id: UUID) -> HttpResponse:
    """Each claim beside the record, each condition with its article; made to be printed."""
    row = selectors.proposal(request.subject, proposal_id)
    people = selectors.people(request.subject, row)
    keys = [one.record.key for one in people if one.record]
    record_look(request.subject, keys, act="view", purpose=row.purpose, detail=request.path)
    context = {
        "proposal": row,
        "act": presentation.ACTS.get(row.act, row.act),
        "people": [presentation.person(one) for one in people],
        "day": actions.day_of(row),
        "same_rules": row.rules == edition(),
    }
    return render(request, "proposals/detail.html", context)
