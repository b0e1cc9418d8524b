"""`ccvc exchange mock`, `samples`, `conformance`: for whoever writes a sender without our code."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated

import typer

from ccvc.node.cli.application import Json, output
from ccvc.node.cli.exchange import exchange

Folder = Annotated[Path, typer.Option("--home", "-H", help="Thư mục của nút thử nghiệm.")]


@exchange.command()
def mock(
    home: Folder = Path("mock"),
    port: Annotated[int, typer.Option(min=1, max=65535, help="Cổng trao đổi (HTTPS).")] = 8443,
) -> None:
    """Chạy một nút quốc gia THỬ NGHIỆM để thử phần mềm gửi do bên khác viết; Ctrl-C để dừng.

    Nút kiểm tra gói như nút thật, nhưng cấp chứng thư cho bất kỳ ai xin (docs/exchange-protocol.md, mục 17).
    """
    from ccvc.node.mock.serving import serve

    serve(home.resolve(), port, say=output.say)


@exchange.command(context_settings={"allow_interspersed_args": False})
def conformance(
    command: Annotated[
        list[str] | None, typer.Argument(help="Lệnh của phần mềm gửi, sau dấu --; tên bước là đối số cuối.")
    ] = None,
    home: Annotated[
        Path, typer.Option("--home", "-H", help="Thư mục giữ nút thử nghiệm và mọi thứ đã chạy.")
    ] = Path("conformance"),
    case: Annotated[list[str] | None, typer.Option(help="Chỉ chạy trường hợp này (lặp lại được).")] = None,
    listed: Annotated[bool, typer.Option("--list", help="Chỉ liệt kê các trường hợp.")] = False,
    json: Json = False,
) -> None:
    """Đưa phần mềm gửi của bên khác qua từng trường hợp của giao thức, và báo cáo trường hợp nào đạt.

    Quy ước của lệnh: docs/exchange-protocol.md, mục 17.3. Mã thoát 1 nếu có trường hợp không đạt.
    """
    from ccvc.node.conformance import run
    from ccvc.node.conformance.cases import CASES

    signal.signal(signal.SIGTERM, _leave)
    if listed or not command:
        cases = [{"case": c.name, "title": c.title, "sections": c.sections} for c in CASES.values()]
        text = "\n".join(f"{c.name:24} {c.title} (mục {c.sections})" for c in CASES.values())
        output.result(cases, as_json=json, text=text)
        raise typer.Exit(0 if listed else 2)
    results = run.run(command, home.resolve(), case or [], lambda done: output.line(run.line_of(done)))
    report = run.as_json(results)
    output.result(report, as_json=json, text=run.summary_of(results))
    if not report["passed"]:
        raise typer.Exit(1)


def _leave(number: int, _frame: object) -> None:
    """End as Ctrl-C does: what the run started is ended before it."""
    signal.signal(number, signal.SIG_IGN)  # a second one would break off the clearing up
    raise SystemExit(128 + number)


@exchange.command()
def samples(
    folder: Annotated[Path, typer.Argument(help="Thư mục sẽ chứa khoá, gói mẫu và index.json.")],
    json: Json = False,
) -> None:
    """Ghi khoá thử nghiệm, một gói đúng, và gói sai cho từng mã lỗi, kèm phán quyết phải có (index.json)."""
    from ccvc.node.conformance.samples.writing import write

    count = write(folder.resolve())
    output.result(
        {"folder": str(folder), "packages": count}, as_json=json, text=f"Đã ghi {count} gói vào {folder}."
    )
