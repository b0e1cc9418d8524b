"""Pages of procedures of approval and of written delegations."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ccvc.access import actions as access
from ccvc.access import selectors as rights
from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.access.middleware import beside
from ccvc.access.wording import right_name, role_name
from ccvc.changes import actions, selectors
from ccvc.changes.domain import STEP_LABELS
from ccvc.changes.procedures import Terms, default
from ccvc.changes.setting_forms import KINDS, SOURCES, DelegationForm, ProcedureForm
from ccvc.evidence.actions import receive
from ccvc.evidence.actions.receiving import most_bytes
from ccvc.evidence.models import StoredFile
from ccvc.evidence.serving import handed_out
from ccvc.standard import current
from ccvc.standard.problems import Problem

UNPROCESSABLE = 422
METHODS = ["GET", "HEAD", "POST"]
OPENING = "Xem bản chụp văn bản ủy quyền"


@require_safe
def procedures(request: Request) -> HttpResponse:
    """The procedures of this node, and the shipped one."""
    rows = selectors.procedures(request.subject)
    today = timezone.localdate()
    context = {
        "rows": [(row, said_of(row.said), bool(row.valid_to and row.valid_to < today)) for row in rows],
        "shipped": said_of(default()),
        "may_edit": request.subject.may(Right.PROCEDURE_EDIT),
    }
    return render(request, "changes/procedures.html", context)


def said_of(terms: Terms) -> dict[str, object]:
    """Terms in words."""
    names = {**dict(KINDS), **dict(SOURCES)}
    labels = current().groups
    return {
        "title": terms.title,
        "steps": [
            {
                "label": STEP_LABELS[rule.step],
                "roles": ", ".join(map(role_name, rule.roles)),
                "within": rule.within,
            }
            for rule in terms.steps
        ],
        "holds_for": [str(names[one]) for one in (*terms.kinds, *terms.sources)]
        + [labels[one].label_vi for one in terms.groups if one in labels],
        "confirms": [str(names[one]) for one in terms.confirm_sources],
        "waits": terms.confirm_waits,
    }


@require_http_methods(METHODS)
def new_procedure(request: Request) -> HttpResponse:
    """Set a procedure."""
    require(request.subject, Right.PROCEDURE_EDIT)
    form, problem = ProcedureForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.set_procedure(request.subject, form.written())
        except Problem as refusal:
            problem = beside(request, refusal, form)
        else:
            messages.success(request, _("Đã đặt quy trình {name}.").format(name=made))
            return redirect("changes:procedures")
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "changes/new_procedure.html", {"form": form, "problem": problem}, status=status)


@require_POST
def end_procedure(request: Request, procedure_id: int) -> HttpResponse:
    """End a procedure today."""
    basis = request.POST.get("basis", "")[:300]
    actions.end_procedure(request.subject, procedure_id, last_day=timezone.localdate(), basis=basis)
    messages.success(
        request, _("Quy trình hết áp dụng sau hôm nay; đề nghị đã bắt đầu vẫn theo quy trình cũ.")
    )
    return redirect("changes:procedures")


@require_safe
def delegations(request: Request) -> HttpResponse:
    """Delegations one gave, received, or may end."""
    today = timezone.localdate()
    rows = [
        {
            "one": row,
            "rights": [right_name(name) for name in row.rights],
            "state": rights.standing_of(row, today),
            "open": row.ended_at is None and row.valid_to >= today and rights.may_end(request.subject, row),
        }
        for row in rights.delegations(request.subject)
    ]
    context = {"rows": rows, "may_give": bool(rights.lendable(request.subject))}
    return render(request, "changes/delegations.html", context)


@require_http_methods(METHODS)
def new_delegation(request: Request) -> HttpResponse:
    """Record a written delegation."""
    grants = rights.lendable(request.subject)
    if not grants:
        require(request.subject, Right.GRANTS_EDIT)
    form = DelegationForm(grants, request.POST or None, request.FILES or None)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            _delegate(request, form)
        except Problem as refusal:
            problem = beside(request, refusal, form)
        else:
            messages.success(request, _("Đã ghi ủy quyền."))
            return redirect("changes:delegations")
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "changes/new_delegation.html", {"form": form, "problem": problem}, status=status)


def _delegate(request: Request, form: DelegationForm) -> None:
    to, paper = form.to(), form.cleaned_data["paper"]
    if to is None:
        raise Problem("ACC-DELEGATION-SELF", where="delegate")
    received = receive(request.subject, bytes(paper.read(most_bytes() + 1))) if paper else None
    actions.entrust(
        request.subject, grant=form.cleaned_data["grant"], to=to, terms=form.terms(), paper=received
    )


@require_safe
def delegation_paper(request: Request, delegation_id: int) -> HttpResponse:
    """The scan of a delegation, as a download; recorded before it is handed out."""
    found = rights.delegation(request.subject, delegation_id)
    file = StoredFile.objects.filter(sha256=found.paper_sha256).first()
    if file is None:
        raise Problem("EVI-UNKNOWN")
    keys = {user.person_key for user in (found.grant.user, found.delegate) if user.person_key}
    access.record_opening(request.subject, keys, OPENING, f"{found} ({file.sha256[:12]})")
    number = found.document_number.replace("/", "_")
    return handed_out(file, f"uy-quyen-{number}")


@require_POST
def end_delegation(request: Request, delegation_id: int) -> HttpResponse:
    """End a delegation at once."""
    found = rights.delegation(request.subject, delegation_id)
    access.end_delegation(request.subject, found, basis=request.POST.get("basis", "")[:300])
    messages.success(request, _("Đã chấm dứt ủy quyền."))
    return redirect("changes:delegations")
