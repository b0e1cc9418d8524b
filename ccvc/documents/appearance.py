"""How signatures look, and where they stand: NĐ 30/2020/NĐ-CP Phụ lục I.

The person's in blue, centred between position and name; the agency's in red at the size of the real seal, over about
a third of the person's on its left.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

import msgspec
from django.utils import timezone

from ccvc.documents import composing, copies, domain, selectors, typesetting
from ccvc.documents.models import Document, Picture
from ccvc.documents.pades import Mark
from ccvc.evidence import storage

MILLIMETRE = 72 / 25.4
COLUMN = {False: 87.0, True: 134.0}
"""Millimetres of the column the signatures stand in, upright and lying."""
ROOM = 30.0
PERSON = (56.0, 26.0)
SEAL = 36.0
STAMPED = datetime(2020, 1, 1, tzinfo=UTC)
"""What pictures of signatures say they were laid out on: it is no moment of the signature."""
BLUE, RED = "#0a2fa0", "#c8102e"
SIGNER_FIELD, AGENCY_FIELD, COPY_FIELD = "NguoiKy", "CoQuan", "CoQuanSao"
SEALING_FIELDS = frozenset({AGENCY_FIELD, COPY_FIELD})


Finding = Callable[[str, str], Picture | None]
"""The picture in use of a kind and an owner."""


def of_person(row: Document, at: datetime, found: Finding = selectors.picture) -> Mark:
    """The signature of the authorised person."""
    left, low = _person_corner(row)
    width, height = PERSON
    picture = found(Picture.Kind.SIGNATURE, row.signer.username)
    words = () if picture else _words(f"Ký bởi: {row.signer_name}", at)
    drawn = _drawn(picture.sha256 if picture else "", words, width, height, BLUE)
    return Mark(SIGNER_FIELD, row.spot["page"], _box(left, low, width, height), drawn)


def of_copy(row: Document, at: datetime, found: Finding = selectors.picture) -> Mark:
    """The agency's signature on a certified copy: form of copy, number, agency, place and moment, with its seal.

    In the upper right corner of the first page, its letters upright, 10 pt and black.
    """
    spot = msgspec.convert(row.spot, copies.Spot)
    picture = found(Picture.Kind.SEAL, row.agency) if spot.sealed else None
    issuer, (x1, y1, x2, y2) = composing.issuer_on(row.issued_on), spot.box
    across, down = (side * MILLIMETRE for side in copies.SIZE[spot.sealed])
    content = {
        "name": "Chữ ký số của cơ quan trên bản sao",
        "heading": f"{copies.copy_form(row.form).heading} · Số: {row}",
        "lines": [
            row.agency_name,
            domain.dated(issuer.place, row.issued_on),
            f"Thời gian ký: {timezone.localtime(at).isoformat(timespec='seconds')}",
            f"Mã: {domain.grouped(row.code)}",
        ],
        "picture": list(storage.read(picture.sha256)) if picture else [],
        "qr": composing.qr(composing.check_address(row.code)),
        "width": x2 - x1,
        "height": y2 - y1,
        "across": across,
        "down": down,
        "scale": spot.scale,
        "turn": -spot.turned,
    }
    return Mark(COPY_FIELD, 1, spot.box, typesetting.sheet("copymark", content, STAMPED))


def of_agency(row: Document, at: datetime, found: Finding = selectors.picture) -> Mark:
    """The signature of the agency: with its seal, or in words beside the person's where no picture is kept."""
    if row.kind == copies.KIND:
        return of_copy(row, at, found)
    left, low = _person_corner(row)
    picture = found(Picture.Kind.SEAL, row.agency)
    words = () if picture else _words(f"Cơ quan: {row.agency_name}", at)
    middle = low + PERSON[1] / 2
    right = left + PERSON[0] / 3
    drawn = _drawn(picture.sha256 if picture else "", words, SEAL, SEAL, RED)
    box = _box(right - SEAL, middle - SEAL / 2, SEAL, SEAL)
    return Mark(AGENCY_FIELD, row.spot["page"], box, drawn)


def _person_corner(row: Document) -> tuple[float, float]:
    """Lower left corner of the person's signature, in millimetres from that of the page."""
    left, top = row.spot["x"] / MILLIMETRE, row.spot["y"] / MILLIMETRE
    return left + (COLUMN[row.lying] - PERSON[0]) / 2, top - ROOM + (ROOM - PERSON[1]) / 2


def _box(left: float, low: float, width: float, height: float) -> tuple[int, int, int, int]:
    corners = (left, low, left + width, low + height)
    x1, y1, x2, y2 = (round(corner * MILLIMETRE) for corner in corners)
    return x1, y1, x2, y2


def _words(who: str, at: datetime) -> tuple[str, ...]:
    """Who signed, and when by ISO 8601 in the time of Vietnam."""
    return who, f"Thời gian ký: {timezone.localtime(at).isoformat(timespec='seconds')}"


@lru_cache(maxsize=64)
def _drawn(sha256: str, words: tuple[str, ...], width: float, height: float, ink: str) -> bytes:
    """A picture of a signature as a page; the same ones are drawn once."""
    content = {
        "name": "Chữ ký số",
        "width": width * MILLIMETRE,
        "height": height * MILLIMETRE,
        "size": 10,
        "ink": ink,
        "picture": list(storage.read(sha256)) if sha256 else [],
        "lines": list(words),
    }
    return typesetting.stamp(content)
