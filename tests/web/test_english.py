"""English, the second language: every text has its English, and no page falls back to Vietnamese.

What people typed or an authority wrote (names, units, purposes, reasons, findings) stays as it is: a page may show
any text that stands in the database.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import polib
import pytest
from django.apps import apps
from django.db import models
from django.test import override_settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import trans_real

from ccvc import standard
from ccvc.web import messages
from tests.access import world as planting
from tests.access.world import World
from tests.access.world.routes import NODE, Route, routes
from tests.people import UNIT

READERS = ("officer", "owner", "appraiser", "administrator", "approver", "inspector", "anonymous")
SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-label")
VIETNAMESE = re.compile(
    r"[ăâđêôơưàằầèềìòồờùừỳáắấéếíóốớúứýảẳẩẻểỉỏổởủửỷãẵẫẽễĩõỗỡũữỹạặậẹệịọộợụựỵ]", re.IGNORECASE
)
NUMBER_OF_A_DOCUMENT = re.compile(r"\d+[\w/]*/[\w-]+")
"""`27/2026/NĐ-CP`: the number of a decree is not translated."""
MARKED = re.compile(
    r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}"
    r"|\{% blocktranslate.*?\{% endblocktranslate %\}|\{% translate .*?%\}|_\(\"[^\"]*\"\)",
    re.DOTALL,
)
DECLARED = {
    "phone": "0900000000",
    "birth_date": "07/03/1985",
    "why-kind": "update",
    "why-valid_from": "01/07/2026",
    "why-reason": "Thu",
    "why-truth": "on",
}
ROUTES = [route for route in routes(NODE) if route.name != "web:design"]
"""The gallery shows invented Vietnamese data, and nobody works there."""


def test_every_text_of_a_room_has_its_english() -> None:
    for room in messages.rooms():
        said = {(context, text) for context, text, _ in messages.collect(room)}
        catalogue = polib.pofile(str(room / messages.CATALOGUE))
        assert {entry.msgid for entry in catalogue if not entry.translated()} == set(), room
        assert [entry.msgid for entry in catalogue if entry.fuzzy or entry.obsolete] == []
        assert {(entry.msgctxt or "", entry.msgid) for entry in catalogue} == said, room


def test_a_text_has_one_english_whichever_room_says_it() -> None:
    """Django lays all catalogues over one another: of two English texts for one Vietnamese, one is never seen."""
    english: dict[tuple[str | None, str], set[str]] = defaultdict(set)
    for room in messages.rooms():
        for entry in polib.pofile(str(room / messages.CATALOGUE)):
            english[entry.msgctxt, entry.msgid].add(entry.msgstr or str(entry.msgstr_plural))
    assert {text: said for text, said in english.items() if len(said) > 1} == {}


def test_no_english_says_itself_again() -> None:
    twice = re.compile(r"(.{12,}?)\1+", re.DOTALL)
    said = [
        entry.msgstr for room in messages.rooms() for entry in polib.pofile(str(room / messages.CATALOGUE))
    ]
    assert [text for text in said if twice.fullmatch(text)] == []


def test_templates_hold_no_vietnamese_that_is_not_marked() -> None:
    files = [file for file in messages.ROOMS.rglob("templates/**/*.html") if "design" not in str(file)]
    texts = {str(file): MARKED.sub("", file.read_text("utf-8")) for file in files}
    found = {name for name, text in texts.items() if VIETNAMESE.search(text)}
    assert {name for name in found if not name.endswith("parts/language.html")} == set()


def test_no_page_asks_for_a_day_by_the_browsers_calendar() -> None:
    """It follows the browser's language: an English browser would read 07/03/2026 as July the 3rd."""
    sources = [*messages.ROOMS.rglob("templates/**/*.html"), *messages.ROOMS.rglob("*.py")]
    calendar = re.compile(r"""type["']?\s*[=:]\s*["']date\b""")
    assert [str(file) for file in sources if calendar.search(file.read_text("utf-8"))] == []


def test_choices_are_marked() -> None:
    every = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    bare = {
        f"{field}: {words}"
        for field in every
        for _value, words in field.flatchoices
        if VIETNAMESE.search(str(words)) and not isinstance(words, Promise)
    }
    assert bare == set()


