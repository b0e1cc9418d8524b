"""Many papers at once: a folder or a ZIP of files named by personal identification number.

The number stands first in each name (`001085123456.pdf`, `001085123456 Quyết định 12.pdf`). An index (CSV or XLSX with
a column Tệp) says kind, number, day, issuer and signer of the files it names; the others get the kind asked for.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook

from ccvc import standard
from ccvc.access.domain import Right, Subject
from ccvc.dossiers.selectors import by_personal_ids
from ccvc.evidence import actions
from ccvc.evidence.actions.receiving import most_bytes
from ccvc.evidence.domain import KINDS, Details
from ccvc.standard.problems import Problem

NUMBER = re.compile(r"(?P<number>\d{12})(?!\d)")
COLUMNS = {
    "file": ("tep", "ten tep", "file"),
    "kind": ("loai", "loai giay to", "kind"),
    "number": ("so", "so ky hieu", "number"),
    "issued_on": ("ngay", "ngay cap", "ngay ban hanh", "date"),
    "issuer": ("co quan cap", "co quan ban hanh", "issuer"),
    "signer": ("nguoi ky", "signer"),
    "signer_position": ("chuc vu nguoi ky", "chuc vu cua nguoi ky", "signer position"),
}
"""Headings of an index, tone marks and case aside."""
TEXTS = ("number", "issuer", "signer", "signer_position")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not attached, and why."""

    file: str
    code: str
    message: str


@dataclass(slots=True)
class Report:
    """What became of the files of a folder."""

    attached: int = 0
    already: int = 0
    unmatched: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The same as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Source:
    """Files by name, each read only when its turn comes; at most one byte more of one than may be attached."""

    names: list[str]
    read: Callable[[str], bytes]


def attach_folder(
    subject: Subject, place: Path, kind: str, *, index: Path | None = None, progress: Progress | None = None
) -> Report:
    """Attach each file to the dossier, within reach, of the person whose number its name begins with.

    What matches nobody, or is refused, holds back no other; doing it again attaches nothing twice. Raises Problem
    EVI-FOLDER, EVI-INDEX.
    """
    said = _indexed(index, kind) if index else {}
    report = Report()
    with_source = _zipped if place.is_file() else _listed
    for source in with_source(place, index):
        report.missing = sorted(said.keys() - {PurePosixPath(name).name for name in source.names})
        people = _people(subject, source.names)
        for done, name in enumerate(source.names, start=1):
            _attach_one(subject, source, name, people, said, kind, report)
            if progress:
                progress(done, len(source.names))
    return report


def _people(subject: Subject, names: list[str]) -> Mapping[str, Any]:
    numbers = {found["number"] for name in names if (found := NUMBER.match(PurePosixPath(name).name))}
    return by_personal_ids(subject, sorted(numbers), right=Right.CHANGE_PROPOSE)


def _attach_one(
    subject: Subject,
    source: Source,
    name: str,
    people: Mapping[str, Any],
    said: Mapping[str, Details],
    kind: str,
    report: Report,
) -> None:
    base = PurePosixPath(name).name
    found = NUMBER.match(base)
    dossier = people.get(found["number"]) if found else None
    if dossier is None:
        report.unmatched.append(name)
        return
    details = said.get(base, Details(kind=kind, file_name=base[-200:]))
    try:
        received = actions.receive(subject, source.read(name))
        actions.attach(subject, dossier.key, received, details)
    except Problem as problem:
        if problem.code == "EVI-TWICE":
            report.already += 1
        else:
            report.refused.append(Refused(name, problem.code, problem.message("vi")))
        return
    report.attached += 1


def _listed(folder: Path, index: Path | None) -> Iterator[Source]:
    if not folder.is_dir():
        raise Problem("EVI-FOLDER", where=str(folder), name=folder.name)
    skipped = index.resolve() if index else None
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.resolve() != skipped]

    def read(name: str) -> bytes:
        with (folder / name).open("rb") as file:
            return file.read(most_bytes() + 1)

    yield Source([path.relative_to(folder).as_posix() for path in found], read)


def _zipped(file: Path, _index: Path | None) -> Iterator[Source]:
    """The files of an archive, none of it unpacked to the disk."""
    try:
        with ZipFile(file) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]

            def read(name: str) -> bytes:
                try:
                    with archive.open(name) as part:
                        return part.read(most_bytes() + 1)
                except (RuntimeError, BadZipFile, zipfile.LargeZipFile, NotImplementedError) as error:
                    raise Problem("EVI-DAMAGED", format="ZIP") from error

            yield Source(sorted(names), read)
    except BadZipFile as error:
        raise Problem("EVI-FOLDER", where=str(file), name=file.name) from error


def _indexed(file: Path, kind: str) -> dict[str, Details]:
    """What an index says of each file it names."""
    rows = iter(_rows(file))
    columns = _columns(next(rows, []), file)
    found: dict[str, Details] = {}
    for line, row in enumerate(rows, start=2):
        cells = {name: row[at] if at < len(row) else "" for name, at in columns.items()}
        if name := _text(cells["file"]):
            base = PurePosixPath(name.replace("\\", "/")).name
            found[base] = _details(cells, base, kind, f"{file.name}:{line}")
    return found


def _columns(headings: list[Any], file: Path) -> dict[str, int]:
    plain = [standard.plain(_text(heading)) for heading in headings]
    found = {name: plain.index(word) for name, words in COLUMNS.items() for word in words if word in plain}
    if "file" not in found:
        raise Problem(
            "EVI-INDEX", where=str(file), name=file.name, reason=", ".join(filter(None, plain))[:200]
        )
    return found


def _details(cells: Mapping[str, Any], base: str, kind: str, where: str) -> Details:
    said = _text(cells.get("kind", ""))
    code = standard.current().codes[KINDS].find(said) if said else kind
    if code is None:
        raise Problem("EVI-INDEX", where=where, name=where, reason=said[:100])
    texts = {name: _text(cells.get(name, "")) for name in TEXTS}
    return Details(
        kind=code, issued_on=_day(cells.get("issued_on", ""), where), file_name=base[-200:], **texts
    )


def _day(value: Any, where: str) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _text(value)
    day = standard.read_day(text) if text else None
    if text and day is None:
        raise Problem("EVI-INDEX", where=where, name=where, reason=text[:100])
    return day


def _text(value: Any) -> str:
    """A cell as text; a number typed without decimals loses the ones a spreadsheet adds."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value if value is not None else "").split())


def _rows(file: Path) -> list[list[Any]]:
    try:
        if file.suffix.lower() == ".csv":
            text = file.read_bytes().decode("utf-8-sig")
            dialect = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
            return list(csv.reader(io.StringIO(text), delimiter=dialect))
        return CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    except (OSError, UnicodeDecodeError, csv.Error, CalamineError, ValueError) as error:
        raise Problem("EVI-INDEX", where=str(file), name=file.name, reason=str(error)[:200]) from error
