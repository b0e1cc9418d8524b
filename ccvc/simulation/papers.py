"""Scans of papers that never were: a page of PDF or PNG that says of itself that it is synthetic."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

from ccvc.standard import plain

MARK = "DU LIEU GIA LAP - SYNTHETIC"
TOP, LEFT, LEADING = 780, 60, 22
WIDTH, HEIGHT = 420, 594
PAPER, INK, STAMP = 250, 90, 150
LINE, GAP, MARGIN = 6, 18, 50
CENTRE, RADIUS, RIM = (310, 480), 52, 6


def pdf_page(title: str, lines: Sequence[str]) -> bytes:
    """One page with a title and lines, in letters every reader has; tone marks fall away."""
    texts = [MARK, "", plain(title).upper(), "", *map(plain, lines)]
    shown = [_shown(text, TOP - LEADING * number) for number, text in enumerate(texts) if text]
    content = "\n".join(shown).encode("ascii", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources 6 0 R >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Font << /F1 4 0 R >> >>",
    ]
    return _file(objects)


def _shown(text: str, height: int) -> str:
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F1 12 Tf {LEFT} {height} Td ({escaped}) Tj ET"


def _file(objects: Sequence[bytes]) -> bytes:
    """The objects of a document with the table that says where each begins."""
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (len(objects) + 1, table, end)


def png_page(seed: int) -> bytes:
    """A grey page with lines of different length and the ring of a stamp, and its mark as a text of the file."""
    rows = b"".join(b"\0" + _row(y, seed) for y in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"tEXt", b"Comment\0" + MARK.encode()),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _row(y: int, seed: int) -> bytes:
    """The greys of one row of dots; whole stretches at once, since a page has a quarter of a million dots."""
    row = bytearray([PAPER]) * WIDTH
    line, within = divmod(y - MARGIN, GAP)
    if within < LINE and MARGIN < y < CENTRE[1] - RADIUS - GAP:
        length = WIDTH - MARGIN - (line * 37 + seed * 53) % 160
        row[MARGIN + 1 : length] = bytes([INK]) * (length - MARGIN - 1)
    if abs(y - CENTRE[1]) < RADIUS + RIM:
        for x in range(CENTRE[0] - RADIUS - RIM, CENTRE[0] + RADIUS + RIM):
            distance = ((x - CENTRE[0]) ** 2 + (y - CENTRE[1]) ** 2) ** 0.5
            if abs(distance - RADIUS) < RIM:
                row[x] = STAMP
    return bytes(row)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
