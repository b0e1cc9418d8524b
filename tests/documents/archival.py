"""What ISO 19005-2 (PDF/A-2, level B) asks of a file's structure: read by pyHanko, not by what made the file.

Not all of the standard: what glyphs draw, colour by colour, and the syntax within streams of content are not judged.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
FORBIDDEN_KEYS = {
    "/AA": "6.5.2",
    "/EmbeddedFiles": "6.8",
    "/JavaScript": "6.5.1",
    "/NeedsRendering": "6.4.2",
    "/OPI": "6.2.9",
    "/PresSteps": "6.10",
    "/Ref": "6.2.9",
    "/RequiresHandlers": "6.11",
    "/TR": "6.2.5",
    "/Alternates": "6.2.8",
    "/XFA": "6.4.2",
}
FORBIDDEN_FILTERS = {"/LZWDecode", "/Crypt"}
BLEND_MODES = {
    "/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten", "/ColorDodge", "/ColorBurn",
    "/HardLight", "/SoftLight", "/Difference", "/Exclusion", "/Hue", "/Saturation", "/Color", "/Luminosity",
}  # fmt: skip
PRINT, HIDDEN = 4, 1 | 2 | 32 | 256
"""Flags of an annotation: printed; invisible, hidden, not viewed, toggled."""


def faults(pdf: bytes) -> list[str]:
    """What does not fit, each by the clause of the standard; none where it does."""
    reader = PdfFileReader(io.BytesIO(pdf))
    return sorted({*_of_file(pdf, reader), *_of_catalogue(reader), *_of_objects(reader), *_of_pages(reader)})


def _of_file(pdf: bytes, reader: PdfFileReader) -> Iterator[str]:
    """Header, trailer and end."""
    head = pdf[:20].split(b"\n")
    if not re.fullmatch(rb"%PDF-1\.[0-7]", head[0]) or len(head[1]) < 5 or min(head[1][1:5]) <= 127:
        yield "6.1.2 header"
    if "/ID" not in reader.trailer or "/Encrypt" in reader.trailer:
        yield "6.1.3 trailer"
    if not pdf.rstrip(b"\r\n").endswith(b"%%EOF") or len(pdf) - len(pdf.rstrip(b"\r\n")) > 2:
        yield "6.1.3 end"


def _of_catalogue(reader: PdfFileReader) -> Iterator[str]:
    """Metadata in the clear that says what the file is, and one colour profile for all of it."""
    root = reader.root
    metadata = _get(root, "/Metadata")
    if metadata is None or "/Filter" in metadata:
        yield "6.6.2 metadata"
    elif _said(metadata.data) != {"part": "2", "conformance": "B"}:
        yield "6.6.4 identification"
    if str(_get(root, "/Version", "/1.7")) > "/1.7":
        yield "6.1.2 version"
    intents = [one.get_object() for one in root["/OutputIntents"]] if "/OutputIntents" in root else []
    named = [one for one in intents if one["/S"] == "/GTS_PDFA1"]
    if len(named) != 1 or named[0]["/DestOutputProfile"]["/N"] not in {1, 3, 4}:
        yield "6.2.3 output intent"
    elif named[0]["/DestOutputProfile"].data[36:40] != b"acsp":
        yield "6.2.3 profile"
    form = _get(root, "/AcroForm", {})
    if _get(form, "/NeedAppearances"):
        yield "6.4.1 appearances"


def _get(of: Any, key: str, default: Any = None) -> Any:
    """A value, followed where it stands elsewhere in the file."""
    found = of.get(key, default)
    return found.get_object() if isinstance(found, generic.IndirectObject) else found


def _said(xmp: bytes) -> dict[str, str]:
    """What the metadata say the file is, written as elements or as attributes."""
    found: dict[str, str] = {}
    for one in ET.fromstring(xmp.strip().rpartition(b"<?xpacket")[0]).iter():
        said = {**one.attrib, one.tag: one.text or ""}
        found |= {name.removeprefix(PDFAID): said[name] for name in said if name.startswith(PDFAID)}
    return found


def _of_objects(reader: PdfFileReader) -> Iterator[str]:
    for one in _walk(reader.root, set()):
        for key in FORBIDDEN_KEYS.keys() & one.keys():
            yield f"{FORBIDDEN_KEYS[key]} {key}"
        yield from _of_streams(one)
        kind = _get(one, "/Type")
        if kind == "/Font":
            yield from _of_font(one)
        if _get(one, "/BM", "/Normal") not in BLEND_MODES:
            yield "6.2.10 blend mode"
        if _get(one, "/S") in {
            "/Launch",
            "/Sound",
            "/Movie",
            "/ResetForm",
            "/ImportData",
            "/Hide",
            "/SetOCGState",
        }:
            yield "6.5.1 action"


def _of_streams(one: Any) -> Iterator[str]:
    if not isinstance(one, generic.StreamObject):
        return
    filters = _get(one, "/Filter", ())
    if FORBIDDEN_FILTERS & set(filters if isinstance(filters, list | tuple) else [filters]):
        yield "6.1.7 filter"
    if {"/F", "/FFilter", "/FDecodeParms"} & one.keys():
        yield "6.1.7 external"
    if _get(one, "/Subtype") == "/Image" and _get(one, "/Interpolate", False):
        yield "6.2.8 interpolated"
    if _get(one, "/Subtype") == "/PS" or _get(one, "/Subtype2") == "/PS":
        yield "6.2.9 PostScript"


def _of_font(font: Any) -> Iterator[str]:
    """Its outlines are in the file, unless each glyph is a drawing or it stands for those below it."""
    if font["/Subtype"] in {"/Type0", "/Type3"}:
        if font["/Subtype"] == "/Type0" and "/ToUnicode" not in font:
            yield "6.2.11 unicode"
        return
    described = _get(font, "/FontDescriptor", {})
    if not any(name in described for name in FONT_FILES):
        yield "6.2.11 font not embedded"


def _of_pages(reader: PdfFileReader) -> Iterator[str]:
    for page in reader.root["/Pages"]["/Kids"]:
        for one in _get(page.get_object(), "/Annots", []):
            yield from _of_annotation(one.get_object())


def _of_annotation(one: Any) -> Iterator[str]:
    flags = int(_get(one, "/F", 0))
    if not flags & PRINT or flags & HIDDEN:
        yield "6.3.2 flags"
    if one["/Subtype"] not in {"/Widget", "/Link"}:
        yield "6.3.1 kind"
    if one["/Subtype"] == "/Widget":
        if "/A" in one:
            yield "6.4.1 action"
        if "/AP" not in one or set(one["/AP"].keys()) != {"/N"}:
            yield "6.3.3 appearance"


def _walk(found: Any, seen: set[Any]) -> Iterator[Any]:
    """Every dictionary and stream a file reaches from its catalogue, each once."""
    waiting = [found]
    while waiting:
        one = waiting.pop()
        if isinstance(one, generic.IndirectObject):
            if one.reference in seen:
                continue
            seen.add(one.reference)
            one = one.get_object()
        if isinstance(one, generic.DictionaryObject):
            yield one
            waiting += [one.raw_get(key) for key in one]
        elif isinstance(one, generic.ArrayObject):
            waiting += [one.raw_get(at) for at in range(len(one))]
