"""Values for people: dates, numbers, fields of the standard, states, icons, hashes."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from ccvc import standard
from ccvc.access.reach import EVERYWHERE
from ccvc.access.wording import role_name
from ccvc.web import formats, icons, states, values
from ccvc.web.tags.library import register

register.filter("vn_number", formats.number_text)
register.filter("vn_percent", formats.percent_text)
register.filter("vn_date", formats.date_text)
register.filter("vn_datetime", formats.datetime_text)
register.filter("vn_ago", formats.ago_text)
register.filter("vn_bytes", formats.bytes_text)
register.filter("initials", formats.initials)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "search" %}`; give a label only where no text stands beside it."""
    return icons.svg(name, label)


@register.simple_tag
def badge(state: str, text: str = "", tone: str = "") -> SafeString:
    """A small coloured mark with a word for a state; an undeclared state needs its own text."""
    look = states.look(state)
    mark = icons.svg(look.icon) if look.icon else ""
    return format_html(
        '<span class="badge badge--{}">{}{}</span>', tone or look.tone, mark, text or look.label or state
    )


@register.simple_tag
def label(path: str) -> str:
    """The field's label in the language of the page."""
    return values.label_of(path)


@register.simple_tag
def field_value(path: str, value: Any) -> SafeString:
    """The value as people read it; a missing value and the three states are set apart from values."""
    text = values.text_of(path, value)
    if text is None:
        return format_html('<span class="value value--absent">{}</span>', gettext("Chưa kê khai"))
    if standard.state_of(value):
        return format_html('<span class="value value--state">{}</span>', text)
    if today := values.place_today(path, value):
        note = gettext("nay thuộc %(names)s") % {"names": today}
        return format_html('<span class="value">{} <span class="small muted">({})</span></span>', text, note)
    return format_html('<span class="value">{}</span>', text)


@register.simple_tag
def fingerprint(digest: str | bytes | None, length: int = 12) -> SafeString:
    """The first letters of a hash, the whole of it on hover and by the copy button."""
    if not digest:
        return format_html('<span class="value value--absent">{}</span>', "—")
    text = digest.hex() if isinstance(digest, bytes | memoryview) else digest
    return format_html(
        '<span class="fingerprint"><code title="{}">{}</code>'
        '<button type="button" class="icon-button" data-copy="{}" aria-label="{}">{}</button></span>',
        text,
        text[:length],
        text,
        gettext("Sao chép mã băm đầy đủ"),
        icons.svg("copy"),
    )


@register.filter
def role_label(name: str) -> str:
    """What the policy calls a role."""
    return role_name(name)


@register.simple_tag
def own_label(path: str) -> str:
    """The label without its table's, for places that stand under the table's name."""
    return values.own_label(path)


@register.simple_tag
def in_language(vietnamese: str, english: str) -> str:
    """The one of two texts that the page's language asks for; Vietnamese where English is empty."""
    return english if english and formats.is_english() else vietnamese


@register.filter
def scope_label(unit_code: str) -> str:
    """The unit of a grant, in words where it is the whole of what the node holds."""
    return gettext("mọi đơn vị") if unit_code == EVERYWHERE else unit_code
