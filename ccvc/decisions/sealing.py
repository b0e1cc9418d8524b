"""What the checks answered, as it is kept: sealed at submission, and at the signature by the dossiers of then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

import orjson
from django.utils import timezone

from ccvc import standard
from ccvc.decisions import domain
from ccvc.decisions.grounds import Worked
from ccvc.decisions.models import Decision, Moment, Passing, Sealed, Testimony
from ccvc.rules import reasons

ANSWERS = "ccvc-decision-answers/1"
PASSED = ("condition", "authority", "document_number", "document_date", "reason", "by_account", "by_name")
SAID = ("condition", "answer", "ground", "by_account", "by_name")

Answered = TypeVar("Answered", Passing, Testimony)


def answers(row: Decision, worked: Sequence[Worked]) -> bytes:
    """Everybody as judged now: with the facts they were asked of, and whoever answers for what."""
    passed = _by_person(row.passings.filter(ended_at=None))
    said = _by_person(row.testimonies.filter(ended_at=None))
    content = {
        "format": ANSWERS,
        "decision": str(row.pk),
        "kind": row.kind,
        "number": str(row),
        "edition": reasons.edition(),
        "people": [
            _judged(one, passed.get(one.person.person_key, ()), said.get(one.person.person_key, ()))
            for one in worked
        ],
    }
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def _by_person(rows: Iterable[Answered]) -> dict[UUID, list[Answered]]:
    found: dict[UUID, list[Answered]] = {}
    for row in rows:
        found.setdefault(row.person_key, []).append(row)
    return found


def keep(row: Decision, moment: Moment, text: bytes) -> Sealed:
    """Seal answers beside the submission that stands."""
    return Sealed.objects.create(
        decision=row,
        round=row.round,
        moment=moment,
        content=text.decode(),
        sha256=standard.digest(text),
        edition=orjson.loads(text)["edition"],
        at=timezone.now(),
    )


def _judged(one: Worked, passed: Iterable[Passing], said: Iterable[Testimony]) -> dict[str, Any]:
    """One person as sealed: the version judged, what was asked of it, the answers, and who answers for which."""
    return {
        "person": str(one.person.person_key),
        "version": one.version[0],
        "version_hash": one.version[1],
        "on": one.day.isoformat(),
        "decided": one.case.decided.isoformat() if one.case else "",
        "act": one.case.act if one.case else "",
        "asked": dict(one.ground.asked),
        "outside": dict(one.case.outside) if one.case else {},
        "conditions": [domain.as_json(condition) for condition in one.conditions],
        "ruled": [reason.as_json() for reason in one.reasons],
        "passed": [_cells(row, PASSED) for row in passed],
        "said": [_cells(row, SAID) for row in said],
    }


def _cells(row: Passing | Testimony, names: Sequence[str]) -> dict[str, str]:
    return {name: str(getattr(row, name)) for name in names}
