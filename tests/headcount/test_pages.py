"""The pages: assigned beside actual, and assigning through the form with every refusal beside it."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from ccvc.headcount.models import Assignment
from tests.people import AGENCY, OTHER_UNIT, UNIT, dossier, found_agency, kept

pytestmark = pytest.mark.django_db
FILLED = {
    "code": UNIT,
    "line": "civil_servants",
    "number": "3",
    "on": "01/01/2026",
    "until": "",
    "decision_number": "12/QĐ-UBND",
    "decided_on": "20/12/2025",
    "issuer": "Uỷ ban nhân dân tỉnh",
}


@pytest.fixture
def agency(db, tmp_path, settings):
    settings.CCVC_HOME, settings.CCVC_AGENCY = tmp_path, AGENCY
    return found_agency(tmp_path)


def text(response):
    return " ".join(response.content.decode().split())


def test_from_the_form_to_the_table(agency, client):
    kept(agency, dossier(1))
    client.force_login(agency.users["administrator"])
    shown = client.post(reverse("headcount:assign"), FILLED, follow=True)
    assert "Đã giao 3 chỗ." in text(shown)
    assert "12/QĐ-UBND" in text(shown)
    client.force_login(agency.users["officer"])
    table = text(client.get(reverse("headcount:overview")))
    row = table[table.index(f"Sở {UNIT}") :]
    assert "Được giao" in table
    cells = [cell.split(">")[1].split("<")[0] for cell in row.split("<td")[1:4]]
    assert cells == ["3", "1", "2"]
    assert "Giao biên chế" not in table.split("</nav>")[-1]  # an officer assigns nothing


def test_more_people_than_places_are_shown_and_marked(agency, client):
    for number in (1, 2):
        kept(agency, dossier(number))
    client.force_login(agency.users["administrator"])
    shown = text(client.post(reverse("headcount:assign"), FILLED | {"number": "1"}, follow=True))
    assert '-1 <span class="small">vượt</span>' in shown


def test_more_than_the_whole_has_is_refused_beside_the_form(agency, client):
    client.force_login(agency.users["administrator"])
    client.post(reverse("headcount:assign"), FILLED | {"code": AGENCY})
    answer = client.post(reverse("headcount:assign"), FILLED | {"code": OTHER_UNIT, "number": "4"})
    assert answer.status_code == 422
    assert "HC-ABOVE" in text(answer)
    assert 'value="4"' in text(answer)  # nothing typed is lost
    assert Assignment.objects.count() == 1


def test_a_form_that_lacks_something_says_what(agency, client):
    client.force_login(agency.users["administrator"])
    answer = client.post(reverse("headcount:assign"), FILLED | {"decision_number": "", "on": "31/02/2026"})
    assert answer.status_code == 422
    assert not Assignment.objects.exists()


def test_a_unit_out_of_reach_is_not_there(agency, client):
    client.force_login(agency.users["officer"])
    for unit in ("not-a-key", "00000000-0000-0000-0000-000000000001"):
        assert client.get(reverse("headcount:overview"), {"unit": unit}).status_code == 404


def test_the_workbook_holds_what_the_page_shows(agency, client):
    for number, category in ((1, "CC"), (2, "CC"), (3, "XA0")):
        document = dossier(number)
        document["employment"] |= {"category": category}
        kept(agency, document)
    client.force_login(agency.users["administrator"])
    client.post(reverse("headcount:assign"), FILLED)
    page = text(client.get(reverse("headcount:overview")))
    assert "Người hoạt động không chuyên trách ở cấp xã: <strong>1</strong>" in page
    answer = client.get(reverse("headcount:workbook"))
    assert answer["Content-Disposition"].endswith('.xlsx"')
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    found = {row[1]: row[2:5] for row in rows}
    assert found[f"Sở {UNIT}"] == [3, 2, 1]
    assert found["Người hoạt động không chuyên trách ở cấp xã"][1] == 1


def test_people_in_no_unit_below_have_a_row_of_their_own(agency, client):
    """The rows under a unit add up to it."""
    kept(agency, dossier(1))
    kept(agency, dossier(2), unit_code=AGENCY)
    client.force_login(agency.users["officer"])
    page = text(client.get(reverse("headcount:overview")))
    row = page[page.index("Trực thuộc, không ở đơn vị nào bên dưới") :]
    assert row.split("<td")[2].split(">")[1].startswith("1<")
