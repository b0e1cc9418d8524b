"""What a page posts: lines of criteria, and the purpose of a search."""

from __future__ import annotations

from collections.abc import Iterator

from django import forms
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from ccvc import standard
from ccvc.candidates.domain import (
    LONGEST_VALUE,
    MOST_LINES,
    MOST_VALUES,
    Definition,
    Line,
    gathered,
    rules,
    test_of,
    tests_of,
)
from ccvc.candidates.models import LONGEST_PURPOSE
from ccvc.standard import Field

LONGEST_SUBJECT, LONGEST_UNIT = 100, 35
KINDS = {
    "sourcing": _("Tìm nguồn cho vị trí, chức danh"),
    "planning": _("Tìm nguồn quy hoạch"),
    "transfer": _("Tìm nguồn điều động, luân chuyển, biệt phái"),
    "training": _("Chọn người cử đi đào tạo, bồi dưỡng"),
    "review": _("Rà soát theo tiêu chuẩn"),
    "other": _("Việc khác"),
}


class PurposeForm(forms.Form):
    """What for, and by which document or piece of work."""

    kind = forms.ChoiceField(label=_("Mục đích"), choices=[("", _("Chọn mục đích")), *KINDS.items()])
    basis = forms.CharField(
        label=_("Căn cứ: số văn bản hoặc việc đang làm"),
        help_text=_("Ví dụ: Công văn 1234/SNV-CCVC ngày 20/11/2026. Người được xem thấy mục đích này."),
        min_length=5,
        max_length=LONGEST_PURPOSE - 80,
    )

    def words(self) -> str:
        """As it is recorded, in Vietnamese whatever the page's language."""
        with translation.override("vi"):
            return f"{KINDS[self.cleaned_data['kind']]}: {self.cleaned_data['basis']}"


def definition(posted: QueryDict) -> Definition:
    """The criteria as posted; what the standard does not know is left out, values are kept for the act to judge."""
    return Definition(
        lines=gathered(_lines(posted)),
        unit=posted.get("unit", "").strip()[:LONGEST_UNIT],
        everyone=posted.get("everyone") == "1",
        known=posted.get("known", "").strip()[:LONGEST_UNIT],
        valid=posted.get("valid", "").strip()[:LONGEST_UNIT],
    )


def _lines(posted: QueryDict) -> Iterator[tuple[Line, bool]]:
    for place in posted.getlist("line")[: MOST_LINES + 1]:
        subject = posted.get(f"subject-{place}", "")[:LONGEST_SUBJECT]
        made = fresh(subject)
        if made is None:
            continue
        test = posted.get(f"test-{place}", "")
        values = [value[: LONGEST_VALUE + 1] for value in posted.getlist(f"value-{place}")[: MOST_VALUES + 1]]
        line = Line(
            subject,
            test_of(test) or made.test,
            tuple(_read(subject, test, value) for value in values if value.strip()),
            must=posted.get(f"must-{place}") == "1",
        )
        yield line, posted.get(f"row-{place}") == "1"


def fresh(subject: str) -> Line | None:
    """A new line of a field or rule; None where there is no such."""
    rule = rules().get(subject.removeprefix("rule:")) if subject.startswith("rule:") else None
    if rule:
        return Line(subject, values=tuple(one.default for one in rule.parameters))
    field = standard.current().fields.get(subject)
    return Line(subject, tests_of(field)[0]) if field else None


def _read(subject: str, test: str, text: str) -> str:
    """A value as criteria write it: days and numbers as people type them are read, all else stays."""
    field: Field | None = standard.current().fields.get(subject)
    text = text.strip()
    if field is None or test in {"given", "lacking"}:
        return text
    if field.type in {"date", "partial_date"}:
        return standard.read_date(text) or text
    if field.type == "decimal":
        return text.replace(",", ".")
    return text
