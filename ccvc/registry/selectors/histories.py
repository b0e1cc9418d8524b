"""The versions the register accepted of a person, and what changed with each, as a subject may read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from uuid import UUID

import msgspec
from django.core.paginator import Page

from ccvc import standard
from ccvc.access.domain import Subject
from ccvc.dossiers import domain as dossiers
from ccvc.dossiers.selectors import (
    Chain,
    Comparison,
    HistoryLine,
    MaySee,
    Wanted,
    compared,
    corrected,
    line_of,
    only,
    open_groups,
    page_of,
    verdicts_on,
)
from ccvc.dossiers.selectors import people as people_of
from ccvc.evidence.domain import fields_of
from ccvc.evidence.presentation import title_of
from ccvc.registry.models import Person, Version
from ccvc.registry.selectors.people import SeenPerson, person, readable_person

When = tuple[datetime | None, date | None]


@dataclass(frozen=True, slots=True)
class SeenVersion:
    """One accepted version: what it says, who signed it when, and on which papers, which stay with the agency."""

    line: HistoryLine
    row: Version
    evidence: list[dossiers.EvidenceNamed]

    @property
    def papers(self) -> list[tuple[str, dossiers.EvidenceNamed]]:
        """The papers with what people call them."""
        return [(title_of(paper), paper) for paper in self.evidence]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of a person's history, newest first, and what it may be narrowed to."""

    person: Person
    page: Page[int]
    versions: list[SeenVersion]
    groups: list[standard.Group]
    people: list[str]


def timeline(subject: Subject, key: UUID, wanted: Wanted, page: str | None, size: int) -> Timeline:
    """One page of a person's history: only its versions are read. Problem REG-UNKNOWN, DOS-NO-FIELD."""
    found, may_see = readable_person(subject, key)
    chain = _chain(found)
    shown = page_of(chain, wanted, may_see, page, size)
    versions = _versions(found, may_see, list(shown), path=wanted.path)
    return Timeline(found, shown, versions, open_groups(may_see), people_of(chain))


def history(subject: Subject, key: UUID) -> list[SeenVersion]:
    """Every accepted version of a person, newest first; Problem REG-UNKNOWN."""
    found, may_see = readable_person(subject, key)
    numbers = Version.objects.filter(person=found).order_by("-number").values_list("number", flat=True)
    return _versions(found, may_see, list(numbers), verify=False)


def compare(subject: Subject, key: UUID, one: When, other: When) -> Comparison[SeenPerson]:
    """A person at two pairs of moments; Problem REG-UNKNOWN."""
    return compared(lambda known_at, day: person(subject, key, known_at=known_at, valid_on=day), one, other)


def _chain(found: Person) -> Chain:
    return Chain("registry_version", "person_id", found.key)


def _versions(
    found: Person, may_see: MaySee, numbers: Sequence[int], *, path: str = "", verify: bool = True
) -> list[SeenVersion]:
    """These versions, in the order given; each is read with the one the register holds before it."""
    rows, before = _with_those_before(found, numbers)
    fixed = corrected(_chain(found))
    verdicts = verdicts_on([rows[number].signature for number in numbers]) if verify else {}
    seen = []
    for number in numbers:
        row = rows[number]
        documents = before.get(number), dossiers.parse(row.document)
        verdict = verdicts.get(row.signature_id, "")
        line = line_of(row, documents, may_see, [], verdict, fixed.get(number, ()))
        statement = msgspec.json.decode(row.statement, type=dossiers.Statement)
        papers = [paper for paper in statement.evidence if _may_know(paper, may_see)]
        seen.append(SeenVersion(only(path, [line])[0], row, papers))
    return seen


def _with_those_before(
    found: Person, numbers: Sequence[int]
) -> tuple[dict[int, Version], dict[int, dossiers.Document]]:
    """Versions by number, and the document before each: a refused one leaves a gap, so it is not always n - 1."""
    held = list(Version.objects.filter(person=found).order_by("number").values_list("number", flat=True))
    earlier = {after: number for number, after in pairwise(held)}
    needed = {*numbers, *(earlier[n] for n in numbers if n in earlier)}
    chosen = Version.objects.filter(person=found, number__in=needed).select_related("signature")
    rows = {row.number: row for row in chosen}
    before = {n: dossiers.parse(rows[earlier[n]].document) for n in numbers if n in earlier}
    return rows, before


def _may_know(paper: dossiers.EvidenceNamed, may_see: MaySee) -> bool:
    """Whether all that a paper proves may be read."""
    fields = fields_of(paper.path)
    return bool(fields) and all(may_see(field) for field in fields)
