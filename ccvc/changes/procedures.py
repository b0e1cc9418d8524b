"""Procedures of approval: which steps a change passes, who takes each, within what time. Pure.

An agency sets its own for a unit and all below it by its internal regulation (TT 06/2023/TT-BNV); where none was set
the one in ``data/procedure.toml`` holds. A procedure is never changed: another follows it, and a change keeps the one
it began under.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from ccvc.access.policy import Policy, Right
from ccvc.rules import working_days
from ccvc.standard.problems import Problem

StepName = Literal["check", "verify", "approve"]
Source = Literal["own", "office", "intake"]
Words = Annotated[str, Meta(min_length=1, max_length=200)]
Days = Annotated[int, Meta(ge=0, le=60)]
ORDER: tuple[StepName, ...] = ("check", "verify", "approve")
RIGHTS: Mapping[str, Right] = {
    "check": Right.CHANGE_CHECK,
    "verify": Right.CHANGE_VERIFY,
    "approve": Right.CHANGE_APPROVE,
}
SYSTEM = "system"
DEFAULT = "default/1"
"""Name and version of the shipped procedure, as statements give it."""
FILE = Path(__file__).parent / "data" / "procedure.toml"


class StepRule(Struct, frozen=True, forbid_unknown_fields=True):
    """One step: the roles that may take it, and its limit in working days or days (0: none)."""

    step: StepName
    roles: tuple[str, ...]
    within: Days = 0
    unit: working_days.Unit = "working_days"


class Terms(Struct, frozen=True, forbid_unknown_fields=True):
    """A procedure as written: what it holds for (empty: all), its steps, confirmation and escalation.

    `groups` are groups of fields; `confirm_waits` says for how many working days approval waits for the person.
    """

    title: Words
    steps: tuple[StepRule, ...]
    kinds: tuple[Literal["create", "update", "correct"], ...] = ()
    sources: tuple[Source, ...] = ()
    groups: tuple[str, ...] = ()
    confirm_sources: tuple[Source, ...] = ()
    confirm_waits: Days = 0
    escalate_to: str = "approver"
    escalate_after: Days = 0

    def rule(self, step: str) -> StepRule | None:
        """The rule of a step; None where the procedure leaves it out."""
        return next((rule for rule in self.steps if rule.step == step), None)

    def after(self, step: str | None) -> StepName:
        """The step awaited after this one; the first where nothing was taken yet."""
        place = ORDER.index(step) + 1 if step in ORDER else 0
        return next(name for name in ORDER[place:] if self.rule(name))

    def due(self, step: str, since: datetime) -> datetime | None:
        """When a step awaited since a moment is due; None where no limit is set."""
        rule = self.rule(step)
        return working_days.ends(since, rule.within, rule.unit) if rule and rule.within else None

    def before(self, step: str) -> StepName | None:
        """The step before this one, or None where it is the first."""
        earlier = [name for name in ORDER[: ORDER.index(step)] if self.rule(name)]
        return earlier[-1] if earlier else None


class Written(Terms, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A procedure as a file gives it: for which unit, from which day, by which decision."""

    unit: str
    valid_from: date
    valid_to: date | None = None
    decision_number: Annotated[str, Meta(max_length=100)]
    decision_date: date

    @property
    def terms(self) -> Terms:
        """What changes are judged by."""
        return Terms(**{name: getattr(self, name) for name in Terms.__struct_fields__})


@cache
def default() -> Terms:
    """The shipped procedure."""
    return msgspec.toml.decode(FILE.read_bytes(), type=Terms)


def read(content: bytes) -> list[Written]:
    """The procedures of a file (TOML, `[[procedure]]` each). Problem CHG-PROCEDURE where it cannot be read."""
    try:
        found = msgspec.toml.decode(content, type=dict[str, list[Written]])
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise Problem("CHG-PROCEDURE", where="", reason=str(error)[:300]) from error
    if set(found) != {"procedure"} or not found["procedure"]:
        raise Problem("CHG-PROCEDURE", where="", reason="cần ít nhất một mục [[procedure]]")
    return found["procedure"]


