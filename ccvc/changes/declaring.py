"""Pages on which a person, or an officer for them, declares a change: a group's fields, or a row of a table."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ccvc import standard
from ccvc.access.actions import record_look
from ccvc.access.domain import Right
from ccvc.access.http import Request
from ccvc.access.middleware import beside
from ccvc.changes import actions, selectors
from ccvc.changes.again import filled_in, mended
from ccvc.changes.domain import Proposal
from ccvc.changes.forms import Reason, RecordForm
from ccvc.changes.inputs import language, state_words
from ccvc.changes.models import Change
from ccvc.changes.truth import said
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.models import Version
from ccvc.dossiers.presentation import label_of
from ccvc.evidence.actions import Received
from ccvc.evidence.domain import Details
from ccvc.evidence.forms import PaperForm
from ccvc.standard import Field, Finding, Group, Table
from ccvc.standard.evidence import demands
from ccvc.standard.problems import Problem

NEW = "new"
LONGEST_NUMBER = 6
DECLARING = "Kê khai thay đổi hồ sơ"
UNPROCESSABLE = 422
METHODS = ["GET", "HEAD", "POST"]


@dataclass
class Declaring:
    """One declaration being made: whose dossier, what is asked, what was typed, and what stands against it."""

    request: Request
    seen: dossiers.Seen
    whole: dict[str, Any]
    form: RecordForm
    reason: Reason
    paper: PaperForm
    returned: Change | None = None
    corrects: Version | None = None
    problem: Problem | None = None

    @property
    def filled_in(self) -> bool:
        """Whether what was typed can be read."""
        if self.request.method != "POST":
            return False
        readable = self.form.is_valid()
        self.paper.lend(self.form.typed())
        return all([readable, self.reasoned])

    @property
    def reasoned(self) -> bool:
        """Whether why, from when and on what paper can be read."""
        return all([self.reason.is_valid(), self.paper.is_valid()])


@require_http_methods(METHODS)
def declare(request: Request, key: UUID, group: str) -> HttpResponse:
    """Declare changes to the fields of a group; its tables are reached row by row."""
    seen, declared = _seen(request, key), _group(group)
    whole = _whole(request, seen)
    returned = mended(request.subject, request.GET.get("again", ""), key)
    given = filled_in(whole, returned).get(group, {})
    fields = _open_fields(seen, declared.fields)
    act = _declaring(request, seen, whole, RecordForm(fields, given, request.POST or None), group, returned)
    if act.filled_in:
        values = {k: v for k, v in {**given, **act.form.values()}.items() if v is not None}
        touched = [f"{group}.{field.name}" for field in fields]
        if done := _propose(act, {group: values}, touched):
            return done
    tables = [(t, given.get(t.name, [])) for t in declared.tables if _open_fields(seen, t.fields)]
    return _page(act, {"group": declared, "title": label_of(declared), "tables": tables})


@require_http_methods(METHODS)
def row(request: Request, key: UUID, group: str, table: str, row_id: str) -> HttpResponse:
    """Declare one row of a table: a new one, changes to one there is, or that one be taken away."""
    seen, declared = _seen(request, key), _table(group, table)
    whole = _whole(request, seen)
    returned = mended(request.subject, request.GET.get("again", ""), key)
    rows = whole.get(group, {}).get(table, [])
    offered = filled_in(whole, returned).get(group, {}).get(table, [])
    current = next((r for r in (*offered, *rows) if r["id"] == row_id), None)
    fields = _open_fields(seen, declared.fields)
    if not fields or (current is None and row_id != NEW):
        raise Problem("CHG-GROUP", where=f"{group}.{table}")
    removing = current is not None and "remove" in request.POST
    form = RecordForm(fields, current or {}, None if removing else request.POST or None)
    fresh = {"id": current["id"] if current else secrets.token_hex(4)}
    act = _declaring(request, seen, whole, form, f"{declared.path}[{fresh['id']}]", returned)
    if removing and act.reasoned:
        kept = [r for r in rows if r["id"] != row_id]
        if done := _propose(act, {group: {**whole[group], table: kept}}, []):
            return done
    elif not removing and act.filled_in:
        cells = {k: v for k, v in {**(current or {}), **form.values(), **fresh}.items() if v is not None}
        there = any(r["id"] == row_id for r in rows)
        kept = [cells if r["id"] == row_id else r for r in rows] + ([] if there else [cells])
        touched = [f"{declared.path}[{fresh['id']}]"]
        if done := _propose(act, {group: {**whole.get(group, {}), table: kept}}, touched):
            return done
    context = {"group": _group(group), "table": declared, "title": label_of(declared), "current": current}
    return _page(act, context)


def _declaring(
    request: Request,
    seen: dossiers.Seen,
    whole: dict[str, Any],
    form: RecordForm,
    entry: str,
    returned: Change | None,
) -> Declaring:
    named = _named(request, seen)
    initial = _beginning(named)
    if returned is not None:
        initial = {"valid_from": returned.valid_from, "reason": returned.reason, "kind": returned.kind}
    reason = Reason(request.POST or None, initial=initial)
    if named is not None:
        reason.correct_only()
    truth = reason.fields["truth"]
    truth.label, truth.help_text = said("truth" if seen.own else "compared")
    demand = demands(standard.current()).get(entry.partition("[")[0])
    paper = PaperForm.for_entry(entry, request.POST or None, request.FILES or None, demand=demand)
    paper.leave_to(form.fields)
    return Declaring(request, seen, whole, form, reason, paper, returned, named)


def _named(request: Request, seen: dossiers.Seen) -> Version | None:
    """The version the address says is to be corrected."""
    named = request.GET.get("corrects", "")
    if not named.isdecimal() or len(named) > LONGEST_NUMBER:
        return None
    return dossiers.version(request.subject, seen.dossier.key, int(named))[0]


def _whole(request: Request, seen: dossiers.Seen) -> dict[str, Any]:
    """The document a declaration builds on: that of now, or to correct a version what is known now of its day."""
    named = _named(request, seen)
    if named is None:
        return dossiers.current_documents([seen.dossier.key])[seen.dossier.key][1]
    return dossiers.held_on(seen.dossier, named.valid_from)


def _beginning(named: Version | None) -> dict[str, Any]:
    """What stands in the form at first: a change from today, or the correction of a version."""
    if named is None:
        return {"valid_from": timezone.localdate()}
    return {"valid_from": named.valid_from, "kind": "correct", "corrects": named.number}


def _page(act: Declaring, more: dict[str, Any]) -> HttpResponse:
    """The form, as it is or with what is wrong with it; recorded, for it shows what the dossier holds."""
    seen, subject = act.seen, act.request.subject
    record_look(subject, [seen.dossier.key], act="view", purpose=DECLARING, detail=act.request.path)
    context = {
        "seen": seen,
        "form": act.form,
        "reason": act.reason,
        "paper": act.paper,
        "problem": act.problem,
        "against": selectors.named(subject, act.problem.params.get("changes", [])) if act.problem else [],
        "returned": act.returned,
        "corrects": act.corrects,
        "words": state_words(),
        "pending": selectors.pending_for(subject, seen.dossier.key),
        **more,
    }
    status = UNPROCESSABLE if act.request.method == "POST" else 200
    return render(act.request, "changes/declare.html", context, status=status)


def _propose(act: Declaring, groups: dict[str, Any], touched: list[str]) -> HttpResponse | None:
    """Propose the document with these groups replaced; a finding or problem is said in the form."""
    document = standard.tidy({**act.whole, **groups})
    _say_findings(act, _against(act.whole, document, touched))
    if act.form.errors or act.reason.errors:
        return None
    given = act.reason.cleaned_data
    proposal = Proposal(
        person_key=act.seen.dossier.key,
        unit_code=_unit_code(act, document),
        document=document,
        valid_from=given["valid_from"],
        reason=given["reason"],
        kind=given["kind"],
        confirmed=act.seen.own and given["truth"],
        follows=act.returned.pk if act.returned else None,
    )
    subject = act.request.subject
    if act.paper.given and not act.paper.receive(subject):
        return None
    papers = [(act.paper.received, act.paper.details())] if act.paper.received else []
    try:
        change = _sent(act, proposal, papers)
    except Problem as problem:
        act.problem = beside(act.request, problem)
        return None
    messages.success(act.request, _("Đã gửi đề nghị thay đổi. Bộ phận tổ chức cán bộ sẽ kiểm tra."))
    return redirect("changes:detail", change_id=change.pk)


def _sent(act: Declaring, proposal: Proposal, papers: list[tuple[Received, Details]]) -> Change:
    given, subject = act.reason.cleaned_data, act.request.subject
    if given["kind"] != "correct":
        return actions.propose(subject, proposal, papers)
    key, authority = act.seen.dossier.key, given["authority"]
    if act.corrects is None:
        return actions.correct(subject, key, proposal, authority=authority, papers=papers)
    past = [d for d in standard.diff(act.whole, proposal.document) if not d.path.endswith("[]")]
    return actions.correct_past(
        subject,
        key,
        replace(proposal, past=past),
        authority=authority,
        version=act.corrects.number,
        papers=papers,
    )


def _against(before: dict[str, Any], after: dict[str, Any], touched: list[str]) -> list[Finding]:
    """Errors the declaration would bring in, and those that stand in what it touches; older ones elsewhere do not
    keep a person from declaring.
    """
    today = timezone.localdate()
    known = {(f.code, f.path) for f in standard.check(before, on=today)}
    errors = [f for f in standard.check(after, on=today) if f.severity == "error"]
    return [f for f in errors if (f.code, f.path) not in known or any(_in(f.path, path) for path in touched)]


def _in(path: str, touched: str) -> bool:
    return path == touched or path.startswith(f"{touched}.")


def _say_findings(act: Declaring, findings: list[Finding]) -> None:
    """Each finding beside its input; one about what the reader may not read keeps its words to itself."""
    for finding in findings:
        name = finding.path.rsplit(".", 1)[-1]
        message = finding.message(language())
        if not dossiers.readable(finding.path, act.seen.may_see):
            message = _("Nội dung khai không khớp với mục khác của hồ sơ (%(code)s).") % {
                "code": finding.code
            }
        if act.form.is_bound:
            act.form.add_error(name if name in act.form.fields else None, message)
        else:
            act.reason.add_error(None, message)


def _unit_code(act: Declaring, document: dict[str, Any]) -> str:
    """The unit the change is for: a new one where the change names it, else the one the dossier belongs to."""
    before, after = (d.get("employment", {}).get("unit_code") for d in (act.whole, document))
    own = dossiers.unit_code(act.seen.dossier) if after == before else None
    return own or str(after or "")


def _seen(request: Request, key: UUID) -> dossiers.Seen:
    """The dossier, if this person may propose a change to it; else Problem DOS-UNKNOWN."""
    dossiers.dossier(request.subject, key, right=Right.CHANGE_PROPOSE)
    return dossiers.seen(request.subject, key)


def _open_fields(seen: dossiers.Seen, fields: tuple[Field, ...]) -> list[Field]:
    """The fields this person may read and declare."""
    wanted = {"person"} if seen.own else {"person", "agency"}
    return [field for field in fields if wanted & set(field.declared_by) and seen.may_see(field)]


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
