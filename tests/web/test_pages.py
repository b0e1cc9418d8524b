"""Pages of this room: entry, standard, gallery, errors; headers on each."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils.translation import get_language

from ccvc.access.actions import grant_role
from ccvc.access.domain import EVERYWHERE, Subject
from ccvc.accounts.models import User
from ccvc.web import views
from ccvc.web.messages import compile_catalogues
from ccvc.web.middleware import HEADERS, LanguageMiddleware, SecurityHeadersMiddleware
from ccvc.web.tags.values import field_value

pytestmark = pytest.mark.django_db


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def synthetic(settings: Any) -> None:
    settings.CCVC_SYNTHETIC = True


@pytest.fixture
def officer(client: Client) -> Client:
    user = User.objects.create(username="officer", full_name="Nguyễn Thị Hòa")
    grant_role(
        Subject.system("test"),
        user=user,
        role="officer",
        unit_code=EVERYWHERE,
        valid_from=date(2025, 7, 1),
        basis="QĐ 1/QĐ-TEST",
    )
    client.force_login(user)
    return client


def test_the_entry_page_needs_a_sign_in(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in")


def test_the_entry_page_offers_what_the_role_may_do(officer: Client) -> None:
    page = text_of(officer.get("/"))
    assert "Xin chào, Nguyễn Thị Hòa" in page
    assert "Cán bộ tổ chức" in page
    assert "mọi đơn vị" in page
    assert 'href="/standard/"' in page
    assert "Phê duyệt và ký số" not in page
    assert "Tìm người trong toàn quốc" not in page


def test_every_page_carries_the_headers(client: Client, synthetic: None) -> None:
    for address in ("/design", "/standard/", "/sign-in", "/no/such/page"):
        response = client.get(address)
        for name, value in HEADERS.items():
            assert response[name] == value, (address, name)
        assert response["Cache-Control"]
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


def test_a_view_may_set_its_own_header() -> None:
    def view(_request: Any) -> HttpResponse:
        return HttpResponse(headers={"Cache-Control": "max-age=60"})

    response = SecurityHeadersMiddleware(view)(RequestFactory().get("/"))
    assert response["Cache-Control"] == "max-age=60"


def test_pages_hold_nothing_the_policy_forbids(client: Client, synthetic: None) -> None:
    for address in ("/design", "/standard/", "/standard/codes/provinces"):
        page = text_of(client.get(address))
        for forbidden in (" style=", "<style", "onclick", "javascript:", "https://"):
            assert forbidden not in page, (address, forbidden)


def test_the_gallery_is_closed_where_people_are_real(client: Client, settings: Any) -> None:
    settings.CCVC_SYNTHETIC = False
    assert client.get("/design").status_code == 404
    settings.CCVC_SYNTHETIC = True
    page = text_of(client.get("/design"))
    assert "Dữ liệu giả lập" in page
    for part in (
        "bars__fill",
        "pyramid__bar",
        "timeline__item",
        "steps__item--current",
        "<dialog",
        "field--faulty",
    ):
        assert part in page


def test_real_data_carries_no_banner(client: Client, settings: Any) -> None:
    settings.CCVC_SYNTHETIC = False
    assert "Dữ liệu giả lập" not in text_of(client.get("/standard/"))


def test_a_part_asked_for_by_htmx_comes_without_the_frame(client: Client) -> None:
    whole = text_of(client.get("/standard/?q=luong"))
    part = text_of(client.get("/standard/?q=luong", headers={"HX-Request": "true"}))
    assert "<html" in whole
    assert "<html" not in part
    assert 'id="results"' in part
    boosted = client.get("/standard/", headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert "<html" in text_of(boosted)


@pytest.mark.parametrize("query", ["lương", "luong", "LUONG"])
def test_the_standard_is_searched_with_or_without_tones(client: Client, query: str) -> None:
    page = text_of(client.get("/standard/", {"q": query}))
    assert 'id="employment.salary_coefficient"' in page
    assert 'id="identity.full_name"' not in page


def test_the_standard_is_narrowed(client: Client) -> None:
    page = text_of(client.get("/standard/", {"sensitivity": "sensitive", "owner": "health"}))
    assert "0 trong" in page or 'id="health.' in page
    assert 'id="identity.full_name"' not in page
    assert "Không có trường nào khớp" in text_of(client.get("/standard/", {"q": "zzz không có"}))


def test_the_schema_is_published(client: Client) -> None:
    response = client.get("/standard/schema.json")
    schema = json.loads(response.content)
    assert response["Content-Type"].startswith("application/schema+json")
    assert "identity" in schema["properties"]
    national = json.loads(client.get("/standard/schema.json?part=national").content)
    assert len(json.dumps(national)) < len(json.dumps(schema))


def test_a_large_list_comes_in_pages_and_as_a_file(client: Client) -> None:
    page = text_of(client.get("/standard/codes/communes?q=hoa+tien"))
    assert "20326" in page
    assert "Xã Hòa Tiến" in page
    assert "Huyện Hòa Vang" in page
    assert "page=2" in text_of(client.get("/standard/codes/communes"))
    lines = text_of(client.get("/standard/codes/communes.csv")).splitlines()
    assert len(lines) == 1 + 13_356
    assert lines[0].endswith(",certainty,parent")
    assert client.get("/standard/codes/nothing.csv").status_code == 404


def test_units_are_offered_while_a_place_is_typed(client: Client) -> None:
    options = text_of(client.get("/standard/places", {"home_town_text": "xã hòa tiến, hòa vang"}))
    assert 'value="Xã Hòa Tiến, Huyện Hòa Vang, Thành phố Đà Nẵng"' in options
    assert "đến 30/06/2025" in options
    assert 'value="Không rõ"' in text_of(client.get("/standard/places", {"home_town_text": "khong ro"}))
    assert client.get("/standard/places").status_code == 200


def test_an_old_place_shows_what_it_is_today() -> None:
    old = {"text": "xã Hòa Tiến, huyện Hòa Vang", "code": "20326", "code_date": "2025-06-30"}
    assert "(nay thuộc Xã Hòa Tiến, Thành phố Đà Nẵng)" in field_value("identity.home_town", old)
    today = {"text": "tỉnh Nghệ An", "code": "40", "code_date": "2025-06-30"}
    assert "nay thuộc" not in field_value("identity.home_town", today)


def test_a_code_list_is_shown_as_it_was_on_a_day(client: Client) -> None:
    assert "provinces" in text_of(client.get("/standard/codes/"))
    now = text_of(client.get("/standard/codes/provinces?on=2025-07-01"))
    before = text_of(client.get("/standard/codes/provinces?on=2025-06-30"))
    assert "34 trong" in now
    assert "63 trong" in before
    assert "Hà Giang" in before
    assert "Hà Giang" not in now
    assert client.get("/standard/codes/nothing").status_code == 404
    assert client.get("/standard/codes/provinces?on=hôm+qua").status_code == 200


def test_the_look_is_kept_and_only_goes_back_home(client: Client) -> None:
    response = client.post("/theme", {"theme": "dark", "next": "/standard/"})
    assert response["Location"] == "/standard/"
    assert 'data-theme="dark"' in text_of(client.get("/standard/"))
    back = client.post("/theme", {"theme": "dark"}, headers={"Referer": "http://testserver/standard/?q=an"})
    assert back["Location"] == "http://testserver/standard/?q=an"
    away = client.post("/theme", {"theme": "neon", "next": "https://example.org/"})
    assert away["Location"] == "/"
    assert client.cookies["ccvc_theme"].value == "dark"
    assert client.get("/theme").status_code == 405


def test_the_language_is_switched(client: Client) -> None:
    compile_catalogues()
    client.post("/language", {"language": "en", "next": "/standard/"})
    page = text_of(client.get("/standard/"))
    assert '<html lang="en"' in page
    assert "Full name at birth" in page


def test_the_browsers_language_does_not_decide() -> None:
    def view(_request: Any) -> HttpResponse:
        return HttpResponse(get_language())

    middleware = LanguageMiddleware(view)
    request = RequestFactory(headers={"Accept-Language": "en"}).get("/")
    assert text_of(middleware(request)) == "vi"
    request.COOKIES["django_language"] = "en"
    assert text_of(middleware(request)) == "en"
    request.COOKIES["django_language"] = "xx"
    assert middleware(request)["Content-Language"] == "vi"


def test_a_missing_page_says_what_to_do(client: Client) -> None:
    response = client.get("/no/such/<b>page</b>")
    page = text_of(response)
    assert response.status_code == 404
    assert "Không có trang này" in page
    assert "<b>page</b>" not in page


def test_error_pages_stand_alone() -> None:
    request = RequestFactory().get("/")
    assert "Hệ thống gặp lỗi" in text_of(views.server_error(request))
    assert views.server_error(request).status_code == 500
    assert views.forbidden(request, Exception()).status_code == 403


def test_a_form_sent_from_elsewhere_is_explained() -> None:
    response = Client(enforce_csrf_checks=True).post("/theme", {"theme": "dark"})
    assert response.status_code == 403
    assert "Trang đã để lâu" in text_of(response)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/standard/openapi.json", "application/json; charset=utf-8"),
        ("/standard/example.json?part=national", "application/json; charset=utf-8"),
        ("/standard/schema.json?version=2023-05", "application/schema+json; charset=utf-8"),
        ("/standard/dictionary.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_the_standard_comes_as_files_for_programs(client: Client, address: str, kind: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.headers["Content-Type"]) == (200, kind)


def test_an_older_version_is_read_in_its_own_words(client: Client) -> None:
    page = text_of(client.get("/standard/?version=2023-05&q=bổ nhiệm lại"))
    assert "Ngày bổ nhiệm lại, phê chuẩn nhiệm kỳ tiếp theo" in page
    assert client.get("/standard/?version=1999-01").status_code == 404


def test_the_changes_between_versions_are_told(client: Client) -> None:
    page = text_of(client.get("/standard/changes/"))
    assert "Từ 2023-05 đến 2026-07" in page
    assert "career.planned_position" in page
