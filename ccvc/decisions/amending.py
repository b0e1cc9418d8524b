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
from ccvc.decisions import effects
from ccvc.decisions.effects import Document
from ccvc.decisions.kinds import Kind, kind
from ccvc.decisions.models import Decision, DecisionPerson
from ccvc.rules.reasons import Reason, because

CORRECT, REVOKE = "correct", "revoke"


@dataclass(frozen=True, slots=True)
class First:
    """What the decision amended did for one person: the version it made, its day, the dossier without it."""

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


def firsts(row: Decision, documents: Mapping[UUID, Document]) -> dict[UUID, First]:
    """What the decision amended did, by person; empty for a decision of its own."""
    if row.about is None:
        return {}
    people = row.about.people.select_related("change__version").filter(change__version__isnull=False)
    return {
        one.person_key: _first(row.about, one, documents[one.person_key])
        for one in people
        if one.person_key in documents
    }


def _first(about: Decision, one: DecisionPerson, document: Document) -> First:
    change = one.change
    if change is None or change.version is None:
        raise ValueError(f"{about.pk} was not signed for {one.pk}")
    without, left = effects.undone(unpack(change.differences), document)
    return First(change.version.number, change.version.valid_from, about.pk.hex[:12], without, _told(left))


def _told(left: Sequence[str]) -> tuple[Reason, ...]:
    """That values stay as others have changed them since."""
    names = list(dict.fromkeys(standard.label(path) for path in left))
    return (because("AMEND-LEFT", None, fields=", ".join(names)),) if names else ()
