"""`ccvc transfers`: list, prove."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, node, output

transfers = typer.Typer(
    help="Chuyển hồ sơ giữa các cơ quan: đang ở bước nào, biên nhận nào.", no_args_is_help=True
)
app.add_typer(transfers, name="transfers")


@transfers.command(name="list")
def list_(
    unfinished: Annotated[
        bool, typer.Option("--open", help="Chỉ những lần chuyển chưa kết thúc, hoặc chưa mở được ở đây.")
    ] = False,
    home: Home = DEFAULT_HOME,
    json: Json = False,
) -> None:
    """Các lần chuyển hồ sơ nút này biết, mới nhất trước; không nêu tên người."""
    with node(home):
        from ccvc.transfers.selectors import rows_told

        found = rows_told(unfinished=unfinished)
    lines = [
        f"{row['begun_at'][:16]}  {row['giver']} → {row['receiver']}  {row['decision']}  {row['state']}"
        f"{'  ' + row['receipt'][:12] if row['receipt'] else ''}{'  ! ' + row['problem'] if row['problem'] else ''}"
        for row in found
    ]
    output.result(
        {"transfers": found}, as_json=json, text="\n".join(lines) or "Chưa có lần chuyển hồ sơ nào."
    )


@transfers.command()
def prove(
    transfer: Annotated[UUID, typer.Argument(help="Mã lần chuyển (ccvc transfers list --json).")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Tệp bằng chứng sẽ ghi (JSON).")],
    home: Home = DEFAULT_HOME,
) -> None:
    """Lập bộ bằng chứng của một lần chuyển: biên nhận và mục sổ cái ở đây, để đối chiếu với bên kia, không cần mạng."""
    with node(home):
        from ccvc.access.domain import Subject
        from ccvc.inspection.domain import encode
        from ccvc.transfers.actions import prove as bundle

        data = encode(bundle(Subject.system("ledger"), transfer))
    out.write_bytes(data)
    output.say(f"Đã ghi {out}. Kiểm tra cùng tệp của bên kia: ccvc-verify.py {out} --other TỆP.")
