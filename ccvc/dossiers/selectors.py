"""Reads of the dossiers room. A person outside the subject's reach is answered like one who does not exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject, visible_fields
from ccvc.dossiers import domain
from ccvc.dossiers.models import Dossier, Head, Version
from ccvc.organisations.models import UnitState
from ccvc.organisations.selectors import reach, states
from ccvc.standard.problems import Problem


@dataclass(frozen=True, slots=True)
class Seen:
    """What a subject sees of a dossier: the document without the fields they may not read."""

    dossier: Dossier
    document: domain.Document
    hidden: int
    own: bool
    changes_on: date | None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One version in a dossier's history: who did what, when, and what changed in the fields the subject may read."""

    number: int
    known_at: datetime
    valid_from: date
    kind: str
    reason: str
    steps: list[domain.StepTaken]
    approver: str
    hash: str
    differences: list[standard.Difference]


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One version as the exchange sends it: the signed statement and the national projection, as exact bytes."""

    position: int
    person: UUID
    number: int
    statement: bytes
    national_document: bytes
    signature_id: UUID
    leaf: int


MaySee = Callable[[standard.Field], bool]


def dossier(subject: Subject, key: UUID, *, right: Right = Right.DOSSIER_READ) -> Dossier:
    """The dossier, if it is the subject's own or within reach; else Problem DOS-UNKNOWN, whichever it was."""
    found = Dossier.objects.filter(key=key).first()
    if found is not None and (is_own(subject, found) or found.unit_id in _reach(subject, right)):
        return found
    raise Problem("DOS-UNKNOWN")


def is_own(subject: Subject, found: Dossier) -> bool:
    """Whether the dossier is the subject's own."""
    return subject.person_key is not None and subject.person_key == found.key


def seen(
    subject: Subject, key: UUID, *, known_at: datetime | None = None, valid_on: date | None = None
) -> Seen:
    """The dossier as the subject may see it, as known at a moment and valid on a day (default: now, today)."""
    found = dossier(subject, key)
    versions = list(Version.objects.filter(dossier=found).order_by("number"))
    view = domain.as_of(versions, known_at=known_at, valid_on=valid_on or timezone.localdate())
    own = is_own(subject, found)
    document, hidden = mask(subject, view.document or {}, own=own)
    return Seen(found, document, hidden, own, view.changes_on)


def document(
    subject: Subject, key: UUID, *, known_at: datetime | None = None, valid_on: date | None = None
) -> domain.Document:
    """The document of `seen` alone."""
    return seen(subject, key, known_at=known_at, valid_on=valid_on).document


def mask(subject: Subject, whole: domain.Document, *, own: bool) -> tuple[domain.Document, int]:
    """The document without the fields the subject may not read, and how many fields were left out."""
    return redact(whole, visible_fields(subject, own=own))


def may_see(subject: Subject, found: Dossier) -> MaySee:
    """Which fields of this dossier the subject may read."""
    return visible_fields(subject, own=is_own(subject, found))


def redact(whole: domain.Document, may_see: MaySee) -> tuple[domain.Document, int]:
    """The document with only the fields the predicate lets through, and how many given fields were left out."""
    groups = standard.current().groups
    left_out = 0
    result: domain.Document = {"standard": whole["standard"]} if whole else {}
    for name, values in whole.items():
        if name in groups:
            kept = {k: v for k, v in values.items() if _shown(groups[name].members[k], may_see)}
            left_out += len(values) - len(kept)
            result[name] = {k: _cells(groups[name].members[k], v, may_see) for k, v in kept.items()}
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
    """Every version of the dossier, newest first, with the differences the subject may read."""
    found = dossier(subject, key)
    may_see = visible_fields(subject, own=is_own(subject, found))
    lines: list[HistoryLine] = []
    before: domain.Document | None = None
    for version in Version.objects.filter(dossier=found).select_related("signature").order_by("number"):
        after = domain.parse(version.document)
        shown = [d for d in standard.diff(before, after) if _readable(d.path, may_see)]
        lines.append(_line(version, shown))
        before = after
    return lines[::-1]


def _readable(path: str, may_see: MaySee) -> bool:
    fields = fields_at(path)
    return bool(fields) and all(may_see(f) for f in fields)


def _line(version: Version, differences: list[standard.Difference]) -> HistoryLine:
    statement = msgspec.json.decode(version.statement, type=domain.Statement)
    return HistoryLine(
        number=version.number,
        known_at=version.known_at,
        valid_from=version.valid_from,
        kind=statement.kind,
        reason=statement.reason,
        steps=statement.steps,
        approver=version.signature.signer_name,
        hash=bytes(version.hash).hex(),
        differences=differences,
    )


