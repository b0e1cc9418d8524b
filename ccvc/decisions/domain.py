"""What may follow what in a decision, what it says of itself, and the statement that is signed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from ccvc import standard
from ccvc.decisions.models import Decision, State
from ccvc.rules.appointments import Condition
from ccvc.signing import merkle
from ccvc.standard.problems import Problem

FORMAT: Literal["ccvc-decision/1"] = "ccvc-decision/1"
MOST_PEOPLE = 2_000
MOST_NAMED = 10
FURTHEST = timedelta(days=3660)
SYMBOL = "QĐ"
"""Stands before the agency's symbol in numbers of decisions (NĐ 30/2020/NĐ-CP Phụ lục III)."""
AGAINST = frozenset({"block", "hold"})
"""Effects of conditions that keep a decision from being submitted, unless somebody answers for them."""


class Stated(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A decision as it is signed, beside the statements of the changes it brings about.

    `answers` is the SHA-256 of what the checks answered at submission, `judged` of what they answer at the signature;
    `paper` that of the document before any signature.
    """

    format: Literal["ccvc-decision/1"]
    decision: str
    kind: str
    number: str
    decided_on: str
    effective_on: str
    authority: str
    title: str
    answers: str
    people: list[str]
    paper: str = ""
    about: str = ""
    judged: str = ""


def stated_bytes(row: Decision, people: Sequence[UUID], answers: str, judged: str) -> bytes:
    """The canonical bytes of a numbered decision."""
    if row.decided_on is None:
        raise ValueError(f"{row.pk} has no number")
    said = Stated(
        format=FORMAT,
        decision=str(row.pk),
        kind=row.kind,
        number=str(row),
        decided_on=row.decided_on.isoformat(),
        effective_on=row.effective_on.isoformat(),
        authority=row.authority,
        title=row.title,
        answers=answers,
        people=[str(key) for key in people],
        paper=row.paper_sha256,
        about=str(row.about_id or ""),
        judged=judged,
    )
    return standard.canonical(msgspec.to_builtins(said))


def leaf(stated: bytes) -> bytes:
    """What names a decision under a signature: the Merkle leaf hash of its statement."""
    return merkle.leaf_hash(stated)


def require_state(row: Decision, *wanted: State) -> None:
    """Problem DEC-STATE unless a decision stands in one of these states."""
    if row.state not in wanted:
        raise Problem("DEC-STATE", state=str(State(row.state).label))


def refuse_people(count: int) -> None:
    """Problem DEC-PEOPLE for nobody, or for more than one decision holds."""
    if not 0 < count <= MOST_PEOPLE:
        raise Problem("DEC-PEOPLE", where="people", most=MOST_PEOPLE, got=count)


def refuse_far(effective_on: date, today: date) -> None:
    """Problem DEC-DAY for a day of effect nobody can mean."""
    if abs(effective_on - today) > FURTHEST:
        raise Problem("DEC-DAY", where="effective_on", day=f"{effective_on:%d/%m/%Y}")


def stands_against(one: Condition) -> bool:
    """Whether a condition keeps the decision from being submitted: it is not met, or nobody can tell."""
    return one.met != "yes" and one.effect in AGAINST


def named(found: Mapping[str, Iterable[str]]) -> str:
    """People with what is said of each, the first ones in full."""
    lines = [f"{name}: {', '.join(dict.fromkeys(what))}" for name, what in found.items()]
    return "; ".join([*lines[:MOST_NAMED], *(["…"] if len(lines) > MOST_NAMED else [])])


def refuse_barred(found: Mapping[str, Iterable[str]]) -> None:
    """Problem DEC-BARRED, naming whom conditions that are not met stand against."""
    if found:
        raise Problem("DEC-BARRED", who=named(found), count=len(found))


def refuse_untold(found: Mapping[str, Iterable[str]]) -> None:
    """Problem DEC-UNTOLD, naming of whom nobody can tell."""
    if found:
        raise Problem("DEC-UNTOLD", who=named(found), count=len(found))


def refuse_unsound(found: Mapping[str, Iterable[str]]) -> None:
    """Problem DEC-UNSOUND, naming whose entries are missing or wrong."""
    if found:
        raise Problem("DEC-UNSOUND", who=named(found), count=len(found))


def spoken(row: Decision) -> str:
    """How a decision is named in reasons and texts."""
    day = f" ngày {row.decided_on:%d/%m/%Y}" if row.decided_on else ""
    return f"Quyết định số {row}{day}"


def as_json(one: Condition) -> dict[str, Any]:
    """A condition as it is sealed."""
    return {"name": one.name, "met": one.met, "effect": one.effect, "reason": one.reason.as_json()}
