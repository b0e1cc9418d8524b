"""The rules of a change, without the database: states, separation of persons, conflicts, the statement to sign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal
from uuid import UUID

import msgspec
import orjson
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ccvc import standard
from ccvc.dossiers import domain as dossier_domain
from ccvc.dossiers.domain import (
    Acting,
    Corrects,
    Document,
    EvidenceNamed,
    ProcedureNamed,
    Statement,
    StepName,
    StepTaken,
)
from ccvc.evidence.domain import entries_touched
from ccvc.standard.problems import Problem
from ccvc.standard.reading import has_left, value_at

Kind = Literal["create", "update", "correct"]
STATUS, UNTRACED = "employment.status", "30"
MOST_IN_ONE_SIGNATURE = 5000
MOST_NAMED = 20
AWAITING = {"check": "proposed", "verify": "checked", "approve": "verified"}
"""The state in which a change awaits each step."""
HANDS = ("declare", "check", "verify", "approve")
"""Steps that are each another person's."""
STEP_LABELS = {
    "declare": _("Kê khai"),
    "confirm": _("Cam đoan, xác nhận"),
    "check": _("Kiểm tra"),
    "verify": _("Thẩm định"),
    "approve": _("Phê duyệt, ký số"),
    "back": _("Chuyển lại bước trước"),
    "object": _("Người có hồ sơ không xác nhận"),
    "return": _("Trả lại"),
    "withdraw": pgettext_lazy("bước", "Rút đề nghị"),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A whole proposed document of a person (`person_key` None: a new dossier), valid from a day, with its reason.

    `confirmed`: the person themself confirms that it is true. `follows` names the returned change it mends. `past`:
    what is proposed instead of the document's differences, of values that are held no more. `corrects`: the version
    a proposal of a batch corrects, and by which decision.
    """

    person_key: UUID | None
    unit_code: str
    document: Document
    valid_from: date
    reason: str
    kind: Kind = "update"
    confirmed: bool = False
    follows: UUID | None = None
    past: Sequence[standard.Difference] = ()
    corrects: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A step already taken on a change, and not sent back; `entrusted_by_id` is whose right was used, if another's."""

    step: str
    user_id: int | None
    account: str
    name: str
    at: datetime
    acting: Acting | None = None
    entrusted_by_id: int | None = None

    @property
    def hands(self) -> frozenset[int]:
        """Accounts that had a hand in it: who took it, and in whose name."""
        return frozenset({self.user_id, self.entrusted_by_id} - {None})  # type: ignore[arg-type] # None is taken out


def refuse_wrong_state(step: str, state: str, words: str) -> None:
    """Problem CHG-STATE, in these words for the state, unless a change in it awaits this step."""
    if AWAITING[step] != state:
        raise Problem("CHG-STATE", state=words)


def awaited(state: str) -> str | None:
    """The step a change in this state awaits; None where it is no longer pending."""
    return next((step for step, of in AWAITING.items() if of == state), None)


def earlier_hand(hands: Iterable[int], taken: Iterable[Taken]) -> str | None:
    """The step in which one of these accounts had a hand, by themself or through a delegate; None if in none."""
    given = frozenset(hands)
    return next((one.step for one in taken if one.step in HANDS and given & one.hands), None)


def refuse_same_person(step: str, hands: Iterable[int], taken: Iterable[Taken]) -> None:
    """Problem CHG-SAME-PERSON where one of these accounts had a hand in an earlier step."""
    if earlier := earlier_hand(hands, taken):
        one, other = str(STEP_LABELS[step]), str(STEP_LABELS[earlier])
        raise Problem("CHG-SAME-PERSON", step=one, earlier=other)


def refuse_left(before: Document | None, kind: Kind, paths: Sequence[str]) -> None:
    """Problem CHG-LEFT: the dossier of one who serves no more lies in the drawer, and changes by correction alone.

    What says that they died, or serve again, is of the status itself.
    """
    status = value_at(before, STATUS) if before else None
    if status != UNTRACED and kind != "correct" and STATUS not in paths and has_left(status):
        raise Problem("CHG-LEFT", where=STATUS)


def overlapping(mine: Iterable[str], theirs: Iterable[str]) -> list[str]:
    """Paths both changes touch; a whole row (`education.degrees[d1]`) overlaps its cells."""
    others = set(theirs)
    rows = {_row(path) for path in others}
    return [p for p in mine if p in others or _row(p) in others or (p == _row(p) and p in rows)]


def _row(path: str) -> str:
    return path[: path.index("]") + 1] if "]" in path else path


def corrected(given: Mapping[str, int], version: int | None) -> int:
    """The one version a correction corrects, by which version gave each value it changes (0: none ever did).

    Problem CHG-CORRECT-NOTHING, CHG-CORRECT-SEVERAL, and CHG-CORRECT-REPLACED where another than the one named gave it.
    """
    if not any(given.values()):
        raise Problem("CHG-CORRECT-NOTHING")
    numbers = sorted({number for number in given.values() if number})
    if version is not None and (replaced := [n for n in numbers if n != version]):
        raise Problem("CHG-CORRECT-REPLACED", version=version, by=replaced[-1])
    if len(numbers) > 1:
        raise Problem("CHG-CORRECT-SEVERAL", versions=", ".join(map(str, numbers)))
    return numbers[0]


def ending(ends: Mapping[str, date | None]) -> date | None:
    """Until when values held that are corrected together (None: they still hold); Problem CHG-CORRECT-ENDS."""
    days = set(ends.values())
    if len(days) > 1:
        labels = ", ".join(standard.label(path) for path in [*ends][:MOST_NAMED])
        raise Problem("CHG-CORRECT-ENDS", where=labels)
    return days.pop()


def refuse_inside(paths: Iterable[str]) -> None:
    """Problem CHG-CORRECT-INSIDE for values the national node does not hold: a statement would show them to it."""
    nation = standard.current().national
    inside = [path for path in paths if not standard.is_value(path, nation)]
    if inside:
        raise Problem(
            "CHG-CORRECT-INSIDE", where=", ".join(standard.label(path) for path in inside[:MOST_NAMED])
        )


def provable(kind: str, touched: Sequence[str]) -> list[str]:
    """Entries a paper of a change may prove: its groups, rows and fields; of a new dossier also the whole."""
    entries = entries_touched(list(touched))
    return ["", *entries] if kind == "create" else entries


def pack(differences: Sequence[standard.Difference]) -> str:
    """Differences as stored: canonical JSON."""
    rows = [{"path": d.path, "old": d.old, "new": d.new} for d in differences]
    return orjson.dumps(rows, option=orjson.OPT_SORT_KEYS).decode()


def unpack(text: str) -> list[standard.Difference]:
    """Differences from their stored form."""
    return [standard.Difference(d["path"], d["old"], d["new"]) for d in msgspec.json.decode(text)]


def steps_of(taken: Iterable[Taken]) -> list[StepTaken]:
    """The steps a statement names: the last declaration, confirmation, check and verification, in order."""
    names: tuple[StepName, ...] = ("declare", "confirm", "check", "verify")
    last = {t.step: t for t in taken}
    found = [(name, last[name]) for name in names if name in last]
    return [
        StepTaken(step=name, account=one.account, name=one.name, at=utc(one.at), acting=one.acting)
        for name, one in found
    ]


def utc(moment: datetime) -> str:
    """A moment as ISO 8601 in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a statement says of a change apart from its document and steps."""

    person: UUID
    agency: str
    unit: str
    number: int
    base: str | None
    kind: Kind
    valid_from: date
    reason: str
    evidence: list[EvidenceNamed]
    procedure: ProcedureNamed | None = None
    signing: Acting | None = None
    corrects: Corrects | None = None


def statement(facts: Facts, document: Document, taken: Iterable[Taken]) -> Statement:
    """The statement an approver signs for this change."""
    return Statement(
        format=dossier_domain.FORMAT,
        person=str(facts.person),
        personal_id=value_at(document, "identity.personal_id"),
        agency=facts.agency,
        unit=facts.unit,
        number=facts.number,
        base=facts.base,
        standard=document["standard"],
        kind=facts.kind,
        valid_from=facts.valid_from.isoformat(),
        document_sha256=standard.digest(standard.canonical(document)),
        national_sha256=standard.digest(standard.canonical(standard.national(document))),
        reason=facts.reason,
        steps=steps_of(taken),
        evidence=facts.evidence,
        procedure=facts.procedure,
        signing=facts.signing,
        corrects=facts.corrects,
    )


@dataclass(frozen=True, slots=True)
class Stale:
    """A change that replaces a value its dossier no longer holds: whose, and the path of the value."""

    change: UUID
    full_name: str
    path: str


def refuse_stale(found: Sequence[Stale]) -> None:
    """Problem CHG-STALE where there is any: `changes` are the ids of all, `where` says whose value moved."""
    if not found:
        return
    places = [f"{one.full_name}: {standard.label(one.path)}" for one in found]
    shown = [*places[:MOST_NAMED], "…"] if len(places) > MOST_NAMED else places
    changes = [one.change for one in found]
    raise Problem("CHG-STALE", where="; ".join(shown), count=len(found), changes=changes)


def refuse_unconfirmed(found: Mapping[UUID, str]) -> None:
    """Problem CHG-UNCONFIRMED where people are still asked: `changes` are the ids, `where` says whose, until when."""
    if found:
        places = list(found.values())
        shown = [*places[:MOST_NAMED], "…"] if len(places) > MOST_NAMED else places
        raise Problem("CHG-UNCONFIRMED", where="; ".join(shown), count=len(found), changes=list(found))


def refuse_decided(found: Sequence[UUID]) -> None:
    """Problem CHG-DECISION where changes are part of decisions, which alone carry them further."""
    if found:
        raise Problem("CHG-DECISION", count=len(found), changes=list(found))


def refuse_bare(found: Mapping[UUID, str]) -> None:
    """Problem CHG-BARE where changes lack a paper they must have: `changes` are the ids, `where` says whose."""
    if found:
        names = [*found.values()]
        shown = [*names[:MOST_NAMED], "…"] if len(names) > MOST_NAMED else names
        raise Problem("CHG-BARE", where="; ".join(shown), count=len(found), changes=list(found))


def refuse_unfit(found: Mapping[UUID, str]) -> None:
    """Problem CHG-EVIDENCE where papers may not be signed over: `changes` are the ids, `where` says whose and which."""
    if not found:
        return
    places = list(found.values())
    shown = [*places[:MOST_NAMED], "…"] if len(places) > MOST_NAMED else places
    raise Problem("CHG-EVIDENCE", where="; ".join(shown), count=len(found), changes=list(found))
