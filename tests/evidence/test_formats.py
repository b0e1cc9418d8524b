"""A file is told by its content: its kind, whether it is whole, whether it can be read, whether it can do anything."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccvc.evidence.formats import recognise
from ccvc.standard.problems import Problem
from tests.evidence import samples


def refused(content: bytes) -> str:
    with pytest.raises(Problem) as caught:
        recognise(content)
    assert caught.value.message("vi")
    return caught.value.code


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (samples.pdf(), "pdf"),
        (samples.jpeg(), "jpg"),
        (samples.png(), "png"),
        (samples.tiff("<"), "tif"),
        (samples.tiff(">"), "tif"),
        (samples.docx(), "docx"),
        (samples.doc(), "doc"),
    ],
)
def test_each_kind_is_told_by_its_content(content: bytes, name: str) -> None:
    assert recognise(content).name == name


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"MZ\x90\x00" + bytes(100),
        b"%!PS-Adobe-3.0",
        samples.docx(document=False),
        samples.docx(document=False, more={"xl/workbook.xml": b"<workbook/>"}),
        samples.doc("Workbook"),
        samples.EICAR,
    ],
    ids=["html", "exe", "ps", "zip", "xlsx", "xls", "eicar"],
)
def test_other_kinds_are_refused_whatever_their_name(content: bytes) -> None:
    assert refused(content) == "EVI-TYPE"


def test_an_empty_file_is_refused() -> None:
    assert refused(b"") == "EVI-EMPTY"


@pytest.mark.parametrize(
    "content",
    [
        samples.docx(macros="part"),
        samples.docx(macros="type"),
        samples.docx(more={"word/activeX/activeX1.bin": b"\0"}),
        samples.doc("WordDocument", "Macros"),
        samples.doc("WordDocument", "_VBA_PROJECT"),
    ],
)
def test_what_can_run_is_refused(content: bytes) -> None:
    assert refused(content) == "EVI-MACROS"


@pytest.mark.parametrize(
    "content",
    [
        samples.pdf(trailer="/Encrypt 9 0 R"),
        samples.pdf(trailer="/Encrypt << /Filter /Standard >>"),
        samples.doc(flags=0x0100),
        samples.doc("EncryptedPackage", "EncryptionInfo"),
    ],
)
def test_what_needs_a_password_is_refused(content: bytes) -> None:
    assert refused(content) == "EVI-ENCRYPTED"


def test_a_docx_with_an_encrypted_part_is_refused() -> None:
    content = bytearray(samples.docx())
    with zipfile.ZipFile(BytesIO(bytes(content))) as archive:
        place = archive.start_dir
    content[place + 8] |= 1
    assert refused(bytes(content)) == "EVI-ENCRYPTED"


@pytest.mark.parametrize(
    "content",
    [
        samples.pdf(end=""),
        samples.png()[:-8],
        samples.jpeg()[:-2],
        samples.tiff()[:12],
        samples.docx()[:-30],
        samples.doc()[:1200],
    ],
    ids=["pdf", "png", "jpg", "tif", "docx", "doc"],
)
def test_a_file_cut_on_its_way_is_refused(content: bytes) -> None:
    assert refused(content) == "EVI-DAMAGED"


def test_a_directory_that_runs_in_a_circle_ends() -> None:
    content = bytearray(samples.doc())
    struct.pack_into("<I", content, 512 + 4, 1)  # the directory's first sector follows itself
    assert refused(bytes(content)) == "EVI-DAMAGED"


@given(
    st.sampled_from([samples.pdf(), samples.png(), samples.tiff(), samples.docx(), samples.doc()]),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=8),
    st.integers(0, 4000),
)
def test_spoilt_files_are_told_or_refused_and_never_break(
    content: bytes, changes: list[tuple[int, int]], cut: int
) -> None:
    spoilt = bytearray(content[: cut or None])
    for place, value in changes:
        if place < len(spoilt):
            spoilt[place] = value
    told = ""
    try:
        told = recognise(bytes(spoilt)).name
    except Problem as problem:
        told = problem.code
    assert told in {"pdf", "png", "tif", "docx", "doc"} or told.startswith("EVI-")
