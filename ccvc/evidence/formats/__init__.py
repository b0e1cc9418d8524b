"""What a file is, told by its content: its name and what a browser says of it are not believed. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ccvc.evidence.formats import compound, images, pdf, word
from ccvc.standard.problems import Problem


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that may be attached: its name here and of its suffix, and what downloads say it is."""

    name: str
    media_type: str


FORMATS = {
    found.name: found
    for found in (
        Format("pdf", "application/pdf"),
        Format("jpg", "image/jpeg"),
        Format("png", "image/png"),
        Format("tif", "image/tiff"),
        Format("doc", "application/msword"),
        Format("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    )
}
BEGINNINGS: tuple[tuple[bytes, str, Callable[[bytes], None]], ...] = (
    (b"%PDF-", "pdf", pdf.check),
    (b"\xff\xd8\xff", "jpg", images.check_jpeg),
    (b"\x89PNG\r\n\x1a\n", "png", images.check_png),
    (b"II*\x00", "tif", images.check_tiff),
    (b"MM\x00*", "tif", images.check_tiff),
    (compound.MAGIC, "doc", compound.check_word),
    (b"PK\x03\x04", "docx", word.check_docx),
)


def recognise(content: bytes) -> Format:
    """What a file is. Raises Problem EVI-EMPTY, EVI-TYPE, EVI-DAMAGED, EVI-ENCRYPTED, EVI-MACROS."""
    if not content:
        raise Problem("EVI-EMPTY")
    for beginning, name, check in BEGINNINGS:
        if content.startswith(beginning):
            check(content)
            return FORMATS[name]
    raise Problem("EVI-TYPE")
