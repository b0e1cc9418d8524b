"""`ccvc signing`: verify an approval, have stamps made and made again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, node, output
from ccvc.standard.problems import Problem

if TYPE_CHECKING:
    from ccvc.signing.actions.stamping import Round
    from ccvc.signing.verdicts import Verdict

signing = typer.Typer(help="Chữ ký số: kiểm tra, dấu thời gian.", no_args_is_help=True)
app.add_typer(signing, name="signing")
MARKS = {"valid": "✓", "invalid": "✗", "unknown": "?"}
WORDS = {"valid": "HỢP LỆ", "invalid": "KHÔNG HỢP LỆ", "unknown": "CHƯA KẾT LUẬN ĐƯỢC"}
EXIT = {"valid": 0, "invalid": 1, "unknown": 2}
MOST = 1_000_000


@signing.command()
def verify(
    file: Annotated[
        Path | None, typer.Argument(help="Tệp chứa một dòng phê duyệt của gói dữ liệu (JSON).")
    ] = None,
    version: Annotated[
        str, typer.Option("--version", help="Phiên bản hồ sơ tại nút này: mã hồ sơ/số phiên bản.")
    ] = "",
    home: Home = DEFAULT_HOME,
    json: Json = False,
) -> None:
    """Kiểm tra một lượt phê duyệt và nói đã kiểm tra những gì; mã 1: không hợp lệ, 2: chưa kết luận được."""
    with node(home):
        found = _of_version(version) if version else _of_file(file)
    lines = [f"{WORDS[found.status]}: {found.message}"]
    lines += [f"  {MARKS[one.status]} {one.message()}" for one in found.checks]
    output.result(found.as_json(), as_json=json, text="\n".join(lines))
    raise typer.Exit(EXIT[found.status])


def _of_version(named: str) -> Verdict:
    from ccvc.dossiers.models import Version
    from ccvc.signing.actions import examine

    key, _, number = named.partition("/")
    try:
        row = Version.objects.select_related("signature").get(dossier__key=UUID(key), number=int(number))
    except (ValueError, Version.DoesNotExist):
        raise Problem("DOS-NO-VERSION", where=named, number=number) from None
    return examine(row.signature)


def _of_file(file: Path | None) -> Verdict:
    from ccvc.exchange.domain.records import ApprovalLine, decode_line
    from ccvc.signing import services
    from ccvc.signing.approvals import verify_approval
    from ccvc.signing.longterm import Evidence

    if file is None or not file.is_file():
        raise Problem("NOD-FILE", where=str(file), reason="—")
    line = decode_line(file.read_bytes().strip())
    if not isinstance(line, ApprovalLine):
        raise Problem("EXC-LINE", where="type", reason="approval")
    evidence = Evidence.read(line.evidence) if line.evidence else None
    return verify_approval(line.jws, line.leaves, services.trust(), evidence=evidence).verdict


@signing.command()
def stamp(home: Home = DEFAULT_HOME, json: Json = False) -> None:
    """Lấy dấu thời gian cho những lượt phê duyệt đang chờ."""
    with node(home):
        from ccvc.ledger.actions import append
        from ccvc.signing.actions import stamp_due

        _tell(stamp_due(append, most=MOST), json=json)


@signing.command()
def restamp(
    home: Home = DEFAULT_HOME,
    every: Annotated[
        bool, typer.Option("--all", help="Mọi chữ ký, không chỉ những dấu sắp hết hạn trong 90 ngày.")
    ] = False,
    json: Json = False,
) -> None:
    """Đóng dấu thời gian lưu trữ trước khi dấu cũ hết hạn."""
    with node(home):
        from ccvc.ledger.actions import append
        from ccvc.signing.actions import restamp_due

        _tell(restamp_due(every=every, most=MOST, audit=append), json=json)


def _tell(done: Round, *, json: bool) -> None:
    made = f"Đã đóng dấu {done.stamped}, đóng dấu lại {done.renewed}"
    text = f"{made}, đủ bằng chứng {done.gathered}; còn chờ {done.waiting}."
    result = {
        "stamped": done.stamped,
        "renewed": done.renewed,
        "gathered": done.gathered,
        "waiting": done.waiting,
        "trouble": done.trouble.as_json() if done.trouble else None,
    }
    output.result(result, as_json=json, text=text)
    if done.trouble is not None:
        output.problem(done.trouble)
        raise typer.Exit(1)


@signing.command()
def end(
    file: Annotated[Path, typer.Argument(help="Chứng thư số (PEM).")],
    since: Annotated[
        str, typer.Option(prompt="Không có giá trị từ", help="ngày/tháng/năm, có thể thêm giờ:phút.")
    ],
    reason: Annotated[str, typer.Option(prompt="Lý do", help="Lý do.")],
    home: Home = DEFAULT_HOME,
) -> None:
    """Báo khoá của một chứng thư số có thể ở trong tay người khác từ một ngày; nút kia được báo theo."""
    from ccvc.node.cli.means import moment_said

    if not file.is_file():
        raise Problem("NOD-FILE", where=str(file), reason="—")
    with node(home):
        from django.conf import settings

        from ccvc.ledger.actions import append
        from ccvc.signing.actions import Word, end_certificate
        from ccvc.signing.certificates import from_pem, name_of

        cert = from_pem(file.read_text(encoding="utf-8"))[0]
        told = Word(moment_said(since), taken=True, reason=reason.strip(), by=settings.CCVC_AGENCY)
        fresh = end_certificate(cert, told, audit=append)
    output.say(f"{name_of(cert)}: {'đã ghi nhận' if fresh else 'đã biết từ trước'}.")
