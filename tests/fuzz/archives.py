"""Spoiling spreadsheets: their archive, the XML in it, and archives that are worse than they look."""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
from collections.abc import Callable
from functools import cache
from random import Random

from tests.fuzz import hostile, mutating, seeds

Parts = dict[str, bytes]

_NAMES = (
    "../../etc/passwd",
    "/etc/passwd",
    "xl\\workbook.xml",
    "XL/WORKBOOK.XML",
    "xl/",
    "",
    "a" * 300,
    "xl/worksheets/sheet1.xml\x00",
    "ccvc-snapshot.json",
    "mimetype",
    "word/document.xml",
    "xl/workbook.bin",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "[Content_Types].xml",
)
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_TEXT = re.compile(rb">([^<>]+)<")
_CELLS = (
    b"A1048576",
    b"XFD1",
    b"XFD1048576",
    b"ZZ99",
    b"a1",
    b"A0",
    b"A",
    b"1",
    b"A-1",
    b"A99999999999",
    b"AAAAAAAA1",
    b"",
    b"A1 ",
    b"ZZ1048576",
)
_VALUES = (
    b"0",
    b"-1",
    b"1",
    b"2",
    b"4294967295",
    b"4294967296",
    b"18446744073709551616",
    b"1e400",
    b"NaN",
    b"1.5",
    b"true",
    b"s",
    b"str",
    b"inlineStr",
    b"e",
    b"b",
    b"d",
    b"n",
    b"x",
    b"",
    b"&#0;",
    b"&amp;",
    b"999999999",
    b"A1:XFD1048576",
    b"B2:A1",
    b"A1:A1048576",
    b"1048576",
    b"16384",
)
_CONTENT = (
    b"1e400",
    b"-1e400",
    b"nan",
    b"99999999999",
    b"-1",
    b"2958466",
    b"1e9",
    b"1e18",
    b"0.1",
    b"&lt;",
    b"&#x0;",
    b"&#xFFFF;",
    b"&x;",
    b"\xff",
    b"<",
    b"2026-13-45",
    b"",
)
_DTD = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "'
    + b"&a;" * 8
    + b'"><!ENTITY c "'
    + b"&b;" * 8
    + b'">]>'
)


