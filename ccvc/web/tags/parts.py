"""Components of one tag each; every one renders a template of the same name under `web/parts/`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.paginator import Page
from django.template import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.safestring import SafeString

from ccvc.standard import Difference, Problem
from ccvc.web import formats, values
from ccvc.web.tags.library import register

INPUT = re.compile(r"[a-z]+(_[a-z0-9]+)*")


def _part(name: str) -> str:
    return f"web/parts/{name}.html"


@register.inclusion_tag(_part("stat"))
def stat(
    label: str, value: Any, *, note: str = "", icon: str = "", tone: str = "", url: str = ""
) -> dict[str, Any]:
    """One figure with its name; numbers are written as people read them, texts as given."""
    shown = formats.number_text(value) if isinstance(value, int | float) else value
    return {"label": label, "value": shown, "note": note, "icon": icon, "tone": tone, "url": url}


@register.inclusion_tag(_part("problem"))
def problem(fault: Problem | Mapping[str, Any]) -> dict[str, Any]:
    """A refusal with its code and what to do next, from a Problem or its JSON form.

    The name of an input says nothing to people: it is left out.
    """
    if isinstance(fault, Problem):
        language = formats.language()
        texts = {"message": fault.message(language), "next": fault.next_step(language)}
        told: dict[str, Any] = {"code": fault.code, "where": fault.where, **texts}
    else:
        told = {name: fault.get(name, "") for name in ("code", "where", "message", "next")}
    return told | {"where": ""} if INPUT.fullmatch(str(told["where"])) else told


@register.inclusion_tag(_part("empty"))
def empty(title: str, text: str = "", url: str = "", action: str = "", icon: str = "inbox") -> dict[str, str]:
    """What to say where a list has nothing to show, and the next thing to do."""
    return {"title": title, "text": text, "url": url, "action": action, "icon": icon}


def page_url(context: Context, number: int, name: str = "page") -> str:
    """The present address with another page number; every other parameter is kept."""
    query = context["request"].GET.copy()
    query[name] = str(number)
    return f"?{query.urlencode()}"


@register.inclusion_tag(_part("pagination"), takes_context=True)
def pagination(context: Context, page: Page[Any], target: str = "#results") -> dict[str, Any]:
    """Numbered pages of a Django Page."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = [(n, page_url(context, n) if isinstance(n, int) else "") for n in numbers]
    return {
        "page": page,
        "links": links,
        "target": target,
        "previous": page_url(context, page.previous_page_number()) if page.has_previous() else "",
        "next": page_url(context, page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag(_part("pager"))
def pager(previous: str = "", next: str = "", text: str = "", target: str = "#results") -> dict[str, str]:  # noqa: A002 - the word templates read
    """Back and forth where the whole is not counted."""
    return {"previous": previous, "next": next, "text": text, "target": target}


@register.inclusion_tag(_part("breadcrumb"))
def breadcrumb(*parts: str) -> dict[str, Any]:
    """`"label" url "label" url "last"`: links on the way here, the page itself last."""
    links = list(zip(parts[:-1:2], parts[1::2], strict=True))
    return {"links": links, "last": parts[-1]}


@register.inclusion_tag(_part("tabs"))
def tabs(items: Sequence[Mapping[str, Any]], current: str = "", label: str = "") -> dict[str, Any]:
    """Links to the parts of one thing, such as the ten groups of a dossier."""
    return {"items": items, "current": current, "label": label}


@register.inclusion_tag(_part("steps"))
def steps(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The way of a change: each step done, current, waiting or returned, with who and when."""
    return {"items": items}


@register.inclusion_tag(_part("timeline"))
def timeline(events: Sequence[Any]) -> dict[str, Any]:
    """What happened, newest first."""
    return {"events": events}


@register.inclusion_tag(_part("difference"))
def difference(
    differences: list[Difference],
    old: str = "",
    new: str = "",
    names: Mapping[str, str] | None = None,
    history: str = "",
) -> dict[str, Any]:
    """A table of each field before and after, with the standard's labels.

    `names` says of rows, by their path, what they are about; `history` is the address of the history of a path.
    """
    return {"rows": values.rows_of(differences, names or {}), "old": old, "new": new, "history": history}


@register.inclusion_tag(_part("person"))
def person(name: str, sub: str = "", url: str = "") -> dict[str, str]:
    """Initials, name and a second line."""
    return {"name": name, "initials": formats.initials(name), "sub": sub, "url": url}


@register.inclusion_tag(_part("confirm"))
def confirm(
    id: str,  # noqa: A002 - the word templates read
    *,
    title: str,
    text: str,
    url: str,
    label: str,
    tone: str = "bad",
) -> dict[str, str]:
    """A dialog that asks once more before a POST; opened by a button with `data-open`."""
    return {"id": id, "title": title, "text": text, "url": url, "label": label, "tone": tone}


@register.simple_tag(takes_context=True)
def page_title(context: Context) -> SafeString:
    """The page's `title` block once more: the heading of a page that gives no other."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    title = blocks.get_block("title") if blocks else None
    return title.nodelist.render(context) if title else SafeString("")
