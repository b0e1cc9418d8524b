"""`ccvc organisation`: load units from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, node, output

organisation = typer.Typer(help="Cơ cấu tổ chức của cơ quan.", no_args_is_help=True)
app.add_typer(organisation, name="organisation")


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
