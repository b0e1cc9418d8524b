"""`ccvc inspection`: trace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, node, output
from ccvc.standard.problems import Problem

inspection = typer.Typer(
    help="Thanh tra: truy vết ai đã làm gì, theo quyền nào, ai đã xem.", no_args_is_help=True
)
app.add_typer(inspection, name="inspection")


@inspection.callback()
def _group() -> None:
    """Keep `trace` a command of its own while it is the only one."""


@inspection.command()
def trace(
    reference: Annotated[str, typer.Option(help="Quyết định thanh tra: số, ngày, cơ quan.")],
    purpose: Annotated[str, typer.Option(help="Nội dung cần làm rõ.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Tệp .zip sẽ ghi: báo cáo có chữ ký của nút.")],
    home: Home = DEFAULT_HOME,
    json: Json = False,
    person: Annotated[str, typer.Option(help="Số định danh cá nhân, hoặc mã hồ sơ.")] = "",
    account: Annotated[str, typer.Option(help="Tài khoản đã thực hiện.")] = "",
    decision: Annotated[str, typer.Option(help="Số quyết định làm căn cứ thay đổi.")] = "",
    since: Annotated[str, typer.Option(help="Từ ngày, dạng ngày/tháng/năm.")] = "",
    until: Annotated[str, typer.Option(help="Đến hết ngày.")] = "",
) -> None:
    """Lập gói báo cáo truy vết; việc lập được ghi vào sổ cái và nhật ký truy cập."""
    with node(home):
        from ccvc import standard
        from ccvc.access.domain import Subject
        from ccvc.inspection.reporting import draw_up, package
        from ccvc.inspection.tracing import Asked

        days = [standard.read_day(text) if text else None for text in (since, until)]
        for text, day in zip((since, until), days, strict=True):
            if text and day is None:
                raise Problem("DOS-DATE", where=text)
        subject = Subject.system("inspection")
        report = draw_up(subject, Asked(reference, purpose, person, account, decision, *days))
        content = package(subject, report)
    out.write_bytes(content)
    found = {"people": len(report.traced.keys), "gaps": len(report.traced.gaps), "sha256": report.digest}
    text = f"Đã ghi {out}: {found['people']} người, {found['gaps']} chỗ hổng, mã băm {report.digest[:16]}…"
    output.result(found, as_json=json, text=text)