class Words(HTMLParser):
    """What a page says, piece by piece, but for what is marked as Vietnamese."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._silent:
            return
        if tag in {"script", "style"} or (given.get("lang") == "vi" and tag != "html"):
            self._silent = tag
            return
        self.said += [text for name in SPOKEN if (text := given.get(name))]
        if tag == "input" and given.get("type") == "submit":
            self.said.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data)


def kept_texts() -> dict[str, None]:
    """Every text in the database or of the law that could be Vietnamese, the longest first."""
    found = {"Nút thử", "Nguyễn Văn An", *lawful(standard.current())}
    for model in apps.get_models():
        fields = [
            f
            for f in model._meta.concrete_fields
            if isinstance(f, models.CharField | models.TextField | models.JSONField)
        ]
        if model.__module__.startswith("ccvc.") and fields:
            for row in model._default_manager.values_list(*(f.name for f in fields)):
                found |= {text for value in row if value for text in leaves(value)}
    return dict.fromkeys(sorted(filter(VIETNAMESE.search, found), key=len, reverse=True))


def lawful(declared: standard.Standard) -> Iterator[str]:
    """The legal bases of the standard, and what its code lists call things in English."""
    lists = declared.codes.values()
    codes = [code for list_ in lists for code in list_]
    bases = [group.basis for group in declared.groups.values()] + [code.basis for code in codes]
    bases += [one.basis for one in (*declared.tables.values(), *declared.fields.values())]
    for basis in bases:
        yield from basis.split("; ")
    yield from (code.label_en for code in codes)


def leaves(kept: Any) -> Iterator[str]:
    """The text, or those in it where it is a JSON document."""
    if isinstance(kept, str) and kept[0] not in "{[":
        yield kept
        return
    waiting = [json.loads(kept) if isinstance(kept, str) else kept]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            waiting += value.values() if isinstance(value, dict) else value


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A province with people and work, read in English; the catalogues are compiled as they stand now."""
    home = tmp_path_factory.mktemp("home")
    messages.compile_catalogues()
    settings = override_settings(CCVC_AGENCY="H41", CCVC_HOME=home, CCVC_KIND="component")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), settings, planting.undone():
        patch.setattr(trans_real, "_translations", {})
        found = planting.found_world(home)
        planting.plant(found, home)
        for client in found.clients.values():
            client.cookies["django_language"] = "en"
        yield found


def page(world: World, route: Route) -> str:
    """The page in English as the first sees it who may; empty where the route is no page to read."""
    kind = "national" if route.national else "component"
    address = world.samples.addresses(route)[0]
    for reader in READERS:
        with world.as_kind(kind):
            answer: Any = world.clients[reader].get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            return str(answer.content.decode())
    return ""


@pytest.mark.django_db
def test_no_page_falls_back_to_vietnamese(world: World) -> None:
    pages = {route: text for route in ROUTES if (text := page(world, route))}
    assert {route.room for route in pages} == {route.room for route in ROUTES}
    kept = kept_texts()
    left = {str(route): found for route, text in pages.items() if (found := vietnamese(text, kept))}
    assert left == {}


@pytest.mark.django_db
def test_no_refusal_falls_back_to_vietnamese(world: World) -> None:
    """A page denied, one that is not there, a form that cannot be taken and one without a purpose."""
    key = world.keys["planted"]
    change = world.samples.values["change_id"][1]
    asked = [
        ("officer", "get", reverse("exchange:status"), {}),
        ("stranger", "get", reverse("dossiers:detail", args=[key]), {}),
        ("officer", "get", "/no-such-page", {}),
        ("officer", "get", reverse("organisations:tree"), {"on": "31/02/2026"}),
        ("officer", "post", reverse("changes:declare", args=[key, "identity"]), {"birth_date": "1985-13-01"}),
        ("owner", "post", reverse("changes:declare", args=[key, "identity"]), DECLARED),
        ("officer", "post", reverse("changes:act", args=["check"]), {"change": [str(change)]}),
        ("officer", "post", reverse("intake:new"), {"unit_code": UNIT}),
        ("anonymous", "post", reverse("accounts:sign_in"), {"username": "officer", "password": "?"}),
    ]
    kept = kept_texts()
    left = {}
    for reader, method, address, given in asked:
        with world.as_kind("component"):
            answer: Any = getattr(world.clients[reader], method)(address, given)
        assert answer.status_code in {403, 404, 422}, address
        left[address] = vietnamese(answer.content.decode(), kept)
    assert {address: found for address, found in left.items() if found} == {}


def vietnamese(text: str, kept: dict[str, None]) -> list[str]:
    """What a page says in Vietnamese of its own."""
    reader = Words()
    reader.feed(text)
    return [
        " ".join(said.split())
        for said in filter(VIETNAMESE.search, reader.said)
        if said.strip() not in kept and VIETNAMESE.search(NUMBER_OF_A_DOCUMENT.sub("", without(said, kept)))
    ]


def without(said: str, kept: dict[str, None]) -> str:
    """A text less what is kept; what ends in “…” may be the beginning of a kept text."""
    rest, cut, _ = said.partition("…")
    for data in kept:
        rest = "" if cut and data.startswith(rest) else rest.replace(data, "")
    return rest
