"""`ccvc ledger`: verify, prove, verifier."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, node, output, progress
from ccvc.standard.problems import Problem

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


@ledger.command()
def prove(
    out: Annotated[Path, typer.Option("--out", "-o", help="Tệp bằng chứng sẽ ghi (JSON).")],
    home: Home = DEFAULT_HOME,
    version: Annotated[
        str, typer.Option("--version", help="Mã hồ sơ và số phiên bản: MÃ/SỐ; chỉ MÃ: mọi phiên bản.")
    ] = "",
    entry: Annotated[int | None, typer.Option("--entry", help="Số thứ tự của một mục sổ cái.")] = None,
) -> None:
    """Lập bộ bằng chứng để người khác tự kiểm tra, không cần mạng và không cần hệ thống này."""
    if bool(version) == (entry is not None):
        raise Problem("INS-WHAT", where="--version, --entry")
    with node(home):
        from ccvc.inspection.command import bundle

        data = bundle(version, entry)
    out.write_bytes(data)
    output.say(f"Đã ghi {out} ({len(data) // 1024 + 1} KiB). Kiểm tra bằng ccvc-verify.")


@ledger.command()
def verifier(
    out: Annotated[Path, typer.Option("--out", "-o", help="Thư mục sẽ ghi công cụ kiểm tra.")] = Path(),
) -> None:
    """Ghi công cụ kiểm tra bằng chứng: một tệp, chạy được trên máy khác, không cần mạng."""
    from ccvc.inspection.verifiers import NAMES, single_file

    out.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        (out / name).write_bytes(single_file(name))
        output.say(f"Đã ghi {out / name}.")
