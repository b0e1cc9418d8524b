"""Line icons as inline SVG, drawn with the colour of the text around them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


@cache
def icons() -> dict[str, str]:
    """Icon name -> SVG content on a 24 × 24 grid."""
    return tomllib.loads(Path(__file__).with_name("icons.toml").read_text(encoding="utf-8"))


def svg(name: str, label: str = "") -> SafeString:
    """The icon: hidden from screen readers unless it carries a label; KeyError for an unknown name."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    content = mark_safe(icons()[name])  # noqa: S308 - our own drawings
    return format_html('<svg class="icon" viewBox="0 0 24 24" {} focusable="false">{}</svg>', spoken, content)
