"""Pages on which a person, or an officer for them, declares a change: a group's fields, or a row of a table."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.contrib import messages

from ccvc import standard
from ccvc.access.domain import Right
from ccvc.changes import actions, selectors
from ccvc.changes.domain import Proposal
from ccvc.changes.forms import Reason, RecordForm
from ccvc.dossiers import selectors as dossiers
from ccvc.standard import Field, Group, Table
from ccvc.standard.problems import Problem

NEW = "new"


def declare(request: HttpRequest, key: UUID, group: str) -> HttpResponse:
    """Declare changes to the fields of a group; its tables are reached row by row."""
    seen, declared_group = _seen(request, key), _group(group)
    fields = _open_fields(request, seen, declared_group.fields)
    current = seen.document.get(group, {})
    form = RecordForm(fields, current, request.POST or None)
    reason = _reason(request)
    if request.method == "POST" and form.is_valid() and reason.is_valid():
        values = {k: v for k, v in {**_whole(key).get(group, {}), **form.values()}.items() if v is not None}
        done = _propose(request, seen, {group: values}, reason, form)
        if done is not None:
            return done
    tables = [(t, current.get(t.name, [])) for t in declared_group.tables if _open_fields(request, seen, t.fields)]
    context = {"seen": seen, "group": declared_group, "form": form, "reason": reason, "tables": tables}
    return render(request, "changes/declare.html", context | _naming(seen))


def row(request: HttpRequest, key: UUID, group: str, table: str, row_id: str) -> HttpResponse:
    """Declare one row of a table: a new one, or changes to one there is."""
    seen, declared = _seen(request, key), _table(group, table)
    fields = _open_fields(request, seen, declared.fields)
    rows = _whole(key).get(group, {}).get(table, [])
    current = next((r for r in rows if r["id"] == row_id), {})
    form = RecordForm(fields, current, request.POST or None)
    reason = _reason(request)
    if request.method == "POST" and form.is_valid() and reason.is_valid():
        cells = {k: v for k, v in {**current, **form.values()}.items() if v is not None}
        cells["id"] = current.get("id") or secrets.token_hex(4)
        kept = [cells if r["id"] == row_id else r for r in rows] + ([] if current else [cells])
        done = _propose(request, seen, {group: {**_whole(key).get(group, {}), table: kept}}, reason, form)
        if done is not None:
            return done
    context = {"seen": seen, "group": _group(group), "table": declared, "form": form, "reason": reason}
    return render(request, "changes/declare.html", context | _naming(seen))


def _propose(
    request: HttpRequest, seen: dossiers.Seen, groups: dict[str, Any], reason: Reason, form: RecordForm
) -> HttpResponse | None:
    """Propose the document with these groups replaced; a finding or problem is said in the form."""
    document = {**_whole(seen.dossier.key), **groups}
    findings = [f for f in standard.check(document, on=timezone.localdate()) if f.severity == "error"]
    touched = [f for f in findings if f.path.split(".")[0] in groups]
    for finding in touched:
        form.add_error(_cell(finding.path, form), finding.message_vi)
    if touched:
        return None
    try:
        change = actions.propose(
            request.subject,
            Proposal(
                person_key=seen.dossier.key,
                unit_code=document.get("employment", {}).get("unit_code", ""),
                document=document,
                valid_from=reason.cleaned_data["valid_from"],
                reason=reason.cleaned_data["reason"],
            ),
        )
    except Problem as problem:
        form.add_error(None, f"{problem.message('vi')} {problem.next_step('vi')} ({problem.code})")
        return None
    messages.success(request, _("Đã gửi đề nghị thay đổi. Bộ phận tổ chức cán bộ sẽ kiểm tra."))
    return redirect("changes:detail", change_id=change.pk)


def _cell(path: str, form: RecordForm) -> str | None:
    name = path.rsplit(".", 1)[-1]
    return name if name in form.fields else None


def _reason(request: HttpRequest) -> Reason:
    return Reason(request.POST or None, initial={"valid_from": timezone.localdate()})


def _seen(request: HttpRequest, key: UUID) -> dossiers.Seen:
    """The dossier, if this person may propose a change to it."""
    seen = dossiers.seen(request.subject, key)
    if not seen.own:
        dossiers.dossier(request.subject, key, right=Right.CHANGE_PROPOSE)
    return seen


def _whole(key: UUID) -> dict[str, Any]:
    """The last approved document, with the fields this person may not read: they stay as they are."""
    return dossiers.current_documents([key])[key][1]


def _open_fields(request: HttpRequest, seen: dossiers.Seen, fields: tuple[Field, ...]) -> list[Field]:
    """The fields this person may read and declare."""
    may_see = dossiers.may_see(request.subject, seen.dossier)
    wanted = {"person"} if seen.own else {"person", "agency"}
    return [f for f in fields if wanted & set(f.declared_by) and may_see(f)]


def _group(name: str) -> Group:
    found = standard.current().groups.get(name)
    if found is None:
        raise Problem("CHG-GROUP", where=name)
    return found


def _table(group: str, name: str) -> Table:
    found = standard.current().tables.get(f"{group}.{name}")
    if found is None:
        raise Problem("CHG-GROUP", where=f"{group}.{name}")
    return found


def _naming(seen: dossiers.Seen) -> dict[str, Any]:
    pending = selectors.pending_for(seen.dossier.key)
    return {"name": seen.document.get("identity", {}).get("full_name", ""), "pending": pending}
