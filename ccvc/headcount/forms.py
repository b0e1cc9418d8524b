"""The form that assigns a number."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ccvc.dossiers.inputs import DayField
from ccvc.headcount.actions import MOST, Decision
from ccvc.headcount.domain import every_line
from ccvc.headcount.models import LONGEST


class AssignForm(forms.Form):
    """A number for a unit, by a decision."""

    code = forms.CharField(label=_("Mã đơn vị"), max_length=35)
    line = forms.ChoiceField(label=_("Loại biên chế"))
    number = forms.IntegerField(label=_("Số lượng được giao"), min_value=0, max_value=MOST)
    on = DayField(label=_("Áp dụng từ ngày"))
    until = DayField(label=_("Đến hết ngày"), required=False, help_text=_("Bỏ trống nếu chưa có thời hạn."))
    decision_number = forms.CharField(label=_("Số quyết định giao"), max_length=LONGEST)
    decided_on = DayField(label=_("Ngày quyết định"))
    issuer = forms.CharField(label=_("Cơ quan ban hành"), max_length=LONGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["line"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - declared above
        choice.choices = [(line.name, line.label) for line in every_line()]

    def asked(self) -> dict[str, Any]:
        """What was filled in, as the act takes it."""
        given = self.cleaned_data
        decision = Decision(given["decision_number"], given["decided_on"], given["issuer"])
        names = ("code", "line", "number", "on", "until")
        return {name: given[name] for name in names} | {"decision": decision}
