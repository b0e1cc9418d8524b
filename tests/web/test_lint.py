"""The template lint finds each planted fault, at its line, and nothing in the project's own templates."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent.parent / "scripts" / "lint_templates.py"
CLEAN = """{% extends layout %}
{% comment %}style="x" and UBND in a comment are nobody's business{% endcomment %}
<form method="post" action="{% url "a:UBND" %}">{% csrf_token %}<p>{{ unit.QĐ }}</p></form>
<form method="get"><img src="{% static "x.png" %}" alt=""></form>
<script src="{% static "web/ccvc.js" %}" defer></script>
<p data-label="on=1">Quyết định số 1; mã HT-TT-2 là dữ liệu</p>
"""
PLANTED = {
    "inline style": '<p style="color: red">Chữ</p>',
    "inline style; use": "<style>p {}</style>",
    "inline script": "<script>alert(1)</script>",
    "inline handler": '<button onclick="go()">Đi</button>',
    "inline handler; use": '<p hx-on:click="go()">x</p>',
    "inline handler; use a data-": '<a href="javascript:go()">x</a>',
    "picture without a text": '<img src="{% static "x.png" %}">',
    "posted form without its token": '<form class="form" method="post"><p>x</p></form>',
    "fetched from elsewhere": '<script src="https://cdn.example.org/x.js"></script>',
    "abbreviation UBND; write “Ủy ban nhân dân”": "<p>Chủ tịch UBND tỉnh</p>",
    "abbreviation CBCCVC": '{% translate "Danh sách CBCCVC" %}',
    "abbreviation QĐ": '<input placeholder="Số QĐ">',
    "abbreviation CCCD": '{% panel title="Thẻ CCCD" %}{% endpanel %}',
    "keep a template under 100": "<p>dòng</p>\n" * 100,
}


def lint(file: Path) -> tuple[int, str]:
    done = subprocess.run([sys.executable, SCRIPT, file], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(tmp_path: Path, fault: str) -> None:
    file = tmp_path / "page.html"
    file.write_text(f"{CLEAN}{PLANTED[fault]}\n", encoding="utf-8")
    code, said = lint(file)
    assert code == 1
    assert f"page.html:{7 if 'under' not in fault else 107}: " in said
    assert fault in said
    assert len(said.splitlines()) == 1


def test_a_clean_template_passes(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(CLEAN, encoding="utf-8")
    assert lint(tmp_path) == (0, "")


def test_the_rooms_own_templates_pass() -> None:
    assert lint(SCRIPT.parent.parent / "ccvc" / "web" / "templates") == (0, "")
