"""Decisions in the demonstration: raises signed together, a discipline and what it bars, a full unit, a revocation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

if TYPE_CHECKING:
    from ccvc.decisions.grounds import Worked
    from ccvc.decisions.models import Decision

AGENCY = "H41"
HEAD = "Chủ tịch Uỷ ban nhân dân tỉnh (giả lập)"
OFFICE = "Cấp phó của người đứng đầu đơn vị"
GROUND = "Văn bản xác minh giả lập của Thanh tra tỉnh"
RAISED = 12
"""At most so many people are raised together."""
PERIOD = "12"
"""Months: whose raise comes within them, as far ahead as a decision may reach."""
HEADCOUNT = "headcount"
WARNING, ADVANCED, ADMITTED = "HC2", "04", "3"
"""Codes of a form of discipline, of a title of honour, of a way of being recruited."""
NEWCOMER = ("040202999901", "Phan Văn Tân")
"""A number no synthetic person has: theirs are counted from the smallest."""
BEGINNER = {
    "sex": "1",
    "birth_date": "2002-03-15",
    "ethnic_group": "01",
    "category": "CC",
    "status": "01",
    "method": "1",
    "position": "Chuyên viên",
    "job_position": "NV.01",
    "rank": "01.003",
    "salary_group": "A1",
    "salary_step": 1,
    "salary_percent": 100,
}
NO_OFFICE = "9"
"""Begins the codes of positions that are no office."""
POST = "Chuyên viên"
READMITTED = 2
"""Fewer than the places that the demonstration's headcount lacks there."""
Cells = Mapping[str, Any]


def decide(subject: Callable[[str], Any], password: str) -> dict[str, int]:
    """Decisions of every fate at one agency; how many were raised, signed, stopped, opened a dossier."""
    from ccvc.decisions.models import Decision, State

    if settings.CCVC_AGENCY != AGENCY:
        return {}
    desk = Desk(subject, password)
    raised = _raise(desk)
    disciplined = _discipline(desk)
    barred = disciplined is not None and _appoint(desk, disciplined)
    beyond = _readmit(desk)
    for row in beyond[1:]:
        desk.let_pass(row)
        desk.verify(row)
    _reward_in_error(desk)
    opened = _recruit(desk)
    signed = Decision.objects.filter(state=State.SIGNED).count()
    return {"raised": raised, "signed": signed, "stopped": barred + len(beyond[:1]), "opened": opened}


@dataclass(frozen=True, slots=True)
class Desk:
    """The officer who drafts, those who check and verify, and the signer's passphrase."""

    subject: Callable[[str], Any]
    password: str

    def draft(
        self, kind: str, keys: Sequence[UUID], each: Cells | None = None, on: date | None = None, **cells: Any
    ) -> Decision:
        """A draft about these people, the same said of each, with whatever no record tells answered for."""
        from ccvc.decisions import actions

        terms = actions.Terms(settings.CCVC_AGENCY, on or timezone.localdate(), HEAD, cells=cells)
        row = actions.draft(self.subject("canbo"), kind, keys, terms)
        actions.fill(self.subject("canbo"), row.pk, terms, {key: each or {} for key in keys})
        self.answer(row)
        return row

    def answer(self, row: Decision) -> None:
        from ccvc.decisions.actions import testify
        from ccvc.decisions.domain import stands_against

        for one in worked(row):
            open_ = {c.name for c in one.conditions if c.met == "cannot_tell" and stands_against(c)}
            for name in sorted(open_):
                testify(self.subject("canbo"), row.pk, one.person.person_key, name, "yes", GROUND)

    def let_pass(self, row: Decision) -> None:
        """The places that are lacking, by the authority above."""
        from ccvc.decisions.actions import Authority, let_pass

        by = Authority(HEAD, "15/GL-NC", timezone.localdate(), "Nhiệm vụ cấp bách được giao (giả lập)")
        for one in worked(row):
            let_pass(self.subject("phe.duyet"), row.pk, one.person.person_key, HEADCOUNT, by)

    def verify(self, row: Decision) -> None:
        """Submitted, every change checked and verified: it waits for the signature."""
        from ccvc.changes import actions as changes
        from ccvc.decisions.actions import submit

        submit(self.subject("canbo"), row.pk)
        ids: list[UUID] = list(row.people.values_list("change_id", flat=True))
        changes.check(self.subject("kiemtra"), ids)
        changes.verify(self.subject("thamdinh"), ids)

    def sign(self, row: Decision) -> Decision:
        """All the way to the signature."""
        from ccvc.decisions import signing

        self.verify(row)
        signer = self.subject("phe.duyet")
        return signing.sign(signer, row.pk, self.password, signing.prepare(signer, row.pk).root)


