"""Drafts: whom a decision is about, what its form says; nothing of it holds before it is submitted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.accounts.models import User
from ccvc.decisions import domain, grounds, newcomers
from ccvc.decisions.amending import meant_by
from ccvc.decisions.kinds import Kind, kind
from ccvc.decisions.models import LONGEST, Decision, DecisionPerson, State, Struck
from ccvc.decisions.newcomers import Newcomer
from ccvc.decisions.scope import locked
from ccvc.dossiers.models import Head
from ccvc.ledger import actions as ledger
from ccvc.organisations.selectors import reach, unit_by_code
from ccvc.standard.problems import Problem

Cells = Mapping[str, Any]
LONGEST_GROUNDS = 5_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What a decision says beside its kind and people: for which unit it is drafted, from when it holds, who decides.

    `proposed_by` is who asks for it (*theo đề nghị của*), `grounds` further papers it rests on (*căn cứ*), one a line;
    `signer` the account that is to sign (none: the first who may).
    """

    unit_code: str
    effective_on: date
    authority: str
    title: str = ""
    proposed_by: str = ""
    grounds: str = ""
    signer: str = ""
    cells: Cells = field(default_factory=dict)


@transaction.atomic
def draft(
    subject: Subject, kind_name: str, people: Sequence[UUID], terms: Terms, *, about: Decision | None = None
) -> Decision:
    """Begin a decision about these people, with what the dossiers and the rules say of each filled in.

    Problem ACC-DENIED, DEC-KIND, DEC-PEOPLE, DEC-DAY, DEC-WORDS, DEC-UNIT, DOS-UNKNOWN for one out of reach.
    """
    require(subject, Right.DECISION_DRAFT)
    meant = kind(kind_name)
    wanted = list(dict.fromkeys(people))
    if not meant.opens or wanted:
        domain.refuse_people(len(wanted))
    row = Decision(kind=meant.name, drafted_by_name=subject.full_name, drafted_at=timezone.now(), about=about)
    row.drafted_by = User.objects.filter(username=subject.username).first()
    _take_terms(subject, row, meant, terms)
    row.save(force_insert=True)
    _name(subject, row, wanted)
    return row


@newcomers.looks_recorded
@transaction.atomic
def fill(
    subject: Subject, decision_id: UUID, terms: Terms, each: Mapping[UUID, Cells] | None = None
) -> Decision:
    """Keep what the form of a draft says; `each` by person, whoever it leaves out keeps theirs.

    As `draft` raises; DEC-KNOWN, DEC-TAKEN of a number given instead of another.
    """
    row = locked(subject, decision_id, Right.DECISION_DRAFT)
    domain.require_state(row, State.DRAFT)
    meant = meant_by(row)
    _take_terms(subject, row, meant, terms)
    row.save()
    names = {ask.name for ask in meant.of_each(each=True)}
    changed, renumbered = [], []
    for person in row.people.filter(person_key__in=each or {}):
        given = {name: value for name, value in (each or {})[person.person_key].items() if name in names}
        person.cells = {**person.cells, **given}
        if newcomers.renamed(person):
            renumbered.append(person.personal_id)
        changed.append(person)
    newcomers.refuse_taken(subject, renumbered)
    DecisionPerson.objects.bulk_update(changed, ["cells", "personal_id", "full_name"], batch_size=500)
    _refuse_twice(row)
    return row


@transaction.atomic
def add_people(subject: Subject, decision_id: UUID, people: Sequence[UUID]) -> int:
    """Name more people in a draft; those named already stay as they are. Problem DEC-PEOPLE, DOS-UNKNOWN."""
    row = locked(subject, decision_id, Right.DECISION_DRAFT)
    domain.require_state(row, State.DRAFT)
    known = set(row.people.values_list("person_key", flat=True))
    fresh = [key for key in dict.fromkeys(people) if key not in known]
    domain.refuse_people(len(known) + len(fresh))
    _name(subject, row, fresh)
    return len(fresh)


@newcomers.looks_recorded
@transaction.atomic
def add_newcomers(subject: Subject, decision_id: UUID, people: Sequence[Newcomer]) -> int:
    """Name people who have no dossier yet in a draft whose kind opens one; signing it does.

    Problem DEC-OPENS, DEC-PEOPLE, DEC-NEWCOMER-TWICE, DEC-KNOWN, DEC-TAKEN.
    """
    row = locked(subject, decision_id, Right.DECISION_DRAFT)
    domain.require_state(row, State.DRAFT)
    if not meant_by(row).opens or row.about_id:
        raise Problem("DEC-OPENS", where="newcomers")
    domain.refuse_people(row.people.count() + len(people))
    newcomers.refuse_taken(subject, [one.personal_id for one in people])
    fresh = [
        DecisionPerson(
            decision=row,
            position=place,
            person_key=uuid4(),
            personal_id=one.personal_id,
            full_name=one.full_name,
            unit_id=row.unit_id,
            dossier_known=False,
            cells={newcomers.NUMBER: one.personal_id, newcomers.NAME: one.full_name},
        )
        for place, one in enumerate(people, start=_last(row) + 1)
    ]
    prefill(row, fresh)
    DecisionPerson.objects.bulk_create(fresh, batch_size=500)
    _refuse_twice(row)
    _told(subject, row, "newcomers", people=[str(one.person_key) for one in fresh])
    return len(fresh)


