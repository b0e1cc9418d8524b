"""What pages of this room say of data: requirements of positions in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ccvc import standard
from ccvc.rules.criteria import Criterion
from ccvc.standard.fields import Field
from ccvc.standard.problems import Language

TESTS: Mapping[str, object] = {
    "is": gettext_lazy("là"),
    "is_not": gettext_lazy("không phải là"),
    "at_least": gettext_lazy("ít nhất là"),
    "at_most": gettext_lazy("không quá"),
    "contains": gettext_lazy("có chữ"),
    "given": gettext_lazy("đã khai"),
    "lacking": gettext_lazy("không có"),
}


def requirement(one: Criterion) -> str:
    """A requirement as a sentence: what is asked, how, and the values by their names."""
    if one.subject.startswith("rule:"):
        return _rule(one)
    field = standard.current().fields.get(one.subject)
    if field is None:
        return " ".join((one.subject, one.test, *one.values))
    values = f" {_('hoặc')} ".join(_value(field, value) for value in one.values)
    return f"{_label(field)}: {TESTS[one.test]} {values}".strip()


def _rule(one: Criterion) -> str:
    name, first = one.subject.removeprefix("rule:"), one.values[0] if one.values else ""
    if name == "years_left":
        return _("còn ít nhất {years} năm công tác đến tuổi nghỉ hưu").format(years=first or 5)
    if name == "no_bar":
        return _("không thuộc trường hợp đang bị kỷ luật mà chưa được bổ nhiệm")
    if name == "rated":
        years = one.values[1] if len(one.values) > 1 else 1
        level = standard.current().codes["rating_levels"].label(first or "2", language())
        return _("{years} năm gần nhất xếp loại từ “{level}” trở lên").format(years=years, level=level)
    return " ".join((name, *one.values))


def _label(field: Field) -> str:
    return field.label_en if language() == "en" else field.label_vi


def _value(field: Field, value: str) -> str:
    if field.type == "code" and field.code_list:
        label = standard.current().codes[field.code_list].label(value, language())
        return label if label == value else f"{label} ({value})" if field.code_list == "ranks" else label
    return value


def language() -> Language:
    """The language of the page."""
    return "en" if get_language() == "en" else "vi"
