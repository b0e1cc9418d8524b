"""Word documents in Open XML (ISO/IEC 29500): a ZIP that names its parts; nothing of it is unpacked but that."""

from __future__ import annotations

import io
import zipfile
import zlib

from ccvc.standard.problems import Problem

TYPES, DOCUMENT = "[Content_Types].xml", "word/document.xml"
MOST_TYPES = 1024 * 1024
ENCRYPTED = 0x1
ACTIVE = ("vbaproject.bin", "vbadata.xml")
ACTIVE_FOLDER = "word/activex/"
MACROS = b"macroEnabled"


def check_docx(content: bytes) -> None:
    """Problem EVI-TYPE where it is another ZIP, EVI-DAMAGED, EVI-ENCRYPTED, EVI-MACROS."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise Problem("EVI-DAMAGED", format="Word") from error


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = {info.filename: info for info in archive.infolist()}
    if TYPES not in parts or DOCUMENT not in parts:
        raise Problem("EVI-TYPE")
    if any(info.flag_bits & ENCRYPTED for info in parts.values()):
        raise Problem("EVI-ENCRYPTED")
    if any(_is_active(name.lower()) for name in parts) or MACROS in _content_types(archive):
        raise Problem("EVI-MACROS")


def _is_active(name: str) -> bool:
    return name.endswith(ACTIVE) or name.startswith(ACTIVE_FOLDER)


def _content_types(archive: zipfile.ZipFile) -> bytes:
    """The part that names the types of all others, no more of it than a document can need."""
    try:
        with archive.open(TYPES) as part:
            return part.read(MOST_TYPES)
    except (RuntimeError, zlib.error) as error:
        raise Problem("EVI-DAMAGED", format="Word") from error
