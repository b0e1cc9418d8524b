"""`ccvc demo`: a national node and four components, loaded with synthetic people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer

from ccvc.node.cli.application import Json, app, output


@app.command()
def demo(
    people: Annotated[
        int, typer.Option(min=8, help="Số người giả lập, chia cho bốn nút thành phần.")
    ] = 10_000,
    home: Annotated[Path, typer.Option(help="Thư mục của bản trình diễn.")] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Hạt giống: cùng số cho cùng dữ liệu.")] = 2026,
    serve: Annotated[bool, typer.Option(help="Mở các trang cho đến khi Ctrl-C.")] = True,
    json: Json = False,
) -> None:
    """Dựng một nút quốc gia và bốn nút thành phần với dữ liệu giả lập, đi qua toàn bộ đường thật của dữ liệu."""
    from ccvc.node.demo import stage

    result = stage.prepare(home.resolve(), people=people, seed=seed, say=output.say)
    if serve:
        from ccvc.node.demo import serving

        serving.serve(home.resolve(), say=output.say)
    output.result(result, as_json=json, text=orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())
