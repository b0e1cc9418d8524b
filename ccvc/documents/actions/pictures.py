"""Pictures of signatures and of the seal: looked at before they are kept, dated, the former one ended."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import typst
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.access.actions import ADMINISTRATIVE
from ccvc.access.domain import Right, Subject, require
from ccvc.documents import typesetting
from ccvc.documents.models import Picture
from ccvc.evidence import storage
from ccvc.ledger import actions as ledger
from ccvc.standard.problems import Problem

MAGIC = b"\x89PNG\r\n\x1a\n"
MOST_BYTES = 500_000
SIDES = range(100, 2_001)
_HEAD = struct.Struct(">II")
_CLEAR = {4, 6}
"""Colour types of PNG with a channel of transparency."""


def keep_picture(subject: Subject, kind: Picture.Kind, png: bytes) -> Picture:
    """Keep one's own signature's picture, or the agency's seal's; it is used from now on.

    Problem ACC-DENIED, DOC-PICTURE, DOC-PICTURE-SIZE, DOC-PICTURE-SIDES, DOC-PICTURE-CLEAR.
    """
    owner = _owner(subject, kind)
    width, height = sound(png)
    sha256 = storage.keep(png)
    now = timezone.now()
    with transaction.atomic():
        _end(subject, kind, owner)
        row = Picture(kind=kind, owner=owner, sha256=sha256, width=width, height=height)
        row.kept_by, row.kept_at = subject.username, now
        row.save(force_insert=True)
        _enter(subject, row, "picture_kept")
    return row


@transaction.atomic
def end_picture(subject: Subject, kind: Picture.Kind) -> None:
    """Use the picture no more: what is signed from now on says in words who signed."""
    _end(subject, kind, _owner(subject, kind))


def _owner(subject: Subject, kind: Picture.Kind) -> str:
    if kind == Picture.Kind.SEAL:
        require(subject, Right.SEAL_USE, settings.CCVC_AGENCY)
        return str(settings.CCVC_AGENCY)
    require(subject, Right.DOCUMENT_SIGN)
    return subject.username


def _end(subject: Subject, kind: Picture.Kind, owner: str) -> None:
    held = Picture.objects.select_for_update().filter(kind=kind, owner=owner, ended_at=None).first()
    if held is None:
        return
    held.ended_at = timezone.now()
    held.save(update_fields=["ended_at"])
    _enter(subject, held, "picture_ended")


def _enter(subject: Subject, row: Picture, act: str) -> None:
    payload = {"act": act, "kind": row.kind, "owner": row.owner, "sha256": row.sha256, "by": subject.username}
    ledger.append(ADMINISTRATIVE, f"picture:{row.kind}:{row.owner}", payload)


def sound(png: bytes) -> tuple[int, int]:
    """Width and height of a picture that can be used: a PNG, not too large, with a clear ground."""
    if len(png) > MOST_BYTES:
        raise Problem("DOC-PICTURE-SIZE", most=MOST_BYTES // 1000)
    if not png.startswith(MAGIC) or png[12:16] != b"IHDR" or len(png) < 33:  # noqa: PLR2004 - the least a PNG has
        raise Problem("DOC-PICTURE")
    width, height = _HEAD.unpack_from(png, 16)
    if width not in SIDES or height not in SIDES:
        raise Problem("DOC-PICTURE-SIDES", width=width, height=height, least=SIDES[0], most=SIDES[-1])
    if png[25] not in _CLEAR and b"tRNS" not in dict(_chunks(png)):
        raise Problem("DOC-PICTURE-CLEAR")
    _draw(png)
    return width, height


def _chunks(png: bytes) -> Iterator[tuple[bytes, int]]:
    """Names and sizes of the parts of a PNG."""
    at = len(MAGIC)
    while at + 8 <= len(png):
        size, name = struct.unpack_from(">I4s", png, at)
        yield name, size
        at += 12 + size


def _draw(png: bytes) -> None:
    """Draw it once, as a signature would be; Problem DOC-PICTURE where it cannot be."""
    content = {"name": "-", "width": 100, "height": 50, "size": 10, "ink": "#000000", "lines": []}
    try:
        typesetting.stamp(content | {"picture": list(png)})
    except typst.TypstError as error:
        raise Problem("DOC-PICTURE") from error
