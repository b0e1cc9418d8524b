"""Reads of the documents room: by whoever may read all that a document shows, and what its steps need."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from ccvc.access.capacity import Capacity
from ccvc.access.domain import Right, Subject, policy, require
from ccvc.access.selectors import subject_of
from ccvc.accounts.models import User
from ccvc.documents import catalogue, domain
from ccvc.documents.models import Document, Picture, Run, RunPerson, Shown, State
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.models import Dossier
from ccvc.evidence import selectors as evidence
from ccvc.evidence import storage
from ccvc.evidence.growing import Grown
from ccvc.organisations.selectors import reach
from ccvc.organisations.tree import covers_unit
from ccvc.standard.problems import Problem

MOST_LISTED = 20_000
MOST_FAILED = 500
OF_MANY = ("across", domain.MANY_DECISIONS)


def known(pk: UUID) -> Document:
    """A document by its id, whoever asks; Problem DOC-UNKNOWN. Knows no reach: the caller decides."""
    found = Document.objects.select_related("signer").filter(pk=pk).first()
    if found is None:
        raise Problem("DOC-UNKNOWN")
    return found


def known_together(ids: Collection[UUID]) -> dict[UUID, Document]:
    """Documents by their ids, those there are; as `known`."""
    return Document.objects.select_related("signer").in_bulk(list(ids))


def people_together(rows: Collection[Document]) -> dict[UUID, list[UUID]]:
    """Whom each of these documents shows, by its id."""
    shown: dict[UUID, list[UUID]] = {row.pk: [] for row in rows}
    every = Shown.objects.filter(document__in=shown).order_by("pk")
    for pk, key in every.values_list("document_id", "person_key"):
        shown[pk].append(key)
    return shown


def documents(subject: Subject) -> QuerySet[Document]:
    """Documents about people within reach, about oneself, issued by oneself or to be signed by oneself."""
    today = timezone.localdate()
    units = reach(subject, Right.DOCUMENT_ISSUE, today) | reach(subject, Right.DOCUMENT_SIGN, today)
    within = Q(unit_id__in=units)
    if subject.person_key is not None:
        own = Document.objects.filter(people__person_key=subject.person_key).exclude(kind__in=OF_MANY)
        within |= Q(pk__in=own.values("pk"))
    return (
        Document.objects.filter(within).select_related("signer", "replaced_by").order_by("-issued_at", "pk")
    )


def document(subject: Subject, pk: UUID) -> Document:
    """One document the subject may know of; else Problem DOC-UNKNOWN, whichever it was."""
    found = documents(subject).filter(pk=pk).first()
    if found is None:
        raise Problem("DOC-UNKNOWN")
    return found


def people(row: Document) -> list[UUID]:
    """Whom a document shows."""
    return list(row.people.order_by("pk").values_list("person_key", flat=True))


def opened(subject: Subject, row: Document) -> bytes:
    """The file of a document, for whoever may read everything it shows of everybody in it.

    Problem DOS-UNKNOWN for a person out of reach by now, DOC-FIELDS.
    """
    if row.kind == "copy":
        return _opened_copy(subject, row)
    if row.kind in domain.DECISIONS:
        return _opened_decision(subject, row)
    wanted = catalogue.fields_shown(catalogue.form(row.form), row.chosen)
    for key in people(row):
        may_see = dossiers.may_see(subject, dossiers.dossier(subject, key))
        if hidden := [field.label_vi for field in wanted if not may_see(field)]:
            raise Problem("DOC-FIELDS", fields=", ".join(dict.fromkeys(hidden)))
    return storage.read(row.sha256)


def _opened_decision(subject: Subject, row: Document) -> bytes:
    """A decision is read by whoever may read, of everybody it is about, all that it speaks of."""
    require_whole(subject, row)
    return storage.read(row.sha256)


def require_whole(subject: Subject, row: Document) -> None:
    """Problem DOS-UNKNOWN, DOC-FIELDS unless all a decision speaks of may be read, of everybody in it.

    Whoever has no dossier yet counts as of the decision's own unit.
    """
    wanted = [field for path in row.chosen for field in catalogue.leaves(path)]
    keys = people(row)
    units = dict(Dossier.objects.filter(key__in=keys).values_list("key", "unit_id"))
    within, eyes = reach(subject, Right.DOSSIER_READ, timezone.localdate()), dossiers.sight(subject)
    for key in keys:
        unit_id = units.get(key, row.unit_id)
        if unit_id not in within and key != subject.person_key:
            raise Problem("DOS-UNKNOWN")
        may_see = eyes(key, unit_id)
        if hidden := [field.label_vi for field in wanted if not may_see(field)]:
            raise Problem("DOC-FIELDS", fields=", ".join(dict.fromkeys(hidden)))


def grown_decision(sha256: str) -> Grown | None:
    """What a decision attached to dossiers has grown to; one about many is opened by whoever may read all of it."""
    row = Document.objects.filter(content_sha256=sha256, kind__in=domain.DECISIONS).first()
    if row is None:
        return None
    return Grown(row.sha256, partial(require_whole, row=row) if row.many else lambda _subject: None)


def _opened_copy(subject: Subject, row: Document) -> bytes:
    """A copy is read by whoever may read what it was made of, even where that is no longer attached."""
    source = row.source
    if source.original is not None:
        opened(subject, source.original)
    elif source.paper is not None:
        dossier = dossiers.dossier(subject, source.paper.person_key)
        if not evidence.readable(source.paper, dossiers.may_see(subject, dossier)):
            raise Problem("EVI-UNKNOWN")
    return storage.read(row.sha256)


def content(row: Document) -> bytes:
    """The file of a document, for judging its signatures; whoever hands it out asks `opened`."""
    return storage.read(row.sha256)


def may_sign_for(subject: Subject, row: Document) -> bool:
    """Whether the subject may sign for the unit whose people a document shows."""
    return row.unit_id in reach(subject, Right.DOCUMENT_SIGN, timezone.localdate())


def to_sign(subject: Subject) -> QuerySet[Document]:
    """Documents that wait for the subject's signature, the oldest first."""
    require(subject, Right.DOCUMENT_SIGN)
    waiting = documents(subject).filter(signer_id=subject.user_id, state=State.ISSUED)
    waiting = waiting.exclude(kind__in=domain.DECISIONS)
    return waiting.order_by("issued_at", "pk")


