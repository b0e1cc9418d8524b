"""A form as a browser would send it back: read from the page itself."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class Filled(HTMLParser):
    """Collects what the controls of a page hold; buttons and unticked boxes send nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "input" and (given.get("type") not in {"radio", "checkbox"} or "checked" in given):
            self.values[name] = value
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and (self._select not in self.values or "selected" in given):
            self.values[self._select] = value
        elif tag == "textarea":
            self._area = name
            self.values[name] = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data.lstrip("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


def as_filled(page: str, **changed: Any) -> dict[str, Any]:
    """What the form in the page's main part would send, but for what is changed (None: not sent)."""
    reader = Filled()
    reader.feed(page.partition("<main")[2].partition("</main")[0])
    return {name: value for name, value in {**reader.values, **changed}.items() if value is not None}
