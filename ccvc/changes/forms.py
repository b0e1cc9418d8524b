"""Forms made from the standard: one for the fields of a group, one for a row of a table.

What a person leaves as it stands is left as it stands in the document: a place keeps the date of its code, an old
code stays though nobody may choose it any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ccvc.changes.inputs import input_for, read, shown
from ccvc.dossiers.inputs import DayField
from ccvc.standard import Field

KINDS = [
    ("update", _("Thông tin thay đổi từ ngày ghi dưới đây")),
    ("correct", _("Đính chính thông tin đã ghi sai")),
]
CORRECTING = [row for row in KINDS if row[0] == "correct"]


class RecordForm(forms.Form):
    """Inputs for declared fields; `values()` gives the values as a document holds them."""

    def __init__(
        self, declared: Iterable[Field], current: Mapping[str, Any], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.declared = {field.name: field for field in declared}
        self.current = current
        for name, field in self.declared.items():
            self.fields[name] = input_for(field, current.get(name))
            self.initial[name] = shown(field, current.get(name))

    def values(self) -> dict[str, Any]:
        """Values by field name; None takes a value away."""
        changed = set(self.changed_data)
        return {
            name: self.cleaned_data[name] if name in changed else self.current.get(name)
            for name in self.declared
        }

    def typed(self) -> dict[str, Any]:
        """The same as far as what was typed can be read."""
        changed, read_ = set(self.changed_data), getattr(self, "cleaned_data", {})
        return {
            name: read_.get(name) if name in changed else self.current.get(name) for name in self.declared
        }

    def clean(self) -> dict[str, Any]:
        """Each value as the standard writes it; what cannot be read is said beside its field."""
        for name in self.changed_data:
            if name in self.cleaned_data:
                self._read(name)
        return self.cleaned_data

    def _read(self, name: str) -> None:
        try:
            self.cleaned_data[name] = read(
                self.declared[name], self.cleaned_data[name], self.current.get(name)
            )
        except ValueError as error:
            self.add_error(name, str(error))


class Reason(forms.Form):
    """Why and from when a change holds; its names are kept apart from those of the standard's fields."""

    prefix = "why"

    kind = forms.ChoiceField(
        label=_("Loại thay đổi"), choices=KINDS, initial="update", widget=forms.RadioSelect
    )
    valid_from = DayField(label=_("Có hiệu lực từ ngày"), help_text=_("ngày/tháng/năm, ví dụ 07/03/2026"))
    corrects = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    authority = forms.CharField(
        label=_("Khi đính chính: theo quyết định nào, hoặc người có thẩm quyền nào cho phép"),
        max_length=300,
        required=False,
        help_text=_(
            "Đính chính giữ ngày hiệu lực của nội dung được đính chính; bản đã phê duyệt vẫn còn và được đánh dấu."
        ),
    )
    reason = forms.CharField(
        label=_("Lý do, căn cứ"),
        max_length=500,
        help_text=_("Ví dụ: Quyết định số 12/QĐ-SNV ngày 03/03/2026."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    truth = forms.BooleanField()
    """Its text stands in `data/confirmation.toml`."""

    def correct_only(self) -> None:
        """Ask for a correction and nothing else: the form shows what held on a day of the past."""
        self.fields["kind"] = forms.ChoiceField(
            label=_("Loại thay đổi"), choices=CORRECTING, initial="correct", widget=forms.RadioSelect
        )

    def clean(self) -> dict[str, Any]:
        """A correction says by whose authority."""
        given = self.cleaned_data
        if given.get("kind") == "correct" and not given.get("authority"):
            self.add_error("authority", _("Ghi số, ngày văn bản hoặc họ tên, chức vụ người có thẩm quyền."))
        return given
