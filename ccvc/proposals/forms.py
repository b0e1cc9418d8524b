"""The form of a proposal: its document and office, then one person's claims, or a file of many."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ccvc.dossiers.inputs import DayField
from ccvc.proposals.actions import Head
from ccvc.proposals.domain import LONGEST_CLAIM, Claim, Person, claims
from ccvc.proposals.models import LONGEST
from ccvc.proposals.presentation import ACTS

HINTS = {
    "ratings": _("Ví dụ: 2023: Hoàn thành tốt nhiệm vụ; 2024: Hoàn thành xuất sắc nhiệm vụ"),
    "disciplines": _("Ghi “Không”, hoặc các hình thức kỷ luật."),
    "planning": _("Chức danh được quy hoạch."),
}


class ProposalForm(forms.Form):
    """The document, the office, and a file or one person."""

    agency = forms.CharField(label=_("Cơ quan đề nghị"), max_length=LONGEST)
    document_number = forms.CharField(label=_("Số văn bản đề nghị"), max_length=LONGEST)
    document_date = DayField(label=_("Ngày văn bản"), required=False)
    position = forms.CharField(label=_("Chức vụ đề nghị"), max_length=LONGEST)
    act = forms.ChoiceField(label=_("Việc đề nghị"), choices=list(ACTS.items()), initial="higher")
    on = DayField(label=_("Tính điều kiện đến ngày"), required=False, help_text=_("Bỏ trống: hôm nay."))
    file = forms.FileField(
        label=_("Tệp danh sách (XLSX, CSV, JSON)"),
        required=False,
        help_text=_("Có tệp thì không cần nhập người bên dưới."),
    )
    personal_id = forms.CharField(label=_("Số định danh cá nhân"), max_length=20, required=False)
    full_name = forms.CharField(label=_("Họ và tên"), max_length=LONGEST_CLAIM, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for claim in claims():
            self.fields[f"claim-{claim.name}"] = forms.CharField(
                label=_label(claim),
                max_length=LONGEST_CLAIM,
                required=False,
                help_text=HINTS.get(claim.name, ""),
            )

    @property
    def of_document(self) -> list[Any]:
        """The fields about the document."""
        names = ("agency", "document_number", "document_date", "position", "act", "on")
        return [self[name] for name in names]

    @property
    def of_person(self) -> list[Any]:
        """The fields about one person."""
        return [self[name] for name in ("personal_id", "full_name", *(f"claim-{c.name}" for c in claims()))]

    def head(self) -> Head:
        """The proposal as a whole."""
        given = self.cleaned_data
        names = ("agency", "document_number", "document_date", "position", "act")
        return Head(**{name: given[name] for name in names}, on=given["on"] or timezone.localdate())

    def person(self) -> Person:
        """The one person filled in."""
        given = self.cleaned_data
        said = {claim.name: given[f"claim-{claim.name}"] for claim in claims()}
        return Person(given["personal_id"], given["full_name"], said)


def _label(claim: Claim) -> str:
    return claim.field.label_en if get_language() == "en" else (claim.heads or (claim.field.label_vi,))[0]
