"""DER, as far as certificates, lists, answers and time stamps need it (X.690)."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import NamedTuple


class Bad(Exception):
    """Something certain is wrong."""


class Unknown(Exception):
    """Something cannot be told."""


class Der(NamedTuple):
    """One element: tag, content, and the bytes as they stand."""

    tag: int
    body: bytes
    raw: bytes

    def parts(self) -> list[Der]:
        """The elements inside."""
        found, at = [], 0
        while at < len(self.body):
            one = der(self.body, at)
            found.append(one)
            at += len(one.raw)
        return found


def der(data: bytes, at: int = 0) -> Der:
    """The element that begins at a place."""
    try:
        tag, size, start = data[at], data[at + 1], at + 2
    except IndexError:
        raise Bad("DER") from None
    if size == 0x80:
        raise Unknown("BER")
    if size & 0x80:
        count = size & 0x7F
        size, start = int.from_bytes(data[start : start + count], "big"), start + count
    if start + size > len(data):
        raise Bad("DER")
    return Der(tag, data[start : start + size], data[at : start + size])


def oid(element: Der) -> str:
    """A dotted object identifier."""
    numbers, value = [], 0
    for byte in element.body:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]]))


def moment(element: Der) -> datetime:
    """UTCTime or GeneralizedTime."""
    text = element.body.decode("ascii")
    if element.tag == 0x17:
        text = ("19" if text[:2] >= "50" else "20") + text
    whole, _, part = text.rstrip("Z").partition(".")
    at = datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return at + timedelta(seconds=float(f"0.{part or 0}"))


def bits(element: Der) -> bytes:
    """A bit string of whole bytes."""
    return element.body[1:]


def inner(element: Der) -> Der:
    """The one element inside another, as explicit tags have it."""
    (found,) = element.parts()
    return found


def from_pem(text: str) -> bytes:
    """The DER in a PEM text."""
    try:
        return base64.b64decode(
            "".join(line for line in text.split("\n") if not line.startswith("-----")), validate=True
        )
    except ValueError:
        raise Bad("PEM") from None