def to_seal(subject: Subject) -> QuerySet[Document]:
    """Documents of the agency that wait for its signature; whoever seals them sees no person."""
    require(subject, Right.SEAL_USE, settings.CCVC_AGENCY)
    waiting = Document.objects.filter(agency=settings.CCVC_AGENCY, state=State.SIGNED)
    return waiting.select_related("signer").order_by("signed_at", "pk")


def of_person(subject: Subject, key: UUID) -> QuerySet[Document]:
    """Documents that show one person alone, as far as the subject may know of them."""
    return documents(subject).filter(people__person_key=key).exclude(kind__in=OF_MANY)


def signers(unit_ids: Sequence[int], right: Right = Right.DOCUMENT_SIGN) -> list[User]:
    """Accounts that may sign documents (or else use another right) for all of these units, by name."""
    today, wanted = timezone.localdate(), set(unit_ids)
    roles = [name for name, role in policy().roles.items() if right in role.rights]
    granted = Q(grants__withdrawn_at=None, grants__role__in=roles)
    lent = Q(delegations__ended_at=None, delegations__rights__contains=[right])
    held = User.objects.filter(granted | lent, is_active=True).distinct().order_by("full_name", "pk")
    return [user for user in held if wanted <= reach(subject_of(user), right, today)]


def signing_lines(
    subject: Subject, unit_ids: Collection[int], right: Right = Right.DOCUMENT_SIGN
) -> list[str] | None:
    """The lines above a signer's name by which they sign for all of these units (NĐ 30/2020/NĐ-CP Điều 13).

    None where they may not; whoever signs by their own office signs before whoever was entrusted.
    """
    found = _capacity(subject, unit_ids, right)
    return None if found is None else [*found.lines] or [*domain.NO_TITLE]


def authorities(
    users: Iterable[User], unit_ids: Collection[int], issuer: str, right: Right = Right.DOCUMENT_SIGN
) -> list[str]:
    """In whose names these accounts may sign for all of these units: titles with the issuer's name, each once.

    Nobody of whom no grant says in which capacity they sign (NĐ 30/2020/NĐ-CP Phụ lục I: thẩm quyền ban hành).
    """
    held = (_capacity(subject_of(user), unit_ids, right) for user in users)
    return list(dict.fromkeys(domain.authority(one.office, issuer) for one in held if one and one.office))


def _capacity(subject: Subject, unit_ids: Collection[int], right: Right) -> Capacity | None:
    """In which capacity somebody signs for all of these units; None where they may not."""
    today = timezone.localdate()
    scopes = sorted(subject.scopes(right), key=lambda scope: scope.entrusted is not None)
    fit = (one for one in scopes if all(covers_unit([one], unit, today) for unit in unit_ids))
    found = next(fit, None)
    return None if found is None else found.capacity


def by_code(code: str) -> Document | None:
    """What the public check answers for: a document that was signed by the agency, or revoked after it was."""
    told = (State.VALID, State.SUPERSEDED, State.REVOKED)
    found = Document.objects.select_related("replaced_by").filter(code=code, state__in=told).first()
    return found if found and found.sealed_at else None


def picture(kind: str, owner: str) -> Picture | None:
    """The picture in use."""
    return Picture.objects.filter(kind=kind, owner=owner, ended_at=None).first()


def runs(subject: Subject) -> QuerySet[Run]:
    """Runs the subject asked for, the newest first."""
    return Run.objects.filter(asked_by_id=subject.user_id).select_related("signer").order_by("-asked_at")


def run(subject: Subject, pk: UUID) -> Run:
    """One run the subject asked for; else Problem DOC-RUN-UNKNOWN."""
    found = runs(subject).filter(pk=pk).first()
    if found is None:
        raise Problem("DOC-RUN-UNKNOWN")
    return found


def failed(subject: Subject, row: Run) -> tuple[list[RunPerson], dict[UUID, str]]:
    """People of a run for whom no document could be issued, and the names of those still within reach."""
    found = list(row.people.filter(problem__isnull=False).order_by("position")[:MOST_FAILED])
    named = dossiers.heads(subject).filter(dossier__key__in=[one.person_key for one in found])
    return found, dict(named.values_list("dossier__key", "full_name"))


def heads(subject: Subject, unit: str, equal: Mapping[str, str]) -> list[tuple[UUID, str]]:
    """Keys and names of those within reach for issuing, narrowed to a unit and by typed columns; at most as many
    as one run takes.
    """
    within = reach(subject, Right.DOCUMENT_ISSUE, timezone.localdate())
    found = dossiers.search(subject, "", unit=unit, **equal).filter(dossier__unit_id__in=within)
    return list(found.values_list("dossier__key", "full_name")[:MOST_LISTED])
