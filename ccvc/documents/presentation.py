"""Documents laid out for pages: what each is, whose, where it stands and what its signatures are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ccvc.access.domain import Subject
from ccvc.documents import catalogue, copies, domain
from ccvc.documents.catalogue import Form
from ccvc.documents.copies import CopyForm
from ccvc.documents.models import Document, Shown, Source, State
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.models import Dossier, Head
from ccvc.standard.problems import Problem

TONES = {"issued": "warn", "signed": "info", "valid": "good", "superseded": "neutral", "revoked": "bad"}


@dataclass(frozen=True, slots=True)
class Row:
    """A document in a list: the person it shows where it is one, "" else."""

    document: Document
    label: str
    whose: str
    tone: str


def rows(subject: Subject, found: Sequence[Document]) -> tuple[list[Row], list[UUID]]:
    """Documents with the names of those they show alone, and whose those are."""
    people = _alone(found)
    names = _names(subject, set(people.values()))
    shown = [
        Row(one, label_of(one), names.get(people.get(one.pk, one.pk), ""), TONES[one.state]) for one in found
    ]
    return shown, list(names)


def label_of(document: Document) -> str:
    """What people call the form of a document."""
    if document.kind == copies.KIND:
        return form_label(copies.copy_form(document.form))
    if document.kind in domain.DECISIONS:
        return _("Quyết định")
    return form_label(catalogue.form(document.form))


def form_label(form: Form | CopyForm) -> str:
    """What people call a form, in the language of the page."""
    return form.label_en if get_language() == "en" else form.label


def _alone(found: Sequence[Document]) -> dict[UUID, UUID]:
    ids = [one.pk for one in found if not one.many]
    return dict(Shown.objects.filter(document__in=ids).values_list("document", "person_key"))


def _names(subject: Subject, keys: set[UUID]) -> dict[UUID, str]:
    """Names of those within reach; the subject's own too."""
    within = [key for key in keys if _reached(subject, key)]
    heads = Head.objects.filter(dossier__key__in=within).values_list("dossier__key", "full_name")
    return dict(heads)


def _reached(subject: Subject, key: UUID) -> Dossier | None:
    try:
        return dossiers.dossier(subject, key)
    except Problem:
        return None


def source_of(row: Document) -> Source | None:
    """What a certified copy was made of; None for a document that is none."""
    if row.kind != copies.KIND:
        return None
    return Source.objects.select_related("original").get(document=row)


def steps(row: Document) -> list[dict[str, Any]]:
    """The way of a document, for the steps of a page."""
    agency = row.agency_name
    done = {
        "issued": (row.issued_at, row.issued_by_name),
        "signed": (row.signed_at, row.signer_name),
        "sealed": (row.sealed_at, agency),
    }
    labels = {
        "issued": _("Xuất văn bản"),
        "signed": _("Người có thẩm quyền ký"),
        "sealed": _("Cơ quan ký số"),
    }
    if row.kind == copies.KIND:
        del done["signed"]
        labels["issued"] = _("Cho sao")
    found: list[dict[str, Any]] = []
    for name, (at, who) in done.items():
        state = "done" if at else "current" if not found or found[-1]["state"] == "done" else "todo"
        if row.state == State.REVOKED and not at:
            state = "todo"
        found.append({"label": labels[name], "state": state, "at": at, "who": who if at else ""})
    return found
