"""The form that takes a file."""

from __future__ import annotations

from typing import Any, cast, get_args

from django import forms
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from ccvc.access.domain import Subject
from ccvc.dossiers.inputs import DayField
from ccvc.intake import selectors
from ccvc.intake.layout import Sheet
from ccvc.intake.presentation.columns import path_of
from ccvc.intake.shapes.mapping import Mapping, Rule, Shape, Use
from ccvc.intake.shapes.recognising import Recognised
from ccvc.intake.shapes.splitting import SPLITS
from ccvc.intake.survey import Survey
from ccvc.standard.problems import Problem

LONGEST_PATH = 200


def mapping_given(found: Survey, typed: MultiValueDict[str, str]) -> Mapping:
    """The columns as the officer left them on the page. Raises Problem INT-MAPPING-FILE."""
    return Mapping([_shape_given(number, told, typed) for number, told in enumerate(found.told)])


def _shape_given(number: int, told: Recognised, typed: MultiValueDict[str, str]) -> Shape:
    uses = [_use_given(f"{number}-{use.column}", use, told.sheet, typed) for use in told.shape.columns]
    fields, values = typed.getlist(f"constant-{number}"), typed.getlist(f"value-{number}")
    pairs = zip(fields, values, strict=False)
    constants = {
        path_of(name, told.sheet): text.strip() for name, text in pairs if name.strip() and text.strip()
    }
    return Shape(told.sheet.key, told.shape.fingerprint, uses, constants)


def _use_given(name: str, use: Use, sheet: Sheet, typed: MultiValueDict[str, str]) -> Use:
    path = path_of(typed.get(f"field-{name}", ""), sheet)
    rule = typed.get(f"rule-{name}", "") if path else ""
    code, _sign, otherwise = typed.get(f"code-{name}", "").partition(" / ")
    if rule not in get_args(Rule):
        raise Problem("INT-MAPPING-FILE", name=use.column, reason=rule[:40])
    second = path_of(typed.get(f"second-{name}", ""), sheet) if rule in SPLITS else ""
    marked = rule in {"mark", "by-sex"}
    return Use(
        column=use.column,
        heading=use.heading,
        path=path[:LONGEST_PATH],
        rule=cast("Rule", rule),
        code=code.strip()[:LONGEST_PATH] if marked else "",
        otherwise=otherwise.strip()[:LONGEST_PATH] if rule == "mark" else "",
        second=second[:LONGEST_PATH],
    )


class UploadForm(forms.Form):
    """A file, the unit it is for, and the day from which it holds."""

    file = forms.FileField(
        label=_("Tệp Excel hoặc CSV"),
        help_text=_("Dùng tệp mẫu; nhận .xlsx, .xls, .ods, .csv và .xml."),
        allow_empty_file=True,  # the room says what is wrong with a file, with a code
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.xlsb,.ods,.csv,.xml"}),
    )
    unit_code = forms.ChoiceField(
        label=_("Đơn vị"),
        help_text=_("Mọi người trong tệp phải thuộc đơn vị này hoặc đơn vị trực thuộc."),
    )
    valid_from = DayField(
        label=_("Có hiệu lực từ ngày"),
        help_text=_("Ngày mà dữ liệu trong tệp bắt đầu đúng: ngày/tháng/năm, ví dụ 07/03/2026."),
    )
    dry_run = forms.BooleanField(
        label=_("Chỉ kiểm tra, chưa trình thay đổi"),
        help_text=_("Bỏ chọn để trình ngay các dòng đạt sau khi đọc xong."),
        required=False,
        initial=True,
    )

    def __init__(self, subject: Subject, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit, day = self.fields["unit_code"], self.fields["valid_from"]
        assert isinstance(unit, forms.ChoiceField)  # noqa: S101 - declared above
        unit.choices = [(state.code, f"{state.name} ({state.code})") for state in selectors.units(subject)]
        day.initial = timezone.localdate()
