"""The page of an inspector's trace report: asked with the decision of the inspection, shown, or taken as a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.access.middleware import beside
from ccvc.dossiers.inputs import DayField
from ccvc.inspection import reporting
from ccvc.inspection.tracing import Asked
from ccvc.standard.problems import Problem

UNPROCESSABLE = 422
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


class TraceForm(forms.Form):
    """What an inspection asks for, by which decision."""

    reference = forms.CharField(label=_("Quyết định thanh tra, kiểm tra: số, ngày, cơ quan"), max_length=200)
    purpose = forms.CharField(label=_("Nội dung cần làm rõ"), max_length=200)
    person = forms.CharField(
        label=_("Người: số định danh cá nhân hoặc mã hồ sơ"), max_length=40, required=False
    )
    account = forms.CharField(label=_("Tài khoản đã thực hiện"), max_length=150, required=False)
    decision = forms.CharField(label=_("Số quyết định làm căn cứ thay đổi"), max_length=100, required=False)
    since = DayField(label=_("Từ ngày"), required=False)
    until = DayField(label=_("Đến hết ngày"), required=False)

    def asked(self) -> Asked:
        """The inquiry."""
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return Asked(**given)


@require_http_methods(["GET", "HEAD", "POST"])
def trace(request: Request) -> HttpResponse:
    """Ask for a report and have it shown, as a workbook, or as a signed package; each is recorded."""
    require(request.subject, Right.INSPECTION_TRACE)
    form = TraceForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "report": None, "problem": None}
    if request.method == "POST" and form.is_valid():
        try:
            report = reporting.draw_up(request.subject, form.asked())
            if (kind := request.POST.get("form", "")) in KINDS:
                return _file(request, report, kind)
            context["report"] = report
        except Problem as problem:
            context["problem"] = beside(request, problem)
    failed = request.method == "POST" and context["report"] is None
    return render(request, "inspection/trace.html", context, status=UNPROCESSABLE if failed else 200)


def _file(request: Request, report: reporting.Report, kind: str) -> HttpResponse:
    signed = kind == "zip"
    content = reporting.package(request.subject, report) if signed else reporting.workbook(report.told)
    response = HttpResponse(content, content_type=KINDS[kind])
    name = f"truy-vet-{timezone.localdate()}-{report.digest[:8]}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
