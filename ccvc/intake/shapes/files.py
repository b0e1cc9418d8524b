"""A mapping as a TOML file: proposed for an officer to edit, and read back. Pure."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ccvc.intake.shapes.mapping import Mapping, Shape
from ccvc.standard.problems import Problem

LARGEST = 1024 * 1024
_HEAD = """# Ánh xạ cột của tệp (ccvc intake take TỆP --mapping TỆP-NÀY). Mỗi cột: path là trường của chuẩn thông tin
# (xem ccvc standard show), để trống là không nhập. rule: "" lấy như đang có; "join" ghép các cột cùng trường;
# "mark" dấu x nghĩa là mã code (không có dấu: otherwise); "by-sex" ngày sinh, đồng thời giới tính là code;
# "brackets", "after-date", "sign" tách ô làm hai: path là phần đầu, second là phần trong ngoặc, sau ngày, sau dấu.
# constants: giá trị chung cho mọi dòng, ví dụ "employment.category" = "Công chức".
"""
_ORDER = ("column", "heading", "path", "rule", "code", "otherwise", "second", "confidence")


def written(mapping: Mapping) -> str:
    """The file's text."""
    return _HEAD + "".join(line for shape in mapping.shapes for line in _shape(shape))


def _shape(shape: Shape) -> Iterator[str]:
    yield f"\n[[shapes]]\nsheet = {_text(shape.sheet)}\nfingerprint = {_text(shape.fingerprint)}\n"
    yield f"titles = [{', '.join(map(_text, shape.titles))}]\n"
    yield "constants = {"
    yield ", ".join(f"{_text(path)} = {_text(value)}" for path, value in sorted(shape.constants.items()))
    yield "}\ncolumns = [\n"
    for use in shape.columns:
        given = {name: getattr(use, name) for name in _ORDER}
        shown = (f"{k} = {_text(v)}" for k, v in given.items() if v or k in {"column", "heading", "path"})
        yield f"  {{ {', '.join(shown)} }},\n"
    yield "]\n"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def load(path: Path) -> Mapping:
    """Read a mapping file. Raises Problem INT-FILE-MISSING, INT-MAPPING-FILE."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST).decode()
        return msgspec.convert(tomllib.loads(content), Mapping)
    except OSError as error:
        raise Problem("INT-FILE-MISSING", where=str(path), name=path.name) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Problem("INT-MAPPING-FILE", where=str(path), name=path.name, reason=str(error)) from error
