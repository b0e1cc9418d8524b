"""What the menu and the entry page offer: the pages of `menu.toml`, narrowed by rights and node kind."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, lazy

from ccvc.access.domain import EVERYWHERE, Right, Subject
from ccvc.access.wording import language

Text = str | Promise


@dataclass(frozen=True)
class Entry:
    """One page of the menu.

    Any one of `rights` opens it, none are needed where it is empty; `own` needs a dossier of one's own;
    `kind` is the node kind the page exists on, empty for both; `whole` asks for the right over the whole agency.
    """

    section: str
    label: Text
    text: Text
    name: str
    icon: str
    rights: tuple[Right, ...] = ()
    own: bool = False
    kind: str = ""
    whole: bool = False


@dataclass(frozen=True)
class Link:
    """An entry whose page exists: what templates print."""

    entry: Entry
    url: str
    current: bool


@dataclass(frozen=True)
class Section:
    """A titled part of the menu."""

    key: str
    label: Text
    links: list[Link]


def _worded(vi: str, en: str) -> Text:
    """Words in the language of whoever reads them."""
    return lazy(lambda: en if language() == "en" else vi, str)()


def _words(row: dict[str, Any], name: str) -> Text:
    return _worded(row.pop(f"{name}_vi"), row.pop(f"{name}_en"))


def _entry(row: dict[str, Any]) -> Entry:
    label, text, rights = _words(row, "label"), _words(row, "text"), map(Right, row.pop("rights", ()))
    return Entry(label=label, text=text, rights=tuple(rights), **row)


_menu = tomllib.loads(Path(__file__).with_name("menu.toml").read_text(encoding="utf-8"))
SECTIONS: dict[str, Text] = {row["key"]: _words(row, "label") for row in _menu["section"]}
ENTRIES = tuple(map(_entry, _menu["entry"]))


def offered(entry: Entry, subject: Subject | None) -> bool:
    """Whether the subject may open the entry on this kind of node."""
    if entry.kind and entry.kind != settings.CCVC_KIND:
        return False
    if entry.own:
        return subject is not None and subject.person_key is not None
    if not entry.rights:
        return True
    if subject is None:
        return False
    return any(
        subject.may(right) and (not entry.whole or _over_all(subject, right)) for right in entry.rights
    )


def _over_all(subject: Subject, right: Right) -> bool:
    """Whether the subject has the right over the whole agency of the node, as granted: the page asks the tree."""
    return bool(subject.roots(right) & {settings.CCVC_AGENCY, EVERYWHERE})


def address(entry: Entry) -> str:
    """Address of the entry's page; empty while its room has none."""
    try:
        return reverse(entry.name)
    except NoReverseMatch:
        return ""


def links(subject: Subject | None, path: str) -> list[Link]:
    """Every entry the subject may open, the longest that leads to `path` marked as current."""
    open_to = [(entry, url) for entry in ENTRIES if offered(entry, subject) and (url := address(entry))]
    here = max((url for _entry, url in open_to if path.startswith(url)), key=len, default="")
    return [Link(entry, url, url == here) for entry, url in open_to]


def sections(subject: Subject | None, path: str) -> list[Section]:
    """The menu: sections in their declared order, those without a link left out."""
    offered_links = links(subject, path)
    parts = [
        Section(key, label, [link for link in offered_links if link.entry.section == key])
        for key, label in SECTIONS.items()
    ]
    return [part for part in parts if part.links]
