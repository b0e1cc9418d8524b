"""Old encodings: every letter comes back, columns are recognised, and what is Unicode already is left alone."""

from __future__ import annotations

import os
import random
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccvc.standard.encodings import (
    Encoding,
    Verdict,
    codec_of,
    convert,
    decode,
    recognise,
    recognise_bytes,
    recognise_table,
)
from tests.standard.columns import KINDS, column, foreign_column, latin_column, name, place, sex, written

OLD = (Encoding.TCVN3, Encoding.VNI)
BASES = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
SMALL = [unicodedata.normalize("NFC", base + tone) for base in BASES for tone in TONES] + ["đ"]
SIZES = (5, 20, 200)
TIMES = int(os.environ.get("CCVC_TEST_COLUMNS", "8"))
"""Columns of each kind and size; a few hundred make the thorough run."""

MOTTO = "Cộng hòa xã hội chủ nghĩa Việt Nam; Độc lập - Tự do - Hạnh phúc"
AS_WRITTEN = {
    Encoding.TCVN3: "Céng hßa x· héi chñ nghÜa ViÖt Nam; §éc lËp - Tù do - H¹nh phóc",
    Encoding.VNI: "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam; Ñoäc laäp - Töï do - Haïnh phuùc",
}


@pytest.mark.parametrize("encoding", OLD)
def test_text_of_old_documents_is_read(encoding: Encoding) -> None:
    assert convert(AS_WRITTEN[encoding], encoding) == MOTTO
    assert decode(AS_WRITTEN[encoding].encode("cp1252"), encoding) == MOTTO


@pytest.mark.parametrize("encoding", OLD)
@pytest.mark.parametrize("letter", SMALL)
def test_every_small_letter_comes_back(letter: str, encoding: Encoding) -> None:
    assert convert(f"x{written(letter, encoding)}x", encoding) == f"x{letter}x"


@pytest.mark.parametrize("letter", [letter.upper() for letter in SMALL])
def test_every_capital_comes_back(letter: str) -> None:
    assert convert(written(letter, Encoding.VNI), Encoding.VNI) == letter
    assert convert(f"XX{written(letter, Encoding.TCVN3)}", Encoding.TCVN3) == f"XX{letter}"
    assert convert(written(letter, Encoding.TCVN3), Encoding.TCVN3, capitals=True) == letter


@pytest.mark.parametrize("letter", SMALL + [letter.upper() for letter in SMALL])
def test_letters_in_parts_are_joined(letter: str) -> None:
    assert convert(unicodedata.normalize("NFD", letter), Encoding.DECOMPOSED) == letter
    assert decode(in_1258(letter), Encoding.DECOMPOSED) == letter


@pytest.mark.parametrize(
    ("in_file", "read"),
    [
        ("NGUYÔN THÞ ¸NH", "NGUYỄN THỊ ÁNH"),
        ("NguyÔn ThÞ ¸nh", "Nguyễn Thị Ánh"),
        ("§ç Vò Hµ", "Đỗ Vũ Hà"),
        ("Hµ", "Hà"),
        ("nguyÔn thÞ ¸nh", "nguyễn thị ánh"),
        ("ñy ban nh©n d©n", "ủy ban nhân dân"),
        ("UBND x· ¸ng S¬n", "UBND xã áng Sơn"),
    ],
)
def test_capitals_are_given_back_where_the_letters_beside_tell(in_file: str, read: str) -> None:
    assert convert(in_file, Encoding.TCVN3) == read


def test_marks_may_have_the_other_case_in_vni() -> None:
    assert convert("NGUYEãN VAêN", Encoding.VNI) == "NGUYỄN VĂN"


def in_1258(text: str) -> bytes:
    """The bytes of Windows-1258: tone marks behind their letters, other marks upon them."""
    parts = (unicodedata.normalize("NFD", letter) for letter in text)
    return b"".join(_letter_in_1258(part).encode("cp1258") for part in parts)


def _letter_in_1258(part: str) -> str:
    tone = "".join(mark for mark in part if mark in TONES[1:])
    return unicodedata.normalize("NFC", "".join(mark for mark in part if mark not in TONES[1:])) + tone


