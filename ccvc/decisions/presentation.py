"""Decisions for people: where one stands, its steps, who meets which condition and by which article, what changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson
from django.utils import timezone
from django.utils.translation import gettext as _

from ccvc import standard
from ccvc.access.domain import Subject
from ccvc.changes.domain import unpack
from ccvc.changes.inputs import language
from ccvc.decisions import effects
from ccvc.decisions.domain import AGAINST
from ccvc.decisions.grounds import Said, Worked
from ccvc.decisions.kinds import GROUPS, Kind, kind, kinds
from ccvc.decisions.models import Decision, DecisionPerson, Moment, Passing, State, Testimony
from ccvc.dossiers.selectors import readable, sight
from ccvc.rules.reasons import Reason

NOT_ASKED = "not_asked"
TONES = {"yes": "good", "no": "bad", "cannot_tell": "warn"}
STATE_TONES = {State.DRAFT: "warn", State.SUBMITTED: "info", State.SIGNED: "good", State.DISCARDED: "neutral"}


@dataclass(slots=True)
class Line:
    """One condition as shown: its words and article, whether it stands against the decision, who answers for it.

    `was` is what was answered at submission, where the signature is given on another answer.
    """

    name: str
    met: str
    text: str
    basis: str
    certainty: str
    against: bool
    passed: Passing | None = None
    said: Testimony | None = None
    was: str = ""

    @property
    def open(self) -> bool:
        """Whether it keeps the decision from being submitted."""
        return self.against and self.met != "yes" and not self.passed

    @property
    def word(self) -> str:
        """The answer in a word; that somebody gave it, where the dossier could not."""
        if self.said is None:
            return _word(self.met)
        return _("Đáp ứng theo xác nhận") if self.met == "yes" else _("Không đáp ứng theo xác nhận")

    @property
    def was_word(self) -> str:
        """What was answered at submission; empty where the answer is the same."""
        return _word(self.was) if self.was else ""

    @property
    def tone(self) -> str:
        """The colour of the answer."""
        return "warn" if self.met == "no" and (self.passed or not self.against) else TONES[self.met]


def _word(met: str) -> str:
    words = {"yes": _("Đáp ứng"), "no": _("Không đáp ứng"), "cannot_tell": _("Chưa kết luận được")}
    return words.get(met) or _("không hỏi")


@dataclass(slots=True)
class Shown:
    """One person of a decision as a subject may see them."""

    person: DecisionPerson
    day: date | None
    lines: list[Line] = field(default_factory=list)
    differences: list[standard.Difference] = field(default_factory=list)
    withheld: int = 0
    faults: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def against(self) -> bool:
        """Whether something keeps the decision from being submitted for them."""
        return any(one.open for one in self.lines) or bool(self.faults)


def drafted(subject: Subject, row: Decision, worked: Sequence[Worked]) -> list[Shown]:
    """People of a draft as it would be submitted now."""
    passed, said = _answers(row)
    may_see, found = sight(subject), []
    for one in worked:
        sees = may_see(one.person.person_key, one.person.unit_id)
        every = list(effects.outcomes(one.before or {}, one.after)) if one.after else []
        kept = [d for d in every if readable(d.path, sees)]
        key = one.person.person_key
        lines = [
            Line(
                condition.name,
                condition.met,
                condition.reason.told(language()),
                *_law(condition.reason),
                condition.effect in AGAINST,
                passed.get((key, condition.name)),
                said.get((key, condition.name)),
            )
            for condition in one.conditions
        ]
        lines.sort(key=lambda line: not line.open)
        told = [reason.told(language()) for reason in one.reasons]
        found.append(Shown(one.person, one.day, lines, kept, len(every) - len(kept), one.faults, told))
    return found


def _law(reason: Reason) -> tuple[str, str]:
    return (reason.law.basis, reason.law.certainty) if reason.law else ("", "")


def _answers(row: Decision) -> tuple[dict[tuple[Any, str], Passing], dict[tuple[Any, str], Testimony]]:
    passed = {(one.person_key, one.condition): one for one in row.passings.filter(ended_at=None)}
    said = {(one.person_key, one.condition): one for one in row.testimonies.filter(ended_at=None)}
    return passed, said


def submitted(
    subject: Subject, row: Decision, people: Iterable[DecisionPerson], judged: bytes = b""
) -> list[Shown]:
    """People of a submitted or signed decision: the changes as proposed, the answers as sealed last.

    `judged` are the answers that a signature now would seal; what was answered otherwise at submission is told.
    """
    first, last = (_sealed(row, moment) for moment in (Moment.SUBMITTED, Moment.SIGNED))
    told = _by_person(judged) or last or first
    passed, said = _answers(row)
    may_see, found = sight(subject), []
    for person in people:
        sees = may_see(person.person_key, person.unit_id)
        change = person.change
        every = [d for d in unpack(change.differences) if not d.path.endswith("[]")] if change else []
        kept = [d for d in every if readable(d.path, sees)]
        was = {one["name"]: one["met"] for one in _conditions(first, person)}
        lines = [
            _sealed_line(one, person, passed, said, was.get(one["name"], NOT_ASKED))
            for one in _conditions(told, person)
        ]
        reasons = [one["text"] for one in told.get(str(person.person_key), {}).get("ruled", [])]
        found.append(Shown(person, person.day, lines, kept, len(every) - len(kept), [], reasons))
    return found


def _sealed(row: Decision, moment: Moment) -> dict[str, Any]:
    sealed = row.sealed.filter(round=row.round, moment=moment).first()
    return _by_person(sealed.content) if sealed else {}


def _by_person(content: str | bytes) -> dict[str, Any]:
    return {one["person"]: one for one in orjson.loads(content)["people"]} if content else {}


def _conditions(told: Mapping[str, Any], person: DecisionPerson) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = told.get(str(person.person_key), {}).get("conditions", [])
    return found


def _sealed_line(
    one: Mapping[str, Any],
    person: DecisionPerson,
    passed: Mapping[tuple[Any, str], Passing],
    said: Mapping[tuple[Any, str], Testimony],
    was: str,
) -> Line:
    place, reason = (person.person_key, one["name"]), one["reason"]
    return Line(
        one["name"],
        one["met"],
        reason["text"],
        reason.get("basis", ""),
        reason.get("certainty", ""),
        one["effect"] in AGAINST,
        passed.get(place),
        said.get(place),
        was if was != one["met"] else "",
    )


def standing(row: Decision) -> dict[str, str]:
    """Where a decision stands, in words, with its colour."""
    tone = STATE_TONES[State(row.state)]
    if row.revoked_by:
        return {"text": _("Đã thu hồi"), "tone": "bad"}
    if row.state == State.SIGNED and row.effective_on > timezone.localdate():
        return {"text": _("Đã ký, chưa đến ngày hiệu lực"), "tone": "info"}
    if row.state == State.DRAFT and row.returned_reason:
        return {"text": _("Bị trả lại"), "tone": "bad"}
    return {"text": str(row.get_state_display()), "tone": tone}


def way(row: Decision, waiting: Mapping[str, int]) -> list[dict[str, Any]]:
    """The steps of a decision for `{% steps %}`."""
    ahead = sum(waiting.get(name, 0) for name in ("proposed", "checked"))
    signed = row.state == State.SIGNED
    submitted_at = row.submitted_at
    return [
        {"label": _("Soạn"), "state": "done", "who": row.drafted_by_name, "at": row.drafted_at},
        {"label": _("Trình"), "state": "done" if submitted_at else "current", "at": submitted_at},
        {
            "label": _("Kiểm tra, thẩm định"),
            "state": "waiting" if not submitted_at else "current" if ahead else "done",
            "note": _("còn {n} người").format(n=ahead) if ahead else "",
        },
        {
            "label": _("Ký"),
            "state": "done" if signed else "current" if submitted_at and not ahead else "waiting",
            "who": row.signer_name,
            "at": row.signed_at,
        },
        {
            "label": _("Có hiệu lực từ {day}").format(day=f"{row.effective_on:%d/%m/%Y}"),
            "state": "done" if signed and row.effective_on <= timezone.localdate() else "waiting",
        },
    ]


def offered() -> list[tuple[str, list[Kind]]]:
    """Kinds somebody may begin with, by group, in words."""
    found: dict[str, list[Kind]] = {}
    for one in kinds().values():
        if not one.amends:
            found.setdefault(GROUPS[one.group][0 if language() == "vi" else 1], []).append(one)
    return list(found.items())


def kind_label(row: Decision) -> str:
    """What people call a decision's kind."""
    return kind(row.kind).label(language())


def said_of(worked: Sequence[Worked], said: Said) -> int:
    """How many people something still stands against."""
    return sum(
        bool(one.faults)
        or any(
            c.effect in AGAINST and c.met != "yes" and (one.person.person_key, c.name) not in said.passed
            for c in one.conditions
        )
        for one in worked
    )
