"""Fields of Django forms with label, help, error and the attributes screen readers need."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.forms import BaseForm, BoundField

from ccvc.web import formats
from ccvc.web.tags.library import register

CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def kind_of(field: BoundField) -> str:
    """Which markup the widget needs: choices, check, select, file or input."""
    widget = field.field.widget
    if isinstance(widget, CHOICES):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.Select):
        return "select"
    return "file" if isinstance(widget, forms.FileInput) else "input"


def described_by(field: BoundField, hint: str) -> str:
    """Ids of the texts that explain the field: its hint and its errors."""
    ids = [f"{field.auto_id}_hint"] * bool(hint) + [f"{field.auto_id}_error"] * bool(field.errors)
    return " ".join(ids)


@register.inclusion_tag("web/parts/form_field.html")
def form_field(field: BoundField, hint: str = "") -> dict[str, Any]:
    """One field of a form, complete."""
    hint = hint or str(field.help_text)
    kind = kind_of(field)
    attributes: dict[str, Any] = {} if kind in {"choices", "check"} else {"class": f"control control--{kind}"}
    if described := described_by(field, hint):
        attributes["aria-describedby"] = described
    if field.errors:
        attributes["aria-invalid"] = "true"
    wanted = field.field.required or field.field.widget.attrs.get("aria-required") == "true"
    widget = field.as_widget(attrs=attributes)
    return {"field": field, "kind": kind, "hint": hint, "wanted": wanted, "widget": widget}


@register.inclusion_tag("web/parts/day_input.html")
def day_input(name: str, value: date | str | None) -> dict[str, Any]:
    """A day to ask for, written as people write it: a browser's calendar would follow the browser's language."""
    return {"name": name, "value": formats.date_text(value)}


@register.inclusion_tag("web/parts/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """A summary at the head of a form: each fault with a link to its field."""
    return {"form": form, "faulty": [field for field in form if field.errors]}
