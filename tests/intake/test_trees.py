"""XML files: what is a person, what a column; and what no file may do to the node that reads it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from ccvc.intake import reading
from ccvc.intake.trees import Tree, is_xml, parsing, planning
from ccvc.standard.problems import Problem

PERSON = "<n><HoTen>Nguyễn Văn An</HoTen><NgaySinh>07/03/1985</NgaySinh><SoCCCD>{n:012}</SoCCCD></n>"


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / "danh-sach.xml"
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return path

    return write


Write = Callable[..., Path]


def rows(path: Path, sheet: int = 0) -> list[list[object]]:
    with reading.opened(path, path.name) as source:
        return [list(cells) for _, cells in source.rows(source.sheets[sheet])]


def refused(path: Path) -> str:
    with pytest.raises(Problem) as caught:
        rows(path)
    return caught.value.code


# What is what


def test_people_who_stand_in_units_keep_what_the_unit_says(written: Write) -> None:
    people = [PERSON.format(n=n) for n in range(3)]
    path = written(
        f"<a><u Ma='1'><DonVi>Phòng A</DonVi>{people[0]}{people[1]}</u><u><DonVi>Phòng B</DonVi>{people[2]}</u></a>"
    )
    found = rows(path)
    assert found[0] == ["HoTen", "NgaySinh", "SoCCCD", "u Ma", "u DonVi"]
    assert [row[3:] for row in found[1:]] == [["1", "Phòng A"], ["1", "Phòng A"], [None, "Phòng B"]]


def test_a_name_that_stands_in_the_last_record_alone_is_a_column(written: Write) -> None:
    path = written(f"<a>{PERSON.format(n=1)}<n><HoTen>B</HoTen><Email>b@x.vn</Email></n></a>")
    assert rows(path)[0] == ["HoTen", "NgaySinh", "SoCCCD", "Email"]


def test_two_fields_of_one_name_are_told_by_their_way(written: Write) -> None:
    path = written(
        "<a>"
        + "<n><HoTen>A</HoTen><NoiSinh><Xa>1</Xa></NoiSinh><QueQuan><Xa>2</Xa></QueQuan></n>" * 2
        + "</a>"
    )
    assert rows(path)[:2] == [["HoTen", "NoiSinh Xa", "QueQuan Xa"], ["A", "1", "2"]]


def test_a_text_that_repeats_is_one_field_of_several_values(written: Write) -> None:
    path = written(
        "<a>" + "<n><HoTen>A</HoTen><NgaySinh>1985</NgaySinh><NN>Anh</NN><NN>Pháp</NN></n>" * 2 + "</a>"
    )
    assert rows(path)[1] == ["A", "1985", "Anh; Pháp"]


def test_the_number_is_told_by_its_digits_where_its_name_says_nothing(written: Write) -> None:
    rest = "<Q><B><T>x</T></B><B><T>y</T></B></Q><Khoa>001085000001</Khoa>"
    one = f"<n><HoTen>A</HoTen><NgaySinh>1985</NgaySinh>{rest}</n>"
    path = written(f"<a>{one * 2}</a>")
    assert rows(path, 1) == [["Khoa", "T"], *[["001085000001", "x"], ["001085000001", "y"]] * 2]


def test_more_than_one_list_in_a_file_gives_more_than_one_sheet(written: Write) -> None:
    path = written(f"<a>{PERSON.format(n=1)}{PERSON.format(n=2)}<m><Ma>1</Ma></m><m><Ma>2</Ma></m></a>")
    assert rows(path, 1) == [["Ma"], ["1"], ["2"]]


@pytest.mark.parametrize(
    ("start", "xml"),
    [
        (b"<?xml version='1.0'?><a/>", True),
        (b"\xef\xbb\xbf\n<DanhSach>", True),
        ("<?xml version='1.0'?>".encode("utf-16"), True),
        ("<?xml version='1.0'?>".encode("utf-16-le"), True),
        (b"<!-- ghi chu --><a/>", True),
        (b"STT;Ho ten\r\n1;<An>", False),
        (b"", False),
    ],
)
def test_xml_is_told_by_its_beginning(start: bytes, xml: bool) -> None:  # noqa: FBT001 - what is expected
    assert is_xml(start) is xml


def test_a_page_of_the_web_is_still_no_list(written: Write) -> None:
    assert refused(written("<html><body><table></table></body></html>")) == "INT-NOT-SPREADSHEET"


# What no file may do


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "INT-XML-DTD"),
        ('<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>', "INT-XML-DTD"),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>', "INT-XML-DTD"),
        ("<a>&b;</a>", "INT-XML-BROKEN"),
        ("<a><b></a>", "INT-XML-BROKEN"),
        (f"<a>{PERSON.format(n=1)}", "INT-XML-BROKEN"),
        ("<a>" * (parsing.DEEPEST + 1), "INT-XML-DEEP"),
        (f"<a>{'x' * (parsing.LONGEST_VALUE + 1)}</a>", "INT-XML-LONG"),
        (f"<a b='{'x' * (parsing.LONGEST_VALUE + 1)}'/>", "INT-XML-LONG"),
        ("<a " + " " * (2 * parsing.LONGEST_TAG), "INT-XML-LONG"),
        ("<a>" + "".join(f"<x{n}/>" for n in range(planning.MOST_NAMES + 1)) + "</a>", "INT-XML-WIDE"),
        ("<a/>", "INT-XML-NO-PERSONS"),
        ("<a><b>1</b></a>", "INT-XML-NO-PERSONS"),
        (f"<Workbook xmlns='{planning.EXCEL}'><Worksheet/></Workbook>", "INT-XML-EXCEL"),
        (b'<?xml version="1.0" encoding="EBCDIC"?><a/>', "INT-XML-ENCODING"),
        (b'<?xml version="1.0" encoding="UTF-8"?><a>\xff</a>', "INT-XML-ENCODING"),
    ],
)
def test_what_is_refused(written: Write, content: str | bytes, code: str) -> None:
    assert refused(written(content)) == code


def test_a_person_without_end_is_refused(written: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccvc.intake.trees.source.MOST_IN_RECORD", 100)
    one = "<n><HoTen>A</HoTen><NgaySinh>1985</NgaySinh>" + "<t><u>1</u></t>" * 100 + "</n>"
    assert refused(written(f"<a>{one}{one}</a>")) == "INT-XML-RECORD"


def peak_of(path: Path, rows: int) -> int:
    """Most bytes held at once while the rows of the file are read."""
    tracemalloc.start()
    try:
        assert sum(1 for _ in Tree(path, path.name).rows("n")) == rows + 1
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(written: Write) -> None:
    peaks, sizes = [], []
    for people in (100, 5_000, 25_000):  # what the first keeps for good is not the file's
        path = written("<a>" + "".join(PERSON.format(n=n) for n in range(people)) + "</a>")
        peaks.append(peak_of(path, people))
        sizes.append(path.stat().st_size)
    assert peaks[2] - peaks[1] < (sizes[2] - sizes[1]) // 2


def test_the_first_rows_are_had_without_reading_on(written: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Tree(written("<a>" + PERSON.format(n=1) * 10_000 + "</a>"), "a.xml")
    pieces = 0

    def counted(*given: Any) -> Iterator[None]:
        nonlocal pieces
        for _ in parsing.listen(*given):
            pieces += 1
            yield

    monkeypatch.setattr("ccvc.intake.trees.source.listen", counted)
    assert len(list(islice(source.rows("n", few=True), 5))) == 5
    assert pieces == 1
