"""Keeping files that have a signature more: each only if its document still stands where it stood."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography import x509
from django.db import transaction

from ccvc.access.actions import record_looks
from ccvc.access.domain import Subject
from ccvc.documents import domain, selectors
from ccvc.documents.models import Document, State
from ccvc.documents.verification import KIND, described
from ccvc.evidence import storage
from ccvc.ledger import actions as ledger
from ccvc.signing import certificates
from ccvc.standard.problems import Problem

SIGNING = "Ký văn bản"
SEALING = "Ký số của cơ quan trên văn bản"


@dataclass(slots=True)
class Outcome:
    """What became of documents signed together: done, and refused by id."""

    done: list[Document] = field(default_factory=list)
    refused: dict[UUID, Problem] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """A file with its new signature: since when, its level, whose certificate."""

    file: bytes
    at: datetime
    level: str
    cert: x509.Certificate


def each(ids: Sequence[UUID], act: Callable[[UUID], Document]) -> Outcome:
    """Act on each; what is wrong with the means or a service ends it, for it would be wrong with every one."""
    outcome, waiting = Outcome(), list(dict.fromkeys(ids))
    for place, pk in enumerate(waiting):
        try:
            outcome.done.append(act(pk))
        except Problem as problem:
            outcome.refused |= dict.fromkeys(waiting[place:] if together(problem) else [pk], problem)
            if together(problem):
                break
    return outcome


def together(problem: Problem) -> bool:
    """Whether what is wrong lies with the means or a service, and so with every document."""
    return problem.code.startswith("SIG-")


def keep_signed(subject: Subject, pk: UUID, made: Made) -> Document:
    """Keep a file its signer has signed, if the document still waits for that; Problem DOC-STATE."""
    return _only(pk, keep_signed_together(subject, {pk: made}))


def keep_sealed(subject: Subject, pk: UUID, made: Made) -> Document:
    """Keep a file the agency has signed, if the document still waits for that; Problem DOC-STATE."""
    return _only(pk, keep_sealed_together(subject, {pk: made}))


def _only(pk: UUID, outcome: Outcome) -> Document:
    if pk in outcome.refused:
        raise outcome.refused[pk]
    return outcome.done[0]


def keep_signed_together(subject: Subject, made: Mapping[UUID, Made]) -> Outcome:
    """Keep files their signer has signed, of the documents that still wait for that; the others DOC-STATE."""
    digests = _files(made)
    with transaction.atomic():
        outcome = _still(made, State.ISSUED)
        for row in outcome.done:
            one = made[row.pk]
            row.sha256, row.signed_size = digests[row.pk], len(one.file)
            row.state, row.signed_at, row.level = State.SIGNED, one.at, one.level
        fields = ["sha256", "signed_size", "state", "signed_at", "level"]
        Document.objects.bulk_update(outcome.done, fields)
        shown = selectors.people_together(outcome.done)
        looks = [(shown[row.pk], f"{row.title} {row}") for row in outcome.done]
        record_looks(subject, looks, purpose=SIGNING)
        acts = [(row, _told(subject, row, "sign", made[row.pk])) for row in outcome.done]
        _enter(acts)
    return outcome


def keep_sealed_together(subject: Subject, made: Mapping[UUID, Made]) -> Outcome:
    """Keep files the agency has signed, of the documents that still wait for that; the others DOC-STATE."""
    digests = _files(made)
    with transaction.atomic():
        outcome = _still(made, State.SIGNED)
        for row in outcome.done:
            one = made[row.pk]
            row.sha256, row.sealed_size = digests[row.pk], len(one.file)
            row.state, row.sealed_at, row.sealed_by = State.VALID, one.at, subject.username
            row.level = min(row.level, one.level) if row.level else one.level
        fields = ["sha256", "sealed_size", "state", "sealed_at", "sealed_by", "level"]
        Document.objects.bulk_update(outcome.done, fields)
        replaced = _supersede(outcome.done)
        acts = [
            (row, _told(subject, row, "seal", made[row.pk]) | {"replaces": replaced.get(row.pk, [])})
            for row in outcome.done
        ]
        _enter(acts)
    return outcome


def _files(made: Mapping[UUID, Made]) -> dict[UUID, str]:
    """The files in their places, before any row names them."""
    digests = storage.keep_together([one.file for one in made.values()])
    return dict(zip(made, digests, strict=True))


def _still(made: Mapping[UUID, Made], state: State) -> Outcome:
    """The rows, locked, of those nobody went on with meanwhile, in the order given."""
    rows = Document.objects.select_for_update().order_by("pk").in_bulk(list(made))
    outcome = Outcome()
    for pk in made:
        try:
            domain.require_state(rows[pk].state, state)
            outcome.done.append(rows[pk])
        except Problem as problem:
            outcome.refused[pk] = problem
    return outcome


def _supersede(rows: Sequence[Document]) -> dict[UUID, list[str]]:
    """A newer curriculum vitae takes the place of that person's earlier ones; which they were, by the newer one."""
    newer = [row for row in rows if row.kind == "cv"]
    shown = selectors.people_together(newer)
    keys = {key for row in newer for key in shown[row.pk]}
    valid = _valid_of(keys, {row.pk for row in newer})
    replaced: dict[UUID, list[str]] = {}
    for row in newer:
        for key in shown[row.pk]:
            for one in valid.get(key, []):
                one.state, one.replaced_by = State.SUPERSEDED, row
                one.save(update_fields=["state", "replaced_by"])
                replaced.setdefault(row.pk, []).append(str(one.pk))
            valid[key] = [row]
    return replaced


def _valid_of(keys: set[UUID], but: set[UUID]) -> dict[UUID, list[Document]]:
    """Valid curricula vitae of these people but the ones named, locked, by person."""
    rows = Document.objects.select_for_update(of=("self",)).filter(kind="cv", state=State.VALID)
    found: dict[UUID, list[Document]] = {}
    earlier = rows.filter(people__person_key__in=keys).exclude(pk__in=but).order_by("pk")
    for row, key in ((one, key) for one in earlier for key in selectors.people(one)):
        found.setdefault(key, []).append(row)
    return found


def _told(subject: Subject, row: Document, act: str, made: Made) -> dict[str, Any]:
    serial = certificates.serial_of(made.cert)
    return described(row, act, row.sha256, len(made.file)) | {"serial": serial, "by": subject.username}


def _enter(acts: Sequence[tuple[Document, Mapping[str, Any]]]) -> None:
    if acts:
        ledger.append_all(KIND, [(str(row.pk), told) for row, told in acts])
