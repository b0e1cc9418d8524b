"""Reads of the dossiers room. A person out of the subject's reach is answered like one who does not exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject, visible_fields
from ccvc.dossiers import domain
from ccvc.dossiers.models import Dossier, Head, Version
from ccvc.dossiers.papers import Paper, papers_of
from ccvc.organisations.models import UnitState
from ccvc.organisations.selectors import reach, states, subtree
from ccvc.organisations.tree import covers_unit
from ccvc.standard.problems import Problem

MaySee = Callable[[standard.Field], bool]


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
        return str(domain.present(self.document, "identity.full_name") or "")


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One version in a dossier's history: who did what, when, and what changed in what the subject may read.

    Where a part of the change is withheld, so is its reason: it speaks of the whole.
    """

    number: int
    known_at: datetime
    valid_from: date
    kind: str
    reason: str
    steps: list[domain.StepTaken]
    approver: str
    hash: str
    differences: list[standard.Difference]
    withheld: bool
    papers: list[Paper]


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One version as the exchange sends it: the exact bytes of the statement and of the national document."""

    position: int
    person: UUID
    number: int
    statement: bytes
    national_document: bytes
    signature_id: UUID
    leaf: int


def dossier(subject: Subject, key: UUID, *, right: Right = Right.DOSSIER_READ) -> Dossier:
    """The dossier, if it is the subject's own or within reach; else Problem DOS-UNKNOWN, whichever it was."""
    within = Q(unit_id__in=_reach(subject, right))
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
    return found.unit_id in _reach(subject, Right.CHANGE_PROPOSE)


def seen(
    subject: Subject, key: UUID, *, known_at: datetime | None = None, valid_on: date | None = None
) -> Seen:
    """The dossier as the subject may see it, as known at a moment and valid on a day (now, today)."""
    found = dossier(subject, key)
    versions = list(Version.objects.filter(dossier=found).order_by("number"))
    view = domain.as_of(versions, known_at=known_at, valid_on=valid_on or timezone.localdate())
    may_read = may_see(subject, found)
    document, hidden = redact(view.document or {}, may_read)
    return Seen(found, document, hidden, may_read, is_own(subject, found), view.changes_on)


def document(
    subject: Subject, key: UUID, *, known_at: datetime | None = None, valid_on: date | None = None
) -> domain.Document:
    """The document of `seen` alone."""
    return seen(subject, key, known_at=known_at, valid_on=valid_on).document


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
    return sight(subject)(found.key, found.unit_id)


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


def history(subject: Subject, key: UUID) -> list[HistoryLine]:
    """Every version of the dossier, newest first, with the differences and papers the subject may read."""
    found = dossier(subject, key)
    papers, may_read = papers_of(subject, found), may_see(subject, found)
    lines: list[HistoryLine] = []
    before: domain.Document | None = None
    for version in Version.objects.filter(dossier=found).select_related("signature").order_by("number"):
        after = domain.parse(version.document)
        came_with = [paper for paper in papers if paper.version == version.number]
        lines.append(_line(version, standard.diff(before, after), may_read, came_with))
        before = after
    return lines[::-1]


def readable(path: str, may_see: MaySee) -> bool:
    """Whether all that a path speaks of may be read; what the standard does not declare may not."""
    fields = fields_at(path)
    return bool(fields) and all(may_see(field) for field in fields)


def _line(
    version: Version, differences: list[standard.Difference], may_see: MaySee, papers: list[Paper]
) -> HistoryLine:
    statement = msgspec.json.decode(version.statement, type=domain.Statement)
    shown = [d for d in differences if readable(d.path, may_see)]
    withheld = any(fields_at(d.path) and not readable(d.path, may_see) for d in differences)
    return HistoryLine(
        number=version.number,
        known_at=version.known_at,
        valid_from=version.valid_from,
        kind=statement.kind,
        reason="" if withheld else statement.reason,
        steps=statement.steps,
        approver=version.signature.signer_name,
        hash=bytes(version.hash).hex(),
        differences=shown,
        withheld=withheld,
        papers=papers,
    )


def version(subject: Subject, key: UUID, number: int) -> tuple[Version, Seen]:
    """One version and what the subject may see of its document; Problem DOS-NO-VERSION."""
    found = dossier(subject, key)
    row = Version.objects.filter(dossier=found, number=number).select_related("signature").first()
    if row is None:
        raise Problem("DOS-NO-VERSION", number=number)
    may_read = may_see(subject, found)
    document, hidden = redact(domain.parse(row.document), may_read)
    return row, Seen(found, document, hidden, may_read, is_own(subject, found), None)


def heads(subject: Subject, *, right: Right = Right.DOSSIER_LIST) -> QuerySet[Head]:
    """Heads within the subject's reach for this right, by given name in Vietnamese order."""
    within = Head.objects.filter(dossier__unit_id__in=_reach(subject, right))
    return within.select_related("dossier").order_by("name_key", "pk")


def coming(today: date) -> QuerySet[Head]:
    """Heads of those who begin only later: no version of theirs is valid by the day."""
    begun = Version.objects.filter(dossier=OuterRef("pk"), valid_from__lte=today)
    return Head.objects.filter(~Exists(begun), changes_on__isnull=False)


