"""File transport: packages as files in a folder per receiver, for a shared disk or a disk carried by hand.

`<folder>/<receiver>/<sender>-<number, 12 digits>.ccvc`. A file appears whole or not at all: it is written
under a name that starts with a dot, flushed to the disk, then renamed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ccvc.exchange.domain.heads import MAX_MESSAGE
from ccvc.exchange.domain.limits import MAX_PACKAGE
from ccvc.exchange.domain.manifest import manifest_digest
from ccvc.exchange.domain.sealing import manifest_payload, read_manifest
from ccvc.exchange.transports import Delivery
from ccvc.standard.problems import Problem

SUFFIX = ".ccvc"
HEADS = ".heads.json"
NAME = re.compile(r"(?P<sender>[A-Y][0-9]{2}[A-Z0-9.]*)-(?P<sequence>[0-9]{12})\.ccvc")


def file_name(sender: str, sequence: int) -> str:
    """Name of a package's file; names sort by sender, then number."""
    return f"{sender}-{sequence:012d}{SUFFIX}"


@dataclass(frozen=True)
class FileTransport:
    """Writes to `<folder>/<peer>/`, reads what the peer wrote from `<folder>/<own>/`."""

    folder: Path
    own: str
    peer: str

    def deliver(self, data: bytes) -> Delivery:
        """Write the package; writing it again replaces it with the same bytes."""
        try:
            _write(self.folder / self.peer / file_name(self.own, read_manifest(data).sequence), data)
        except OSError as error:
            return Delivery("retry", _folder_problem(self.folder, error).as_json())
        return Delivery("carried")

    def fetch(self, after: int, digest: str | None = None) -> Iterator[bytes]:  # noqa: ARG002 - a folder answers nothing
        """Files of the peer numbered above `after`, in order of number; a file too large is read up to the
        limit.
        """
        try:
            found = sorted(self._files(after))
        except OSError as error:
            raise _folder_problem(self.folder, error) from error
        for _, path in found:
            with path.open("rb") as stream:
                yield stream.read(MAX_PACKAGE + 1)

    def heads(self, message: bytes) -> bytes | None:
        """Leave this log's head beside the packages, and read the peer's, if it has left any."""
        try:
            _write(self.folder / self.peer / f"{self.own}{HEADS}", message)
            theirs = self.folder / self.own / f"{self.peer}{HEADS}"
            return theirs.read_bytes()[: MAX_MESSAGE + 1] if theirs.is_file() else None
        except OSError as error:
            raise _folder_problem(self.folder, error) from error

    def agrees(self, number: int, digest: str) -> bool:
        """Whether the file of a number, if there is one, is the package named; one that is damaged tells nothing."""
        try:
            data = (self.folder / self.own / file_name(self.peer, number)).read_bytes()
            return manifest_digest(manifest_payload(data)) == digest
        except (OSError, Problem):
            return True

    def first_other(self, taken: int, held: Callable[[int], str | None]) -> int | None:
        """The first number up to `taken` whose file is another package than the one held, if there is one."""
        numbers = sorted(sequence for sequence, _ in self._files(0) if sequence <= taken)
        return next((n for n in numbers if (d := held(n)) is not None and not self.agrees(n, d)), None)

    def tidy(self, taken: int) -> int:
        """Remove the peer's files up to number `taken`, which this node holds; returns how many."""
        done = [path for sequence, path in self._files(0) if sequence <= taken]
        for path in done:
            path.unlink(missing_ok=True)
        return len(done)

    def _files(self, after: int) -> list[tuple[int, Path]]:
        inbox = self.folder / self.own
        if not self.folder.is_dir():
            raise FileNotFoundError(2, "no such folder", str(self.folder))
        found = []
        for path in inbox.iterdir() if inbox.is_dir() else ():
            match = NAME.fullmatch(path.name)
            if match and match["sender"] == self.peer and int(match["sequence"]) > after:
                found.append((int(match["sequence"]), path))
        return found


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{os.getpid()}.part")
    with new.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(path)
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _folder_problem(folder: Path, error: OSError) -> Problem:
    return Problem("EXC-FOLDER", where=str(folder), folder=str(folder), reason=error.strerror or str(error))
