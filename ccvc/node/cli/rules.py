"""`ccvc rules`: golden, explain."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from ccvc.node.cli.application import Json, app, output
from ccvc.rules.explaining import RULES, explain
from ccvc.rules.golden.running import run
from ccvc.rules.parameters import Law
from ccvc.standard.problems import Problem
from ccvc.standard.shapes import of_document
from ccvc.standard.values import read_day
from ccvc.standard.versions import current

rules = typer.Typer(
    help="Quy tắc của pháp luật: thử bằng ca mẫu, giải thích cho một người.", no_args_is_help=True
)
app.add_typer(rules, name="rules")


@rules.command()
def golden(
    file: Annotated[Path, typer.Argument(help="Tệp CSV các ca kiểm thử; loại ca nhận theo các cột.")],
    json: Json = False,
) -> None:
    """Chạy các ca kiểm thử trong một tệp: bao nhiêu ca đúng, ca nào khác và khác ở đâu. Mã thoát 1 khi có ca sai."""
    ran = run(file)
    for remark in ran.remarks:
        output.line(f"Dùng số tháng ghi trong tệp vì phần mô tả chưa hiểu hết: {remark}")
    text = "\n".join([f"{ran.kind}: {ran.passed}/{ran.cases} ca đúng", *(_failed(one) for one in ran.failed)])
    output.result(ran.as_json(), as_json=json, text=text)
    if ran.failed:
        sys.exit(1)


def _failed(one: dict[str, Any]) -> str:
    where = f"  {one['case_id']} (dòng {one['line']})"
    if "unreadable" in one:
        return f"{where}: không đọc được: {one['unreadable']}"
    differs = (f"{name}: cần {d['expected']}, được {d['found']}" for name, d in one["differs"].items())
    return f"{where}: {'; '.join(differs)}"


@rules.command(name="explain")
def explain_one(
    rule: Annotated[str, typer.Argument(help=f"Quy tắc: {', '.join(RULES)}.")],
    file: Annotated[Path, typer.Argument(help="Hồ sơ dạng JSON; - để đọc từ đầu vào chuẩn.")],
    on: Annotated[str, typer.Option(help="Xét vào ngày, dạng ngày/tháng/năm; mặc định hôm nay.")] = "",
    json: Json = False,
) -> None:
    """Trả lời một quy tắc cho một hồ sơ: kết quả, lý do, điều luật, và ấn bản quy tắc đã dùng."""
    if rule not in RULES:
        raise Problem("RUL-UNKNOWN", where=rule, name=rule, known=", ".join(RULES))
    day = read_day(on) if on else date.today()  # noqa: DTZ011 - a day for whoever asks, not a moment
    if day is None:
        raise Problem("DOS-DATE", where=on)
    told = _explained(rule, _document(file), day)
    lines = [f"{name}: {value}" for name, value in told.items() if name not in {"reasons", "conditions"}]
    lines += [f"  · {why['text']}{_basis(why)}" for why in told["reasons"]]
    output.result(told, as_json=json, text="\n".join(lines))


def _basis(why: dict[str, Any]) -> str:
    return f"  [{Law(why['basis'], why['certainty']).told()}]" if "basis" in why else ""


def _explained(rule: str, document: dict[str, Any], day: date) -> dict[str, Any]:
    """The answer; Problem RUL-DOCUMENT where the rule breaks on a value the standard does not let stand there."""
    try:
        return explain(rule, document, day)
    except (AttributeError, ArithmeticError, KeyError, TypeError, ValueError) as error:
        fault = next(of_document(document, current()), None)
        if fault is None:
            raise
        raise Problem("RUL-DOCUMENT", where=fault.path, reason=fault.message()) from error


def _document(file: Path) -> dict[str, Any]:
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        document = orjson.loads(content)
    except (OSError, orjson.JSONDecodeError) as error:
        raise Problem("RUL-DOCUMENT", where=str(file), reason=str(error)) from error
    if not isinstance(document, dict) or not any(isinstance(group, dict) for group in document.values()):
        raise Problem("RUL-DOCUMENT", where=str(file), reason="JSON")
    return {name: group for name, group in document.items() if isinstance(group, dict)}
