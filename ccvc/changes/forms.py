"""Forms made from the standard: one for the fields of a group, one for a row of a table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ccvc import standard
from ccvc.standard import Field
from ccvc.standard.values import STATES

STATE_PREFIX = "state:"
STATE_CHOICES = [(f"{STATE_PREFIX}{name}", words["vi"]) for name, words in STATES.items()]
NOT_DECLARED = [("", "—")]
VIETNAMESE_DATE = re.compile(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])?(\d{4})")


class PlaceWidget(forms.MultiWidget):
    """A place as written, with the province it lies in today."""

    def __init__(self, provinces: list[tuple[str, str]]) -> None:
        super().__init__([forms.TextInput(), forms.Select(choices=[*NOT_DECLARED, *provinces])])

    def decompress(self, value: Any) -> list[Any]:
        """The two inputs of a place."""
        return [value.get("text"), value.get("code")] if isinstance(value, dict) else [None, None]


class PlaceField(forms.MultiValueField):
    """A place: text as written, code, and the date of the code system."""

    def __init__(self, **options: Any) -> None:
        provinces = [
            (c.code, c.label_vi) for c in standard.current().codes["provinces"].valid_on(timezone.localdate())
        ]
        parts = (
            forms.CharField(required=False, max_length=300),
            forms.ChoiceField(required=False, choices=[*NOT_DECLARED, *provinces]),
        )
        super().__init__(fields=parts, require_all_fields=False, widget=PlaceWidget(provinces), **options)

    def compress(self, data_list: list[Any]) -> dict[str, str] | None:
        """The place, or None where nothing was written."""
        text, code = [*data_list, "", ""][:2]
        if not text:
            return None
        place = {"text": unicodedata.normalize("NFC", text)}
        return place | {"code": code, "code_date": timezone.localdate().isoformat()} if code else place


class RecordForm(forms.Form):
    """Inputs for declared fields; `values()` gives the values as a document holds them."""

    def __init__(self, declared: Iterable[Field], current: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.declared = {field.name: field for field in declared}
        for name, field in self.declared.items():
            self.fields[name] = input_for(field)
            self.initial[name] = shown(field, current.get(name))

    def values(self) -> dict[str, Any]:
        """Values by field name; None takes a value away."""
        return {name: self.cleaned_data[name] for name in self.declared}

    def clean(self) -> dict[str, Any]:
        """Each value as the standard writes it; what cannot be read is said beside its field."""
        for name, field in self.declared.items():
            if name in self.cleaned_data:
                self._read(name, field)
        return self.cleaned_data

    def _read(self, name: str, field: Field) -> None:
        try:
            self.cleaned_data[name] = read(field, self.cleaned_data[name])
        except ValueError as error:
            self.add_error(name, str(error))


class Reason(forms.Form):
    """Why and from when a change holds."""

    reason = forms.CharField(label=_("Lý do, căn cứ"), max_length=500, help_text=_("Ví dụ: Quyết định số 12/QĐ-SNV ngày 03/03/2026."))
    valid_from = forms.DateField(
        label=_("Có hiệu lực từ ngày"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    truth = forms.BooleanField(
        label=_("Tôi xác nhận thông tin khai là đúng sự thật và chịu trách nhiệm trước pháp luật"),
        help_text=_("Nghị định 27/2026/NĐ-CP, Điều 19"),
    )


def input_for(field: Field) -> forms.Field:
    """The input for a declared field; its help names the legal basis."""
    options: dict[str, Any] = {"label": field.label_vi, "required": field.required, "help_text": HELP.get(field.type, "")}
    make = INPUTS.get(field.type, _text)
    return make(field, options)


def _text(field: Field, options: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=field.max_length or 2000, **options)


def _long_text(field: Field, options: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=field.max_length or 10_000, widget=forms.Textarea(attrs={"rows": 4}), **options)


def _choices(field: Field) -> list[tuple[str, str]]:
    codes = standard.current().codes[field.code_list or ""]
    return [(c.code, c.label_vi) for c in codes.valid_on(timezone.localdate())]


def _code(field: Field, options: dict[str, Any]) -> forms.Field:
    return forms.ChoiceField(choices=[*NOT_DECLARED, *_choices(field), *STATE_CHOICES], **options)


def _codes(field: Field, options: dict[str, Any]) -> forms.Field:
    return forms.MultipleChoiceField(choices=_choices(field), **options)


def _integer(field: Field, options: dict[str, Any]) -> forms.Field:
    return forms.IntegerField(min_value=field.min, max_value=field.max, **options)


def _boolean(_field: Field, options: dict[str, Any]) -> forms.Field:
    return forms.NullBooleanField(**options)


def _place(_field: Field, options: dict[str, Any]) -> forms.Field:
    return PlaceField(**options)


INPUTS: dict[str, Callable[[Field, dict[str, Any]], forms.Field]] = {
    "long_text": _long_text,
    "code": _code,
    "codes": _codes,
    "integer": _integer,
    "boolean": _boolean,
    "place": _place,
}
HELP = {
    "date": _("ngày/tháng/năm"),
    "partial_date": _("ngày/tháng/năm, hoặc tháng/năm, hoặc năm"),
    "decimal": _("số thập phân, ví dụ 2,34"),
}


def shown(field: Field, value: Any) -> Any:
    """A value as its input starts with it."""
    state = standard.state_of(value)
    if state:
        return f"{STATE_PREFIX}{state}" if field.type == "code" else STATES[state]["vi"]
    if field.type in {"date", "partial_date", "decimal"}:
        return standard.display(field.path, value)
    return value


def read(field: Field, typed: Any) -> Any:
    """What was typed as the document holds it; None where nothing was; ValueError in words where it cannot be read."""
    if typed in (None, "", []):
        return None
    if isinstance(typed, str):
        state = _state(typed)
        if state:
            return {"state": state}
        reader = READERS.get(field.type)
        return reader(field, typed.strip()) if reader else unicodedata.normalize("NFC", typed).strip()
    return typed


def _state(typed: str) -> str | None:
    if typed.startswith(STATE_PREFIX):
        return typed.removeprefix(STATE_PREFIX)
    return next((name for name, words in STATES.items() if words["vi"] == typed.strip()), None)


def _read_date(field: Field, typed: str) -> str:
    found = VIETNAMESE_DATE.fullmatch(typed)
    parts = [p for p in (found.groups()[::-1] if found else ()) if p]
    text = "-".join([parts[0], *(p.zfill(2) for p in parts[1:])]) if parts else typed
    if not standard.is_partial_date(text) or (field.type == "date" and standard.precision(text) != "day"):
        raise ValueError(_("Ngày không đúng: ghi ngày/tháng/năm, ví dụ 07/03/1985."))
    return text


def _read_decimal(field: Field, typed: str) -> str:
    try:
        return standard.decimal_text(field, Decimal(typed.replace(",", ".")))
    except InvalidOperation as error:
        raise ValueError(_("Số không đúng: ghi ví dụ 2,34.")) from error


READERS: dict[str, Callable[[Field, str], str]] = {
    "date": _read_date,
    "partial_date": _read_date,
    "decimal": _read_decimal,
}
