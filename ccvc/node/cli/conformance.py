"""`ccvc exchange mock`, `samples`, `conformance`: for whoever writes a sender without our code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ccvc.node.cli.application import output
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