def worked(row: Decision) -> list[Worked]:
    """Everyone of a decision, worked out now."""
    from ccvc.decisions.grounds import work_out

    return work_out(row, list(row.people.order_by("position")))


def against(one: Worked) -> set[str]:
    """What keeps a decision from being submitted for one person: names of conditions, and faults of the form."""
    from ccvc.decisions.domain import stands_against

    return {c.name for c in one.conditions if stands_against(c)} | set(one.faults)


def free(desk: Desk) -> list[UUID]:
    """People by name whom nothing is pending about, no decision and no hand-over."""
    from ccvc.changes.models import PENDING, Change
    from ccvc.decisions.models import DecisionPerson
    from ccvc.dossiers.selectors import heads
    from ccvc.transfers.models import Transfer

    busy = set(Change.objects.filter(state__in=PENDING).values_list("person_key", flat=True))
    busy |= set(DecisionPerson.objects.values_list("person_key", flat=True))
    busy |= set(Transfer.objects.values_list("person", flat=True))
    return [head.dossier.key for head in heads(desk.subject("canbo")) if head.dossier.key not in busy]


def first(
    groups: Sequence[Sequence[UUID]], make: Callable[[Sequence[UUID]], Decision], wanted: set[str]
) -> Decision | None:
    """The first draft against which exactly this stands for everyone; the others leave no trace."""
    for keys in groups:
        with transaction.atomic():
            row = make(keys)
            if keys and all(against(one) == wanted for one in worked(row)):
                return row
            transaction.set_rollback(True)
    return None


def alone(keys: Sequence[UUID]) -> list[list[UUID]]:
    """Groups of one."""
    return [[key] for key in keys]


def _raise(desk: Desk) -> int:
    """Everyone whose regular raise comes within the year, by one decision under one signature."""
    from ccvc.decisions.actions import discard, remove_people
    from ccvc.worklists.selectors import Asked, listed, open_list

    officer, today = desk.subject("canbo"), timezone.localdate()
    due = listed(officer, open_list(officer, "raise_regular"), Asked(today, period=PERIOD))
    left = set(free(desk))
    days = {row["person"]: row["day"] for row in due if row["person"] in left}
    keys = list(days)[:RAISED]
    if not keys:
        return 0
    row = desk.draft("raise_regular", keys, on=max(today, *(days[key] for key in keys)))
    kept = [one.person.person_key for one in worked(row) if not against(one)]
    remove_people(officer, row.pk, [key for key in keys if key not in kept])
    if not kept:
        discard(officer, row.pk, "Không còn người đến hạn nâng bậc lương thường xuyên (giả lập)")
        return 0
    desk.sign(row)
    return len(kept)


def _discipline(desk: Desk) -> UUID | None:
    """A warning for the first person it can be decided about, of those without an office if there are any."""
    from ccvc.dossiers.models import Head

    heads = Head.objects.filter(position__startswith=NO_OFFICE)
    plain = set(heads.values_list("dossier__key", flat=True))
    keys = alone(sorted(free(desk), key=lambda key: key not in plain))
    said = {"form": WARNING, "violation": "Chậm thực hiện nhiệm vụ được giao nhiều lần (giả lập)"}
    row = first(keys, lambda keys: desk.draft("discipline", keys, said), set())
    return desk.sign(row).people.get().person_key if row else None


