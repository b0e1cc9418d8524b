"""Where originals are kept: in the node's home, named by their SHA-256, readable by the node alone."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from ccvc.intake.models import Intake
from ccvc.standard.problems import Problem

BLOCK = 1024 * 1024
STALE = 24 * 3600
SUFFIXES = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".xml", ".zip"}


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file on its way in, under a name of its own until it is accepted."""

    path: Path
    sha256: str
    size: int


def folder() -> Path:
    """The folder of originals."""
    place = Path(settings.CCVC_HOME) / "intake"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def arriving_place() -> Path:
    """An empty file of this process's own, for what is on its way in."""
    _sweep()
    place = folder() / f"arriving-{os.getpid()}-{os.urandom(6).hex()}"
    place.touch(mode=0o600)
    return place


def receive(file: Path | bytes, name: str) -> Arrived:
    """Copy a file in, hashing it on the way. Raises Problem INT-FILE-MISSING."""
    arriving = arriving_place()
    try:
        if isinstance(file, bytes):
            arriving.write_bytes(file)
        else:
            shutil.copyfile(file, arriving)
    except OSError as error:
        arriving.unlink(missing_ok=True)
        raise Problem(
            "INT-FILE-MISSING", where=str(file) if isinstance(file, Path) else "", name=name
        ) from error
    return Arrived(arriving, _sha256(arriving), arriving.stat().st_size)


def _sweep() -> None:
    """Remove what a process that was killed left on its way in; what arrives meanwhile goes to its own place."""
    for left in folder().glob("arriving-*"):
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < time.time() - STALE:
                left.unlink()


def keep(arrived: Arrived, name: str) -> Path:
    """Put an accepted file in its place, safely on the disk."""
    with arrived.path.open("rb") as file:
        os.fsync(file.fileno())
    return arrived.path.replace(_place(arrived.sha256, name))


def discard(arrived: Arrived) -> None:
    """Let a refused file go."""
    arrived.path.unlink(missing_ok=True)


def original(intake: Intake) -> Path:
    """The stored original. Raises Problem INT-FILE-GONE where it is missing or is not the file it was."""
    place = _place(intake.sha256, intake.file_name)
    if not place.is_file() or _sha256(place) != intake.sha256:
        raise Problem("INT-FILE-GONE", where=place.name, name=intake.file_name)
    return place


def scratch(intake: Intake) -> Path:
    """The scratch file of an intake being read."""
    return folder() / f"{intake.pk}.rows"


def _place(sha256: str, name: str) -> Path:
    suffix = Path(name).suffix.lower()
    return folder() / f"{sha256}{suffix if suffix in SUFFIXES else '.xlsx'}"


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
