"""Claims and conditions in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ccvc import standard
from ccvc.access.wording import language
from ccvc.proposals.domain import Compared, Verdict
from ccvc.proposals.selectors import Shown
from ccvc.rules.appointments import Condition, Outcome
from ccvc.rules.reasons import Answer

ACTS = {
    "higher": _("Bổ nhiệm chức vụ cao hơn"),
    "first": _("Bổ nhiệm lần đầu"),
    "equal": _("Bổ nhiệm chức vụ tương đương"),
    "manage": _("Giao phụ trách, quyền"),
    "reappoint": _("Bổ nhiệm lại"),
    "transfer": _("Điều động"),
    "rotate": _("Luân chuyển"),
    "second": _("Biệt phái"),
    "plan": _("Quy hoạch"),
}
VERDICTS: dict[Verdict, tuple[object, str]] = {
    "agrees": (_("Khớp"), "good"),
    "differs": (_("Khác"), "bad"),
    "silent": (_("Hồ sơ không ghi"), "warn"),
    "unclear": (_("Không so sánh được"), "warn"),
}
MET: dict[Answer, tuple[object, str]] = {
    "yes": (_("Đạt"), "good"),
    "no": (_("Không đạt"), "bad"),
    "cannot_tell": (_("Chưa kết luận được"), "warn"),
}
OUTCOMES: dict[Outcome, tuple[object, str]] = {
    "allow": (_("Đủ điều kiện theo hồ sơ"), "good"),
    "warn": (_("Có điểm cần cân nhắc"), "warn"),
    "hold": (_("Phải chờ"), "bad"),
    "block": (_("Không đủ điều kiện"), "bad"),
    "cannot_tell": (_("Chưa đủ căn cứ kết luận"), "warn"),
    "extend": (_("Chỉ kéo dài đến khi nghỉ hưu"), "warn"),
}
FINDINGS = {
    "unknown": _("Không có người mang số định danh này trong phạm vi tra cứu của bạn."),
    "invalid": _("Thiếu số định danh cá nhân, hoặc số không đúng dạng. Không đối chiếu theo họ tên."),
    "repeated": _("Số định danh này đã có ở một dòng phía trên của cùng đề nghị."),
    "gone": _("Người này nay không còn trong phạm vi tra cứu của bạn."),
}


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """One claim, for people."""

    label: str
    said: str
    held: str
    verdict: str
    tone: str
    differs: bool


@dataclass(frozen=True, slots=True)
class ConditionShown:
    """One condition, for people; `bars`: not met, and what follows is that the act may not be done."""

    met: str
    tone: str
    why: str
    law: str
    bars: bool


@dataclass(frozen=True, slots=True)
class PersonShown:
    """One person, for people: what bars comes first."""

    shown: Shown
    outcome: str
    tone: str
    finding: str
    claims: list[ClaimShown]
    conditions: list[ConditionShown]

    @property
    def bars(self) -> list[ConditionShown]:
        """What bars them, to be said at once."""
        return [one for one in self.conditions if one.bars]


def person(shown: Shown) -> PersonShown:
    """A person for the page."""
    if shown.check is None:
        finding = "gone" if shown.row.finding == "found" else shown.row.finding
        return PersonShown(shown, "", "warn", str(FINDINGS[finding]), [], [])
    words, tone = OUTCOMES[shown.check.outcome]
    order = {"no": 0, "cannot_tell": 1, "yes": 2}
    conditions = sorted(shown.check.conditions, key=lambda one: order[one.met])
    return PersonShown(
        shown,
        str(words),
        tone,
        "",
        [_claim(one) for one in shown.compared],
        [_condition(one) for one in conditions],
    )


def _claim(one: Compared) -> ClaimShown:
    words, tone = VERDICTS[one.verdict]
    path = one.claim.path
    label = standard.label(path, language())
    return ClaimShown(label, one.said, one.held, str(words), tone, one.verdict == "differs")


def _condition(one: Condition) -> ConditionShown:
    words, tone = MET[one.met]
    law = one.reason.law
    bars = one.met == "no" and one.effect in {"block", "hold"}
    basis = law.told(language()) if law else ""
    return ConditionShown(str(words), tone, one.reason.told(language()), basis, bars)
