"""`ccvc organisation`: load units, load and list job positions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, node, output

organisation = typer.Typer(help="Cơ cấu tổ chức của cơ quan.", no_args_is_help=True)
app.add_typer(organisation, name="organisation")
positions = typer.Typer(help="Vị trí việc làm của các đơn vị.", no_args_is_help=True)
organisation.add_typer(positions, name="positions")
POSITION_COLUMNS = "unit_code,code,name,kind,places,valid_from,decision_number,decided_on,issuer"


@organisation.command()
def load(
    file: Annotated[Path, typer.Argument(help="Tệp CSV: code,name,kind,parent_code,valid_from,basis.")],
    home: Home = DEFAULT_HOME,
    json: Json = False,
) -> None:
    """Lập các đơn vị trong tệp, tất cả hoặc không đơn vị nào; chạy lại không lập thêm."""
    with node(home):
        from ccvc.access.domain import Subject
        from ccvc.organisations.actions import load_units

        report = load_units(Subject.system("command"), file)
    result = {"opened": report.opened, "present": report.present}
    output.result(result, as_json=json, text=f"Đã lập {report.opened} đơn vị, {report.present} đã có.")


@positions.command("load")
def load_positions(
    file: Annotated[Path, typer.Argument(help=f"Tệp CSV, XLSX hoặc JSON: {POSITION_COLUMNS}, …")],
    home: Home = DEFAULT_HOME,
    json: Json = False,
) -> None:
    """Ghi vị trí việc làm trong tệp theo quyết định, tất cả hoặc không dòng nào; chạy lại không ghi thêm."""
    with node(home):
        from ccvc.access.domain import Subject
        from ccvc.organisations.actions import load_positions as load_file
        from ccvc.standard.problems import Problem

        try:
            raw = file.read_bytes()
        except OSError as error:
            raise Problem("ORG-FILE-MISSING", where=file.name) from error
        done = load_file(Subject.system("command"), file.name, raw)
    result = {"written": done.written, "present": done.present}
    output.result(result, as_json=json, text=f"Đã ghi {done.written} vị trí, {done.present} đã có.")


@positions.command("list")
def list_positions(
    unit: Annotated[str, typer.Argument(help="Mã đơn vị.")],
    on: Annotated[str, typer.Option(help="Ngày, dạng ngày/tháng/năm; bỏ trống: hôm nay.")] = "",
    home: Home = DEFAULT_HOME,
    json: Json = False,
) -> None:
    """Các vị trí việc làm của một đơn vị vào một ngày: số lượng, đang có người, còn trống."""
    with node(home):
        from django.utils import timezone

        from ccvc import standard
        from ccvc.access.domain import Subject
        from ccvc.organisations.actions.records import standing
        from ccvc.organisations.selectors import position_sheet
        from ccvc.standard.problems import Problem

        day = standard.read_day(on) if on else timezone.localdate()
        if day is None:
            raise Problem("ORG-DATE", where="on", given=on[:20])
        found = position_sheet(Subject.system("command"), standing(unit, day).unit.key, day)
        rows = [
            {
                "code": row.position.code,
                "name": row.position.name,
                "kind": row.position.kind,
                "places": row.position.places,
                "held": row.held,
                "free": row.free,
            }
            for row in found.rows
        ]
    text = "\n".join(f"{row['code']:12} {row['name']:50} {row['held']}/{row['places']}" for row in rows)
    output.result(rows, as_json=json, text=text or "Không có vị trí việc làm nào.")
