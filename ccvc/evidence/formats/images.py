"""Scanned pages: JPEG, PNG, TIFF; a picture whose end is missing was cut on its way."""

from __future__ import annotations

from ccvc.standard.problems import Problem

TAIL = 65_536
JPEG_END = b"\xff\xd9"
PNG_HEADER, PNG_END = b"IHDR", b"IEND"
TIFF_HEADER = 8
DIRECTORY_ENTRY = 12


def check_jpeg(content: bytes) -> None:
    """Problem EVI-DAMAGED without an end; cameras and scanners may write a little behind it."""
    if JPEG_END not in content[-TAIL:]:
        raise Problem("EVI-DAMAGED", format="JPEG")


def check_png(content: bytes) -> None:
    """Problem EVI-DAMAGED without its first and its last part."""
    if content[12:16] != PNG_HEADER or PNG_END not in content[-TAIL:]:
        raise Problem("EVI-DAMAGED", format="PNG")


def check_tiff(content: bytes) -> None:
    """Problem EVI-DAMAGED where the directory of its first page lies outside the file."""
    order = "little" if content.startswith(b"II") else "big"
    start = int.from_bytes(content[4:TIFF_HEADER], order)  # type: ignore[arg-type]  # one of the two literals
    entries = int.from_bytes(content[start : start + 2], order)  # type: ignore[arg-type]  # as above
    if start < TIFF_HEADER or not entries or start + 2 + entries * DIRECTORY_ENTRY > len(content):
        raise Problem("EVI-DAMAGED", format="TIFF")
