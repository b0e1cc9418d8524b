"""Spans told again from the versions, held against those kept, and written anew where they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

from django.db import transaction

from ccvc.dossiers.spans import Damage
from ccvc.ledger import actions as ledger

AT_ONCE = 200
Found = Mapping[UUID, Sequence[Damage]]


@dataclass(frozen=True, slots=True)
class Keeping:
    """How a room keeps spans: `look` locks people in order of key and finds damage, `write` writes theirs anew."""

    look: Callable[[Sequence[UUID]], Found]
    write: Callable[[Sequence[UUID]], None]


@dataclass(slots=True)
class Rebuilt:
    """How many people were looked at, and whose spans were damaged, how."""

    people: int = 0
    found: dict[UUID, Sequence[Damage]] = field(default_factory=dict)


def rebuild(keeping: Keeping, keys: Iterable[UUID], *, by: str, mend: bool) -> Iterator[Rebuilt]:
    """Compare everyone's spans, a transaction for each slice, and mend those damaged with a ledger entry for them.

    What came before stays if it is broken off; whoever changes meanwhile waits for the slice or comes first.
    """
    done, waiting = Rebuilt(), iter(keys)
    while some := list(islice(waiting, AT_ONCE)):
        with transaction.atomic():
            found = keeping.look(some)
            if found and mend:
                keeping.write(list(found))
                _enter(found, by)
        done.people += len(some)
        done.found.update(found)
        yield done


def _enter(found: Found, by: str) -> None:
    spans = {str(key): len(wrong) for key, wrong in found.items()}
    ledger.append("administrative", "spans", {"act": "spans_rebuilt", "by": by, "people": spans})
