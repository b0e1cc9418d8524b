"""Catalogues of translations: new texts are found, what is gone is dropped, what is compiled is read."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from ccvc.web import messages

PYTHON = """
from django.utils.translation import gettext, gettext_lazy as _, ngettext, pgettext
LABEL = _("Hồ sơ")
def f(n, name):
    gettext("Đã nhận " "đủ")
    gettext(name)
    pgettext("tháng", "Ba")
    return ngettext("{} người", "{} người", n)
"""
TEMPLATE = """{% load i18n %}
<p title="{% translate "Có dấu (ngoặc)" %}"></p>
<p>{% blocktranslate with n=count %}{{ n }} hồ sơ{% endblocktranslate %}</p>
{% translate "Tháng" context "lịch" as x %}<p>Không dịch</p>
"""


@pytest.fixture
def room(tmp_path: Path) -> Path:
    folder = tmp_path / "rooms" / "hall"
    (folder / "templates" / "x").mkdir(parents=True)
    (folder / "labels.py").write_text(PYTHON, encoding="utf-8")
    (folder / "templates" / "x" / "page.html").write_text(TEMPLATE, encoding="utf-8")
    return folder


def test_marked_texts_are_gathered(room: Path) -> None:
    assert set(messages.collect(room)) == {
        ("", "Hồ sơ", ""),
        ("", "Đã nhận đủ", ""),
        ("tháng", "Ba", ""),
        ("", "{} người", "{} người"),
        ("", "Có dấu (ngoặc)", ""),
        ("", "%(n)s hồ sơ", ""),
        ("lịch", "Tháng", ""),
    }


def test_an_update_keeps_english_and_drops_what_is_gone(room: Path) -> None:
    catalogue = messages.update(room)
    next(entry for entry in catalogue if entry.msgid == "Hồ sơ").msgstr = "Dossier"
    catalogue.save(str(room / messages.CATALOGUE))
    (room / "templates" / "x" / "page.html").unlink()
    again = {entry.msgid: entry.msgstr for entry in messages.update(room)}
    assert again["Hồ sơ"] == "Dossier"
    assert "Có dấu (ngoặc)" not in again
    assert "Hồ sơ" not in messages.missing(room)
    assert "Đã nhận đủ" in messages.missing(room)


def test_compiled_catalogues_are_read(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "ROOMS", room.parent)
    catalogue = messages.update(room)
    next(entry for entry in catalogue if entry.msgid == "Hồ sơ").msgstr = "Dossier"
    catalogue.save(str(room / messages.CATALOGUE))
    (compiled,) = messages.compile_catalogues()
    with compiled.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Hồ sơ") == "Dossier"
    assert messages.compile_catalogues() == []
