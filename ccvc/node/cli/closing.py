"""`ccvc closing`: status, review, sign, verify."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, node, output

closing = typer.Typer(help="Chốt dữ liệu tháng: rà soát, ký, đối soát.", no_args_is_help=True)
app.add_typer(closing, name="closing")
MonthText = Annotated[str, typer.Argument(help="Tháng, dạng năm-tháng: 2026-11.")]


@closing.command()
def status(home: Home = DEFAULT_HOME, json: Json = False) -> None:
    """Tháng nào đã chốt, đúng hạn hay muộn, còn khác nhau không; ở nút quốc gia: của mọi cơ quan."""
    with node(home):
        from django.conf import settings

        from ccvc.access.domain import Subject
        from ccvc.closings.presentation import look
        from ccvc.closings.selectors import months

        subject = Subject.system("closing")
        if settings.CCVC_KIND == "national":
            found = [month for row in months.overview(subject) for month in row.months]
        else:
            found = months.own_months(subject)
        lines = [f"{m.agency:8} {m.month:%m/%Y}  {look(m.stage).label}{_compared(m.outcome)}" for m in found]
    text = "\n".join(lines) or "Chưa có cơ quan nào kết nối."
    output.result([month.as_json() for month in found], as_json=json, text=text)


def _compared(outcome: Any) -> str:
    return f"  khớp {outcome.agreed}/{outcome.people}" if outcome else ""


@closing.command()
def review(month: MonthText, home: Home = DEFAULT_HOME, json: Json = False) -> None:
    """Tháng đó có bao nhiêu thay đổi đã phê duyệt, việc nào chưa xong, chất lượng ra sao."""
    with node(home):
        from msgspec import to_builtins

        from ccvc.access.domain import Right, Subject, denied
        from ccvc.closings.domain import read_month
        from ccvc.closings.presentation import unsettled_rows
        from ccvc.closings.selectors import reviewing

        subject = Subject.system("closing")
        found = reviewing.review(subject, read_month(month))
        if found is None:
            raise denied(Right.DOSSIER_LIST)
        rows = unsettled_rows(subject, found.unresolved)
        lines = [f"{label}: {number}" for label, number, *_ in rows]
    units = {unit.code: unit.kinds for unit in found.units}
    result = {"month": month, "changed": found.changed, "units": units, "quality": found.quality}
    result["unresolved"] = to_builtins(found.unresolved)
    text = "\n".join([f"Thay đổi đã phê duyệt: {found.changed}", *lines])
    output.result(result, as_json=json, text=text)


@closing.command()
def sign(
    month: MonthText,
    account: Annotated[str, typer.Option("--as", help="Tài khoản của người có thẩm quyền.")],
    passphrase: Annotated[
        str, typer.Option(prompt="Mật khẩu khoá ký", hide_input=True, help="Mật khẩu khoá ký.")
    ],
    reason: Annotated[str, typer.Option(help="Lý do, nếu chốt muộn.")] = "",
    home: Home = DEFAULT_HOME,
    json: Json = False,
) -> None:
    """Lập số liệu của tháng rồi ký; gói được gửi ở vòng trao đổi kế tiếp."""
    with node(home):
        from ccvc.access.selectors import subject_of
        from ccvc.closings import actions
        from ccvc.closings.domain import read_month
        from ccvc.closings.selectors.reviewing import stated
        from ccvc.node.accounts import known_account

        subject = subject_of(known_account(account))
        snapshot = actions.prepare(subject, read_month(month), reason)
        made = actions.sign(subject, snapshot.pk, passphrase)
        figures = stated(snapshot)
    result = {"month": month, "number": made.number, "in_time": made.in_time, "people": figures.people}
    result |= {"serving": figures.serving, "statement": bytes(snapshot.hash).hex()}
    late = "" if made.in_time else " (muộn)"
    text = f"Đã ký chốt tháng {month}{late}: {figures.people} hồ sơ, {figures.serving} đang công tác."
    output.result(result, as_json=json, text=text)


@closing.command()
def verify(home: Home = DEFAULT_HOME, json: Json = False) -> None:
    """Kiểm tra lại mọi bản chốt đang giữ: nội dung, danh sách, chữ ký; kết thúc với mã 1 nếu có chỗ sai."""
    with node(home):
        from ccvc.closings.verification import faults_of_all

        count, faults = faults_of_all()
    result = {"closings": count, "ok": not faults, "faults": faults}
    text = "\n".join(faults) if faults else f"Mọi bản chốt đều nguyên vẹn: {count}."
    output.result(result, as_json=json, text=text)
    if faults:
        raise typer.Exit(1)
