"""What a search found, as a workbook: people with every criterion and its reason, and what was asked."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from ccvc.candidates.models import Search
from ccvc.candidates.presentation import Person, sentences, text_of


def workbook(search: Search, people: Sequence[Person]) -> bytes:
    """The sheets; every cell is text, so that nothing is taken for a formula."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        cell = book.add_format({"text_wrap": True, "valign": "top"})
        _fill(book.add_worksheet(_("Kết quả")), _people(search, people), head, cell)
        _fill(book.add_worksheet(_("Tiêu chí")), _asked(search), head, cell)
    return buffer.getvalue()


def _fill(sheet: Any, rows: Iterator[list[str]], head: Any, cell: Any) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 40, 24)
    for place, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write_string(place, column, value[:32_000], cell if place else head)


def _people(search: Search, people: Sequence[Person]) -> Iterator[list[str]]:
    lines = [text for text, _must in sentences(search.asked.lines)]
    yield [
        _("Họ và tên"),
        _("Số định danh cá nhân"),
        _("Ngày sinh"),
        _("Đơn vị"),
        _("Chức vụ"),
        _("Kết luận"),
        _("Số tiêu chí đáp ứng"),
        *(heading for text in lines for heading in (text, _("Lý do"))),
    ]
    for one in people:
        results = [(shown.label, _why(shown.why, shown.law)) for shown in one.in_order]
        yield [
            one.found.person.name,
            text_of(one.found, "identity.personal_id"),
            text_of(one.found, "identity.birth_date"),
            one.place,
            one.position,
            one.answer,
            f"{one.holding}/{one.all}",
            *(text for pair in results for text in pair),
        ]


def _why(why: str, law: str) -> str:
    return f"{why} ({law})" if law else why


def _asked(search: Search) -> Iterator[list[str]]:
    yield [_("Nội dung"), _("Giá trị")]
    yield [_("Mục đích"), search.purpose]
    yield [_("Tìm lúc"), f"{timezone.localtime(search.started_at):%d/%m/%Y %H:%M}"]
    yield [_("Biết đến"), f"{timezone.localtime(search.known_at):%d/%m/%Y %H:%M:%S}"]
    yield [_("Tính đến ngày"), f"{search.valid_on:%d/%m/%Y}"]
    yield [_("Đơn vị"), search.asked.unit or _("Mọi đơn vị trong phạm vi")]
    for text, must in sentences(search.asked.lines):
        yield [_("Tiêu chí bắt buộc") if must else _("Tiêu chí ưu tiên"), text]
    yield [_("Người trong phạm vi"), str(search.reached)]
    yield [_("Đáp ứng"), str(search.holding)]
    yield [_("Chưa đủ thông tin"), str(search.untold)]
    yield [_("Chưa đáp ứng"), str(search.passed_over + search.failing)]
