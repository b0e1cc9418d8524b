"""The pages: a proposal by form and by file, the result with what bars first, and every look recorded."""

from __future__ import annotations

import io
import json

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from ccvc.access.models import AccessLog
from ccvc.proposals.models import Proposal
from tests.candidates.world import NAMES
from tests.proposals.test_checking import NUMBERS

pytestmark = pytest.mark.django_db
NEW = "/proposals/new/"
FILLED = {
    "agency": "Sở Nội vụ",
    "document_number": "12/TTr-SNV",
    "document_date": "20/11/2026",
    "position": "Phó Giám đốc Sở",
    "act": "higher",
    "on": "",
}


@pytest.fixture
def client(agency):
    client = Client()
    client.force_login(agency.users["officer"])
    return client


def text(response):
    return " ".join(response.content.decode().split())


def file(name, content):
    raw = content if isinstance(content, bytes) else content.encode()
    return SimpleUploadedFile(name, raw)


def test_from_the_form_to_the_page_with_what_bars_first(client, agency):
    said = {"personal_id": NUMBERS["barred"], "full_name": NAMES["barred"], "claim-disciplines": "Không"}
    answer = client.post(NEW, FILLED | said, follow=True)
    page = text(answer)
    assert page.index("Không được thực hiện") < page.index("Nội dung đề nghị bên cạnh hồ sơ")
    assert "Khác</span>" in page
    assert "<mark>Không</mark>" in page  # marked on paper too, where no colour is
    assert "Cảnh cáo" in page
    look = AccessLog.objects.latest("pk")
    assert look.act == "view"
    assert look.purpose == "Đối chiếu đề nghị bổ nhiệm: 12/TTr-SNV, Sở Nội vụ"
    assert "12/TTr-SNV" in text(client.get("/proposals/"))
    other = Client()
    other.force_login(agency.users["verifier"])
    assert other.get(answer.request["PATH_INFO"]).status_code == 404


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_from_a_file_of_any_kind(client, kind):
    head = "Số định danh cá nhân,Họ và tên,Trình độ chuyên môn,Cột lạ\n"
    rows = f"{NUMBERS['good']},{NAMES['good']},Thạc sĩ,x\n{NUMBERS['low'][1:]},{NAMES['low']},Thạc sĩ,x\n"
    contents = {
        "csv": head + rows,
        "json": json.dumps(
            [
                {"personal_id": NUMBERS["good"], "full_name": NAMES["good"], "highest_level": "Thạc sĩ"},
                {
                    "personal_id": NUMBERS["low"],
                    "full_name": NAMES["low"],
                    "highest_level": "Thạc sĩ",
                    "x": {},
                },
            ]
        ),
        "xlsx": None,
    }
    content = contents[kind] or _workbook(client)
    client.post(NEW, FILLED | {"file": file(f"a.{kind}", content)})
    people = Proposal.objects.get().people.order_by("place")
    assert [(row.finding, row.differing) for row in people] == [("found", 0), ("found", 1)]


def _workbook(client):
    """The template as an office fills it in."""
    heads = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/proposals/template.xlsx").content))
    names = heads.get_sheet_by_index(0).to_python()[0]
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, names)
        for place, name in enumerate(("good", "low"), start=1):
            sheet.write_number(place, 0, int(NUMBERS[name]))
            sheet.write_string(place, 1, NAMES[name])
            sheet.write_string(place, names.index("Trình độ chuyên môn"), "Thạc sĩ")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 broken", b"\xff\xfe\x00", b"a,b\n1,2\n", b"[1, 2]", b'{"a": 1}', b"[" * 100_000],
)
@pytest.mark.parametrize("name", ["a.json", "a.csv"])
def test_a_file_that_is_none_is_refused_in_words_and_what_was_filled_in_stays(client, name, content):
    answer = client.post(NEW, FILLED | {"file": file(name, content)})
    assert answer.status_code == 422
    assert "12/TTr-SNV" in text(answer)
    assert not Proposal.objects.exists()


def test_what_is_written_is_shown_as_written(client):
    said = {"personal_id": NUMBERS["good"], "full_name": "<script>alert(1)</script>"}
    page = text(client.post(NEW, FILLED | said, follow=True))
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