def _appoint(desk: Desk, key: UUID) -> bool:
    """A draft that appoints whoever was disciplined, which stays one; whether it is stopped."""
    said = {"position": OFFICE, "office": "first"}
    return any(against(one) for one in worked(desk.draft("appoint", [key], said)))


def _readmit(desk: Desk) -> list[Decision]:
    """Drafts that take on again two who left by a signed decision, where even so people are more than places."""
    from ccvc.dossiers.selectors import current_documents

    unit, people = _fullest(desk)
    keys = [key for key in free(desk) if key in people][:READMITTED]
    said = {"reason": "Theo nguyện vọng cá nhân (giả lập)"}
    left = first([keys], lambda keys: desk.draft("leave", keys, said), set()) if keys else None
    if left is None:
        return []
    desk.sign(left)
    tomorrow = timezone.localdate() + timedelta(days=1)

    def again(keys: Sequence[UUID]) -> Decision:
        held = current_documents(keys)[keys[0]][1]["employment"]
        post = {"category": held["category"], "position": held.get("position_title") or POST}
        place = {**post, "unit_code": unit, "method": ADMITTED}
        return desk.draft("recruit", keys, place, on=tomorrow)

    drafts = [first([[key]], again, {HEADCOUNT}) for key in keys]
    return [row for row in drafts if row is not None]


def _fullest(desk: Desk) -> tuple[str, set[UUID]]:
    """The unit with fewer places than people, and the people of the line with most of them."""
    from ccvc.dossiers.models import Head
    from ccvc.headcount.domain import line_of
    from ccvc.headcount.selectors import sheet
    from ccvc.organisations.selectors import subtree

    today = timezone.localdate()
    row = sheet(desk.subject("canbo")).below[0]
    line = max(row.cells, key=lambda name: row.cells[name].actual)
    heads = Head.objects.filter(dossier__unit_id__in=subtree([row.state.code], today))
    counted = heads.values_list("dossier__key", "category", "contract_kind")
    people = {key for key, category, contract in counted if line_of(category, contract, today) == line}
    return row.state.code, people


def _reward_in_error(desk: Desk) -> None:
    """A reward, and the decision that revokes it."""
    from ccvc.decisions.actions import amend

    said = {"title": ADVANCED, "reason": "Hoàn thành xuất sắc nhiệm vụ (giả lập)"}
    year = timezone.localdate().year - 1
    row = first(alone(free(desk)), lambda keys: desk.draft("reward", keys, said, year=year), set())
    if row is not None:
        desk.sign(row)
        desk.sign(amend(desk.subject("canbo"), row.pk, "revoke", "Ghi nhầm người được khen thưởng (giả lập)"))


def _recruit(desk: Desk) -> int:
    """Somebody who has no dossier is recruited where there is room: the signature opens one; how many."""
    from ccvc.decisions import actions
    from ccvc.decisions.newcomers import Newcomer
    from ccvc.organisations.models import Position

    officer, today = desk.subject("canbo"), timezone.localdate()
    terms = actions.Terms(settings.CCVC_AGENCY, today, HEAD)
    for unit in Position.objects.filter(code=BEGINNER["job_position"], known_to=None).order_by("unit_id"):
        with transaction.atomic():
            row = actions.draft(officer, "recruit", [], terms)
            actions.add_newcomers(officer, row.pk, [Newcomer(*NEWCOMER)])
            each = {"unit_code": _code(unit.unit_id, today), **BEGINNER}
            row = actions.fill(officer, row.pk, terms, {row.people.get().person_key: each})
            desk.answer(row)
            if not any(against(one) for one in worked(row)):
                break
            transaction.set_rollback(True)
    else:
        return 0
    desk.sign(row)
    return 1


def _code(unit: int, on: date) -> str:
    from ccvc.organisations.selectors import states

    return states(on).filter(unit_id=unit).values_list("code", flat=True).first() or ""