def search(subject: Subject, text: str, *, unit: str = "", **equal: str) -> QuerySet[Head]:
    """Heads within reach whose name has every word of the text, tone marks aside, and with equal columns.

    Digits are looked up as the beginning of a personal identification number. `unit` is the code of a unit:
    that unit and all below it. Whoever begins only later is found by name or number, but listed from their day.
    """
    today = timezone.localdate()
    found = heads(subject).filter(**{column: value for column, value in equal.items() if value})
    if unit:
        found = found.filter(dossier__unit_id__in=subtree([unit], today))
    text = text.strip()
    if text.isdigit():
        return found.filter(personal_id__startswith=text)
    if not text:
        return found.exclude(pk__in=coming(today))
    wanted = SearchQuery(words(text), config="simple", search_type="raw")
    return found.alias(name_words=SearchVector("name_plain", config="simple")).filter(name_words=wanted)


def words(text: str) -> str:
    """A full-text query that finds names by the beginnings of their words, tone marks aside."""
    tokens = ["".join(c for c in word if c.isalnum()) for word in standard.plain(text).split()]
    return " & ".join(f"{token}:*" for token in tokens if token)


def by_personal_ids(
    subject: Subject, ids: Sequence[str], *, right: Right = Right.CHANGE_PROPOSE
) -> dict[str, Dossier]:
    """Dossiers within reach by personal identification number."""
    found = _numbered(ids).filter(unit_id__in=_reach(subject, right))
    return {d.personal_id: d for d in found if d.personal_id}


def elsewhere(ids: Sequence[str], known: Sequence[str]) -> frozenset[str]:
    """Numbers this node holds outside the caller's reach; only that they are taken may be said, not where."""
    taken = _numbered(ids).values_list("personal_id", flat=True)
    return frozenset(n for n in taken if n) - frozenset(known)


def _numbered(ids: Sequence[str]) -> QuerySet[Dossier]:
    """Dossiers with these numbers, given as one array: a thousand parameters would cost more than the search."""
    return Dossier.objects.extra(
        where=['"dossiers_dossier"."personal_id" = ANY(%s::varchar[])'], params=[list(ids)]
    )


def current_documents(keys: Sequence[UUID]) -> dict[UUID, tuple[Dossier, domain.Document]]:
    """The last approved document of each dossier, for rooms above that decide on changes.

    Knows no reach: whoever calls has asked for it.
    """
    found = Dossier.objects.filter(key__in=keys)
    newest = (
        Version.objects.filter(dossier__in=found).order_by("dossier_id", "-number").distinct("dossier_id")
    )
    last = {v.dossier_id: v.document for v in newest}
    return {d.key: (d, domain.parse(last[d.pk])) for d in found if d.pk in last}


def feed(after: int, limit: int) -> list[FeedItem]:
    """Versions behind a position in the order of commits, which take the ledger's lock: none comes late."""
    rows = Version.objects.filter(position__gt=after).order_by("position").select_related("dossier")[:limit]
    return [_feed_item(row) for row in rows]


def feed_of(person: UUID, number: int, up_to: int) -> list[FeedItem]:
    """The versions of one person from a number on, in order, none behind position `up_to`."""
    rows = Version.objects.filter(dossier__key=person, number__gte=number, position__lte=up_to)
    return [_feed_item(row) for row in rows.order_by("number").select_related("dossier")]


def feed_at(positions: Iterable[int]) -> list[FeedItem]:
    """The versions at these positions, in order."""
    rows = Version.objects.filter(position__in=list(positions)).order_by("position")
    return [_feed_item(row) for row in rows.select_related("dossier")]


def _feed_item(row: Version) -> FeedItem:
    return FeedItem(
        position=row.position,
        person=row.dossier.key,
        number=row.number,
        statement=row.statement.encode(),
        national_document=domain.national(row.document),
        signature_id=row.signature_id,
        leaf=row.leaf,
    )


def last_position() -> int:
    """Position of the newest version, 0 where there is none."""
    return Version.objects.order_by("-position").values_list("position", flat=True).first() or 0


def state_rows() -> Iterator[tuple[str, int, str, str]]:
    """Person key, number, version hash and national document digest of each dossier's last version."""
    newest = Version.objects.order_by("dossier__key", "-number").distinct("dossier__key")
    rows = newest.select_related("dossier")
    for row in rows.iterator(chunk_size=2000):
        statement = msgspec.json.decode(row.statement, type=domain.Statement)
        yield str(row.dossier.key), row.number, bytes(row.hash).hex(), statement.national_sha256


def units(subject: Subject) -> list[UnitState]:
    """Units within reach for listing, by code."""
    today = timezone.localdate()
    return list(states(today).filter(unit_id__in=_reach(subject, Right.DOSSIER_LIST)).order_by("code"))


def unit_code(found: Dossier) -> str | None:
    """Code of the unit a dossier belongs to, as of today; None where that unit has closed."""
    codes = states(timezone.localdate()).filter(unit_id=found.unit_id).values_list("code", flat=True)
    return codes.first()


def units_of_person(person_key: UUID, _on: date) -> frozenset[str]:
    """Code of the unit a person belongs to, for deciding who may see the looks at them."""
    codes = Head.objects.filter(dossier__key=person_key).values_list("unit_code", flat=True)
    return frozenset(code for code in codes if code)


def _reach(subject: Subject, right: Right) -> frozenset[int]:
    return reach(subject, right, timezone.localdate())
