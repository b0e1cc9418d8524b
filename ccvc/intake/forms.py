"""The form that takes a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ccvc.access.domain import Subject
from ccvc.changes.inputs import DayField
from ccvc.intake import selectors


class UploadForm(forms.Form):
    """A file, the unit it is for, and the day from which it holds."""

    file = forms.FileField(
        label=_("Tệp Excel hoặc CSV"),
        help_text=_("Dùng tệp mẫu; nhận .xlsx, .xls, .ods và .csv mã UTF-8."),
        allow_empty_file=True,  # the room says what is wrong with a file, with a code
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.xlsb,.ods,.csv"}),
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
