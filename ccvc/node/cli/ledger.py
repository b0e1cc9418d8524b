"""`ccvc ledger`: verify."""

from __future__ import annotations

from typing import Annotated

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, node, output, progress

ledger = typer.Typer(
    help="Sổ cái: nhật ký chỉ ghi thêm, chứng minh không ai sửa quá khứ.", no_args_is_help=True
)
app.add_typer(ledger, name="ledger")
SHOWN = 20


@ledger.command()
def verify(
    home: Home = DEFAULT_HOME,
    json: Json = False,
    every: Annotated[
        bool, typer.Option("--all", help="Liệt kê mọi chỗ sai, không dừng ở chỗ đầu tiên.")
    ] = False,
) -> None:
    """Đọc lại và băm lại mọi dữ liệu, nêu chỗ đầu tiên không khớp; kết thúc với mã 1 nếu có."""
    with node(home), progress("Kiểm tra sổ cái", quiet=json) as show:
        from ccvc.ledger.verification import verify as verify_ledger

        report = verify_ledger(show, all_faults=every)
    lines = [f"{fault.code} mục {fault.index}: {fault.message}" for fault in report.faults[:SHOWN]]
    good = f"Sổ cái khớp: {report.size} mục, gốc {report.root[:16]}…"
    output.result(report.as_json(), as_json=json, text=good if report.ok else "\n".join(lines))
    if not report.ok:
        raise typer.Exit(1)
