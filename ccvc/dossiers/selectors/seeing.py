"""One dossier as a subject sees it. A person out of reach is answered like one who does not exist."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject, visible_fields
from ccvc.dossiers import domain
from ccvc.dossiers.models import Dossier, Head, Version
from ccvc.organisations.homes import home, homes
from ccvc.organisations.selectors import reach, states
from ccvc.organisations.tree import covers_unit
from ccvc.standard.problems import Problem
from ccvc.standard.reading import value_at

MaySee = Callable[[standard.Field], bool]
V = TypeVar("V", bound=Model)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a subject sees of a dossier: the document without the fields they may not read.

    `hidden` counts the given ones left out, for programs: a page says only that there may be some.
    """

    dossier: Dossier
    document: domain.Document
    hidden: int
    may_see: MaySee
    own: bool
    changes_on: date | None

    @property
    def name(self) -> str:
        """The person's name as of the moment looked at; empty where the dossier did not exist yet."""
        return str(value_at(self.document, "identity.full_name") or "")


def dossier(subject: Subject, key: UUID, *, right: Right = Right.DOSSIER_READ) -> Dossier:
    """The dossier, if it is the subject's own or within reach; else Problem DOS-UNKNOWN, whichever it was.

    One in the drawer may be read as before, and nothing else.
    """
    units = reach(subject, right, timezone.localdate())
    within = Q(unit_id__in=units)
    if right == Right.DOSSIER_READ:
        within |= Q(drawer_unit_id__in=units)
    if subject.may_own(right):
        within |= Q(key=subject.person_key)
    found = Dossier.objects.filter(within, key=key).first()
    if found is None:
        raise Problem("DOS-UNKNOWN")
    return found


def is_own(subject: Subject, found: Dossier) -> bool:
    """Whether the dossier is the subject's own."""
    return subject.person_key is not None and subject.person_key == found.key


def may_propose(subject: Subject, found: Dossier) -> bool:
    """Whether the subject may propose a change to this dossier: their own, or one within reach."""
    if is_own(subject, found):
        return subject.may_own(Right.CHANGE_PROPOSE)
    return found.unit_id in reach(subject, Right.CHANGE_PROPOSE, timezone.localdate())


def seen(
    subject: Subject, key: UUID, *, known_at: datetime | None = None, valid_on: date | None = None
) -> Seen:
    """The dossier as the subject may see it, as known at a moment and valid on a day (now, today)."""
    found = dossier(subject, key)
    view = view_of(Version.objects.filter(dossier=found).order_by("number"), known_at, valid_on)
    may_read = may_see(subject, found)
    document, hidden = redact(view.document or {}, may_read)
    return Seen(found, document, hidden, may_read, is_own(subject, found), view.changes_on)


def view_of(versions: QuerySet[V], known_at: datetime | None, valid_on: date | None) -> domain.View:
    """The fold, which reads no more documents than it needs: a long history makes no dossier slow to open."""
    day = valid_on or timezone.localdate()
    told = list(versions.values_list("valid_from", "known_at"))
    first = domain.first_needed(told, known_at=known_at, valid_on=day)
    rows = versions.filter(known_at__lte=known_at) if known_at else versions
    return domain.as_of(cast("list[domain.Known]", list(rows[first:])), known_at=known_at, valid_on=day)


def document(
    subject: Subject, key: UUID, *, known_at: datetime | None = None, valid_on: date | None = None
) -> domain.Document:
    """The document of `seen` alone."""
    return seen(subject, key, known_at=known_at, valid_on=valid_on).document


def held_on(found: Dossier, day: date) -> domain.Document:
    """What is known now of a day, whole. Knows no reach: whoever calls has asked for it."""
    return view_of(Version.objects.filter(dossier=found).order_by("number"), None, day).document or {}


def sight(subject: Subject) -> Callable[[UUID, int], MaySee]:
    """Which fields the subject may read of a person, by the person's key and the unit (id) they belong to.

    A role on one unit opens no field of a dossier in another. Units are asked for once.
    """

    @cache
    def in_unit(unit_id: int) -> MaySee:
        held = [scope for scope in subject.grants if covers_unit([scope], unit_id, timezone.localdate())]
        each = [visible_fields(replace(subject, grants=(scope,)), own=False) for scope in held]
        return lambda field: any(may_see(field) for may_see in each)

    own = visible_fields(subject, own=True)
    return lambda key, unit_id: own if key == subject.person_key else in_unit(unit_id)


def may_see(subject: Subject, found: Dossier) -> MaySee:
    """Which fields of this dossier the subject may read."""
    return sight(subject)(found.key, found.kept_unit_id)


def redact(whole: domain.Document, may_see: MaySee) -> tuple[domain.Document, int]:
    """The document with only the fields the predicate lets through, and how many given ones were left out."""
    groups = standard.current().groups
    left_out = 0
    result: domain.Document = {"standard": whole["standard"]} if whole else {}
    for name, values in whole.items():
        if name in groups:
            members = groups[name].members
            kept = {k: v for k, v in values.items() if k in members and _shown(members[k], may_see)}
            left_out += len(values) - len(kept)
            result[name] = {k: _cells(members[k], v, may_see) for k, v in kept.items()}
    return result, left_out


def _shown(member: standard.Field | standard.Table, may_see: MaySee) -> bool:
    return any(may_see(f) for f in fields_of(member))


def _cells(member: standard.Field | standard.Table, value: Any, may_see: MaySee) -> Any:
    if isinstance(member, standard.Field) or not isinstance(value, list):
        return value
    names = {f.name for f in member.fields if may_see(f)} | {"id"}
    return [{k: v for k, v in row.items() if k in names} for row in value]


def fields_of(member: standard.Field | standard.Table) -> tuple[standard.Field, ...]:
    """The leaf fields of a field or table."""
    return (member,) if isinstance(member, standard.Field) else tuple(member.fields)


def fields_at(path: str) -> tuple[standard.Field, ...]:
    """The declared leaf fields a path of a difference speaks of; a whole row speaks of all its cells."""
    found = standard.current().find(path)
    return fields_of(found) if isinstance(found, standard.Field | standard.Table) else ()


def readable(path: str, may_see: MaySee) -> bool:
    """Whether all that a path speaks of may be read; what the standard does not declare may not."""
    fields = fields_at(path)
    return bool(fields) and all(may_see(field) for field in fields)


def current_documents(keys: Sequence[UUID]) -> dict[UUID, tuple[Dossier, domain.Document]]:
    """The last approved document of each dossier, for rooms above that decide on changes.

    Knows no reach: whoever calls has asked for it.
    """
    newest = Version.objects.filter(dossier__key__in=keys, number=F("dossier__current_number"))
    found = newest.select_related("dossier").defer("statement")
    return {v.dossier.key: (v.dossier, domain.parse(v.document)) for v in found}


def unit_code(found: Dossier) -> str | None:
    """Code of the unit a dossier belongs to, as of today; None where that unit has closed and nobody took over."""
    today = timezone.localdate()
    codes = states(today).filter(unit_id=home(found.kept_unit_id, today)).values_list("code", flat=True)
    return codes.first()


def units_of_person(person_key: UUID, on: date) -> frozenset[str]:
    """Code of the unit a person belongs to on the day, for deciding who may see the looks at them."""
    heads = Head.objects.filter(dossier__key=person_key).values_list("unit_id", "dossier__drawer_unit_id")
    found = homes([unit for unit in (drawer or now for now, drawer in heads) if unit], on).values()
    return frozenset(states(on).filter(unit_id__in=found).values_list("code", flat=True))