def version(subject: Subject, key: UUID, number: int) -> tuple[Version, domain.Document]:
    """One version and its document as the subject may see it; Problem DOS-NO-VERSION."""
    found = dossier(subject, key)
    row = Version.objects.filter(dossier=found, number=number).select_related("signature").first()
    if row is None:
        raise Problem("DOS-NO-VERSION", number=number)
    masked, _ = mask(subject, domain.parse(row.document), own=is_own(subject, found))
    return row, masked


def heads(subject: Subject, *, right: Right = Right.DOSSIER_LIST) -> QuerySet[Head]:
    """Heads within the subject's reach for this right, by given name in Vietnamese order."""
    within = Head.objects.filter(dossier__unit_id__in=_reach(subject, right))
    return within.select_related("dossier").order_by("name_key", "pk")


def search(subject: Subject, text: str, **equal: str) -> QuerySet[Head]:
    """Heads within reach whose name has every word of the text (with or without tone marks), and equal columns.

    Twelve digits are looked up as a personal identification number.
    """
    found = heads(subject)
    wanted = {column: value for column, value in equal.items() if value}
    if wanted:
        found = found.filter(**wanted)
    text = text.strip()
    if text.isdigit():
        return found.filter(personal_id__startswith=text)
    return found.extra(where=["to_tsvector('simple', name_plain) @@ to_tsquery('simple', %s)"], params=[words(text)]) if text else found


def words(text: str) -> str:
    """A full-text query that finds names by the beginnings of their words, tone marks aside."""
    tokens = ["".join(c for c in word if c.isalnum()) for word in standard.plain(text).split()]
    return " & ".join(f"{token}:*" for token in tokens if token)


def by_personal_ids(subject: Subject, ids: Sequence[str], *, right: Right = Right.CHANGE_PROPOSE) -> dict[str, Dossier]:
    """Dossiers within reach by personal identification number."""
    found = Dossier.objects.filter(personal_id__in=ids, unit_id__in=_reach(subject, right))
    return {d.personal_id: d for d in found if d.personal_id}


def elsewhere(ids: Sequence[str], known: Sequence[str]) -> frozenset[str]:
    """Numbers this node holds outside the caller's reach; only that they are taken may be said, not where."""
    taken = Dossier.objects.filter(personal_id__in=ids).values_list("personal_id", flat=True)
    return frozenset(n for n in taken if n) - frozenset(known)


def current_documents(keys: Sequence[UUID]) -> dict[UUID, tuple[Dossier, domain.Document]]:
    """The last approved document of each dossier, for rooms above that decide on changes (no reach: callers check)."""
    found = Dossier.objects.filter(key__in=keys)
    last = {
        v.dossier_id: v.document
        for v in Version.objects.filter(dossier__in=found).order_by("dossier_id", "-number").distinct("dossier_id")
    }
    return {d.key: (d, domain.parse(last[d.pk])) for d in found if d.pk in last}


def feed(after: int, limit: int) -> list[FeedItem]:
    """Versions behind a position in the order they were committed; commits take the ledger's lock, so none comes late."""
    rows = Version.objects.filter(position__gt=after).order_by("position").select_related("dossier")[:limit]
    return [_feed_item(row) for row in rows]


def _feed_item(row: Version) -> FeedItem:
    national = standard.canonical(standard.national(domain.parse(row.document)))
    return FeedItem(
        position=row.position,
        person=row.dossier.key,
        number=row.number,
        statement=row.statement.encode(),
        national_document=national,
        signature_id=row.signature_id,
        leaf=row.leaf,
    )


def last_position() -> int:
    """Position of the newest version, 0 where there is none."""
    return Version.objects.order_by("-position").values_list("position", flat=True).first() or 0


def state_rows() -> Iterator[tuple[str, int, str, str]]:
    """(person key, number, version hash, national document digest) of each dossier's last version, for reconciliation."""
    rows = Version.objects.select_related("dossier").order_by("dossier__key", "-number").distinct("dossier__key")
    for row in rows.iterator(chunk_size=2000):
        statement = msgspec.json.decode(row.statement, type=domain.Statement)
        yield str(row.dossier.key), row.number, bytes(row.hash).hex(), statement.national_sha256


def units(subject: Subject) -> list[UnitState]:
    """Units within reach for listing, by code."""
    today = timezone.localdate()
    return list(states(today).filter(unit_id__in=_reach(subject, Right.DOSSIER_LIST)).order_by("code"))


def units_of_person(person_key: UUID, _on: date) -> frozenset[str]:
    """Code of the unit a person belongs to, for deciding who may see the looks at them."""
    codes = Head.objects.filter(dossier__key=person_key).values_list("unit_code", flat=True)
    return frozenset(code for code in codes if code)


def _reach(subject: Subject, right: Right) -> frozenset[int]:
    return reach(subject, right, timezone.localdate())
