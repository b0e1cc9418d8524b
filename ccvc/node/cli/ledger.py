"""`ccvc ledger`: verify, heads, prove, verifier."""

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
    heads: Annotated[
        list[Path] | None,
        typer.Option("--heads", help="Tệp đầu sổ mà cơ quan khác giữ của nút này (ccvc ledger heads --of)."),
    ] = None,
    ask: Annotated[bool, typer.Option(help="Hỏi nút bên kia đang giữ đầu sổ nào của nút này.")] = True,
) -> None:
    """Đọc lại và băm lại mọi dữ liệu, nêu chỗ đầu tiên không khớp; kết thúc với mã 1 nếu có."""
    with node(home), progress("Kiểm tra sổ cái", quiet=json) as show:
        from ccvc.exchange.actions.heads import held_elsewhere
        from ccvc.inspection.actions import verify_ledger
        from ccvc.inspection.command import read_heads

        given = [head for file in heads or [] for head in read_heads(file)]
        asked, silent = held_elsewhere() if ask else ([], [])
        report = verify_ledger("system:ledger", show, all_faults=every, heads=[*given, *asked], processes=0)
    for agency in silent:
        output.say(f"Không hỏi được {agency} đang giữ đầu sổ nào của nút này.")
    lines = [f"{fault.code} mục {fault.index}: {fault.message}" for fault in report.faults[:SHOWN]]
    good = f"Sổ cái khớp: {report.size} mục, gốc {report.root[:16]}…"
    output.result(report.as_json(), as_json=json, text=good if report.ok else "\n".join(lines))
    if not report.ok:
        raise typer.Exit(1)


@ledger.command()
def heads(
    home: Home = DEFAULT_HOME,
    json: Json = False,
    of: Annotated[str, typer.Option("--of", help="Mã cơ quan: mọi đầu sổ nút này giữ của cơ quan ấy.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Ghi ra tệp, để cơ quan ấy dùng với verify --heads.")
    ] = None,
    exchange: Annotated[
        bool, typer.Option("--exchange", help="Trao đổi đầu sổ ngay với các nút bên kia.")
    ] = False,
) -> None:
    """Đầu sổ cái: nút này đã ký gì, giữ gì của cơ quan khác, cơ quan khác giữ gì của nút này."""
    with node(home):
        from ccvc.exchange.tasks import exchange_heads
        from ccvc.inspection.command import heads_held, heads_of

        if exchange:
            output.say(f"Đã trao đổi đầu sổ với {exchange_heads(now=True)} nút.")
        if out is not None:
            out.write_bytes(heads_of(of))
            output.say(f"Đã ghi {out}.")
            return
        found = heads_held(of)
    lines = [
        f"{one['kind']} {one['agency']}: {one['size']} mục, {one['at']}, {one['standing']}" for one in found
    ]
    output.result(
        {"heads": found}, as_json=json, text="\n".join(lines) or "Chưa trao đổi đầu sổ với nút nào."
    )


@ledger.command()
def prove(
    out: Annotated[Path, typer.Option("--out", "-o", help="Tệp bằng chứng sẽ ghi (JSON).")],
    home: Home = DEFAULT_HOME,
    version: Annotated[
        str, typer.Option("--version", help="Mã hồ sơ và số phiên bản: MÃ/SỐ; chỉ MÃ: mọi phiên bản.")
    ] = "",
    entry: Annotated[int | None, typer.Option("--entry", help="Số thứ tự của một mục sổ cái.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="Văn bản, trích lục đã ký do nút này phát hành (PDF).")
    ] = None,
) -> None:
    """Lập bộ bằng chứng để người khác tự kiểm tra, không cần mạng và không cần hệ thống này."""
    if bool(version) + (entry is not None) + (file is not None) != 1:
        raise Problem("INS-WHAT", where="--version, --entry, --file")
    with node(home):
        from ccvc.inspection.command import bundle, bundle_of_file

        data = bundle_of_file(file) if file else bundle(version, entry)
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
