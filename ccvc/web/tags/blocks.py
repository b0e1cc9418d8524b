"""Components around content: `{% panel title="…" %} … {% endpanel %}`."""

from __future__ import annotations

from typing import Any

from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ccvc.web.tags.library import register


def _render(part: str, content: SafeString, /, **context: Any) -> SafeString:
    return render_to_string(f"web/parts/{part}.html", {"content": content, **context})


@register.simple_block_tag
def panel(
    content: SafeString,
    *,
    title: str = "",
    icon: str = "",
    tone: str = "",
    id: str = "",  # noqa: A002 - the word templates read
    flush: bool = False,
) -> SafeString:
    """A card; flush drops its inner padding so that a table reaches the edges."""
    return _render("panel", content, title=title, icon=icon, tone=tone, id=id, flush=flush)


@register.simple_block_tag
def table(content: SafeString, *, caption: str = "", cards: bool = False) -> SafeString:
    """A table that scrolls in its own box or, with cards, turns rows into cards on a phone."""
    return _render("table", content, caption=caption, cards=cards)


@register.simple_block_tag
def notice(content: SafeString, tone: str = "info", title: str = "") -> SafeString:
    """A remark in a coloured box."""
    icons = {"good": "check", "warn": "alert", "bad": "alert", "gold": "star"}
    return _render("notice", content, tone=tone, title=title, icon=icons.get(tone, "info"))


@register.simple_block_tag
def dialog(content: SafeString, id: str, title: str) -> SafeString:  # noqa: A002 - the word templates read
    """A modal window, opened by a button with `data-open="id"`."""
    return _render("dialog", content, id=id, title=title)


@register.simple_block_tag(takes_context=True)
def filters(
    context: Context,
    content: SafeString,
    *,
    target: str = "#results",
    placeholder: str = "",
    name: str = "q",
    value: str = "",
) -> SafeString:
    """A search line and fields that narrow the list below; answers live, and works without scripts."""
    request = context["request"]
    return _render(
        "filters", content, target=target, placeholder=placeholder, name=name, value=value, path=request.path
    )
