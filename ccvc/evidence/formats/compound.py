"""Word 97–2003 documents: the directory of a compound file (MS-CFB) tells what is inside."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from ccvc.standard.problems import Problem

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEADER = 512
IN_HEADER = 109
NO_SECTOR = 0xFFFFFFFA
"""Numbers from here on name no sector: the end of a chain, a free place."""
ENTRY, NAME = 128, 64
SHIFTS = {9, 12}
DOCUMENT = "WordDocument"
MACROS = {"Macros", "_VBA_PROJECT_CUR", "VBA", "_VBA_PROJECT"}
PROTECTED = {"EncryptedPackage", "EncryptionInfo"}
FLAGS, IS_ENCRYPTED = 0x0A, 0x0100


@dataclass(frozen=True, slots=True)
class Directory:
    """What a compound file holds: the first sector of each named stream, and the size of a sector."""

    starts: dict[str, int]
    sector: int


def check_word(content: bytes) -> None:
    """Problem EVI-DAMAGED, EVI-TYPE where no Word document is inside, EVI-ENCRYPTED, EVI-MACROS."""
    try:
        directory = read_directory(content)
    except (struct.error, IndexError, ValueError) as error:
        raise Problem("EVI-DAMAGED", format="Word") from error
    if PROTECTED & directory.starts.keys():
        raise Problem("EVI-ENCRYPTED")
    if DOCUMENT not in directory.starts:
        raise Problem("EVI-TYPE")
    if MACROS & directory.starts.keys():
        raise Problem("EVI-MACROS")
    place = (directory.starts[DOCUMENT] + 1) * directory.sector + FLAGS
    if len(content) < place + 2:
        raise Problem("EVI-DAMAGED", format="Word")
    if struct.unpack_from("<H", content, place)[0] & IS_ENCRYPTED:
        raise Problem("EVI-ENCRYPTED")


def read_directory(content: bytes) -> Directory:
    """The directory. ValueError, IndexError or struct.error where sectors lie outside the file or run in a circle."""
    shift = struct.unpack_from("<H", content, 30)[0]
    if shift not in SHIFTS:
        raise ValueError("sector size")
    sector = 1 << shift
    table = _allocation(content, sector)
    starts: dict[str, int] = {}
    for number in _chain(table, struct.unpack_from("<I", content, 48)[0]):
        starts |= _entries(_sector(content, number, sector))
    return Directory(starts, sector)


def _entries(data: bytes) -> dict[str, int]:
    """Names and first sectors in one sector of the directory."""
    found: dict[str, int] = {}
    for place in range(0, len(data), ENTRY):
        entry = data[place : place + ENTRY]
        length = struct.unpack_from("<H", entry, NAME)[0]
        if 0 < length <= NAME:
            name = entry[: length - 2].decode("utf-16-le", errors="replace")
            found[name] = struct.unpack_from("<I", entry, 116)[0]
    return found


def _allocation(content: bytes, sector: int) -> list[int]:
    """The allocation table: which sector follows which."""
    numbers = [n for n in struct.unpack_from(f"<{IN_HEADER}I", content, 76) if n < NO_SECTOR]
    following, seen = struct.unpack_from("<I", content, 68)[0], set[int]()
    each = sector // 4
    while following < NO_SECTOR:
        if following in seen:
            raise ValueError("circle")
        seen.add(following)
        *more, following = struct.unpack(f"<{each}I", _sector(content, following, sector))
        numbers += [n for n in more if n < NO_SECTOR]
    table: list[int] = []
    for number in dict.fromkeys(numbers):
        table += struct.unpack(f"<{each}I", _sector(content, number, sector))
    return table


def _chain(table: list[int], start: int) -> list[int]:
    chain: dict[int, None] = {}
    while start < NO_SECTOR:
        if start in chain:
            raise ValueError("circle")
        chain[start] = None
        start = table[start]
    return list(chain)


def _sector(content: bytes, number: int, sector: int) -> bytes:
    data = content[(number + 1) * sector : (number + 2) * sector]
    if len(data) != sector:
        raise ValueError("sector outside the file")
    return data
