"""Databases as agencies have them, filled with a few people, and the mapping files that read them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.intake.files import number
from tests.people import AGENCY, UNIT

VARIABLE = "NHANSU_URL"
SCHEMA = """
CREATE TABLE can_bo (
  id INTEGER PRIMARY KEY, so_cccd VARCHAR(12), ho_ten VARCHAR(200), gioi_tinh CHAR(1), ngay_sinh DATE,
  dan_toc VARCHAR(40), que_quan VARCHAR(300), ngay_tuyen DATE, loai VARCHAR(10), trang_thai INTEGER,
  ma_dv VARCHAR(20), he_so DECIMAL(5,2), dien_thoai VARCHAR(20), cap_nhat TIMESTAMP NULL);
CREATE TABLE bang_cap (
  id INTEGER PRIMARY KEY, can_bo_id INTEGER, trinh_do VARCHAR(10), nganh VARCHAR(200),
  cap_nhat TIMESTAMP NULL);
"""
WRITTEN = """by = "Trần Thị Hoa, Phòng Tổ chức cán bộ"
on = 2026-11-20"""
MAPPING = f"""
name = "nhan-su-so"
title = "Phần mềm quản lý nhân sự của Sở"
unit = "{AGENCY}"
connection = "{VARIABLE}"
{WRITTEN}

[sheets.person]
table = "can_bo"
person = "id"
number = "so_cccd"
watermark = "cap_nhat"

[sheets.person.columns]
"identity.full_name" = "ho_ten"
"identity.sex" = {{ column = "gioi_tinh", values = "gioi_tinh" }}
"identity.birth_date" = "ngay_sinh"
"identity.ethnic_group" = "dan_toc"
"identity.home_town" = "que_quan"
"identity.phone" = "dien_thoai"
"career.recruited_on" = "ngay_tuyen"
"employment.category" = "loai"
"employment.status" = {{ column = "trang_thai", values = "trang_thai" }}
"employment.unit_code" = {{ column = "ma_dv", values = "don_vi" }}
"employment.salary_coefficient" = "he_so"

[sheets."education.degrees"]
select = "SELECT id, can_bo_id, trinh_do, nganh, cap_nhat FROM bang_cap WHERE nganh NOT LIKE ':xoá%'"
person = "can_bo_id"
watermark = "cap_nhat"

[sheets."education.degrees".columns]
id = "id"
level = {{ column = "trinh_do", values = "trinh_do" }}
major = "nganh"

[values.gioi_tinh]
{WRITTEN}
basis = "Danh mục GIOI_TINH của phần mềm"
map = {{ "1" = "1", "0" = "2" }}

[values.trang_thai]
{WRITTEN}
basis = "Danh mục TRANG_THAI của phần mềm"
map = {{ "1" = "01" }}

[values.don_vi]
{WRITTEN}
basis = "Quyết định 12/QĐ-UBND"
map = {{ "17" = "{UNIT}" }}

[values.trinh_do]
{WRITTEN}
basis = "Danh mục TRINH_DO của phần mềm"
map = {{ DH = "6", THS = "7" }}
"""


@dataclass
class Database:
    """An agency's database: its address for the program, and an account that may write for the agency."""

    url: str
    engine: sa.Engine

    def run(self, statement: str, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.text(statement), values)

    def make(self) -> None:
        for table in ("can_bo", "bang_cap"):
            self.run(f"DROP TABLE IF EXISTS {table}")
        for statement in filter(str.strip, SCHEMA.split(";")):
            self.run(statement)

    def add(self, n: int, *, at: str = "2026-11-20 08:00:00", **changes: Any) -> None:
        row = {"id": n, "so_cccd": number(n), "ho_ten": f"Nguyễn Văn An {n}", "gioi_tinh": "1"}
        row |= {"ngay_sinh": "1985-03-07", "dan_toc": "Kinh", "que_quan": "xã Kim Liên, tỉnh Nghệ An"}
        row |= {"ngay_tuyen": "2010-01-01", "loai": "CC", "trang_thai": 1, "ma_dv": "17", "he_so": "2.34"}
        row |= {"dien_thoai": None, "cap_nhat": at} | changes
        self._insert("can_bo", row)

    def add_degree(self, n: int, person: int, *, at: str = "2026-11-20 08:00:00", **changes: Any) -> None:
        row = {"id": n, "can_bo_id": person, "trinh_do": "DH", "nganh": "Luật", "cap_nhat": at}
        self._insert("bang_cap", row | changes)

    def _insert(self, table: str, row: dict[str, Any]) -> None:
        marks = ", ".join(f":{name}" for name in row)
        self.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", **row)


def mapping(folder: Path, text: str = MAPPING) -> Path:
    """A mapping file."""
    file = folder / "anh-xa.toml"
    file.write_text(text, encoding="utf-8")
    return file
