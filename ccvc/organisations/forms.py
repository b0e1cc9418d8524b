"""The form by which a reorganisation is drafted."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from ccvc import standard
from ccvc.organisations.planfiles import LARGEST


class ReorganisationForm(forms.Form):
    """Title, decision, day, and the file of steps."""

    title = forms.CharField(label=_("Tên đợt sắp xếp"), max_length=300)
    basis = forms.CharField(label=_("Căn cứ (số, ngày, cơ quan ban hành quyết định)"), max_length=500)
    on = forms.CharField(label=_("Có hiệu lực từ ngày"), max_length=10, help_text=_("ngày/tháng/năm"))
    file = forms.FileField(label=_("Tệp các việc (CSV, XLSX hoặc JSON)"))

    def clean_on(self) -> date:
        """The day."""
        day = standard.read_day(self.cleaned_data["on"].strip())
        if day is None:
            raise forms.ValidationError(_("Ghi ngày/tháng/năm, ví dụ 01/07/2025."))
        return day

    def clean_file(self) -> object:
        """The file, if it is not too large to be read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("Tệp lớn hơn 5 MB."))
        return file
