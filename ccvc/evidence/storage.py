"""Where attached files are kept: in the node's home, named by their SHA-256, readable by the node alone."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from ccvc.standard.problems import Problem

BLOCK = 1024 * 1024
STALE = 24 * 3600


def folder() -> Path:
    """The folder of attached files; nothing is made of it here."""
    return Path(settings.CCVC_HOME) / "evidence"


def place(sha256: str) -> Path:
    """Where the file of this digest lies."""
    return folder() / sha256[:2] / sha256


def keep(content: bytes) -> str:
    """Put a file in its place, safely on the disk, and return its SHA-256; the same file lies there once."""
    return keep_together([content])[0]


def keep_together(contents: Sequence[bytes]) -> list[str]:
    """Put files in their places as `keep` does, and return their SHA-256: the disk is waited for once, not for each."""
    digests = [hashlib.sha256(content).hexdigest() for content in contents]
    named = dict(zip(digests, contents, strict=True))
    new = {sha256: content for sha256, content in named.items() if not _is_kept(sha256)}
    if new:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep()
    arriving = {sha256: _write(content) for sha256, content in new.items()}
    for file in arriving.values():
        _flush(file)
    for sha256, file in arriving.items():
        place(sha256).parent.mkdir(mode=0o700, exist_ok=True)
        file.replace(place(sha256))
    for directory in sorted({place(sha256).parent for sha256 in arriving}):
        _flush(directory)
    return digests


def _is_kept(sha256: str) -> bool:
    target = place(sha256)
    return target.is_file() and digest(target) == sha256


def _write(content: bytes) -> Path:
    """A file on its way in, not yet flushed."""
    arriving = folder() / f"arriving-{os.getpid()}-{os.urandom(6).hex()}"
    arriving.touch(mode=0o600)
    arriving.write_bytes(content)
    return arriving


def _flush(where: Path) -> None:
    """What stands in a file is safe once it is flushed, its name once its folder is flushed too."""
    handle = os.open(where, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep() -> None:
    """Remove what a process that was killed left on its way in; what arrives meanwhile goes to its own place."""
    for left in folder().glob("arriving-*"):
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < time.time() - STALE:
                left.unlink()


def read(sha256: str) -> bytes:
    """The file of this digest. Raises Problem EVI-GONE where it is missing or is not the file it was."""
    try:
        content = place(sha256).read_bytes()
    except OSError as error:
        raise Problem("EVI-GONE", sha256=sha256) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Problem("EVI-GONE", sha256=sha256)
    return content


def digest(path: Path) -> str:
    """SHA-256 of a file as it lies on the disk."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return found.hexdigest()


def remove(sha256: str) -> None:
    """Let a refused file go."""
    place(sha256).unlink(missing_ok=True)
