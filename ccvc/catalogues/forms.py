"""The form an officer publishes with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ccvc import standard
from ccvc.catalogues import reading
from ccvc.catalogues.domain import MOST_OF_A_VALUE, Row
from ccvc.catalogues.selectors import LONGEST_BASIS, meaning_codes
from ccvc.standard.problems import Problem


class PublishForm(forms.Form):
    """One list, rows as a file or as text, and what the publication rests on; `seen` is what was previewed."""

    list_name = forms.ChoiceField(label=_("Danh mục"))
    basis = forms.CharField(
        label=_("Căn cứ"),
        max_length=LONGEST_BASIS,
        help_text=_("Số, ngày và cơ quan ban hành văn bản."),
    )
    file = forms.FileField(
        label=_("Tệp CSV hoặc Excel"),
        required=False,
        allow_empty_file=True,
        help_text=_("Để trống nếu ghi các dòng vào ô bên dưới."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.xls,.ods"}),
    )
    text = forms.CharField(
        label=_("Các dòng mới và dòng đóng"),
        required=False,
        max_length=reading.MOST_BYTES,
        help_text=_("Dòng đầu là tên cột. Đóng một mã: ghi mã, ngày hết hiệu lực và mã thay thế."),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "mono"}),
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lang = "en" if get_language() == "en" else "vi"
        lists = standard.current().codes.items()
        chosen = self.fields["list_name"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - declared above
        chosen.choices = [(name, codes.label_vi if lang == "vi" else codes.label_en) for name, codes in lists]
        self.fields["text"].initial = ",".join(reading.COLUMNS) + "\n"

    def rows(self) -> list[Row]:
        """The rows given; Problem CAT-FILE, CAT-ROW."""
        given = self.cleaned_data
        if given["file"] is not None:
            if given["file"].size > reading.MOST_BYTES:
                raise Problem("CAT-FILE", reason=f"{given['file'].size} > {reading.MOST_BYTES} bytes")
            return reading.read(given["file"].read())
        return reading.read_text(given["text"])


class MeaningForm(forms.Form):
    """What an agency writes, in which list, and the code it means."""

    list_name = forms.CharField(widget=forms.HiddenInput)
    unit_code = forms.CharField(widget=forms.HiddenInput)
    value = forms.CharField(
        label=_("Cách ghi của cơ quan"),
        max_length=MOST_OF_A_VALUE,
        help_text=_("Đúng như trong ô của tệp."),
    )
    code = forms.ChoiceField(label=_("Mã của danh mục"))
    source = forms.CharField(
        label=_("Chỉ cho nguồn"),
        required=False,
        max_length=40,
        help_text=_("Tên cơ sở dữ liệu trong tệp ánh xạ; để trống nếu đúng cho mọi tệp của đơn vị."),
    )
    basis = forms.CharField(label=_("Căn cứ, ghi chú"), required=False, max_length=LONGEST_BASIS)

    def __init__(self, list_name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes, english = meaning_codes(list_name), get_language() == "en"
        chosen = self.fields["code"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - declared above
        rows = codes.on(timezone.localdate())
        chosen.choices = [("", "—")] + [
            (r.code, f"{r.code} · {r.label('en' if english else 'vi')}") for r in rows
        ]
