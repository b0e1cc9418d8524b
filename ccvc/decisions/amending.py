"""A decision about another one: what it takes back, and what it says instead; the history stays.

What the first one changed is undone where it still stands; what others have changed since stays theirs, and is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ccvc import standard
from ccvc.changes.domain import unpack
from ccvc.changes.models import Change
from ccvc.decisions import effects
from ccvc.decisions.effects import Document
from ccvc.decisions.kinds import Kind, kind
from ccvc.decisions.models import Decision, DecisionPerson, State
from ccvc.rules.reasons import Reason, because

CORRECT, REVOKE = "correct", "revoke"


@dataclass(frozen=True, slots=True)
class First:
    """What the decision amended did for one person: the last version it made, its day, the dossier without it."""

    version: int
    valid_from: date
    mark: str
    without: Document
    left: tuple[Reason, ...]


def meant_by(row: Decision) -> Kind:
    """The kind whose form and effects a decision has: a correction has those of the decision it corrects."""
    if row.kind != CORRECT or row.about is None:
        return kind(row.kind)
    first, own = kind(row.about.kind), kind(CORRECT)
    return Kind(
        **{name: getattr(first, name) for name in Kind.__struct_fields__ if name not in {"name", "ask"}},
        name=CORRECT,
        ask=(*own.ask, *(one for one in first.ask if one.name not in own.asked)),
    )


def as_amended(about: Decision) -> list[Decision]:
    """A decision and the signed ones that changed what it says, in the order they were signed."""
    changed = about.amendments.filter(kind=CORRECT, state=State.SIGNED)
    return [about, *changed.order_by("signed_at", "pk")]


def firsts(row: Decision, held: Mapping[UUID, tuple[int, Document]]) -> dict[UUID, First]:
    """What the decision amended did, as amended so far, by person; empty for a decision of its own.

    `held`: the dossier of each, by the number of its version; what came after that version is left aside.
    """
    if row.about is None:
        return {}
    done: dict[UUID, list[Change]] = {}
    people = DecisionPerson.objects.filter(decision__in=as_amended(row.about), person_key__in=held)
    for one in people.filter(change__version__isnull=False).select_related("change__version"):
        change, number = one.change, held[one.person_key][0]
        if change is not None and change.version is not None and change.version.number <= number:
            done.setdefault(one.person_key, []).append(change)
    return {key: _first(row.about, changes, held[key][1]) for key, changes in done.items()}


def _first(about: Decision, changes: Sequence[Change], document: Document) -> First:
    """All of it undone, the last change first; the last is the one that says what held so far."""
    versions = sorted(((one.version, one) for one in changes if one.version), key=lambda pair: pair[0].number)
    left: list[str] = []
    for _, change in reversed(versions):
        document, kept = effects.undone(unpack(change.differences), document)
        left += kept
    last = versions[-1][0]
    return First(last.number, last.valid_from, about.pk.hex[:12], document, _told(left))


def _told(left: Sequence[str]) -> tuple[Reason, ...]:
    """That values stay as others have changed them since."""
    names = list(dict.fromkeys(standard.label(path) for path in left))
    return (because("AMEND-LEFT", None, fields=", ".join(names)),) if names else ()
