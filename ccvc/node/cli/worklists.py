"""`ccvc worklists`: compute, show, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, node, output
from ccvc.standard.problems import Problem

if TYPE_CHECKING:
    from ccvc.access.domain import Subject
    from ccvc.worklists.selectors import Asked

worklists = typer.Typer(
    help="Danh sách đến hạn: nâng lương, bổ nhiệm lại, nghỉ hưu, biệt phái.", no_args_is_help=True
)
app.add_typer(worklists, name="worklists")
Account = Annotated[str, typer.Option(help="Tài khoản cán bộ: chỉ những gì tài khoản này được xem.")]
Unit = Annotated[str, typer.Option(help="Mã đơn vị, gồm cả các đơn vị bên dưới; để trống: cả phạm vi.")]
Period = Annotated[
    str, typer.Option(help="q, q1 (hết quý này, quý sau) hoặc số tháng; để trống: theo danh sách.")
]
Day = Annotated[str, typer.Option("--on", help="Tính đến ngày (ngày/tháng/năm); để trống: hôm nay.")]


@worklists.command()
def compute(home: Home = DEFAULT_HOME, json: Json = False) -> None:
    """Tính lại mốc thời hạn của những hồ sơ đến lượt."""
    with node(home):
        from ccvc.worklists.actions import compute_due

        done = compute_due()
    result = {"people": done.people, "seconds": round(done.seconds, 2)}
    output.result(result, as_json=json, text=f"Đã tính {done.people} hồ sơ trong {done.seconds:.1f} giây.")


@worklists.command()
def show(
    account: Account,
    home: Home = DEFAULT_HOME,
    unit: Unit = "",
    period: Period = "",
    on: Day = "",
    json: Json = False,
) -> None:
    """Từng danh sách: quá hạn, đến hạn, chưa kết luận được, chưa đến hạn."""
    with node(home):
        from ccvc.worklists import selectors

        subject, asked = _asked(account, unit, period, on)
        found = selectors.totals(selectors.open_lists(subject), selectors.within(subject, unit), asked)
        told = [
            {
                "list": work.name,
                "label": work.label_vi,
                "missed": counts.missed,
                "due": counts.due,
                "cannot_tell": counts.cannot_tell,
                "not_due": counts.not_due,
                "people": counts.people,
            }
            for work, counts in found
        ]
    names = ("missed", "due", "cannot_tell", "not_due", "people")
    lines = [f"{row['label']!s:46} " + " ".join(f"{row[name]:>9}" for name in names) for row in told]
    heads = ("quá hạn", "đến hạn", "chưa rõ", "chưa đến", "tổng")
    text = "\n".join([f"{'':46} " + " ".join(f"{head:>9}" for head in heads), *lines])
    output.result(told, as_json=json, text=text)


@worklists.command()
def export(
    name: Annotated[str, typer.Argument(metavar="DANH_SÁCH", help="Tên danh sách, ví dụ raise_regular.")],
    out: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp .csv hoặc .xlsx sẽ ghi.")],
    account: Account,
    home: Home = DEFAULT_HOME,
    unit: Unit = "",
    period: Period = "",
    on: Day = "",
    show: Annotated[str, typer.Option(help="due, missed hoặc cannot_tell.")] = "due",
) -> None:
    """Xuất một danh sách kèm lý do và căn cứ; việc xuất được ghi vào nhật ký xem hồ sơ của từng người."""
    with node(home):
        from ccvc.worklists import files, selectors

        form = out.suffix.lstrip(".").lower()
        for given, known in ((form, files.KINDS), (show, files.SHOWN_LABELS)):
            if given not in known:
                raise Problem("WRK-PROGRAM", name=given[:60], known=", ".join(known))
        subject, asked = _asked(account, unit, period, on)
        work = selectors.open_list(subject, name)
        content = files.export(
            subject,
            work,
            asked,
            show,
            form,
            purpose="Lập danh sách đến hạn",
            detail=f"worklists export {name}",
        )
        out.write_bytes(content)
    output.say(f"Đã ghi {out}.")


def _asked(account: str, unit: str, period: str, on: str) -> tuple[Subject, Asked]:
    from django.utils import timezone

    from ccvc import standard
    from ccvc.access.selectors import subject_of
    from ccvc.node.accounts import known_account
    from ccvc.worklists.domain import PERIODS
    from ccvc.worklists.selectors import Asked

    day = standard.read_day(on) if on else timezone.localdate()
    if day is None:
        raise Problem("WRK-DAY", where=on)
    if period and period not in PERIODS:
        raise Problem("WRK-PROGRAM", name=period[:60], known=", ".join(PERIODS))
    return subject_of(known_account(account)), Asked(day, unit, period)
