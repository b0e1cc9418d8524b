"""Laying out: content as JSON into a typst template, out comes PDF/A-2b with its fonts within. Pure but for files here.

What people typed reaches typst as strings of data only. A letter no font of ours has is refused, never dropped.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import typst

from ccvc.standard.problems import Problem

DATA = Path(__file__).with_name("data")
TEMPLATES = DATA / "typst"
STANDARD: typst.PDFStandard = "a-2b"
_UNSEEN = re.compile(r'the text `?"(?P<text>.+?)"`? could not be displayed')
_UNCOMMON = re.compile("[^\\n -~\u00a0-\u024f\u1ea0-\u1ef9\u2013\u2014\u2018-\u201d\u2026\u200b]")
"""Beyond these letters, which our fonts have all, only laying out tells whether one can be shown."""
_own = threading.local()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands on a page: page from 1, points from its left and lower edge."""

    page: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Typeset:
    """A laid out document, and the upper left corner of the room its signatures stand in."""

    pdf: bytes
    signature: Spot


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[DATA / "fonts"])


def _compiler(name: str) -> typst.Compiler:
    """The compiler a thread has of a template: it keeps what did not change between documents."""
    kept: dict[str, typst.Compiler] = _own.__dict__.setdefault("compilers", {})
    if name not in kept:
        kept[name] = typst.Compiler(TEMPLATES / f"{name}.typ", root=TEMPLATES, font_paths=_fonts())
    return kept[name]


def typeset(content: Mapping[str, Any], at: datetime) -> Typeset:
    """Lay a document out, dated at a moment; the same content and moment give the same bytes. Problem DOC-LETTER."""
    return _placed(_compiler("document"), content, at)


def decision(content: Mapping[str, Any], at: datetime) -> Typeset:
    """Lay a decision out, as `typeset` does a form. Problem DOC-LETTER."""
    return _placed(_compiler("decision"), content, at)


def _placed(compiler: typst.Compiler, content: Mapping[str, Any], at: datetime) -> Typeset:
    pdf = _compiled(compiler, content, at)
    corner, page = (_queried(compiler, f"<{label}>") for label in ("signature", "page"))
    return Typeset(pdf, Spot(corner["page"], corner["x"], page["height"] - corner["y"]))


def plain(content: Mapping[str, Any]) -> bool:
    """Whether every letter of a content is one our fonts are known to have."""
    return _UNCOMMON.search(orjson.dumps(content).decode()) is None


def stamp(content: Mapping[str, Any]) -> bytes:
    """The picture of a signature as a page of its own size."""
    return _compiled(_compiler("stamp"), content, datetime(2020, 1, 1, tzinfo=UTC))


def sheet(template: str, content: Mapping[str, Any], at: datetime) -> bytes:
    """A file by one of the other templates, dated at a moment. Problem DOC-LETTER."""
    return _compiled(_compiler(template), content, at)


def scanned(picture: bytes, name: str, content: Mapping[str, Any], at: datetime) -> bytes:
    """A picture on a sheet of its own. TypstError where it is no picture of the kind its name says."""
    with TemporaryDirectory(prefix="ccvc-scan-") as place:
        folder = Path(place)
        (folder / name).write_bytes(picture)
        main = folder / "main.typ"
        main.write_bytes((TEMPLATES / "scan.typ").read_bytes())
        compiler = typst.Compiler(main, root=folder, font_paths=_fonts())
        return _compiled(compiler, {**content, "file": name}, at)


def _compiled(compiler: typst.Compiler, content: Mapping[str, Any], at: datetime) -> bytes:
    inputs = {"data": orjson.dumps(content).decode()}
    try:
        pdf = compiler.compile(
            format="pdf", pdf_standards=STANDARD, sys_inputs=inputs, timestamp=int(at.timestamp())
        )
    except typst.TypstError as error:
        unseen = _UNSEEN.search(error.message)
        if unseen is None:
            raise
        letters = " ".join(f"“{c}” (U+{ord(c):04X})" for c in dict.fromkeys(unseen["text"]))
        raise Problem("DOC-LETTER", letters=letters) from error
    assert isinstance(pdf, bytes)  # noqa: S101 - one file was asked for
    return pdf


def _queried(compiler: typst.Compiler, label: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = orjson.loads(compiler.query(label))
    value: dict[str, Any] = found[0]["value"]
    return value
