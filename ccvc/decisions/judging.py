"""Sealed answers judged again: the same checks, of the same facts, by the law as it is known now for the day then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import orjson

from ccvc import standard
from ccvc.decisions import checks
from ccvc.decisions.amending import firsts, meant_by
from ccvc.decisions.checks import Case
from ccvc.decisions.effects import Document
from ccvc.decisions.kinds import Kind
from ccvc.decisions.models import Decision, Sealed, State
from ccvc.dossiers.domain import parse
from ccvc.dossiers.models import Version
from ccvc.rules import reasons

Answers = Counter[tuple[str, str]]
"""How often a condition was answered so: name and answer."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A condition answered otherwise now: what was sealed, what is found; "" where it was not asked.

    `passed`: an authority let it pass then, so that it stands whatever the answer.
    """

    decision: str
    person: str
    condition: str
    sealed: str
    found: str
    passed: bool

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        result: dict[str, Any] = msgspec.to_builtins(self)
        return result


@dataclass(frozen=True, slots=True)
class Judged:
    """Answers sealed at a moment of one decision judged again: the edition of the rules then and now, what differs."""

    decision: str
    moment: str
    sealed_by: str
    judged_by: str
    people: int
    differences: tuple[Difference, ...]

    @property
    def stands(self) -> bool:
        """Whether nothing differs but what was let pass."""
        return all(one.passed for one in self.differences)


def signed() -> Iterator[Decision]:
    """Every signed decision, oldest first."""
    rows = Decision.objects.filter(state=State.SIGNED).select_related("about")
    return rows.order_by("signed_at", "pk").iterator()


def judge_again(row: Decision) -> list[Judged]:
    """Hold the answers sealed at the submission that stands, and at its signature, against those of today's rules.

    Knows no reach: for the node's command. ValueError where nothing was sealed.
    """
    found = row.sealed.filter(round=row.round).order_by("at", "pk")
    if not found:
        raise ValueError(f"{row.pk} has no sealed answers")
    return [_judged(row, sealed) for sealed in found]


def _judged(row: Decision, sealed: Sealed) -> Judged:
    told = orjson.loads(sealed.content)["people"]
    documents, meant = _documents(row, told), meant_by(row)
    found = [one for person in told for one in _differences(row, meant, person, documents[person["person"]])]
    return Judged(str(row), sealed.moment, sealed.edition, reasons.edition(), len(told), tuple(found))


def _differences(
    row: Decision, meant: Kind, told: Mapping[str, Any], document: Document
) -> Iterator[Difference]:
    then: Answers = Counter((one["name"], one["met"]) for one in told["conditions"])
    now: Answers = Counter((one.name, one.met) for one in checks.ask(meant.checks, _case(told, document)))
    passed = {one["condition"] for one in told["passed"]}
    for name in sorted({name for name, _ in (*(then - now), *(now - then))}):
        was, found = (
            " ".join(sorted(met for (one, met) in side if one == name)) for side in (then - now, now - then)
        )
        yield Difference(str(row), told["person"], name, was, found, name in passed)


def _case(told: Mapping[str, Any], document: Document) -> Case:
    said = {one["condition"]: one["answer"] for one in told["said"]}
    on, decided = date.fromisoformat(told["on"]), date.fromisoformat(told["decided"])
    return Case(document, told["asked"], on, decided, told["act"], told["outside"], said)


def _documents(row: Decision, told: list[dict[str, Any]]) -> dict[str, Document]:
    """What each was judged by: the version named, without what an amended decision did; nothing for a newcomer."""
    numbers = {one["person"]: one["version"] for one in told}
    versions = Version.objects.filter(dossier__key__in=numbers).select_related("dossier").defer("statement")
    found: dict[str, Document] = {
        str(one.dossier.key): parse(one.document)
        for one in versions.filter(number__in=set(numbers.values()))
        if one.number == numbers[str(one.dossier.key)]
    }
    held = {UUID(key): (numbers[key], document) for key, document in found.items()}
    found |= {str(key): first.without for key, first in firsts(row, held).items()}
    opened = {key: {"standard": standard.current().version} for key in numbers if key not in found}
    return {**opened, **found}
