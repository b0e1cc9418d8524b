"""Tags and components, rendered."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from ccvc.standard import Difference, Problem
from ccvc.web import icons, states
from ccvc.web.examples import ExampleForm


def render(source: str, **context: Any) -> str:
    return Template("{% load ccvc %}" + source).render(Context(context))


def test_field_values_are_told_apart() -> None:
    assert "12/03/1985" in render('{% field_value "identity.birth_date" "1985-03-12" %}')
    assert ">Nữ<" in render('{% field_value "identity.sex" "2" %}')
    assert "value--absent" in render('{% field_value "identity.religion" None %}')
    none = render('{% field_value "identity.religion" value %}', value={"state": "none"})
    assert "value--state" in none
    assert "Không có" in none


def test_what_a_person_wrote_is_never_markup() -> None:
    evil = "<script>alert(1)</script>"
    for source in (
        '{% field_value "identity.full_name" evil %}',
        "{% person evil sub=evil %}",
        "{% badge evil text=evil %}",
        "{% fingerprint evil %}",
        "{% panel title=evil %}{{ evil }}{% endpanel %}",
        "{% empty evil text=evil %}",
        '{% icon "search" label=evil %}',
        "{% bars rows %}",
    ):
        html = render(source, evil=evil, rows=[(evil, 1)])
        assert "<script>" not in html, source
        assert "&lt;script&gt;" in html, source


def test_labels_follow_the_language() -> None:
    assert render('{% label "identity.sex" %}') == "Giới tính"
    with override("en"):
        assert render('{% label "identity.sex" %}') == "Sex"
        assert render('{% in_language "Mã" "Code" %}') == "Code"
        assert render('{% in_language "Mã" "" %}') == "Mã"


@pytest.mark.parametrize("state", states.LOOKS)
def test_every_state_has_a_word_and_a_known_tone(state: str) -> None:
    look = states.look(state)
    html = render("{% badge state %}", state=state)
    assert str(look.label) in html
    assert look.tone in {"neutral", "info", "good", "warn", "bad", "gold"}
    assert not look.icon or look.icon in icons.icons()


def test_an_icon_without_a_label_is_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in render('{% icon "search" %}')
    labelled = render('{% icon "search" label="Tìm" %}')
    assert 'role="img" aria-label="Tìm"' in labelled
    with pytest.raises(KeyError):
        render('{% icon "no-such-icon" %}')


def test_a_problem_says_what_to_do_next() -> None:
    problem = Problem("ACC-DENIED", where="H38.12", right="đọc hồ sơ", right_en="read a dossier")
    html = render("{% problem fault %}", fault=problem)
    assert problem.message() in html
    assert problem.next_step() in html
    assert "ACC-DENIED" in html
    assert render("{% problem fault %}", fault=problem.as_json()) == html
    assert "H38.12" in html
    problem.where = "unit_code"
    assert "unit_code" not in render("{% problem fault %}", fault=problem)


def test_a_difference_shows_both_sides_and_spreads_a_new_row() -> None:
    html = render(
        "{% difference differences %}",
        differences=[
            Difference("identity.birth_date", "1985", "1985-03-12"),
            Difference("education.degrees[d1]", None, {"id": "d1", "major": "Luật"}),
        ],
    )
    assert "<del>1985</del>" in html
    assert "<ins>12/03/1985</ins>" in html
    assert "Thêm mới" in html
    assert "<ins>Luật</ins>" in html
    assert ">d1<" not in html


def test_the_cells_of_a_row_stand_in_the_order_of_the_standard() -> None:
    row = {"from": "2010", "id": "d1", "major": "Luật", "no_such_field": "lạ", "to": "2014"}
    html = render(
        "{% difference differences %}", differences=[Difference("education.degrees[d1]", row, None)]
    )
    assert re.findall("<del>([^<]+)</del>", html) == ["2010", "2014", "Luật", "lạ"]


def test_pages_keep_the_rest_of_the_address() -> None:
    request = RequestFactory().get("/", {"q": "hòa", "page": "2"})
    page = Paginator(range(300), 50).get_page(2)
    html = render("{% pagination page %}", page=page, request=request)
    assert 'href="?q=h%C3%B2a&amp;page=3"' in html
    assert 'aria-current="page" href="?q=h%C3%B2a&amp;page=2"' in html
    assert "pagination" not in render(
        "{% pagination page %}", page=Paginator([1], 50).get_page(1), request=request
    )


def test_a_breadcrumb_ends_at_the_page_itself() -> None:
    html = render('{% breadcrumb "Hồ sơ" "/dossiers/" "Nguyễn Văn An" %}')
    assert '<a href="/dossiers/">Hồ sơ</a>' in html
    assert '<li aria-current="page">Nguyễn Văn An</li>' in html


def test_a_faulty_field_names_its_error() -> None:
    form = ExampleForm({"name": ""})
    html = render(
        "{% form_errors form %}{% for field in form %}{% form_field field %}{% endfor %}", form=form
    )
    assert 'href="#id_name"' in html
    assert 'aria-describedby="id_name_hint id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<legend class="field__label">Giới tính' in html


def test_filters_work_without_scripts() -> None:
    request = RequestFactory().get("/people/", {"q": "an"})
    html = render('{% filters placeholder="Tìm" value="an" %}<b>x</b>{% endfilters %}', request=request)
    assert 'method="get" action="/people/"' in html
    assert 'value="an"' in html
    assert "<b>x</b>" in html


def test_a_page_without_a_heading_is_headed_by_its_title() -> None:
    page = '{% extends "web/fragment.html" %}{% block title %}Hồ sơ {{ name }}{% endblock %}'
    assert "<h1>Hồ sơ &lt;An&gt;</h1>" in Template(page).render(Context({"name": "<An>"}))
    headed = page + "{% block heading %}Khác{% endblock %}"
    assert "<h1>Khác</h1>" in Template(headed).render(Context({"name": "An"}))
