"""Pages of the intake room: files taken in, a new one, one file with its findings, the files to download."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ccvc.access.actions import record_look
from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.access.middleware import beside
from ccvc.intake import actions, selectors, tasks
from ccvc.intake import corrected as correcting
from ccvc.intake import template as templates
from ccvc.intake.forms import UploadForm
from ccvc.intake.models import Intake, State
from ccvc.intake.schemas import problem_of
from ccvc.standard.problems import Problem

PAGE = 50
POLLING = "progress"  # id of the part of the page that asks again until the worker is done
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def intakes(request: Request) -> HttpResponse:
    """Files taken in within reach, newest first."""
    require(request.subject, Right.INTAKE_RUN)
    page = Paginator(selectors.intakes(request.subject), PAGE).get_page(request.GET.get("page"))
    return render(request, "intake/list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Take a file in; what is wrong with the file as a whole is said at once."""
    require(request.subject, Right.INTAKE_RUN)
    form = UploadForm(request.subject, request.POST or None, request.FILES or None)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            opened = _open(request, form)
            page = "intake:mapping" if opened.state == State.MAPPING else "intake:detail"
            return redirect(page, intake_id=opened.pk)
        except Problem as refusal:
            problem = beside(request, refusal)
    status = 422 if request.method == "POST" else 200
    return render(request, "intake/new.html", {"form": form, "problem": problem}, status=status)


def _open(request: Request, form: UploadForm) -> Intake:
    given = form.cleaned_data
    file = given["file"]
    intake = actions.open_intake(
        request.subject, _content(file), file.name, given["unit_code"], valid_from=given["valid_from"]
    )
    if intake.state == State.READING:
        user_id = None if given["dry_run"] else request.subject.user_id
        tasks.read_file.defer(intake_id=str(intake.pk), then_propose_as=user_id)
    return intake


def _content(file: UploadedFile[Any]) -> Path | bytes:
    """A large upload stands on the disk already."""
    return Path(file.temporary_file_path()) if isinstance(file, TemporaryUploadedFile) else file.read()


@require_safe
def detail(request: Request, intake_id: UUID) -> HttpResponse:
    """One file: how far it has come, and its findings."""
    intake = selectors.intake(request.subject, intake_id)
    waiting = intake.state == State.READING or intake.asked_at is not None
    if request.htmx.trigger == POLLING and not waiting:
        return HttpResponse(headers={"HX-Refresh": "true"})
    asked = {name: request.GET.get(name, "").strip() for name in ("severity", "code", "text")}
    page = Paginator(selectors.findings(request.subject, intake_id, **asked), PAGE).get_page(
        request.GET.get("page")
    )
    keys = selectors.persons_seen(list(page))
    record_look(request.subject, keys, act="list", purpose=correcting.PURPOSE, detail=intake.file_name)
    context: dict[str, Any] = {
        "intake": intake,
        "page": page,
        "asked": asked,
        "kinds": selectors.kinds(request.subject, intake_id),
        "problem": problem_of(intake),
        "waiting": waiting,
        "again": selectors.worth_reading_again(intake),
        "may_propose": intake.state == State.READ
        and intake.asked_at is None
        and intake.taken > 0
        and not intake.review,
    }
    return render(request, "intake/detail.html", context)


@require_safe
def template(request: Request) -> HttpResponse:
    """The empty template of today."""
    require(request.subject, Right.INTAKE_RUN)
    return workbook(templates.template(timezone.localdate()), "mau-ho-so.xlsx")


@require_safe
def corrected(request: Request, intake_id: UUID) -> HttpResponse:
    """The rows that went back, as a workbook to mend."""
    content = correcting.corrected(request.subject, intake_id)
    name = slugify(Path(selectors.intake(request.subject, intake_id).file_name).stem) or "tep"
    return workbook(content, f"{name}-can-sua.xlsx")


def workbook(content: bytes, name: str) -> HttpResponse:
    """A file to download, kept by nobody on the way."""
    answer = HttpResponse(content, content_type=EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def again(request: Request, intake_id: UUID) -> HttpResponse:
    """Have the file read once more, by what is known now."""
    intake = actions.read_again(request.subject, intake_id)
    tasks.read_file.defer(intake_id=str(intake.pk))
    messages.success(request, _("Đang đọc lại tệp theo danh mục và cách ghi hiện nay."))
    return redirect("intake:detail", intake_id=intake_id)


@require_POST
def propose(request: Request, intake_id: UUID) -> HttpResponse:
    """Ask for the rows that passed to be proposed; the worker does it."""
    intake = actions.ask_to_propose(request.subject, intake_id)
    if intake.asked_at is not None and request.subject.user_id is not None:
        tasks.propose_file.defer(intake_id=str(intake.pk), user_id=request.subject.user_id)
        messages.success(request, _("Đang trình thay đổi cho {n} người.").format(n=intake.taken))
    return redirect("intake:detail", intake_id=intake_id)
