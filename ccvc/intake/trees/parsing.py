"""Reading XML safely and as a stream: no DTD, no entities, nothing fetched; depth, names, texts and tags bounded.

The encoding is the one the file declares. It is decoded here, for expat knows few, and none of the old Vietnamese
ones; expat is given UTF-8.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn, Protocol
from xml.parsers import expat

from ccvc.standard.encodings import Encoding, convert
from ccvc.standard.encodings.tables import characters
from ccvc.standard.problems import Problem

DEEPEST = 40
LONGEST_NAME = 200
LONGEST_VALUE = 100_000
LONGEST_TAG = 1024 * 1024
CHUNK = 64 * 1024
FEW_BYTES = 4096

_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([^"'>]{1,40})["']""")
_BEGINS = re.compile(rb"\s*<(?:\?xml\b|!|[A-Za-z_])")
_WIDE = {b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}
_CODECS = MappingProxyType(
    {
        "utf8": "utf-8-sig",
        "usascii": "utf-8-sig",
        "ascii": "utf-8-sig",
        "utf16": "utf-16",
        "utf16le": "utf-16-le",
        "utf16be": "utf-16-be",
        "windows1258": "cp1258",
        "cp1258": "cp1258",
        "windows1252": "cp1252",
        "cp1252": "cp1252",
        "iso88591": "cp1252",
        "latin1": "cp1252",
    }
)
_OLD = MappingProxyType(
    {
        "tcvn3": Encoding.TCVN3,
        "tcvn": Encoding.TCVN3,
        "tcvn5712": Encoding.TCVN3,
        "tcvn57123": Encoding.TCVN3,
        "xvietabc": Encoding.TCVN3,
        "abc": Encoding.TCVN3,
        "vni": Encoding.VNI,
        "vniwindows": Encoding.VNI,
        "xvietvni": Encoding.VNI,
    }
)
"""Names under which files declare the old encodings; no register has them."""


class Listener(Protocol):
    """Who is told what stands in the file."""

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def words(self, text: str) -> None:
        """Text of the element that is open, perhaps in pieces."""

    def finish(self, name: str) -> None:
        """The element that is open ends."""


def is_xml(start: bytes) -> bool:
    """Whether a file that begins so is XML, in whatever encoding."""
    bare = start.removeprefix(codecs.BOM_UTF8)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        bare = start.decode("utf-16", "ignore").encode("ascii", "ignore")
    elif start[:2] in _WIDE:
        bare = start.decode(_WIDE[start[:2]], "ignore").encode("ascii", "ignore")
    return _BEGINS.match(bare) is not None


def listen(path: Path, name: str, listener: Listener) -> Iterator[None]:
    """Tell a listener what stands in the file, a piece at each step.

    Raises Problem INT-XML-BROKEN, INT-XML-DTD, INT-XML-DEEP, INT-XML-LONG, INT-XML-ENCODING.
    """
    guard = _Guard(name, listener)
    try:
        for piece in _decoded(path, name):
            guard.take(piece.encode())
            yield
        guard.end()
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise Problem(
            "INT-XML-BROKEN", where=name, name=name, line=error.lineno, column=error.offset + 1, reason=reason
        ) from error


class _Guard:
    """A parser that refuses what no list of people needs."""

    def __init__(self, name: str, listener: Listener) -> None:
        self._name, self._listener = name, listener
        self._depth = self._fed = self._length = 0
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._finish
        parser.CharacterDataHandler = self._words
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse

    def take(self, piece: bytes) -> None:
        """Parse a piece; a tag that does not end within reason is refused before it fills the memory."""
        self._parser.Parse(piece, False)
        self._fed += len(piece)
        if self._fed - self._parser.CurrentByteIndex > LONGEST_TAG:
            self._too_long()

    def end(self) -> None:
        """The file is at its end."""
        self._parser.Parse(b"", True)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._length = 0
        if self._depth > DEEPEST:
            raise Problem("INT-XML-DEEP", where=self._name, name=self._name, most=DEEPEST)
        if len(name) > LONGEST_NAME or any(len(v) > LONGEST_VALUE for v in attributes.values()):
            self._too_long()
        self._listener.begin(name, attributes)

    def _words(self, text: str) -> None:
        self._length += len(text)
        if self._length > LONGEST_VALUE:
            self._too_long()
        self._listener.words(text)

    def _finish(self, name: str) -> None:
        self._depth -= 1
        self._length = 0
        self._listener.finish(name)

    def _refuse(self, *_declared: object) -> NoReturn:
        raise Problem("INT-XML-DTD", where=self._name, name=self._name)

    def _too_long(self) -> NoReturn:
        line = self._parser.CurrentLineNumber
        raise Problem("INT-XML-LONG", where=self._name, name=self._name, line=line, most=LONGEST_VALUE)


def reader(path: Path, name: str) -> Callable[[str], str]:
    """What makes a value of the file's encoding plain Unicode."""
    declared = _declared(path)
    old = _OLD.get(_plain(declared))
    if old is not None:
        return lambda text: convert(text, old)
    if _codec(declared, name) == "cp1258":  # it writes a tone as a letter of its own
        return lambda text: unicodedata.normalize("NFC", text)
    return lambda text: text


def _decoded(path: Path, name: str) -> Iterator[str]:
    declared = _declared(path)
    old = _OLD.get(_plain(declared))
    make = None if old else codecs.getincrementaldecoder(_codec(declared, name))()
    try:
        with path.open("rb") as file:
            while raw := file.read(CHUNK):
                yield characters(raw, old) if old else make.decode(raw) if make else ""
            if make:
                yield make.decode(b"", True)
    except UnicodeError as error:
        raise _encoding(name, declared) from error


def _declared(path: Path) -> str:
    """The encoding a file names, or shows by its first bytes; UTF-8 where it says nothing."""
    with path.open("rb") as file:
        start = file.read(FEW_BYTES)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    if start[:2] in _WIDE:
        return _WIDE[start[:2]]
    found = _DECLARED.match(start.removeprefix(codecs.BOM_UTF8).lstrip())
    return found[1].decode("ascii", "replace") if found else "UTF-8"


def _codec(declared: str, name: str) -> str:
    codec = _CODECS.get(_plain(declared))
    if codec is None:
        raise _encoding(name, declared)
    return codec


def _plain(declared: str) -> str:
    return re.sub(r"[^a-z0-9]", "", declared.lower())


def _encoding(name: str, declared: str) -> Problem:
    return Problem("INT-XML-ENCODING", where=name, name=name, encoding=declared)
