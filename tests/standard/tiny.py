"""A small data folder with every type of field, for tests that must not depend on the law."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from ccvc.standard import Standard, load

HEAD = """
version = "2026-07"
name_vi = "Chuẩn thử"
basis = "Luật thử"
valid_from = 2026-07-01
"""
COMMON = """
label_en = "Something"
sensitivity = "basic"
ownership = "master"
owner = "ccvc"
national = true
declared_by = ["person"]
basis = "Luật thử Điều 1"
certainty = "R"
valid_from = 2026-07-01
"""
GROUP = 'group = "thing"\nlabel_vi = "Nhóm thử"\nlabel_en = "Group"\norder = 1\nbasis = "Luật thử"\n'

EVERY_TYPE = {
    "name": 'type = "text"\nmax_length = 10\nrequired = true',
    "badge": "type = \"text\"\nmax_length = 6\npattern = '^[A-Z][0-9]+$'",
    "story": 'type = "long_text"\nmax_length = 40',
    "day": 'type = "date"\nmin = 1900-01-01\nmax = 2100-12-31',
    "about": 'type = "partial_date"\nmin = 1900-01-01',
    "colour": 'type = "code"\ncode_list = "colours"',
    "colours": 'type = "codes"\ncode_list = "colours"',
    "count": 'type = "integer"\nmin = 0\nmax = 9',
    "free": 'type = "integer"',
    "rate": 'type = "decimal"\ndigits = 4\nplaces = 2\nmin = 0.50\nmax = 20.00',
    "change": 'type = "decimal"\ndigits = 3\nplaces = 1\nmin = -99.9',
    "whole": 'type = "decimal"\ndigits = 2\nplaces = 0',
    "sure": 'type = "boolean"',
    "where": 'type = "place"',
    "pid": 'type = "personal_id"',
}
COLOURS = """code,label_vi,label_en,valid_from,valid_to,successors,synonyms,basis,certainty,shade
1,Đỏ,Red,,,,Đỏ tươi|Đỏ thắm,Luật thử,K,warm
2,Xanh,Blue or green,,2019-12-31,3|4,,Luật thử,K,
2,Tím,Violet,2020-01-01,,,,Luật thử,K,cold
3,Xanh lá,Green,2020-01-01,,,,Luật thử,K,
4,Xanh dương,Blue,2020-01-01,2022-12-31,5,,Luật thử,K,
5,Xanh biển,Sea blue,2023-01-01,,,,Luật thử,K,
6,A+,A plus,,,,,Luật thử,K,
7,A-,A minus,,,,,Luật thử,K,
8,Mạ,Ma,,,,,Luật thử,K,
9,Má,Ma too,,,,,Luật thử,K,
"""
PROVINCES = """code,label_vi,label_en,valid_from,valid_to,successors,synonyms,basis,certainty
01,Thành phố Hà Nội,Ha Noi City,,,,Hà Nội,Luật thử,K
10,Tỉnh Lào Cai,Lao Cai Province,,2025-06-30,15,Lào Cai,Luật thử,K
15,Tỉnh Yên Bái,Yen Bai Province,,2025-06-30,15,Yên Bái,Luật thử,K
15,Tỉnh Lào Cai,Lao Cai Province,2025-07-01,,,Lào Cai,Luật thử,K
"""
INDEX = """
[colours]
label_vi = "Màu"
label_en = "Colours"
[provinces]
label_vi = "Tỉnh"
label_en = "Provinces"
"""


def field(name: str, attributes: str, *, table: bool = False) -> str:
    """Write one field entry; attributes given replace the common ones."""
    own = {line.split(" = ")[0] for line in attributes.splitlines()}
    common = "\n".join(line for line in COMMON.splitlines() if line.split(" = ")[0] not in own)
    label = "" if "label_vi" in own else f'label_vi = "Mục {name}"\n'
    return f'[[{"table.field" if table else "field"}]]\nname = "{name}"\n{label}{common}\n{attributes}\n'


def table(name: str, attributes: str = "") -> str:
    return field(name, attributes).replace("[[field]]", "[[table]]")


@cache
def standard() -> Standard:
    """Load the default folder."""
    return of_group(None)


def of_group(group: str | None) -> Standard:
    """Load a folder with this group file."""
    with tempfile.TemporaryDirectory() as folder:
        return load(write(Path(folder), group))


def write(folder: Path, group: str | None = None) -> Path:
    """Write a whole folder; by default one group and one table, each with a field of every type."""
    fields = "".join(field(name, attributes) for name, attributes in EVERY_TYPE.items())
    cells = "".join(field(name, attributes, table=True) for name, attributes in EVERY_TYPE.items())
    inside = f"{GROUP}{fields}{table('rows')}{cells}" if group is None else group
    for path, text in {
        "fields/standard.toml": HEAD,
        "fields/01-thing.toml": inside,
        "codes/index.toml": INDEX,
        "codes/colours.csv": COLOURS,
        "codes/provinces.csv": PROVINCES,
    }.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder
