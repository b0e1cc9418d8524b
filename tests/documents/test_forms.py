"""Forms as data: which is in force, what they show, how what is missing and what is hostile stands on paper."""

from __future__ import annotations

import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ccvc import standard
from ccvc.documents import catalogue, composing, filling, typesetting
from ccvc.documents.composing import Drawn, Head, Issuer
from ccvc.documents.domain import dated, grouped, new_code, read_code
from ccvc.simulation.agencies import units_for
from ccvc.simulation.people import people
from tests.documents.office import picture, refused, run, tool
from tests.people import dossier

DAY = date(2026, 11, 22)
MOMENT = datetime(2026, 11, 22, 3, tzinfo=UTC)
CODE = new_code()
ADDRESS = "https://kiemtra.example.vn"


def laid_out(name: str, documents: list[Any], chosen: tuple[str, ...] = ()) -> bytes:
    form = catalogue.form(name)
    drawn = [Drawn(None, 1, one, 3, "") for one in documents]
    head = Head(
        Issuer("Ủy ban nhân dân tỉnh Nghệ An", "", "Nghệ An"),
        "7/SYLL-H41",
        DAY,
        ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"],
        "Nguyễn Thị Hồng Hạnh",
        ["Lưu: VT."],
        CODE,
    )
    content = composing.compose(form, drawn, catalogue.choices(form, chosen), head, MOMENT, DAY)
    return typesetting.typeset(content, MOMENT).pdf


def words_of(pdf: bytes, folder: Path) -> str:
    """The text a program reads out of a PDF, on one line."""
    file = folder / "laid-out.pdf"
    file.write_bytes(pdf)
    return " ".join(run("pdftotext", "-layout", file, "-").split())


@pytest.mark.parametrize(
    ("day", "category", "name"),
    [
        (date(2023, 5, 4), "CC", "2c-bnv-2008"),
        (date(2023, 5, 4), "VC", "hs02-vc-bnv"),
        (date(2023, 5, 5), "VC", "tt06-2023"),
        (date(2026, 6, 30), "CC", "tt06-2023"),
        (date(2026, 7, 1), "CC", "nd27-2026"),
    ],
)
def test_the_form_in_force_on_the_day_is_taken(day: date, category: str, name: str) -> None:
    assert catalogue.default("cv", day, category).name == name


def test_no_form_of_then_is_said() -> None:
    with refused("DOC-NO-FORM"):
        catalogue.default("cv", date(2005, 1, 1), "CC")
    with refused("DOC-FORM-UNKNOWN"):
        catalogue.form("2d")
    assert catalogue.offered("cv", DAY)[0].name == "nd27-2026"


def test_forms_show_each_item_the_standard_knows_of_them() -> None:
    for form, key in (("tt06-2023", "TT06-2023"), ("2c-bnv-2008", "2C-2008")):
        shown = {field.path for field in catalogue.fields_shown(catalogue.form(form), [])}
        asked = {path for path, field in standard.current().fields.items() if key in field.form_items}
        own_columns = {path for path in asked - shown if "[]" not in path}
        assert own_columns <= {
            "employment.managing_agency",
            "employment.unit_code",
            "employment.position",
            "education.political_theory",
            "education.state_management",
            "education.it_level",
            "affiliation.party_concurrent_position",
        }, own_columns


@pytest.mark.parametrize("name", [*catalogue.forms()])
def test_every_form_is_pdf_a_and_every_value_can_be_read_out(name: str, tmp_path: Path) -> None:
    person = next(people(5, "H41", units_for("H41", 20), 20)).document
    pdf = laid_out(name, [person])
    text = words_of(pdf, tmp_path)
    for value in (person["identity"]["full_name"], "KT. CHỦ TỊCH", "Nguyễn Thị Hồng Hạnh", grouped(CODE)):
        assert all(word in text or word.upper() in text for word in value.split()), value
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "ngày 22 tháng 11 năm 2026" in text
    form = catalogue.form(name)
    for block in filling.fill(form, person, form.choices[: form.chosen or None]) if not form.many else []:
        for part in block.get("parts", ()):
            for word in part["v"].split():
                assert word in text, (part, block)
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"/StructTreeRoot" in pdf


def test_what_people_typed_is_never_markup(tmp_path: Path) -> None:
    whole = {
        "standard": "2026-07",
        "identity": {"full_name": '#eval("1") *a* $x$ _b_ [c] <d> @e `f` \\n //g'},
    }
    text = words_of(laid_out("tt06-2023", [whole]), tmp_path)
    assert '#EVAL("1") *A* $X$ _B_ [C] <D> @E `F` \\N //G' in text


def test_none_unknown_and_not_given_are_three_things(tmp_path: Path) -> None:
    identity = {"religion": {"state": "none"}, "home_town": {"state": "unknown"}}
    text = words_of(laid_out("tt06-2023", [{"standard": "2026-07", "identity": identity}]), tmp_path)
    assert "7. Tôn giáo: Không 8." in text
    assert "5. Quê quán: Không rõ 6." in text
    assert "2. Các tên gọi khác: Chưa có dữ liệu 3." in text


def test_a_letter_no_font_has_is_refused_by_name() -> None:
    whole = {"standard": "2026-07", "identity": {"full_name": "Nguyễn 中 An"}}
    with pytest.raises(standard.Problem) as found:
        laid_out("tt06-2023", [whole])
    assert found.value.code == "DOC-LETTER"
    assert "U+4E2D" in found.value.message()


def test_ten_pages_sixty_rows_and_very_long_words_come_out_whole(tmp_path: Path) -> None:
    rows = [
        {
            "id": f"w{n}",
            "from": f"{1960 + n}-01",
            "unit_name": f"Đơn vị thứ {n} " + "rất dài " * 30,
            "position": "x" * 300,
        }
        for n in range(60)
    ]
    whole = {"standard": "2026-07", "identity": {"full_name": "Ă" * 100}, "career": {"work_history": rows}}
    pdf = laid_out("2c-tctw-98", [whole])
    file = tmp_path / "long.pdf"
    file.write_bytes(pdf)
    assert int(run("pdfinfo", file).partition("Pages:")[2].split()[0]) >= 10
    text = words_of(pdf, tmp_path)
    assert all(f"Đơn vị thứ {n} rất" in text for n in range(60))
    boxes = subprocess.run(
        [tool("pdftotext"), "-bbox", str(file), "-"], capture_output=True, text=True, check=True
    ).stdout
    right = [float(part.split('"')[1]) for part in boxes.split("xMax=")[1:]]
    assert max(right) < 210 / 25.4 * 72 - 30


def test_the_same_content_gives_the_same_bytes() -> None:
    whole = {"standard": "2026-07", "identity": {"full_name": "Nguyễn Văn An"}}
    assert laid_out("nd27-2026", [whole]) == laid_out("nd27-2026", [whole])


def test_the_qr_leads_to_the_public_check(tmp_path: Path, settings: Any) -> None:
    settings.CCVC_PUBLIC_ADDRESS = ADDRESS
    whole = {"standard": "2026-07", "identity": {"full_name": "Nguyễn Văn An"}}
    file = tmp_path / "qr.pdf"
    file.write_bytes(laid_out("xac-nhan", [whole]))
    run("pdftoppm", "-r", "150", "-png", file, tmp_path / "page")
    told = run("zbarimg", "-q", "--raw", *tmp_path.glob("page*.png"))
    assert told.split()[0] == f"{ADDRESS}/kiem-tra/{grouped(CODE)}"


def test_codes_are_read_as_people_type_them_and_mistakes_are_told() -> None:
    code = new_code()
    assert len({new_code() for _ in range(200)}) == 200
    assert read_code(f" {grouped(code).lower()} ") == code
    assert read_code(code[:-1]) is None
    assert read_code(code.replace(code[3], "1" if code[3] != "1" else "2")) is None
    swapped = code[:4] + code[5] + code[4] + code[6:]
    assert code[4] == code[5] or read_code(swapped) is None


def test_day_and_month_are_written_as_the_decree_asks() -> None:
    assert dated("Hà Nội", date(2026, 2, 3)) == "Hà Nội, ngày 03 tháng 02 năm 2026"
    assert dated("Hà Nội", date(2026, 3, 13)) == "Hà Nội, ngày 13 tháng 3 năm 2026"


def test_a_stamp_is_drawn_from_a_picture() -> None:
    content = {"name": "x", "width": 100, "height": 50, "size": 10, "ink": "#000000", "lines": []}
    assert typesetting.stamp(content | {"picture": list(picture())}).startswith(b"%PDF-1.7")


def test_every_letter_that_is_not_tried_first_is_in_our_fonts() -> None:
    printable = (chr(code) for code in range(0x20, 0x2100) if chr(code).isprintable())
    common = "".join(letter for letter in printable if typesetting.plain({"x": letter}))
    assert len(common) > 600
    assert {*"ĐđƠơƯưẠỹ–“”"} <= {*common}
    assert not typesetting.plain({"x": "中"})
    assert laid_out("tt06-2023", [dossier(other_names=common)])
