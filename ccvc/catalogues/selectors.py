"""Reads of code lists that live: change sets, their history, what publishing would change, whom closing affects."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Case, Count, Q, QuerySet, When
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject, require, visible_fields
from ccvc.catalogues import applying, counting
from ccvc.catalogues.domain import LONGEST_CODE, Applied, Changed, Merged, Row, merge
from ccvc.catalogues.models import Affected, ChangeSet, Meaning
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.models import Head
from ccvc.organisations import tree
from ccvc.organisations.selectors import reach
from ccvc.standard import Code, Codes, Field
from ccvc.standard.problems import Problem

LONGEST_BASIS = 500
WAITING_FIRST = Case(When(state=Meaning.State.PROPOSED, then=0), default=1)


@dataclass(frozen=True)
class Preview:
    """What publishing would change; `digest` names exactly that."""

    codes: Codes
    basis: str
    merged: Merged
    digest: str


@dataclass(frozen=True)
class Shown:
    """One change set with what it changed; a set that does not fit the lists here has a problem instead."""

    change_set: ChangeSet
    codes: Codes | None
    changed: tuple[Changed, ...]
    problem: Problem | None


@dataclass(frozen=True)
class Effect:
    """A closed code in one field: how many dossiers within reach hold it (None: not counted yet).

    `column` is the column by which the list of dossiers finds them; empty where there is none.
    """

    codes: Codes
    code: Code
    heirs: list[tuple[str, Code | None]]
    field: Field
    dossiers: int | None
    column: str


def preview(subject: Subject, *, list_name: str, rows: Sequence[Row], basis: str) -> Preview:
    """What publishing these rows would change; Problem CAT-KIND, CAT-LIST, CAT-BASIS, CAT-NOTHING, those of `merge`."""
    require(subject, Right.CATALOGUE_PUBLISH)
    if settings.CCVC_KIND != "national":
        raise Problem("CAT-KIND")
    reason = " ".join(basis.split())[:LONGEST_BASIS]
    if not reason:
        raise Problem("CAT-BASIS")
    codes = _list_now(list_name)
    merged = merge(codes, rows, basis=reason, longest=longest_code(list_name))
    if not merged.changed:
        raise Problem("CAT-NOTHING", where=list_name, list=codes.label_vi)
    told = repr((list_name, reason, merged.changed)).encode()
    return Preview(codes, reason, merged, hashlib.sha256(told).hexdigest())


def _list_now(list_name: str) -> Codes:
    """A list with every change set over it, as the database has them."""
    applying.refresh()
    codes = standard.current().codes.get(list_name)
    if codes is None:
        raise Problem("CAT-LIST", where=list_name, list=list_name)
    return codes


def longest_code(list_name: str) -> int:
    """How many characters a code of a list may have: what the columns hold that search by it."""
    columns = [counting.COLUMNS[f.path] for f in counting.fields_of(list_name) if f.path in counting.COLUMNS]
    lengths = {f.name: f.max_length for f in Head._meta.concrete_fields}  # noqa: SLF001 - Django's public API
    return min([LONGEST_CODE, *(length for column in columns if (length := lengths[column]))])


def change_sets(list_name: str = "") -> QuerySet[ChangeSet]:
    """Change sets, the newest first; of one list where one is named."""
    found = ChangeSet.objects.order_by("-number")
    return found.filter(list_name=list_name) if list_name else found


def shown(found: Sequence[ChangeSet]) -> list[Shown]:
    """Change sets with what they changed, as this process works by them."""
    laid, lists = applying.in_use.laid, standard.current().codes
    return [
        Shown(
            one,
            lists.get(one.list_name),
            laid.changed.get(one.number, Applied(one.list_name, ())).changed,
            laid.refused.get(one.number),
        )
        for one in found
    ]


def history(list_name: str) -> list[Shown]:
    """What was published of a list, the newest first: for everybody."""
    return shown(list(change_sets(list_name)))


def feed(after: int, limit: int) -> list[ChangeSet]:
    """The change sets behind a number, in their order: what the exchange sends."""
    return list(ChangeSet.objects.filter(number__gt=after).order_by("number")[:limit])


def effects(subject: Subject) -> list[Effect]:
    """Closed codes in the fields the subject may read, with the dossiers within reach that hold them."""
    require(subject, Right.DOSSIER_LIST)
    today, may_see = timezone.localdate(), visible_fields(subject, own=False)
    return [
        effect
        for name, codes in counting.closed(today).items()
        for field in counting.fields_of(name)
        if may_see(field)
        for effect in _effects(subject, standard.current().codes[name], list(codes), field, today)
    ]


def _effects(
    subject: Subject, codes: Codes, closed: list[str], field: Field, today: date
) -> Iterator[Effect]:
    column = counting.COLUMNS.get(field.path, "")
    counts = _by_column(subject, column, closed) if column else _by_reading(subject, field.path, today)
    for code in closed:
        row = codes.get(code)
        if row is not None:
            heirs = [(heir, codes.get(heir, today)) for heir in codes.successors(code)]
            yield Effect(codes, row, heirs, field, counts.get(code, 0 if column else None), column)


def _by_column(subject: Subject, column: str, codes: list[str]) -> dict[str, int]:
    held = dossiers.heads(subject).filter(**{f"{column}__in": codes}).order_by()
    return dict(held.values_list(column).annotate(number=Count("pk")))


def _by_reading(subject: Subject, path: str, today: date) -> dict[str, int]:
    units = {str(unit) for unit in reach(subject, Right.DOSSIER_LIST, today)}
    return {
        row.code: sum(number for unit, number in row.units.items() if unit in units)
        for row in Affected.objects.filter(path=path)
    }


def meanings(subject: Subject, *, state: str = "") -> QuerySet[Meaning]:
    """What agencies mean by their own ways of writing, within reach; what waits first, then the newest."""
    return _meanings(subject, Right.INTAKE_RUN, Right.MEANING_CONFIRM).filter(
        **({"state": state} if state else {})
    )


def meaning(subject: Subject, meaning_id: int, *rights: Right) -> Meaning:
    """One of them, within reach of one of the rights; Problem CAT-NOT-FOUND."""
    found = _meanings(subject, *rights).filter(pk=meaning_id).first()
    if found is None:
        raise Problem("CAT-NOT-FOUND")
    return found


def _meanings(subject: Subject, *rights: Right) -> QuerySet[Meaning]:
    today = timezone.localdate()
    units = frozenset[int]().union(*(reach(subject, right, today) for right in rights))
    return Meaning.objects.filter(unit_id__in=units).order_by(WAITING_FIRST, "-proposed_at", "-pk")


def meaning_codes(list_name: str) -> Codes:
    """The list a meaning speaks of; Problem CAT-LIST."""
    codes = standard.current().codes.get(list_name)
    if codes is None:
        raise Problem("CAT-LIST", where=list_name, list=list_name)
    return codes


def meant(unit_id: int, source: str, on: date) -> dict[str, Mapping[str, str]]:
    """Confirmed meanings that hold on a day for a unit, or one it stands under, and a source: {list: {value: code}}.

    The nearest unit's meaning counts. What a list has come to know by itself is left out.
    """
    units = tree.above([unit_id], on)
    held = Meaning.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)
    rows = held.filter(state=Meaning.State.CONFIRMED, unit_id__in=units, source__in={"", source})
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: (units.index(row.unit_id), not row.source)):
        codes = standard.current().codes.get(row.list_name)
        if codes is not None and codes.find(row.value) is None:
            found[row.list_name].setdefault(row.value, row.code)
    return dict(found)
