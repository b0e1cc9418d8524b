"""Charts drawn by the server as small SVG: no script, no inline style, readable as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ccvc.web import charts
from ccvc.web.tags.library import register


@register.inclusion_tag("web/parts/bars.html")
def bars(rows: Sequence[charts.Row], caption: str = "", unit: str = "", limit: int = 20) -> dict[str, Any]:
    """Horizontal bars, the longest fills the line; past the limit the rest is counted below."""
    return {
        "bars": charts.bars(rows[:limit]),
        "caption": caption,
        "unit": unit,
        "left_out": max(len(rows) - limit, 0),
    }


@register.inclusion_tag("web/parts/share.html")
def share(rows: Sequence[charts.Row], caption: str = "") -> dict[str, Any]:
    """One bar divided among up to six parts, with a legend."""
    return {"parts": charts.bars(rows, stacked=True), "caption": caption}


@register.inclusion_tag("web/parts/columns.html")
def columns(rows: Sequence[charts.Row], caption: str = "") -> dict[str, Any]:
    """Vertical columns for a short series, such as months."""
    return {"bars": charts.bars(rows), "caption": caption}


@register.inclusion_tag("web/parts/pyramid.html")
def pyramid(
    rows: Sequence[tuple[str, float, float]], left: str, right: str, caption: str = ""
) -> dict[str, Any]:
    """Two series back to back, such as men and women by age band."""
    return {"pairs": charts.pyramid(rows), "left": left, "right": right, "caption": caption}


@register.inclusion_tag("web/parts/spark.html")
def spark(values: Sequence[float], label: str = "") -> dict[str, Any]:
    """A small line without axes; the label says in words what it shows."""
    return {"points": charts.spark(values), "label": label}


@register.inclusion_tag("web/parts/progress.html")
def progress(value: float, total: float, label: str = "") -> dict[str, Any]:
    """How much of a whole is done."""
    return {"value": value, "total": total, "label": label, "share": value / total if total else 0}
