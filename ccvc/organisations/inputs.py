"""Inputs that forms of every room share."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ccvc import standard


class DayField(forms.DateField):
    """A whole day, typed as people write it: a browser's calendar would follow the browser's language."""

    widget = forms.DateInput(
        format="%d/%m/%Y",
        attrs={"inputmode": "numeric", "placeholder": _("ngày/tháng/năm"), "autocomplete": "off"},
    )
    default_error_messages = {
        "invalid": _("Ngày không đúng: ghi ngày/tháng/năm, ví dụ 07/03/2026."),
    }

    def to_python(self, value: Any) -> date | None:
        """The day; None where nothing was typed."""
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        day = standard.read_day(value)
        if day is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day
