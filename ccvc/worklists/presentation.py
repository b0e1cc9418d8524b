"""Work lists in words: counts of a digest, days of a calendar, rows of a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ccvc.access.domain import Subject
from ccvc.access.wording import language
from ccvc.changes.models import Reminded
from ccvc.rules.milestones import Milestone
from ccvc.transfers import overseeing as handovers
from ccvc.worklists.domain import WorkList, list_named, lists
from ccvc.worklists.ics import Event
from ccvc.worklists.models import Digest
from ccvc.worklists.selectors.calendars import Day
from ccvc.worklists.selectors.persons import own_dates

STANDINGS = {
    "due": gettext_lazy("Đến hạn"),
    "not_due": gettext_lazy("Chưa đến hạn"),
    "cannot_tell": gettext_lazy("Chưa kết luận được"),
}
PERIOD_LABELS = {
    "q": gettext_lazy("Đến hết quý này"),
    "q1": gettext_lazy("Đến hết quý sau"),
    "1": gettext_lazy("1 tháng tới"),
    "3": gettext_lazy("3 tháng tới"),
    "6": gettext_lazy("6 tháng tới"),
    "12": gettext_lazy("12 tháng tới"),
    "24": gettext_lazy("24 tháng tới"),
}
TOPIC_LABELS = {
    "raise": gettext_lazy("Nâng bậc lương"),
    "retirement": gettext_lazy("Nghỉ hưu"),
    "term": gettext_lazy("Hết thời hạn giữ chức vụ"),
    "secondment": gettext_lazy("Hết thời hạn biệt phái"),
    "discipline": gettext_lazy("Hết hiệu lực kỷ luật"),
    "probation": gettext_lazy("Hết tập sự, thử việc"),
    "planning": gettext_lazy("Hết giai đoạn quy hoạch"),
}
ALARM_DAYS = 7


@dataclass(frozen=True, slots=True)
class Said:
    """A reason as a page shows it: the sentence, and the law it rests on."""

    text: str
    basis: str


@dataclass(frozen=True, slots=True)
class StepBy:
    """Something to be done by a day."""

    label: str
    by: date
    past: bool


def reasons(one: Milestone | None) -> list[Said]:
    """Why, in the language of the page."""
    return (
        [Said(r.told(language()), r.law.told(language()) if r.law else "") for r in one.reasons]
        if one
        else []
    )


def day_text(one: Milestone | None) -> str:
    """The day, or the days between which it lies; empty where none can be told."""
    if one is None or (one.first is None and one.last is None):
        return ""
    if one.first == one.last:
        return f"{one.last:%d/%m/%Y}"
    first = f"{one.first:%d/%m/%Y}" if one.first else "…"
    return f"{first} – {one.last:%d/%m/%Y}" if one.last else _("từ {day}").format(day=first)


def steps(work: WorkList, one: Milestone | None, on: date) -> list[StepBy]:
    """What has to be done by when before the day."""
    if one is None or one.last is None:
        return []
    english, days = language() == "en", [(step, step.by(one.last)) for step in work.step]
    return [StepBy(step.label_en if english else step.label_vi, by, by < on) for step, by in days]


def label_of(work: WorkList) -> str:
    """The list's name in the language of the page."""
    return work.label(language())


def next_of(work: WorkList) -> str:
    """What to do next, in the language of the page."""
    return work.next_en if language() == "en" else work.next_vi


@dataclass(frozen=True, slots=True)
class NextDay:
    """A day to come, for the person it is of."""

    label: str
    day: str
    note: str


def next_days(subject: Subject | None) -> list[NextDay]:
    """What comes next for the person signed in, for the entry page."""
    return [NextDay(str(TOPIC_LABELS[one.topic]), day_text(one), _note(one)) for one in own_dates(subject)]


def _note(one: Milestone) -> str:
    if one.topic != "raise":
        return ""
    return _("phụ cấp thâm niên vượt khung") if one.kind == "beyond_frame" else _("nâng bậc thường xuyên")


def mail_text(digest: Digest, address: str) -> tuple[str, str]:
    """Subject and body of a digest's mail: counts and links, nobody named; Vietnamese, as all that is recorded."""
    counts: Mapping[str, Mapping[str, int]] = digest.counts
    known = {one.name for one in lists()}
    told = [
        line for name, found in counts.items() if name in known for line in _mail_lines(name, found, address)
    ]
    told += _handover_lines(counts, address)
    people = sum(sum(found.values()) for found in counts.values())
    head = f"Danh sách đến hạn ngày {digest.day:%d/%m/%Y}"
    opening = "Trong phạm vi bạn phụ trách (thư này không nêu tên ai; mở trang để xem từng người):"
    ending = f"Đổi cách nhận thông báo: {address}{reverse('worklists:wishes')}"
    return f"{head}: {people} người", "\n".join([f"{head}.", "", opening, "", *told, "", ending, ""])


def _mail_lines(name: str, found: Mapping[str, int], address: str) -> Iterator[str]:
    words = {
        Reminded.SOON.value: "sắp đến hạn",
        Reminded.LATE.value: "quá hạn chưa có quyết định",
        Reminded.ESCALATED.value: "quá hạn lâu, báo cáo người đứng đầu",
    }
    said = ", ".join(
        f"{number} người {words[urgency]}" for urgency, number in found.items() if urgency in words
    )
    yield f"- {list_named(name).label_vi}: {said}"
    yield f"  {address}{reverse('worklists:list', args=[name])}"


def _handover_lines(counts: Mapping[str, Mapping[str, int]], address: str) -> list[str]:
    """What a mail says of hand-overs, and where they are seen to."""
    said = [
        f"- {counts[name][urgency]} {words}"
        for (name, urgency), words in handovers.MAIL.items()
        if counts.get(name, {}).get(urgency)
    ]
    return [*said, f"  {address}{reverse(handovers.ADDRESS)}"] if said else []


def events(days: Sequence[Day], address: str, agency: str) -> Iterator[Event]:
    """Days of lists as events: numbers and links, nobody named."""
    for one in days:
        label = label_of(one.work)
        yield Event(
            f"{one.work.name}-{one.day:%Y%m%d}@{agency.lower()}.ccvc",
            one.day,
            f"{label}: {one.people} {_('người')}",
            next_of(one.work),
            f"{address}{reverse('worklists:list', args=[one.work.name])}",
        )


def own_events(days: Sequence[Milestone], key: UUID, address: str, agency: str) -> Iterator[Event]:
    """A person's own days as events: which and when, no reason goes out into a calendar."""
    url = f"{address}{reverse('worklists:mine')}"
    for one in days:
        if one.last is not None:
            name = hashlib.sha256(f"{key} {one.topic} {one.path}".encode()).hexdigest()[:20]
            text = _("Xem lý do và căn cứ trong hệ thống.")
            yield Event(f"{name}@{agency.lower()}.ccvc", one.last, str(TOPIC_LABELS[one.topic]), text, url)
