"""Forms of a decision: what it says of itself, and what its kind asks, typed like the fields of the standard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ccvc.access.domain import Right, Subject
from ccvc.changes.inputs import input_for, language, read, shown
from ccvc.decisions.actions import Authority, Terms
from ccvc.decisions.actions.drafting import LONGEST_GROUNDS
from ccvc.decisions.kinds import Ask
from ccvc.decisions.models import LONGEST
from ccvc.documents.composing import issuer_on
from ccvc.documents.selectors import authorities, signers
from ccvc.dossiers.inputs import DayField
from ccvc.organisations.models import UnitState
from ccvc.organisations.selectors import reach, states

LONGEST_REASON = 1_000
UNITS, AUTHORITIES = "units", "authorities"
"""Ids of the page's lists: codes of units; in whose names a decision may be signed."""


def units_of(subject: Subject, right: Right) -> list[UnitState]:
    """Units over which the subject has a right today, by code."""
    within = reach(subject, right, subject.on)
    return list(states(subject.on).filter(unit_id__in=within).order_by("code"))


class TermsForm(forms.Form):
    """What a decision says of itself, whatever its kind."""

    unit_code = forms.ChoiceField(label=_("Đơn vị soạn quyết định"))
    title = forms.CharField(label=_("Trích yếu: về việc"), max_length=LONGEST)
    effective_on = DayField(label=_("Có hiệu lực từ ngày"), help_text=_("ngày/tháng/năm, ví dụ 07/03/2026"))
    authority = forms.CharField(
        label=_("Người ban hành (chức danh)"),
        max_length=LONGEST,
        help_text=_("Ví dụ: Giám đốc Sở Nội vụ, Chủ tịch Ủy ban nhân dân tỉnh."),
    )
    proposed_by = forms.CharField(
        label=_("Theo đề nghị của"),
        max_length=LONGEST,
        required=False,
        help_text=_("Ví dụ: Trưởng phòng Tổ chức - Hành chính."),
    )
    grounds = forms.CharField(
        label=_("Căn cứ khác"),
        max_length=LONGEST_GROUNDS,
        required=False,
        help_text=_("Mỗi dòng một văn bản; căn cứ pháp luật của loại quyết định được tự ghi."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    signer = forms.ChoiceField(
        label=_("Người ký"), required=False, help_text=_("Bỏ trống: người đầu tiên có thẩm quyền.")
    )

    def __init__(self, units: Sequence[UnitState], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice, signer = self.fields["unit_code"], self.fields["signer"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - declared above
        assert isinstance(signer, forms.ChoiceField)  # noqa: S101 - declared above
        choice.choices = [(state.code, f"{state.name} ({state.code})") for state in units]
        for_whom = self._unit(units)
        may = signers(for_whom, Right.DECISION_SIGN) if for_whom else []
        signer.choices = [("", "—"), *((one.username, one.full_name) for one in may)]
        issuer = issuer_on(timezone.localdate()).name
        self.authorities = authorities(may, for_whom, issuer, Right.DECISION_SIGN)
        self.fields["authority"].widget.attrs["list"] = AUTHORITIES
        self.initial.setdefault("authority", next(iter(self.authorities), ""))

    def _unit(self, units: Sequence[UnitState]) -> list[int]:
        """The unit that decides: as typed, else as the draft stands, else the first there is."""
        code = self["unit_code"].value()
        found = next((state for state in units if state.code == code), next(iter(units), None))
        return [found.unit_id] if found else []

    def terms(self, cells: Mapping[str, Any]) -> Terms:
        """What was typed, as the act takes it."""
        return Terms(**self.cleaned_data, cells=cells)


class CellsForm(forms.Form):
    """What a kind asks, filled with what stands; `values()` gives what the document would hold.

    `partly`: nothing is required, and what is left empty is left out.
    """

    def __init__(
        self,
        asks: Iterable[Ask],
        current: Mapping[str, Any],
        *args: Any,
        partly: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asks = {ask.name: ask for ask in asks}
        self.current, self.partly = current, partly
        for name, ask in self.asks.items():
            self.fields[name] = _input(ask, current.get(name))
            self.fields[name].required = False  # a draft may be kept before everything is known
            if ask.required and not partly:
                self.fields[name].widget.attrs["aria-required"] = "true"
            field = ask.declared
            value = current.get(name)
            self.initial[name] = shown(field, value) if field is not None else value

    def clean(self) -> dict[str, Any]:
        """Each value as the standard writes it; what cannot be read is said beside its field."""
        for name, ask in self.asks.items():
            if name in self.changed_data and name in self.cleaned_data and ask.declared is not None:
                try:
                    self.cleaned_data[name] = read(
                        ask.declared, self.cleaned_data[name], self.current.get(name)
                    )
                except ValueError as error:
                    self.add_error(name, str(error))
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """What is said, by name; what is left as it stands stays as it stands."""
        changed = set(self.changed_data)
        given = {
            name: self.cleaned_data.get(name) if name in changed else self.current.get(name)
            for name in self.asks
        }
        tidy = {name: None if value == "" else value for name, value in given.items()}
        return {name: value for name, value in tidy.items() if value is not None} if self.partly else tidy


def _input(ask: Ask, current: Any) -> forms.Field:
    """The input of an ask: of its field in the standard, or of its own words."""
    field = ask.declared
    if ask.choices:
        choices = [("", "—"), *((one.code, one.vi if language() == "vi" else one.en) for one in ask.choices)]
        made: forms.Field = forms.ChoiceField(choices=choices)
    elif field is not None:
        made = input_for(field, current)
    elif ask.least is not None or ask.most is not None:
        made = forms.IntegerField(min_value=ask.least, max_value=ask.most)
    else:
        made = forms.CharField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}))
    if ask.unit:
        made.widget.attrs["list"] = UNITS
    made.label = ask.label(language())
    return made


class PassingForm(forms.Form):
    """By whose authority a condition is let pass."""

    authority = forms.CharField(label=_("Người, cơ quan cho phép"), max_length=LONGEST)
    document_number = forms.CharField(label=_("Số văn bản"), max_length=100)
    document_date = DayField(label=_("Ngày văn bản"))
    reason = forms.CharField(
        label=_("Lý do"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )

    def by(self) -> Authority:
        """What was typed, as the act takes it."""
        return Authority(**self.cleaned_data)