def unpack(text: str) -> Terms:
    """Terms from their stored form."""
    return _decode(text)


@cache
def _decoder() -> msgspec.json.Decoder[Terms]:
    return msgspec.json.Decoder(Terms)


@cache
def _decode(text: str) -> Terms:
    return _decoder().decode(text)


def pack(terms: Terms) -> str:
    """Terms as stored: canonical JSON."""
    return msgspec.json.encode(terms, order="sorted").decode()


def faults(terms: Terms, policy: Policy, groups: Iterable[str]) -> list[str]:
    """What keeps terms from being a procedure, in words for whoever wrote them; none where it is sound."""
    found = [*_order_faults(terms), *_role_faults(terms, policy)]
    if unknown := set(terms.groups) - set(groups):
        found.append(f"không có nhóm thông tin {', '.join(sorted(unknown))}")
    if terms.escalate_to not in _taking_part(policy):
        found.append(f"không báo lên được vai trò {terms.escalate_to}")
    return found


def _order_faults(terms: Terms) -> list[str]:
    names = [rule.step for rule in terms.steps]
    found = []
    if names != [name for name in ORDER if name in names]:
        found.append("các bước phải khác nhau và theo thứ tự kiểm tra, thẩm định, phê duyệt")
    if names[-1:] != ["approve"]:
        found.append("bước cuối phải là phê duyệt, do người khác với người kiểm tra, thẩm định thực hiện")
    if not set(names) & {"check", "verify"}:
        found.append("trước phê duyệt phải có bước kiểm tra hoặc bước thẩm định")
    return found


def _role_faults(terms: Terms, policy: Policy) -> list[str]:
    known = _taking_part(policy)
    found = []
    for rule in terms.steps:
        if not rule.roles or not set(rule.roles) <= known:
            found.append(f"bước {rule.step}: chỉ giao được cho {', '.join(sorted(known))}")
        elif rule.step == "approve" and not all(
            Right.CHANGE_APPROVE in policy.roles[role].rights for role in rule.roles
        ):
            found.append("bước approve: chỉ giao được cho vai trò có quyền phê duyệt")
    return found


def _taking_part(policy: Policy) -> set[str]:
    """Roles that may be given a step: those that take part in changes."""
    steps = set(RIGHTS.values())
    return {name for name, role in policy.roles.items() if role.grantable and role.rights & steps}


class Candidate(Struct, frozen=True):
    """A procedure that stands for a unit: how far above it was set (0: for the unit itself), and its number."""

    distance: int
    number: int
    terms: Terms

    def speaks_of(self, kind: str, source: str, group: str) -> bool:
        """Whether it holds for a change of this kind and source that touches this group."""
        terms = self.terms
        return (
            (not terms.kinds or kind in terms.kinds)
            and (not terms.sources or source in terms.sources)
            and (not terms.groups or group in terms.groups)
        )

    @property
    def rank(self) -> tuple[int, int, int]:
        """The nearest first, then the one that says most of what it is for, then the latest."""
        said = sum(bool(part) for part in (self.terms.kinds, self.terms.sources, self.terms.groups))
        return (self.distance, -said, -self.number)


def choose(
    candidates: Sequence[Candidate], kind: str, source: str, groups: Iterable[str]
) -> Candidate | None:
    """The procedure of a change, None for the shipped one: each group it touches has its own, and the one with most
    steps governs, so that nothing passes lightly for being declared beside something light.
    """
    chosen: list[Candidate | None] = []
    for group in sorted(groups) or [""]:
        fitting = [one for one in candidates if one.speaks_of(kind, source, group)]
        chosen.append(min(fitting, key=lambda one: one.rank, default=None))
    return max(chosen, key=lambda one: len((one.terms if one else default()).steps))


def as_json(terms: Terms) -> dict[str, Any]:
    """Terms as ledger entries hold them."""
    found: dict[str, Any] = msgspec.to_builtins(terms)
    return found
