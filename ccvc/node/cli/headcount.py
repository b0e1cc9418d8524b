"""`ccvc headcount`: load, show."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, node, output

if TYPE_CHECKING:
    from ccvc.headcount.selectors import Row

headcount = typer.Typer(help="Biên chế: được giao, có mặt, còn thiếu.", no_args_is_help=True)
app.add_typer(headcount, name="headcount")


@headcount.command()
def load(
    file: Annotated[
        Path,
        typer.Argument(
            help="Tệp CSV: code,line,number,valid_from,decision_number,decided_on,issuer[,valid_to]."
        ),
    ],
    home: Home = DEFAULT_HOME,
    json: Json = False,
) -> None:
    """Giao biên chế theo tệp, tất cả hoặc không dòng nào; chạy lại không giao thêm."""
    with node(home):
        from ccvc.access.domain import Subject
        from ccvc.headcount.actions import load as load_file

        done = load_file(Subject.system("command"), file)
    text = f"Đã giao {done.assigned} dòng, {done.present} dòng đã có."
    output.result({"assigned": done.assigned, "present": done.present}, as_json=json, text=text)


@headcount.command()
def show(home: Home = DEFAULT_HOME, json: Json = False) -> None:
    """Từng đơn vị trực tiếp: được giao, có mặt, còn thiếu hôm nay; và những người không tính ở đâu."""
    with node(home):
        from ccvc.access.domain import Subject
        from ccvc.headcount import presentation
        from ccvc.headcount.selectors import sheet

        found = sheet(Subject.system("command"))
        rows = [_told(row) for row in [*([found.row] if found.row else []), *found.listed]]
        off = dict(presentation.aside(found))
        labels = {line.name: line.label_vi for line in found.lines}
    told = {"units": rows, "on_no_line": off, "unplaced": found.unplaced}
    others = [*off.items(), *([("không thuộc đơn vị nào", found.unplaced)] if found.unplaced else [])]
    text = "\n".join(
        [*(_line(row, labels) for row in rows), *(f"{name}: {number}" for name, number in others)]
    )
    output.result(told, as_json=json, text=text)


def _told(row: Row) -> dict[str, object]:
    cells = {
        name: {"assigned": cell.assigned, "actual": cell.actual, "vacant": cell.vacant}
        for name, cell in row.cells.items()
    }
    return {"code": row.state.code, "name": row.state.name, **cells}


def _line(row: Mapping[str, object], labels: dict[str, str]) -> str:
    cells = [f"{labels[name]} {_cell(row[name])}" for name in labels]
    return f"{row['code']!s:12} {row['name']!s:50} {' · '.join(cells)}"


def _cell(cell: object) -> str:
    assert isinstance(cell, dict)  # noqa: S101 - made above
    given = "—" if cell["assigned"] is None else cell["assigned"]
    return f"{cell['actual']}/{given}"