def columns(draws: int) -> Iterator[tuple[str, list[str]]]:
    rng = random.Random(20260101)
    for size in SIZES:
        for kind in KINDS:
            for _ in range(max(1, draws * 20 // size)):
                yield kind, column(kind, rng, size)


def same(found: Verdict, values: list[str], meant: list[str]) -> bool:
    """Whether every value is read as meant; capitals with tones are not in TCVN3."""
    return [found.read(value).lower() for value in values] == [value.lower() for value in meant]


@pytest.mark.parametrize("encoding", OLD)
def test_columns_of_old_files_are_recognised(encoding: Encoding) -> None:
    right = total = 0
    for _, meant in columns(TIMES):
        values = [written(value, encoding) for value in meant]
        if values != meant:
            total += 1
            right += same(recognise(values), values, meant)
    assert total > 20 * TIMES
    assert right / total >= 0.995


@pytest.mark.parametrize("encoding", OLD)
def test_columns_of_a_table_help_one_another(encoding: Encoding) -> None:
    rng = random.Random(3)
    for _ in range(TIMES * 5):
        meant = [[draw(rng) for _ in range(5)] for draw in (name, place, sex, KINDS["ethnic_groups"])]
        values = [[written(value, encoding) for value in each] for each in meant]
        found = recognise_table(values)
        assert all(map(same, found, values, meant)), values


def test_what_is_unicode_is_never_converted() -> None:
    for kind, values in columns(TIMES * 3):
        verdict = recognise(values)
        assert [verdict.read(value) for value in values] == values, (kind, verdict)


@pytest.mark.parametrize("make", [latin_column, foreign_column])
def test_latin_letters_alone_are_no_reason_to_convert(make) -> None:
    rng = random.Random(11)
    for size in (1, 2, 3, 5, 20):
        for _ in range(TIMES * 10):
            values = make(rng, size)
            verdict = recognise(values)
            assert not verdict.is_old, (values, verdict)
            assert [verdict.read(value) for value in values] == values


@pytest.mark.parametrize(
    "values",
    [
        ["Hà", "Lê", "Võ", "Đà"],
        ["Ô tô", "Tô"],
        ["Êđê", "Ê-đê", "Y Blô Niê", "Hmông", "Rơ Châm H'Blăng"],
        ["gång", "lång", "sång"],
        ["Loïc", "Thaï", "Anaïs"],
        ["m×n", "N·m", "10 µm", "§A", "Office®", "«An»", "Ho¹"],
        ["Nguyễn Văn An", "Nguyeãn", "Tïng"],
        ["Nam", "Kinh", ""],
        [],
    ],
)
def test_doubtful_values_stay_as_they_are(values: list[str]) -> None:
    verdict = recognise(values)
    assert not verdict.is_old
    assert [verdict.read(value) for value in values] == values


@pytest.mark.parametrize(
    ("values", "encoding"),
    [
        (["NguyÔn V¨n A"], Encoding.TCVN3),
        (["Nam", "N÷"], Encoding.TCVN3),
        (["Nguyeãn Vaên A"], Encoding.VNI),
        (["Nam", "Nöõ"], Encoding.VNI),
        (["Nguyễn Văn A"], Encoding.UNICODE),
        (["Müller", "François"], Encoding.UNICODE),
        ([unicodedata.normalize("NFD", "Nguyễn Văn A")], Encoding.DECOMPOSED),
        (["Lê"], None),
        (["Tó"], None),
        (["Hång"], None),
    ],
)
def test_a_verdict_says_also_that_it_cannot_tell(values: list[str], encoding: Encoding | None) -> None:
    assert recognise(values).encoding == encoding


def test_a_verdict_shows_its_evidence() -> None:
    verdict = recognise(["NguyÔn V¨n A", "Lª Lîi"])
    assert ("NguyÔn", "Nguyễn") in verdict.examples
    assert verdict.confidence > recognise(["N÷"]).confidence > 0.5
    assert (verdict.mixed, verdict.small_only) == (False, False)
    assert recognise(["nguyÔn v¨n a"]).small_only


def test_in_a_mixed_column_only_values_that_speak_for_themselves_are_converted() -> None:
    mixed = ["NguyÔn V¨n A", "TrÇn ThÞ B×nh", "Trần Thị Bình", "Lê Hà", "Müller", "Vâ V¨n Tó", "Tó"]
    verdict = recognise(mixed)
    assert verdict.mixed
    assert [verdict.read(value) for value in mixed] == [
        *("Nguyễn Văn A", "Trần Thị Bình", "Trần Thị Bình", "Lê Hà", "Müller", "Võ Văn Tú", "Tó")
    ]


CSV = "Số CCCD,Họ và tên,Nơi sinh\n001,Nguyễn Văn An,xã Kim Liên\n002,Trần Thị Hoa,phường Bến Nghé\n"


@pytest.mark.parametrize(
    ("raw", "encoding", "codec"),
    [
        (CSV.encode(), Encoding.UNICODE, "utf-8-sig"),
        (CSV.encode()[:-4] + "ễ".encode()[:2], None, "utf-8-sig"),
        (written(CSV, Encoding.TCVN3).encode("cp1252"), Encoding.TCVN3, "cp1252"),
        (written(CSV, Encoding.VNI).encode("cp1252"), Encoding.VNI, "cp1252"),
        (in_1258(CSV), Encoding.DECOMPOSED, "cp1258"),
        ("Müller,Größe\nFrançois,Noël\n".encode("cp1252"), None, None),
        (CSV.encode() + b"\xe3\x28", None, None),
    ],
)
def test_bytes_are_recognised(raw: bytes, encoding: Encoding | None, codec: str | None) -> None:
    assert recognise_bytes(raw.splitlines()).encoding == encoding
    assert codec_of(raw) == codec
    if encoding:
        assert decode(raw, encoding) == CSV


@given(st.text(), st.sampled_from(Encoding))
def test_convert_never_raises_and_leaves_unicode_alone(text: str, encoding: Encoding) -> None:
    convert(text, encoding, capitals=True)
    joined = convert(text + "ễ", encoding)
    assert joined == unicodedata.normalize("NFC", text + "ễ")
    assert convert(joined, encoding) == joined


@given(st.lists(st.text(st.characters(max_codepoint=0x1FF)), max_size=6))
def test_recognising_never_raises(values: list[str]) -> None:
    for verdict in (recognise(values), *recognise_table([values, ["NguyÔn V¨n A"]])):
        assert 0 <= verdict.confidence <= 1
        assert all(isinstance(verdict.read(value), str) for value in values)


@given(st.lists(st.binary(), max_size=4))
def test_no_bytes_are_too_strange(values: list[bytes]) -> None:
    assert 0 <= recognise_bytes(values).confidence <= 1
    whole = b"\n".join(values)
    codec = codec_of(whole)
    assert codec is None or isinstance(whole.decode(codec, errors="replace"), str)
