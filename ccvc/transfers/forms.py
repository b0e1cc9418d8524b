"""The forms of the room: begin a hand-over, ask for a dossier, accept, say why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ccvc.dossiers.inputs import DayField
from ccvc.transfers.actions.offering import LONGEST_DECISION, LONGEST_REASON
from ccvc.transfers.models import Twin


class _Choosing(forms.Form):
    """A form with one list that is known only when it is shown."""

    chosen = ""

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields[self.chosen]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared below
        field.choices = [("", _("Chọn")), *choices]


class OfferForm(_Choosing):
    """To whom, by which decision, from which day."""

    chosen = "to_agency"
    to_agency = forms.ChoiceField(label=_("Cơ quan nhận"))
    decision = forms.CharField(
        label=_("Số quyết định"),
        max_length=LONGEST_DECISION,
        help_text=_("Quyết định điều động, luân chuyển hoặc văn bản đồng ý tiếp nhận."),
    )
    decided_on = DayField(label=_("Ngày quyết định"), required=False)
    effective_on = DayField(
        label=_("Có hiệu lực từ ngày"), help_text=_("Từ ngày này người đó tính cho cơ quan nhận.")
    )


class AcceptForm(_Choosing):
    """Into which unit."""

    chosen = "unit"
    unit = forms.ChoiceField(label=_("Đơn vị tiếp nhận"))


class ReasonForm(forms.Form):
    """Why, for the other agency to read."""

    reason = forms.CharField(
        label=_("Lý do"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )


class TwinForm(ReasonForm):
    """Whether the own dossier with the same number is of the person coming, and why."""

    twin_is = forms.ChoiceField(label=_("Kết luận"), choices=Twin.choices, widget=forms.RadioSelect)
    field_order = ("twin_is", "reason")


class AskForm(forms.Form):
    """Whose dossier, and why."""

    personal_id = forms.CharField(label=_("Số định danh cá nhân"), min_length=12, max_length=12)
    decision = forms.CharField(
        label=_("Số quyết định, nếu đã có"), max_length=LONGEST_DECISION, required=False
    )
    reason = forms.CharField(
        label=_("Lý do"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )
