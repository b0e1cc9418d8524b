"""`ccvc demo`: a national node and four components, loaded with synthetic people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from ccvc.node.cli.application import Json, app, output

PEOPLE = 10_000


@app.command()
def demo(
    people: Annotated[
        int | None, typer.Option(min=8, help="Số người giả lập; bỏ trống: 10000, với --reform: 240.")
    ] = None,
    home: Annotated[Path | None, typer.Option(help="Thư mục; bỏ trống: demo, hoặc demo-reform.")] = None,
    seed: Annotated[int, typer.Option(help="Hạt giống: cùng số cho cùng dữ liệu.")] = 2026,
    serve: Annotated[bool, typer.Option(help="Mở các trang cho đến khi Ctrl-C.")] = True,
    reform: Annotated[
        bool, typer.Option("--reform", help="Thay vào đó: một tỉnh trước ngày 01/07/2025, chờ sắp xếp.")
    ] = False,
    json: Json = False,
) -> None:
    """Dựng một nút quốc gia và bốn nút thành phần với dữ liệu giả lập, đi qua toàn bộ đường thật của dữ liệu."""
    result = (_reform if reform else _whole)(home, people, seed, serve=serve)
    output.result(result, as_json=json, text=orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())


def _whole(home: Path | None, people: int | None, seed: int, *, serve: bool) -> dict[str, Any]:
    from ccvc.node.demo import serving, stage

    root = (home or Path("demo")).resolve()
    result = stage.prepare(root, people=people or PEOPLE, seed=seed, say=output.say)
    if serve:
        serving.serve(root, say=output.say)
    return result


def _reform(home: Path | None, people: int | None, seed: int, *, serve: bool) -> dict[str, Any]:
    from ccvc.node.demo import reform, serving

    root = (home or reform.FOLDER).resolve()
    result = reform.prepare(root, people=people or reform.PEOPLE, seed=seed, say=output.say)
    if serve:
        serving.serve(root, say=output.say, nodes=[reform.NODE], lively=[])
    return result
