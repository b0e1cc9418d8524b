"""`ccvc evidence`: papers of many people at once, scanning what waits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, node, output, progress

if TYPE_CHECKING:
    from ccvc.evidence.folders import Report

evidence = typer.Typer(help="Giấy tờ chứng minh: lưu vào hồ sơ, quét mã độc.", no_args_is_help=True)
app.add_typer(evidence, name="evidence")
FORM_2C = "04"


@evidence.command()
def attach(
    folder: Annotated[
        Path,
        typer.Option("--folder", help="Thư mục hoặc tệp ZIP; tên tệp bắt đầu bằng số định danh cá nhân."),
    ],
    account: Annotated[str, typer.Option(help="Tài khoản cán bộ thực hiện.")],
    home: Home = DEFAULT_HOME,
    index: Annotated[
        Path | None,
        typer.Option(help="Bảng kê .csv hoặc .xlsx: Tệp, Loại, Số, Ngày, Cơ quan cấp, Người ký."),
    ] = None,
    kind: Annotated[
        str, typer.Option(help="Mã loại giấy tờ của tệp không có trong bảng kê (04: Mẫu 2C).")
    ] = FORM_2C,
    json: Json = False,
) -> None:
    """Lưu giấy tờ vào hồ sơ của từng người, không thay đổi thông tin nào; chạy lại không lưu hai lần."""
    with node(home), progress("Lưu giấy tờ", quiet=json) as show:
        from ccvc.access.selectors import subject_of
        from ccvc.evidence.folders import attach_folder
        from ccvc.node.accounts import known_account

        subject = subject_of(known_account(account), purpose="Lưu giấy tờ vào hồ sơ")
        report = attach_folder(subject, folder, kind, index=index, progress=show)
    output.result(report.as_json(), as_json=json, text=_told(report))


def _told(report: Report) -> str:
    """What became of the files, a line each of those that need somebody."""
    lines = [f"Đã lưu: {report.attached}", f"Đã có từ trước: {report.already}"]
    lines += [f"Không khớp với hồ sơ nào trong phạm vi phụ trách: {name}" for name in report.unmatched]
    lines += [f"Từ chối: {one.file}: {one.code} {one.message}" for one in report.refused]
    lines += [f"Có trong bảng kê nhưng không có tệp: {name}" for name in report.missing]
    return "\n".join(lines)


@evidence.command()
def scan(home: Home = DEFAULT_HOME, json: Json = False) -> None:
    """Quét ngay những giấy tờ chưa quét mã độc; ccvc run tự làm việc này mỗi phút."""
    with node(home):
        from ccvc.evidence.actions import scan_due

        done = scan_due()
    told = {"clean": done.clean, "infected": done.infected, "waiting": done.waiting}
    output.result(told, as_json=json, text="\n".join(f"{name}: {count}" for name, count in told.items()))
