"""Forms of this room: a reorganisation drafted, job positions approved and ended."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ccvc import standard
from ccvc.organisations.actions import Decision
from ccvc.organisations.domain.positions import (
    LONGEST,
    LONGEST_POSITION_CODE,
    MOST_PLACES,
    Asked,
    read_position,
    written_criteria,
)
from ccvc.organisations.inputs import DayField
from ccvc.organisations.models import Position
from ccvc.organisations.planfiles import LARGEST
from ccvc.organisations.presentation import language
from ccvc.standard.problems import Problem


class ReorganisationForm(forms.Form):
    """Title, decision, day, and the file of steps."""

    title = forms.CharField(label=_("Tên đợt sắp xếp"), max_length=300)
    basis = forms.CharField(label=_("Căn cứ (số, ngày, cơ quan ban hành quyết định)"), max_length=500)
    on = DayField(label=_("Có hiệu lực từ ngày"))
    file = forms.FileField(label=_("Tệp các việc (CSV, XLSX hoặc JSON)"))

    def clean_file(self) -> object:
        """The file, if it is not too large to be read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("Tệp lớn hơn 5 MB."))
        return file


CHOSEN = {"education": "education.highest_level", "political_theory": "education.political_theory"}
"""Requirements asked by a list to choose from: what the dossier must have at least."""
POSITION_ORDER = (
    "code",
    "name",
    "kind",
    "leadership",
    "places",
    "ranks",
    "job_level",
    *CHOSEN,
    "criteria",
    "on",
    "until",
    "decision_number",
    "decided_on",
    "issuer",
)


class _Decided(forms.Form):
    """The decision an act rests on."""

    decision_number = forms.CharField(label=_("Số quyết định"), max_length=LONGEST)
    decided_on = DayField(label=_("Ngày quyết định"))
    issuer = forms.CharField(label=_("Cơ quan ban hành"), max_length=LONGEST)

    def decision(self) -> Decision:
        """The decision."""
        given = self.cleaned_data
        return Decision(given["decision_number"], given["decided_on"], given["issuer"])


class PositionForm(_Decided):
    """A job position of a unit, as a decision approves it."""

    code = forms.CharField(label=_("Mã vị trí việc làm"), max_length=LONGEST_POSITION_CODE)
    name = forms.CharField(label=_("Tên vị trí"), max_length=LONGEST)
    kind = forms.ChoiceField(label=_("Danh mục"), choices=Position.Kind.choices)
    leadership = forms.BooleanField(label=_("Là chức vụ lãnh đạo, quản lý"), required=False)
    places = forms.IntegerField(label=_("Số lượng"), min_value=0, max_value=MOST_PLACES)
    ranks = forms.CharField(
        label=_("Ngạch, chức danh nghề nghiệp yêu cầu"),
        max_length=LONGEST,
        required=False,
        help_text=_("Mã ngạch, nhiều mã cách nhau bằng dấu phẩy, ví dụ 01.002, 01.003."),
    )
    job_level = forms.IntegerField(
        label=_("Bậc nghề nghiệp tối thiểu"), min_value=1, max_value=5, required=False
    )
    education = forms.ChoiceField(label=_("Trình độ đào tạo tối thiểu"), required=False)
    political_theory = forms.ChoiceField(label=_("Lý luận chính trị tối thiểu"), required=False)
    criteria = forms.CharField(
        label=_("Yêu cầu khác"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Mỗi dòng một yêu cầu: trường hoặc quy tắc, phép so, giá trị; ví dụ: "
            "education.state_management at_least 3, hoặc rule:years_left 5."
        ),
    )
    on = DayField(label=_("Áp dụng từ ngày"))
    until = DayField(label=_("Đến hết ngày"), required=False, help_text=_("Bỏ trống nếu chưa có thời hạn."))
    field_order = POSITION_ORDER

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, path in CHOSEN.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = [("", "—"), *_levels(path)]

    @classmethod
    def of(cls, row: Position) -> dict[str, Any]:
        """What a position says, to be changed."""
        chosen = {
            name: one["values"][0]
            for name, path in CHOSEN.items()
            for one in row.criteria
            if (one["subject"], one["test"]) == (path, "at_least")
        }
        kept = [
            one for one in row.criteria if one["test"] != "at_least" or one["subject"] not in CHOSEN.values()
        ]
        names = ("code", "name", "kind", "leadership", "places", "job_level")
        said = {name: getattr(row, name) for name in names}
        return said | chosen | {"ranks": ", ".join(row.ranks), "criteria": written_criteria(kept)}

    def clean(self) -> dict[str, Any]:
        """The position; what is wrong with it is said beside the field."""
        given = super().clean() or self.cleaned_data
        chosen = [f"{path} at_least {given[name]}" for name, path in CHOSEN.items() if given.get(name)]
        row = {**given, "criteria": "\n".join([*chosen, given.get("criteria", "")])}
        row |= {"leadership": "1" if given.get("leadership") else "", "places": str(given.get("places", ""))}
        if not self.errors:
            try:
                given["asked"] = read_position(row, given["on"] or timezone.localdate())
            except Problem as problem:
                self.add_error(problem.where if problem.where in self.fields else None, str(problem))
        return given

    def asked(self) -> dict[str, Any]:
        """What was filled in, as the act takes it."""
        given = self.cleaned_data
        position: Asked = given["asked"]
        return {
            "asked": [position],
            "on": given["on"],
            "until": given["until"],
            "decision": self.decision(),
        }


def _levels(path: str) -> list[tuple[str, str]]:
    field = standard.current().fields[path]
    rows = standard.current().codes[field.code_list or ""]
    return [(row.code, row.label(language())) for row in rows if row.code != "0"]


class EndPositionForm(_Decided):
    """The end of a job position of a unit."""

    code = forms.CharField(label=_("Mã vị trí việc làm"), max_length=LONGEST_POSITION_CODE)
    last_day = DayField(label=_("Ngày cuối cùng"))
    field_order = ("code", "last_day", "decision_number", "decided_on", "issuer")

    def asked(self) -> dict[str, Any]:
        """What was filled in, as the act takes it."""
        given = self.cleaned_data
        return {"code": given["code"], "last_day": given["last_day"], "decision": self.decision()}
