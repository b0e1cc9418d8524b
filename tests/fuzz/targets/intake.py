"""Files taken in: spreadsheets and text of any kind, mapping files, snapshots of databases, files of code lists."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from random import Random

import orjson

from ccvc import standard
from ccvc.catalogues import domain as catalogues
from ccvc.catalogues import reading as code_files
from ccvc.intake import reading, stage
from ccvc.intake.databases import mapping
from ccvc.intake.layout import MAIN
from ccvc.intake.stage import staged
from ccvc.intake.survey import survey
from tests.fuzz import archives, hostile, mutating, seeds
from tests.fuzz.seeds import DAY
from tests.fuzz.target import Input, Target, WrongError
from tests.fuzz.targets.standard import _toml
from tests.intake.corpus.sources import AN
from tests.intake.files import plain_workbook

MOST_ROWS = 2_000


def _workbook(rng: Random) -> Input:
    kind = rng.random()
    if kind < 0.02:
        return {"raw": archives.spoiled(rng, seeds.open_documents())}
    if kind < 0.06:
        return {"raw": archives.spoiled(rng, _snapshot())}
    if kind < 0.07:
        return {"raw": _OLE + rng.randbytes(rng.choice((40, 600, 3_000)))}
    return {"raw": archives.spoiled(rng, rng.choice(seeds.spreadsheets()[:-1]))}


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\x00\x03\x00\xfe\xff\x09\x00" + bytes(6)


@cache
def _snapshot() -> bytes:
    about = {
        "mapping": seeds.MAPPING,
        "sheets": {"person": {"title": "person", "columns": ["ma_cb", "ho_ten", "gioi_tinh"]}},
        "since": {},
    }
    rows = [["1", AN, "Nguyễn Văn An", "1"], [2, {"decimal": "040085000002"}, {"bytes": "QQ=="}, None]]
    lines = b"".join(orjson.dumps(row) + b"\n" for row in rows)
    return seeds.zipped({"person.ndjson": lines, "ccvc-snapshot.json": orjson.dumps(about)})


def _lines(rng: Random) -> Input:
    whole = rng.choice(seeds.texts())
    kind = rng.random()
    if kind < 0.5:
        return {"raw": mutating.spoiled(rng, whole, seeds.texts())}
    rows = whole.decode("utf-8-sig", "replace").split("\r\n")
    at = rng.randrange(len(rows))
    cells = rows[at].split(";")
    cells[rng.randrange(len(cells))] = rng.choice(("", '"', '""')) + hostile.printable(rng)
    rows[at] = rng.choice((";", ",", "\t", "|")).join(cells)
    text = rng.choice(("\r\n", "\n", "\r", "\x85")).join(rows)
    return {
        "raw": text.encode(
            rng.choice(("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258", "utf-32")), "replace"
        )
    }


def _read_rows(given: Input) -> str:
    """Opened, looked at, read to its end and set down; nothing but that is left in the folder."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        path.write_bytes(given["raw"])
        try:
            return _set_down(path)
        finally:
            left = {found.name for found in Path(folder).iterdir()} - {"a.xlsx", "read.rows"}
            if left:
                raise WrongError(f"left behind: {len(left)}")


def _set_down(path: Path) -> str:
    rows = path.with_name("read.rows")
    with reading.opened(path, path.name) as source:
        found = survey(source, path.name, DAY)
        orjson.dumps([notice.message for notice in found.notices])
        if not found.certain:
            return "columns asked for"
        stage.build(rows, source, found, most=MOST_ROWS, name=path.name)
    with staged(rows) as read:
        return f"{min(read.total, 3)} rows"


def _mapping(rng: Random) -> Input:
    text = seeds.MAPPING
    return {"raw": mutating.spoiled(rng, text.encode()) if rng.random() < 0.4 else _toml(rng, text)}


def _load(given: Input) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.toml"
        path.write_bytes(given["raw"])
        source, _ = mapping.load(path)
        if MAIN in source.sheets:
            list(source.main.filled(MAIN))


def _codes(rng: Random) -> Input:
    kind = rng.random()
    if kind < 0.03:
        return {"raw": archives.spoiled(rng, _code_book())}
    if kind < 0.6:
        return {"raw": mutating.spoiled(rng, seeds.CODES.encode())}
    cells = [line.split(",") for line in seeds.CODES.split("\n")]
    for _ in range(rng.randint(1, 3)):
        row = rng.choice(cells)
        row[rng.randrange(len(row))] = hostile.printable(rng)
    return {"raw": "\n".join(",".join(row) for row in cells).encode()}


@cache
def _code_book() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            line.split(",")
            for line in seeds.CODES.replace('"Dân tộc, thử"', "Dân tộc thử").strip().split("\n")
        ]
        return plain_workbook(Path(folder) / "a.xlsx", rows).read_bytes()


def _merge(given: Input) -> str:
    rows = code_files.read(given["raw"])
    merged = catalogues.merge(standard.newest().codes["ethnic_groups"], rows, basis="TT 1")
    code_files.read_text(code_files.written(rows))
    for change in merged.changed:
        orjson.dumps([change.after.code, change.after.label_vi, change.after.basis])
        if "\x00" in change.after.code + change.after.label_vi:
            raise WrongError("a code list gave what no database keeps")
    return "merged"


TARGETS = [
    Target("workbook", _workbook, _read_rows, 28),
    Target("rows as text", _lines, _read_rows, 16),
    Target("mapping file", _mapping, _load, 8),
    Target("code list", _codes, _merge, 8),
]
