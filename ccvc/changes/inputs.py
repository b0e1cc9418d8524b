"""From a declared field to its input on a page, and from what was typed to the value a document holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ccvc import standard
from ccvc.standard import Code, Field, places
from ccvc.standard.patterns import MAX_PLACE, PLACE_LIST
from ccvc.standard.problems import Language
from ccvc.standard.values import STATES

STATE_PREFIX = "state:"
NOT_DECLARED = ("", "—")
LONGEST_TEXT = 10_000
LONGEST_NUMBER = 30  # digits before the point: "1e999999999" is short to type and would fill the memory
HINTS = "states"
"""Id of the page's list of words for a value that is not there."""

Choices = list[tuple[Any, Any]]


class PlaceWidget(forms.MultiWidget):
    """A place as written, with the province it lies in; units are suggested while it is typed."""

    template_name = "changes/place.html"

    def __init__(self, provinces: Choices) -> None:
        typing = {"hx-get": reverse_lazy("web:places"), "hx-trigger": "input changed delay:250ms"}
        text = forms.TextInput(attrs={"autocomplete": "off", "hx-swap": "innerHTML", **typing})
        code = forms.Select(attrs={"aria-label": _("Tỉnh, thành phố")}, choices=provinces)
        super().__init__({"text": text, "code": code})

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Each text has its own list of suggestions, which begins with the words for no value."""
        context = super().get_context(name, value, attrs)
        offered = f"{context['widget']['attrs'].get('id') or name}_places"
        context["widget"]["subwidgets"][0]["attrs"] |= {"list": offered, "hx-target": f"#{offered}"}
        return context | {"offered": offered, "words": state_words()}

    def decompress(self, value: Any) -> list[Any]:
        """The two inputs of a place."""
        if isinstance(value, dict):
            return [value.get("text", ""), province_of(value)]
        return [value or "", ""]

    def id_for_label(self, id_: str) -> str:
        """The label speaks of the text."""
        return f"{id_}_0" if id_ else id_


class PlaceField(forms.MultiValueField):
    """A place: text as written and the code of its province."""

    def __init__(self, provinces: Choices, **options: Any) -> None:
        parts = (
            forms.CharField(required=False, max_length=MAX_PLACE),
            forms.ChoiceField(required=False, choices=provinces),
        )
        super().__init__(fields=parts, require_all_fields=False, widget=PlaceWidget(provinces), **options)

    def compress(self, data_list: list[Any]) -> list[str]:
        """Text and code."""
        return data_list


def province_of(value: Mapping[str, Any]) -> str:
    """The code of the province that the code of a place lies in, by its own time; "" without a code."""
    unit = places.in_words(standard.current(), value)
    return unit.province.code if unit else str(value.get("code", ""))


def language() -> Language:
    """The language of the page, as the standard names it."""
    return "en" if get_language() == "en" else "vi"


def state_words() -> list[str]:
    """What to write where there is no value to give."""
    return [words[language()] for words in STATES.values()]


def input_for(field: Field, current: Any) -> forms.Field:
    """The input for a declared field that holds a value now."""
    options: dict[str, Any] = {
        "label": field.label_en if language() == "en" else field.label_vi,
        "required": field.required,
        "help_text": HELP.get(field.type, ""),
    }
    return INPUTS.get(field.type, _text)(field, current, options)


def _text(field: Field, _current: Any, options: dict[str, Any]) -> forms.Field:
    return forms.CharField(
        max_length=field.max_length or LONGEST_TEXT, widget=forms.TextInput(attrs={"list": HINTS}), **options
    )


def _number(_field: Field, _current: Any, options: dict[str, Any]) -> forms.Field:
    attributes = {"list": HINTS, "inputmode": "decimal"}
    return forms.CharField(max_length=40, widget=forms.TextInput(attrs=attributes), **options)


def _long_text(field: Field, _current: Any, options: dict[str, Any]) -> forms.Field:
    area = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(max_length=field.max_length or LONGEST_TEXT, widget=area, **options)


def _code(field: Field, current: Any, options: dict[str, Any]) -> forms.Field:
    return forms.ChoiceField(choices=[NOT_DECLARED, *_codes(field, [current]), _states()], **options)


def _code_set(field: Field, current: Any, options: dict[str, Any]) -> forms.Field:
    given = current if isinstance(current, list) else []
    return forms.MultipleChoiceField(choices=_codes(field, given), **options)


def _boolean(_field: Field, _current: Any, options: dict[str, Any]) -> forms.Field:
    return forms.ChoiceField(
        choices=[NOT_DECLARED, ("true", _("Có")), ("false", _("Không")), _states()], **options
    )


def _place(_field: Field, current: Any, options: dict[str, Any]) -> forms.Field:
    code = province_of(current) if isinstance(current, dict) else ""
    list_ = standard.current().codes[PLACE_LIST]
    return PlaceField([("", _("— Tỉnh, thành phố —")), *_offered(list_, {code}, past=False)], **options)


INPUTS: dict[str, Callable[[Field, Any, dict[str, Any]], forms.Field]] = {
    "long_text": _long_text,
    "code": _code,
    "codes": _code_set,
    "integer": _number,
    "decimal": _number,
    "boolean": _boolean,
    "place": _place,
}
HELP = {
    "date": _("ngày/tháng/năm, ví dụ 07/03/1985"),
    "partial_date": _("ngày/tháng/năm, tháng/năm hoặc năm"),
    "decimal": _("ví dụ 2,34"),
    "place": _("ghi như trong giấy tờ: xã, huyện, tỉnh; không nhận ra thì chọn tỉnh, thành phố"),
}


def _states() -> tuple[Any, Choices]:
    words = [(f"{STATE_PREFIX}{name}", texts[language()]) for name, texts in STATES.items()]
    return (_("Không có giá trị"), words)


def _codes(field: Field, current: list[Any]) -> Choices:
    """Codes of today and the one held now; a row of history may speak of older days, so of older codes."""
    held = {code for code in current if isinstance(code, str)}
    return _offered(standard.current().codes[field.code_list or ""], held, past=field.table is not None)


def _offered(codes: standard.Codes, held: set[str], *, past: bool) -> Choices:
    today = codes.on(timezone.localdate())
    known = {code.code for code in today}
    older = [code for code in codes if code.code not in known and (past or code.code in held)]
    found: Choices = [(code.code, _label(code)) for code in today]
    old = {code.code: _label(code) for code in older}
    return [*found, (_("Mã cũ"), list(old.items()))] if old else found


def _label(code: Code) -> str:
    return code.label(language())


def shown(field: Field, value: Any) -> Any:
    """A value as its input starts with it."""
    if state := standard.state_of(value):
        return f"{STATE_PREFIX}{state}" if field.type in {"code", "boolean"} else _state_shown(field, state)
    if field.type == "boolean" and value is not None:
        return "true" if value else "false"
    if field.type in {"date", "partial_date", "decimal", "integer"}:
        return standard.display(field.path, value)
    return value


def _state_shown(field: Field, state: Any) -> Any:
    return [] if field.type == "codes" else STATES[state][language()]


def read(field: Field, typed: Any, current: Any) -> Any:
    """What was typed as the document holds it; None where nothing was; ValueError in words where it cannot be."""
    if field.type == "place":
        return _read_place(typed or [], current)
    if typed in (None, "", []):
        return None
    if not isinstance(typed, str):
        return typed
    if state := _state(typed):
        return {"state": state}
    reader = READERS.get(field.type)
    return reader(field, typed.strip()) if reader else _plain(typed, lines=field.type == "long_text")


def _plain(typed: str, *, lines: bool = False) -> str:
    """As it is seen: NFC, without control characters, marks without width or needless spaces."""
    seen = standard.visible(typed.replace("\r\n", "\n"))
    return seen.strip() if lines else " ".join(seen.split())


def _state(typed: str) -> str | None:
    if typed.startswith(STATE_PREFIX):
        return typed.removeprefix(STATE_PREFIX)
    said = standard.plain(typed.strip())
    return next((name for name, words in STATES.items() if standard.plain(words[language()]) == said), None)


def _read_place(typed: list[str], current: Any) -> dict[str, str] | None:
    """The place with the code of what its text names, where that lies in the province chosen; else with the province.

    A province that stays keeps the date by which it is read.
    """
    text, code = [*typed, "", ""][:2]
    if not text.strip():
        return None
    if state := _state(text):
        return {"state": state}
    place = {"text": _plain(text)}
    held = current if isinstance(current, dict) else {}
    stays = bool(code) and province_of(held) == code
    unit = _named(place["text"], code, held if stays else {})
    if unit is not None and unit.day is not None:
        return place | {"code": unit.row.code, "code_date": unit.day.isoformat()}
    if not code:
        return place
    day = held["code_date"] if stays else timezone.localdate().isoformat()
    return place | {"code": code, "code_date": day}


def _named(text: str, province: str, held: Mapping[str, Any]) -> places.Unit | None:
    """What a text names: alone, or with the province chosen beside it; None where the two do not agree.

    A province that was left as it stood (`held`) is no choice against a text that names another.
    """
    declared, today = standard.current(), timezone.localdate()
    known = places.recogniser(declared)
    unit = known.unit(text)
    if not province or (held and unit is not None):
        return unit
    day = standard.earliest(held["code_date"]) if held else today
    chosen = places.unit_of(declared, province, day)
    if unit is None and chosen is not None:
        unit = known.unit(f"{text}, {chosen.row.label_vi}")
    if unit is None or chosen is None or unit.level == "province":
        return None
    return unit if places.same_province(declared, unit, chosen, today) else None


def _read_date(field: Field, typed: str) -> str:
    text = standard.read_date(typed)
    if text is None:
        raise ValueError(_("Ngày không đúng: ghi ngày/tháng/năm, ví dụ 07/03/1985."))
    if field.type == "date" and standard.precision(text) != "day":
        raise ValueError(_("Mục này cần đủ ngày, tháng, năm, ví dụ 07/03/1985."))
    return text


def _read_decimal(field: Field, typed: str) -> str:
    try:
        number = Decimal(typed.replace(" ", "").replace(",", "."))
    except InvalidOperation as error:
        raise ValueError(_("Số không đúng: ghi ví dụ 2,34.")) from error
    places = number.as_tuple().exponent
    if not isinstance(places, int) or number.adjusted() > LONGEST_NUMBER or -places > (field.places or 0):
        raise ValueError(_("Số không đúng: nhiều nhất %(n)s chữ số sau dấu phẩy.") % {"n": field.places or 0})
    return standard.decimal_text(field, number)


def _read_integer(_field: Field, typed: str) -> int:
    digits = typed.replace(" ", "").replace(".", "")
    if not re.fullmatch(r"-?[0-9]{1,15}", digits):
        raise ValueError(_("Số không đúng: chỉ ghi chữ số, ví dụ 12 hoặc 1.500.000."))
    return int(digits)


READERS: dict[str, Callable[[Field, str], Any]] = {
    "date": _read_date,
    "partial_date": _read_date,
    "decimal": _read_decimal,
    "integer": _read_integer,
    "boolean": lambda _field, typed: typed == "true",
}
