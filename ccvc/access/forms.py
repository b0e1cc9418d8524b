"""Forms of this room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from ccvc.access.capacity import LONGEST_TITLE, OWN_MODES, Capacity, Mode


class CapacityForm(forms.Form):
    """In which capacity the holder of a grant signs, and the decision it rests on."""

    mode = forms.ChoiceField(
        label=_("Thể thức ký"), choices=[(mode.value, mode.label) for mode in OWN_MODES], required=False
    )
    for_title = forms.CharField(
        label=_("Ký thay, thay mặt, thừa lệnh"),
        max_length=LONGEST_TITLE,
        required=False,
        help_text=_("Ví dụ: Giám đốc, Ủy ban nhân dân. Để trống nếu là người đứng đầu."),
    )
    title = forms.CharField(
        label=_("Chức vụ của người ký"),
        max_length=LONGEST_TITLE,
        required=False,
        help_text=_("Ví dụ: Phó Giám đốc"),
    )
    basis = forms.CharField(
        label=_("Căn cứ (số, ngày quyết định)"),
        max_length=300,
        help_text=_("Quyết định bổ nhiệm, phân công hoặc giao nhiệm vụ ký."),
    )

    def capacity(self) -> Capacity:
        """What was filled in."""
        given = self.cleaned_data
        return Capacity(given["mode"], given["for_title"].strip(), given["title"].strip())

    @staticmethod
    def of(capacity: Capacity) -> dict[str, str]:
        """What the form begins with."""
        return {"mode": Mode(capacity.mode).value, "for_title": capacity.for_title, "title": capacity.title}
