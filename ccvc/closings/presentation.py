"""Words of the pages: where a month stands, what is unsettled, what a statement says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ccvc import standard
from ccvc.access.domain import Right, Subject
from ccvc.access.wording import language
from ccvc.closings import overdue
from ccvc.closings.domain import TROUBLE, Stage
from ccvc.closings.models import Recount
from ccvc.closings.selectors.months import AgencyMonths, Month
from ccvc.closings.selectors.reviewing import UnitChanges
from ccvc.exchange.domain.snapshots import Statement, Unresolved, imbalance
from ccvc.insight.domain import threshold
from ccvc.rules.closing import ClosingPolicy

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Look:
    """How a stage is shown: word, tone, icon state of the badge."""

    label: Text
    tone: str


STAGES: dict[Stage, Look] = {
    "in_time": Look(_("Chốt đúng hạn"), "good"),
    "late": Look(_("Chốt muộn"), "warn"),
    "differing": Look(_("Đã chốt, còn khác nhau"), "bad"),
    "refused": Look(_("Bản chốt bị từ chối"), "bad"),
    "open": Look(_("Đang trong kỳ chốt"), "info"),
    "awaited": Look(_("Quá kỳ, đang chờ"), "warn"),
    "missing": Look(_("Không chốt"), "bad"),
    "coming": Look(_("Chưa đến kỳ"), "neutral"),
    "free": Look(_("Đồng bộ liên tục"), "neutral"),
}
SHORT: dict[Stage, Text] = {
    "in_time": _("đúng hạn"),
    "late": _("muộn"),
    "differing": _("khác nhau"),
    "refused": _("bị từ chối"),
    "open": _("trong kỳ"),
    "awaited": _("đang chờ"),
    "missing": _("không chốt"),
    "coming": _("chưa đến"),
    "free": _("liên tục"),
}
KINDS: dict[str, Text] = {
    "create": _("Lập hồ sơ"),
    "update": _("Cập nhật"),
    "correct": _("Đính chính"),
}
FAMILIES = {"correct": _("Đúng"), "complete": _("Đủ"), "clean": _("Sạch"), "live": _("Sống")}
UNSETTLED: tuple[tuple[str, Text, str, str], ...] = (
    ("pending", _("Thay đổi chưa phê duyệt"), "changes:inbox", ""),
    ("returned", _("Thay đổi đã trả lại"), "changes:inbox", ""),
    ("refused", _("Người có bản ghi bị cơ sở dữ liệu quốc gia từ chối"), "exchange:refused", "bad"),
    ("conflicts", _("Người do cơ quan khác cùng khai"), "exchange:refused", "bad"),
    ("unsent", _("Phiên bản chưa có biên nhận"), "exchange:status", "warn"),
    ("errors", _("Lỗi chất lượng dữ liệu"), "quality:list", "bad"),
    ("warnings", _("Cảnh báo chất lượng dữ liệu"), "quality:list", "warn"),
    ("hints", _("Gợi ý chất lượng dữ liệu"), "quality:list", ""),
)


def look(stage: Stage) -> Look:
    """How a stage is shown."""
    return STAGES[stage]


@dataclass(frozen=True, slots=True)
class Cell:
    """A month in a table of agencies: its word, tone and address."""

    month: Month
    label: Text
    tone: str
    overdue: str
    """How many days passed without a decision; empty where none did, or none were told."""


def cells(row: AgencyMonths, columns: Iterable[date], *, each: bool) -> list[tuple[date, Cell | None]]:
    """An agency's months under the columns of the table; None where it had not joined yet.

    Numbers too small for who may not see each (`each`) are told as fewer than so many.
    """
    few = 0 if each else threshold(timezone.localdate())
    shown = {month.month: _cell(month, few) for month in row.months}
    return [(column, shown.get(column)) for column in columns]


def _cell(month: Month, few: int) -> Cell:
    passed = month.closing.overdue if month.closing else None
    return Cell(month, SHORT[month.stage], STAGES[month.stage].tone, _number(passed, few) if passed else "")


def troubles(rows: Iterable[AgencyMonths]) -> Counter[Stage]:
    """How many months of all agencies stand at each stage."""
    return Counter(month.stage for row in rows for month in row.months)


def stages_by_trouble() -> list[Stage]:
    """Stages in the order in which they need a look."""
    return sorted(TROUBLE, key=TROUBLE.__getitem__)


OPENED_BY = {
    "changes:inbox": (Right.CHANGE_CHECK, Right.CHANGE_VERIFY),
    "exchange:refused": (Right.DOSSIER_LIST,),
    "exchange:status": (Right.EXCHANGE_SEE,),
    "quality:list": (Right.QUALITY_SEE,),
}
"""Which rights open the pages that list what is unsettled."""


def unsettled_rows(subject: Subject, counts: Unresolved) -> list[tuple[Text, int, str, str]]:
    """What is unsettled: words, number, route to see it if the subject may, tone if there is any."""
    rows = []
    for name, label, route, tone in UNSETTLED:
        number = getattr(counts, name)
        opens = number and any(subject.may(right) for right in OPENED_BY[route])
        rows.append((label, number, route if opens else "", tone if number else ""))
    return rows


def quality_rows(scores: dict[str, str] | None) -> list[tuple[Text, str]]:
    """Scores by family, as people of the language write them."""
    held = scores or {}
    english = language() == "en"
    found = ((label, held[name]) for name, label in FAMILIES.items() if name in held)
    return [(label, score if english else score.replace(".", ",")) for label, score in found]


def by_category(statement: Statement, *, each: bool) -> list[tuple[str, int]]:
    """People of a statement by category, the most first; nothing where one who may not see each would see few."""
    found = _summed((count.category, count.people) for count in statement.counts)
    few = threshold(timezone.localdate())
    return found if each or all(people >= few for _, people in found) else []


@dataclass(frozen=True, slots=True)
class OverdueLine:
    """A matter with a day, in words; numbers too small for who may not see each are told as fewer than so many."""

    label: str
    people: str
    days: int
    untold: str
    tone: str


def overdue_lines(statement: Statement, *, each: bool) -> list[OverdueLine]:
    """What a statement says passed its day; nothing where it tells none."""
    few = 0 if each else threshold(timezone.localdate())
    return [
        OverdueLine(
            overdue.named(one.matter),
            _number(one.people, few),
            one.days,
            _number(one.untold, few),
            "bad" if one.people else "good",
        )
        for one in statement.overdue or ()
    ]


def _number(people: int, few: int) -> str:
    return gettext("dưới {few}").format(few=few) if 0 < people < few else localize(people, use_l10n=True)


def _summed(pairs: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    counted: Counter[str] = Counter()
    for code, people in pairs:
        counted[code] += people
    return [(category_label(code), people) for code, people in counted.most_common()]


def category_label(code: str) -> str:
    """A category in words."""
    return _label("categories", code)


def _label(codes: str, code: str) -> str:
    found = standard.current().codes[codes].get(code, timezone.localdate()) if code else None
    return found.label(language()) if found else str(_("Chưa rõ"))


@dataclass(frozen=True, slots=True)
class RecountLine:
    """A number of a closing that is another when made again, in words."""

    unit: str
    category: str
    status: str
    stated: int
    found: int


def recount_lines(found: Iterable[tuple[Recount, str]]) -> list[RecountLine]:
    """Numbers that are others, with the names of their units; a unit without a name by its code."""
    return [
        RecountLine(
            name or row.unit or str(_("Chưa rõ")),
            category_label(row.category),
            _label("working_status", row.status),
            row.stated,
            row.found,
        )
        for row, name in found
    ]


def basis(policy: ClosingPolicy) -> str:
    """What a policy rests on, in the language of the page."""
    return policy.basis_en if language() == "en" else policy.basis


def fault_of(statement: Statement) -> str:
    """Which sums of a statement do not add up; empty where all do."""
    return imbalance(statement)


def kind_rows(unit: UnitChanges) -> list[tuple[Text, int]]:
    """A unit's changes of each kind."""
    return [(label, unit.kinds.get(kind, 0)) for kind, label in KINDS.items()]


def kind_label(kind: str) -> Text:
    """A kind of change in words."""
    return KINDS.get(kind, kind)
