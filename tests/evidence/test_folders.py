"""Many papers at once: a folder or a ZIP named by personal numbers, an index, and what matched nobody."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from ccvc.evidence.folders import Report, attach_folder
from ccvc.evidence.models import Attachment
from ccvc.ledger.verification import verify
from ccvc.standard.problems import Problem
from tests import people
from tests.evidence import samples
from tests.people import Agency

FIRST, SECOND, NOBODY = "040085000001", "040085000002", "040085999999"
FILES = {
    f"{FIRST}.pdf": samples.pdf("1"),
    f"{FIRST} Quyết định 12.png": samples.png(),
    f"lớp A/{SECOND}_2C.doc": samples.doc(),
    f"{NOBODY}.pdf": samples.pdf("2"),
    "Nguyễn Văn An.pdf": samples.pdf("3"),
    f"{SECOND}.pdf": samples.pdf(trailer="/Encrypt 1 0 R"),
}
INDEX = [
    ["Tệp", "Loại", "Số", "Ngày", "Cơ quan cấp", "Người ký"],
    [f"{FIRST} Quyết định 12.png", "Quyết định", "12/QĐ-SNV", "07/03/2026", "Sở Nội vụ", "Trần Văn B"],
    [f"{SECOND}_9.pdf", "", "", "", "", ""],
]


def folder(place: Path) -> Path:
    for name, content in FILES.items():
        file = place / "giấy tờ" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return place / "giấy tờ"


def archive(place: Path) -> Path:
    with zipfile.ZipFile(place / "giấy tờ.zip", "w") as packed:
        for name, content in FILES.items():
            packed.writestr(name, content)
    return place / "giấy tờ.zip"


def index_csv(place: Path) -> Path:
    (place / "bảng kê.csv").write_text("\n".join(";".join(row) for row in INDEX), encoding="utf-8-sig")
    return place / "bảng kê.csv"


def index_xlsx(place: Path) -> Path:
    with xlsxwriter.Workbook(place / "bảng kê.xlsx") as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(INDEX):
            sheet.write_row(number, 0, row)
        sheet.write_datetime(1, 3, date(2026, 3, 7), book.add_format({"num_format": "dd/mm/yyyy"}))
    return place / "bảng kê.xlsx"


def report_of(done: Report) -> tuple[int, int, list[str], list[tuple[str, str]], list[str]]:
    return (
        done.attached,
        done.already,
        done.unmatched,
        [(one.file, one.code) for one in done.refused],
        done.missing,
    )


@pytest.mark.parametrize(("packed", "index"), [(folder, index_csv), (archive, index_xlsx)])
def test_files_find_their_people_and_the_report_names_the_others(
    agency: Agency, tmp_path: Path, packed: Any, index: Any
) -> None:
    for number in (1, 2):
        people.kept(agency, people.dossier(number))
    officer, place, listed = agency.subject("officer"), packed(tmp_path), index(tmp_path)
    others = (
        [f"{NOBODY}.pdf", "Nguyễn Văn An.pdf"],
        [(f"{SECOND}.pdf", "EVI-ENCRYPTED")],
        [f"{SECOND}_9.pdf"],
    )
    assert report_of(attach_folder(officer, place, "04", index=listed)) == (3, 0, *others)
    decision = Attachment.objects.get(kind="01")
    assert (decision.number, decision.issued_on, decision.issuer, decision.signer) == (
        "12/QĐ-SNV",
        date(2026, 3, 7),
        "Sở Nội vụ",
        "Trần Văn B",
    )
    assert {a.kind for a in Attachment.objects.all()} == {"01", "04"}
    assert report_of(attach_folder(officer, place, "04", index=listed)) == (0, 3, *others)
    assert Attachment.objects.count() == 3
    assert verify().ok


def test_people_out_of_reach_are_like_people_who_are_not_there(agency: Agency, tmp_path: Path) -> None:
    people.kept(agency, people.dossier())
    done = attach_folder(agency.subject("stranger"), folder(tmp_path), "04")
    assert (done.attached, done.refused, len(done.unmatched)) == (0, [], len(FILES))


def test_what_cannot_be_read_at_all_is_said_before_anything_is_attached(
    agency: Agency, tmp_path: Path
) -> None:
    officer, place = agency.subject("officer"), folder(tmp_path)
    (tmp_path / "no.zip").write_bytes(b"PK\x03\x04 no")
    bad = tmp_path / "no.csv"
    bad.write_text("Họ tên,Số\nAn,1\n", encoding="utf-8")
    unknown = tmp_path / "kind.csv"
    unknown.write_text("Tệp,Loại\na.pdf,Bùa\n", encoding="utf-8")
    for where, index, code in (
        (tmp_path / "gone", None, "EVI-FOLDER"),
        (tmp_path / "no.zip", None, "EVI-FOLDER"),
        (place, bad, "EVI-INDEX"),
        (place, unknown, "EVI-INDEX"),
    ):
        with pytest.raises(Problem) as caught:
            attach_folder(officer, where, "04", index=index)
        assert caught.value.code == code
    assert not Attachment.objects.exists()