def _refuse_twice(row: Decision) -> None:
    """Problem DEC-NEWCOMER-TWICE where a decision names one number twice."""
    numbers = Counter(row.people.exclude(personal_id="").values_list("personal_id", flat=True))
    if twice := [number for number, count in numbers.items() if count > 1]:
        raise Problem("DEC-NEWCOMER-TWICE", where="personal_id", number=twice[0])


def _last(row: Decision) -> int:
    found = row.people.aggregate(last=Max("position"))["last"]
    return int(found or 0)


@transaction.atomic
def remove_people(subject: Subject, decision_id: UUID, people: Sequence[UUID]) -> int:
    """Take people out of a draft; how many were in it."""
    row = locked(subject, decision_id, Right.DECISION_DRAFT)
    domain.require_state(row, State.DRAFT)
    return row.people.filter(person_key__in=people).delete()[0]


@transaction.atomic
def discard(subject: Subject, decision_id: UUID, reason: str) -> Decision:
    """Give a draft up; it stays, with the reason. Problem DEC-REASON, DEC-STATE."""
    row = locked(subject, decision_id, Right.DECISION_DRAFT)
    domain.require_state(row, State.DRAFT)
    if not reason.strip():
        raise Problem("DEC-REASON", where="reason")
    row.state, row.returned_reason, row.returned_by = State.DISCARDED, reason.strip(), subject.full_name
    row.save(update_fields=["state", "returned_reason", "returned_by"])
    _told(subject, row, "discard", reason=reason.strip())
    return row


def strike(subject: Subject, row: Decision, reason: str) -> int:
    """A number that was given stands for nothing from now on; the register keeps it, with the reason.

    The row that keeps it; ValueError where none was given.
    """
    if row.number is None or row.year is None:
        raise ValueError(f"{row.pk} has no number")
    made = Struck.objects.create(
        decision=row,
        number=row.number,
        symbol=row.symbol,
        year=row.year,
        reason=reason,
        by=subject.full_name,
        at=timezone.now(),
    )
    row.number, row.symbol, row.year, row.decided_on = None, "", None, None
    return made.pk


def _told(subject: Subject, row: Decision, act: str, **more: Any) -> None:
    said = {"act": f"decision_{act}", "kind": row.kind, "by": subject.username, "request": subject.request_id}
    ledger.append("administrative", f"decision:{row.pk}", {**said, **more})


told = _told


def _take_terms(subject: Subject, row: Decision, meant: Kind, terms: Terms) -> None:
    today = timezone.localdate()
    domain.refuse_far(terms.effective_on, today)
    words = (terms.authority.strip(), terms.title.strip() or meant.title, terms.proposed_by.strip())
    if not words[0] or max(map(len, words)) > LONGEST:
        raise Problem("DEC-WORDS", where="authority", most=LONGEST)
    state = unit_by_code(terms.unit_code, today)
    if state is None or state.unit_id not in reach(subject, Right.DECISION_DRAFT, today):
        raise Problem("DEC-UNIT", where="unit_code", unit=terms.unit_code[:40], on=f"{today:%d/%m/%Y}")
    row.unit_code, row.unit_id, row.effective_on = state.code, state.unit_id, terms.effective_on
    row.authority, row.title, row.proposed_by = words
    row.grounds = terms.grounds.strip()[:LONGEST_GROUNDS]
    row.signer = User.objects.filter(username=terms.signer).first() if terms.signer else None
    names = {ask.name for ask in meant.of_each(each=False)}
    given = {name: value for name, value in terms.cells.items() if name in names}
    row.cells = {**row.cells, **given}


def _name(subject: Subject, row: Decision, keys: Sequence[UUID]) -> None:
    """Rows of these people, each with what is known filled in.

    Problem DOS-UNKNOWN for one out of reach, DEC-OWN: nobody drafts what is decided about themself.
    """
    if subject.person_key is not None and subject.person_key in keys:
        raise Problem("DEC-OWN", where="people")
    units = reach(subject, Right.DECISION_DRAFT, timezone.localdate())
    heads = Head.objects.filter(dossier__key__in=keys, dossier__unit_id__in=units).select_related("dossier")
    found = {head.dossier.key: head for head in heads}
    if len(found) != len(keys):
        raise Problem("DOS-UNKNOWN")
    fresh = [
        DecisionPerson(
            decision=row,
            position=place,
            person_key=key,
            personal_id=found[key].personal_id or "",
            full_name=found[key].full_name,
            unit_id=found[key].dossier.unit_id,
        )
        for place, key in enumerate(keys, start=_last(row) + 1)
    ]
    prefill(row, fresh)
    DecisionPerson.objects.bulk_create(fresh, batch_size=500)


def prefill(row: Decision, people: Sequence[DecisionPerson]) -> None:
    """What the dossier and the rules say of each, where the form has nothing yet."""
    meant = meant_by(row)
    for one in grounds.work_out(row, people):
        begun = {ask.name: grounds.filled(one, ask) for ask in meant.of_each(each=True)}
        kept = {name: value for name, value in begun.items() if value is not None}
        one.person.cells = {**kept, **one.person.cells}
