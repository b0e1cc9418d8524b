"""Where people are sought: a component's own dossiers, or the national register. Everybody here is within reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from ccvc.access.domain import Right, Subject, denied, require, visible_fields
from ccvc.candidates.domain import Definition, MaySee
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.domain import Document
from ccvc.dossiers.models import Head
from ccvc.organisations.selectors import agencies, reach, subtree, unit_by_code
from ccvc.registry import selectors as register
from ccvc.registry.models import Person
from ccvc.standard.problems import Problem
from ccvc.standard.reading import left

SEEK = Right.CANDIDATE_SEEK


@dataclass(frozen=True, slots=True)
class Known:
    """A person as the seeker may see them: the document, where they belong, and the version it comes from."""

    key: UUID
    document: Document
    may_see: MaySee
    agency: str
    version: int
    version_hash: str

    @property
    def name(self) -> str:
        """As in the document."""
        return str(self.document.get("identity", {}).get("full_name") or "")


def is_national() -> bool:
    """Whether people are sought in the national register."""
    return str(settings.CCVC_KIND) == "national"


def seeker(subject: Subject, right: Right = SEEK) -> Subject:
    """The subject with only the roles that let them do this and read people; Problem ACC-DENIED.

    What another role of theirs may read elsewhere opens nothing here.
    """
    require(subject, right)
    reading = Right.REGISTER_READ if is_national() else Right.DOSSIER_READ
    held = set(subject.scopes(right)) & set(subject.scopes(reading))
    one = replace(subject, grants=tuple(scope for scope in subject.grants if scope in held), person_key=None)
    require(one, reading)
    return one


def account_of(subject: Subject) -> int:
    """The account a search is recorded under: jobs of the node make none. Problem ACC-DENIED."""
    if subject.user_id is None:
        raise denied(SEEK)
    return subject.user_id


def may_ask(one: Subject) -> MaySee:
    """Which fields they may make a criterion of: those each of their roles may read, wherever a person is found."""
    return visible_fields(one, own=False)


def rows(one: Subject, asked: Definition, moment: dossiers.Moment, *, past: bool) -> QuerySet[Any]:
    """Everyone within reach who is sought among, in typed columns, unordered."""
    seek = _register if is_national() else _dossiers
    found = seek(one, asked, moment, past=past)
    return found if asked.everyone else found.filter(serving())


def serving() -> Q:
    """Who works, and those of whom nobody said."""
    return Q(status__isnull=True) | ~Q(status__in=left())


def _dossiers(one: Subject, asked: Definition, moment: dossiers.Moment, *, past: bool) -> QuerySet[Any]:
    day = moment.valid_on if past else timezone.localdate()
    found: QuerySet[Any]
    if past:
        found = dossiers.within(one, dossiers.standing(moment), SEEK)
    else:
        units = reach(one, SEEK, day)
        found = Head.objects.filter(dossier__unit_id__in=units).exclude(pk__in=dossiers.coming(day))
    if asked.unit:
        known_at = moment.known_at if past else None
        found = found.filter(unit_id__in=subtree([asked.unit], day, known_at))
    return found


def _register(one: Subject, asked: Definition, moment: dossiers.Moment, *, past: bool) -> QuerySet[Any]:
    found: QuerySet[Any]
    if past:
        found = register.reached(one, SEEK, moment)
    else:
        coming = register.coming(timezone.localdate())
        found = Person.objects.filter(register.within(one, SEEK)).exclude(pk__in=coming)
    return found.filter(agency_code=asked.unit) if asked.unit else found


def known(
    one: Subject, keys: Sequence[UUID], known_at: datetime, valid_on: date, right: Right = SEEK
) -> dict[UUID, Known]:
    """Those still within reach as they stood, by key; who had no document yet is not among them."""
    if is_national():
        told = register.seen_together(one, keys, right, known_at=known_at, valid_on=valid_on)
        seen = {key: _known(key, row, row.seen.person.agency_code) for key, row in told.items()}
    else:
        held = dossiers.seen_together(one, keys, right, known_at=known_at, valid_on=valid_on)
        seen = {key: _known(key, row, row.seen.dossier.agency_code) for key, row in held.items()}
    return {key: one for key, one in seen.items() if one.document}


def _known(key: UUID, told: dossiers.Told | register.Told, agency: str) -> Known:
    seen = told.seen
    return Known(key, seen.document, seen.may_see, agency, told.version, told.version_hash.hex())


def key_column() -> str:
    """Where a row has the person's key."""
    return "pk" if is_national() else "dossier__key"


def place_of(text: str) -> int | UUID:
    """A row's id as text, read back."""
    return UUID(text) if is_national() else int(text)


def refuse_unknown_unit(one: Subject, code: str, day: date) -> None:
    """Problem CAN-UNIT for a unit that is not there or not within reach: the one reads like the other."""
    if not code:
        return
    if is_national():
        if code not in register.managing_agencies(one, SEEK):
            raise Problem("CAN-UNIT", where="unit")
        return
    try:
        state = unit_by_code(code, day)
    except Problem:
        state = None
    if state is None or state.unit_id not in reach(one, SEEK, timezone.localdate()):
        raise Problem("CAN-UNIT", where="unit")


def places(one: Subject) -> Mapping[str, str]:
    """Units, or agencies, the seeker may narrow a search to, by code."""
    if is_national():
        names = {unit.code: unit.name for unit in agencies(timezone.localdate())}
        return {code: names.get(code, code) for code in register.managing_agencies(one, SEEK)}
    return {state.code: state.name for state in dossiers.units(one)}