def parts_of(data: bytes) -> Parts:
    """The parts of an archive, by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def spoiled(rng: Random, data: bytes) -> bytes:
    """An archive with its bytes, its entries or the XML in it changed."""
    kind = rng.random()
    if kind < 0.25:
        return mutating.spoiled(rng, data)
    parts = parts_of(data)
    if kind < 0.4:
        return _rearranged(rng, parts)
    if kind < 0.5:
        return _lying(rng, parts)
    for _ in range(rng.randint(1, 3)):
        name = rng.choice([*parts, *(n for n in parts if "sheet" in n.lower() or n == "content.xml")])
        parts[name] = in_xml(rng, parts[name])
    return seeds.zipped(parts)


def _rearranged(rng: Random, parts: Parts) -> bytes:
    """Entries renamed, left out, there twice, packed otherwise."""
    entries = list(parts.items())
    at = rng.randrange(len(entries))
    kind = rng.randrange(5)
    if kind == 0:
        entries[at] = (rng.choice(_NAMES), entries[at][1])
    elif kind == 1:
        del entries[at]
    elif kind == 2:
        entries.append((entries[at][0], mutating.spoiled(rng, entries[at][1])))
    elif kind == 3:
        entries[at] = (entries[at][0], b"")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in entries:
            packing = zipfile.ZIP_DEFLATED if kind < 4 else rng.choice((0, 8, 12, 14))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                archive.writestr(zipfile.ZipInfo(name or "x"), content, packing)
    return buffer.getvalue()


def _lying(rng: Random, parts: Parts) -> bytes:
    """A directory that says other sizes, sums, flags or methods than there are."""
    data = bytearray(seeds.zipped(parts))
    at = [m.start() for m in re.finditer(b"PK\x01\x02", data)]
    place = rng.choice(at)
    offset, form = rng.choice(
        ((8, "<H"), (10, "<H"), (16, "<I"), (20, "<I"), (24, "<I"), (42, "<I"), (28, "<H"))
    )
    value = rng.choice((0, 1, 9, 99, 0xFFFF)) if form == "<H" else rng.choice((0, 1, 10**6, 2**31, 2**32 - 1))
    struct.pack_into(form, data, place + offset, value)
    return bytes(data)


def in_xml(rng: Random, xml: bytes) -> bytes:
    """An attribute, a text or the frame of XML changed."""
    kind = rng.random()
    if kind >= 0.66:
        return _in_frame(rng, xml, kind)
    if kind < 0.4:
        return _replaced(rng, xml, _ATTRIBUTE, lambda m: m[1] + b'="' + _attribute(rng, m[1]) + b'"')
    if kind < 0.6:
        return _replaced(
            rng,
            xml,
            _TEXT,
            lambda _m: (
                b">"
                + (rng.choice(_CONTENT) if rng.random() < 0.5 else hostile.printable(rng).encode())
                + b"<"
            ),
        )
    return _replaced(
        rng,
        xml,
        _ATTRIBUTE,
        lambda m: m[1] + rng.choice((b" = '", b"='", b"\n='")) + _attribute(rng, m[1]) + b"'",
    )


def _in_frame(rng: Random, xml: bytes, kind: float) -> bytes:
    if kind < 0.72:
        return xml.replace(b"?>", b"?>" + _DTD, 1).replace(b"<v>", b"<v>&c;", 1)
    if kind < 0.76:
        return xml.decode("utf-8", "replace").encode(
            rng.choice(("utf-16", "utf-16-le", "latin-1", "utf-32")), "replace"
        )
    if kind < 0.8:
        tag = rng.choice((b"<row>", b"<c>", b"<a>", b"<is>", b"<mergeCell ref='A1:B2'/>", b'<row r="1">'))
        return xml.replace(b"<sheetData>", b"<sheetData>" + tag * rng.choice((3, 5_000)), 1)
    if kind < 0.84:
        merged = b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>' * rng.choice((1, 500))
        return xml.replace(b"</sheetData>", b"</sheetData>" + merged, 1)
    return mutating.spoiled(rng, xml)


def _attribute(rng: Random, name: bytes) -> bytes:
    if name in {b"r", b"ref"} and rng.random() < 0.7:
        return rng.choice(_CELLS)
    return (
        rng.choice(_VALUES)
        if rng.random() < 0.8
        else hostile.printable(rng).encode().replace(b'"', b"").replace(b"'", b"")
    )


def _replaced(
    rng: Random, xml: bytes, pattern: re.Pattern[bytes], new: Callable[[re.Match[bytes]], bytes]
) -> bytes:
    found = list(pattern.finditer(xml, rng.randrange(len(xml) + 1))) or list(pattern.finditer(xml))
    if not found:
        return xml
    match = rng.choice(found[:200])
    return xml[: match.start()] + new(match) + xml[match.end() :]


@cache
def far_cells() -> dict[str, bytes]:
    """Small files whose cells lie so far apart that a table of them would be vast."""
    sheet = parts_of(seeds.spreadsheets()[-2])
    name = "xl/worksheets/sheet1.xml"
    head, _, tail = sheet[name].partition(b"<sheetData>")
    rows = {
        "a far row": b"<row r='1048576'><c r='A1048576'><v>1</v></c></row>",
        "a far cell in a near row": b'<row r="1"><c r="ZZ1048576"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        "a far cell quoted otherwise": b"<row r='1'><c r='A1'><v>1</v></c><c r='XFD1048576'><v>1</v></c></row>",
        "a cell in row four thousand million": b'<row r="1"><c r="A4294967295"/><c r="A1"><v>1</v></c></row>',
        "rows far from one another": b"".join(
            b'<row r="%d"><c r="ZZ%d"><v>1</v></c></row>' % (n, n) for n in range(1, 900_000, 1_999)
        ),
    }
    return {
        what: seeds.zipped({**sheet, name: head + b"<sheetData>" + given + tail})
        for what, given in rows.items()
    }


def bombs() -> dict[str, bytes]:
    """Those, and small files that would become very large ones."""
    made = dict(far_cells())
    sheet = parts_of(seeds.spreadsheets()[-2])
    name = "xl/worksheets/sheet1.xml"
    head, _, tail = sheet[name].partition(b"<sheetData>")
    made["nothing for very long"] = seeds.zipped(
        {**sheet, name: head + b" " * 50_000_000 + b"<sheetData>" + tail}
    )
    made["merged without end"] = seeds.zipped(
        {
            **sheet,
            name: head
            + b"<sheetData></sheetData><mergeCells>"
            + b'<mergeCell ref="A1:B2"/>' * 2_000_000
            + b"</mergeCells></worksheet>",
        }
    )
    ods = parts_of(seeds.open_documents())
    for what, old, new in (
        ("a row repeated", b'rows-repeated="1"', b'rows-repeated="1048576"'),
        ("a cell repeated", b'columns-repeated="1"', b'columns-repeated="2000000000"'),
    ):
        made[f"{what} without end"] = seeds.zipped(
            {**ods, "content.xml": ods["content.xml"].replace(old, new)}
        )
    return made
