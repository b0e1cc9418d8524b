"""Pages and workbook on how many entries have the paper they rest on. Counts only: nobody is named."""

from __future__ import annotations

import io
from datetime import datetime, time

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from xlsxwriter import Workbook

from ccvc import standard
from ccvc.access.domain import Right
from ccvc.access.http import Request
from ccvc.evidence.presentation import language
from ccvc.quality import selectors
from ccvc.quality.selectors import Covered, Share

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = (18, 40, 44, 44, 12, 14, 10)


@require_safe
def papers(request: Request) -> HttpResponse:
    """By kind of entry and by unit: how many have their paper."""
    found = selectors.covered(request.subject)
    lang = language()
    context = {
        "found": found,
        "kinds": [(d, standard.label(d.path, lang), d.name(lang), share) for d, share in found.kinds],
        "may_list": request.subject.may(Right.QUALITY_SEE),
    }
    return render(request, "quality/papers.html", context)


@require_safe
def workbook(request: Request) -> HttpResponse:
    """The same by unit and kind of entry, as a workbook."""
    response = HttpResponse(_written(selectors.covered(request.subject)), content_type=EXCEL)
    name = f"do-phu-giay-to-{timezone.localdate()}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _written(found: Covered) -> bytes:
    headings = (
        _("Mã đơn vị"),
        _("Cơ quan, đơn vị"),
        _("Mục của hồ sơ"),
        _("Giấy tờ làm căn cứ"),
        _("Số mục"),
        _("Có giấy tờ"),
        _("Tỷ lệ"),
    )
    lang, named = language(), {demand.path: demand for demand, _share in found.kinds}
    buffer = io.BytesIO()
    with Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime.combine(timezone.localdate(), time.min)})  # the day alone
        sheet, bold = book.add_worksheet(_("Độ phủ giấy tờ")), book.add_format({"bold": True, "bottom": 1})
        percent = book.add_format({"num_format": "0.0%"})
        for place, (heading, width) in enumerate(zip(headings, WIDTHS, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, heading, bold)
        sheet.freeze_panes(1, 2)
        lines = [
            (unit.code, unit.name, standard.label(path, lang), demand.name(lang), unit.kinds[path])
            for unit in found.units
            for path, demand in named.items()
            if path in unit.kinds
        ]
        for number, (*texts, share) in enumerate(lines, start=1):
            for place, text in enumerate(texts):
                sheet.write_string(number, place, str(text))
            assert isinstance(share, Share)  # noqa: S101 - the last of each line
            sheet.write_number(number, 4, share.entries)
            sheet.write_number(number, 5, share.proved)
            sheet.write_number(number, 6, share.share or 0, percent)
    return buffer.getvalue()
