"""Small files of every kind, made by code: sound ones, and ones with one thing wrong."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner agrees to call malware, and is none."""


def pdf(text: str = "Quyet dinh so 12", trailer: str = "", end: str = "%%EOF") -> bytes:
    body = f"1 0 obj\n<< /Type /Catalog >>\nendobj\n% {text}\n"
    return f"%PDF-1.4\n{body}trailer\n<< /Root 1 0 R {trailer} >>\n{end}\n".encode()


def png() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def jpeg() -> bytes:
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + bytes(40) + b"\xff\xd9"


def tiff(order: str = "<") -> bytes:
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return mark + struct.pack(f"{order}I", 8) + struct.pack(f"{order}H", 1) + bytes(12) + bytes(4)


def docx(*, macros: str = "", more: dict[str, bytes] | None = None, document: bool = True) -> bytes:
    kind = "macroEnabled.main+xml" if macros == "type" else "wordprocessingml.document.main+xml"
    parts = {"[Content_Types].xml": f"<Types><Override ContentType='{kind}'/></Types>".encode()}
    if document:
        parts["word/document.xml"] = b"<w:document/>"
    if macros == "part":
        parts["word/vbaProject.bin"] = b"\0"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | (more or {})).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def doc(*names: str, flags: int = 0) -> bytes:
    """A compound file with a directory of these entries and a stream of the document."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<I", header, 48, 1)  # the directory begins in sector 1
    struct.pack_into("<I", header, 68, 0xFFFFFFFE)
    struct.pack_into("<109I", header, 76, 0, *([0xFFFFFFFF] * 108))
    entries = [_entry("Root Entry", 0xFFFFFFFE), *(_entry(name, 3) for name in names or ("WordDocument",))]
    directory = b"".join(entries).ljust(1024, b"\0")
    table = struct.pack("<128I", 0xFFFFFFFD, 2, 0xFFFFFFFE, 0xFFFFFFFE, *([0xFFFFFFFF] * 124))
    document = bytearray(512)
    struct.pack_into("<H", document, 0x0A, flags)
    return bytes(header) + table + directory + bytes(document)


def _entry(name: str, start: int) -> bytes:
    entry = bytearray(128)
    text = name.encode("utf-16-le") + b"\0\0"
    entry[: len(text)] = text
    struct.pack_into("<H", entry, 64, len(text))
    struct.pack_into("<I", entry, 116, start)
    return bytes(entry)
