"""`ccvc organisation`: load units, load and list job positions, draft and approve a reorganisation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, node, output

organisation = typer.Typer(help="Cơ cấu tổ chức của cơ quan.", no_args_is_help=True)
app.add_typer(organisation, name="organisation")
positions = typer.Typer(help="Vị trí việc làm của các đơn vị.", no_args_is_help=True)
organisation.add_typer(positions, name="positions")
POSITION_COLUMNS = "unit_code,code,name,kind,places,valid_from,decision_number,decided_on,issuer"


@organisation.command()
def load(
    file: Annotated[Path, typer.Argument(help="Tệp CSV: code,name,kind,parent_code,valid_from,basis.")],
    home: Home = DEFAULT_HOME,
    json: Json = False,
) -> None:
    """Lập các đơn vị trong tệp, tất cả hoặc không đơn vị nào; chạy lại không lập thêm."""
    with node(home):
        from ccvc.access.domain import Subject
        from ccvc.organisations.actions import load_units

        report = load_units(Subject.system("command"), file)
    result = {"opened": report.opened, "present": report.present}
    output.result(result, as_json=json, text=f"Đã lập {report.opened} đơn vị, {report.present} đã có.")


@positions.command("load")
def load_positions(
    file: Annotated[Path, typer.Argument(help=f"Tệp CSV, XLSX hoặc JSON: {POSITION_COLUMNS}, …")],
    home: Home = DEFAULT_HOME,
    json: Json = False,
) -> None:
    """Ghi vị trí việc làm trong tệp theo quyết định, tất cả hoặc không dòng nào; chạy lại không ghi thêm."""
    with node(home):
        from ccvc.access.domain import Subject
        from ccvc.organisations.actions import load_positions as load_file
        from ccvc.standard.problems import Problem

        try:
            raw = file.read_bytes()
        except OSError as error:
            raise Problem("ORG-FILE-MISSING", where=file.name) from error
        done = load_file(Subject.system("command"), file.name, raw)
    result = {"written": done.written, "present": done.present}
    output.result(result, as_json=json, text=f"Đã ghi {done.written} vị trí, {done.present} đã có.")


@positions.command("list")
def list_positions(
    unit: Annotated[str, typer.Argument(help="Mã đơn vị.")],
    on: Annotated[str, typer.Option(help="Ngày, dạng ngày/tháng/năm; bỏ trống: hôm nay.")] = "",
    home: Home = DEFAULT_HOME,
    json: Json = False,
) -> None:
    """Các vị trí việc làm của một đơn vị vào một ngày: số lượng, đang có người, còn trống."""
    with node(home):
        from django.utils import timezone

        from ccvc import standard
        from ccvc.access.domain import Subject
        from ccvc.organisations.actions.records import standing
        from ccvc.organisations.selectors import position_sheet
        from ccvc.standard.problems import Problem

        day = standard.read_day(on) if on else timezone.localdate()
        if day is None:
            raise Problem("ORG-DATE", where="on", given=on[:20])
        found = position_sheet(Subject.system("command"), standing(unit, day).unit.key, day)
        rows = [
            {
                "code": row.position.code,
                "name": row.position.name,
                "kind": row.position.kind,
                "places": row.position.places,
                "held": row.held,
                "free": row.free,
            }
            for row in found.rows
        ]
    text = "\n".join(f"{row['code']:12} {row['name']:50} {row['held']}/{row['places']}" for row in rows)
    output.result(rows, as_json=json, text=text or "Không có vị trí việc làm nào.")


@organisation.command()
def reorganise(
    plan: Annotated[Path, typer.Argument(help="Tệp các việc: CSV, XLSX hoặc JSON, cột act, unit, into, …")],
    on: Annotated[str, typer.Option(help="Có hiệu lực từ ngày, dạng ngày/tháng/năm.")],
    basis: Annotated[str, typer.Option(help="Căn cứ: số, ngày, cơ quan ban hành quyết định.")],
    title: Annotated[str, typer.Option(help="Tên đợt sắp xếp.")] = "Sắp xếp tổ chức",
    account: Annotated[str, typer.Option("--as", help="Tài khoản soạn; bỏ trống: hệ thống.")] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Chỉ xem trước, không soạn.")] = False,
    home: Home = DEFAULT_HOME,
    json: Json = False,
) -> None:
    """Xem trước một đợt sắp xếp và soạn thành đợt chờ người khác ký duyệt."""
    with node(home):
        from ccvc import standard
        from ccvc.access.domain import Subject
        from ccvc.access.selectors import subject_of
        from ccvc.node.accounts import known_account
        from ccvc.organisations.actions import draft_reorganisation
        from ccvc.organisations.planfiles import read_steps
        from ccvc.organisations.selectors.foreseeing import foresee
        from ccvc.standard.problems import Problem

        day = standard.read_day(on)
        if day is None:
            raise Problem("ORG-DATE", where="on", given=on[:20])
        try:
            steps = read_steps(plan.name, plan.read_bytes())
        except OSError as error:
            raise Problem("ORG-FILE-MISSING", where=plan.name) from error
        found = foresee(day, steps)
        found.refuse_faulty()
        result = found.figures()
        if not preview:
            subject = subject_of(known_account(account)) if account else Subject.system("command")
            made = draft_reorganisation(subject, title=title, basis=basis, on=day, steps=steps)
            result["reorganisation"] = str(made.key)
    said = "Đã soạn, chờ ký duyệt" if not preview else "Xem trước"
    text = f"{said}: {result['closed']} đơn vị kết thúc, {result['opened']} thành lập, {result['changed']} thay đổi, "
    text += f"{result['people']} người, {result['assigned']} người cần quyết định riêng."
    if not preview:
        text += f"\nccvc organisation approve {result['reorganisation']} --seen {result['digest']} --as …"
    output.result(result, as_json=json, text=text)


@organisation.command()
def approve(
    key: Annotated[str, typer.Argument(help="Mã của đợt sắp xếp.")],
    account: Annotated[str, typer.Option("--as", help="Tài khoản của người có thẩm quyền, khác người soạn.")],
    seen: Annotated[str, typer.Option(help="Mã bản đã xem (digest), như lệnh reorganise đã in.")],
    passphrase: Annotated[
        str, typer.Option(prompt="Mật khẩu khoá ký", hide_input=True, help="Mật khẩu khoá ký.")
    ],
    home: Home = DEFAULT_HOME,
    json: Json = False,
) -> None:
    """Ký duyệt một đợt sắp xếp đã xem và thực hiện."""
    with node(home):
        from uuid import UUID

        from ccvc.access.selectors import subject_of
        from ccvc.node.accounts import known_account
        from ccvc.organisations.actions import approve_reorganisation
        from ccvc.standard.problems import Problem

        try:
            named = UUID(key)
        except ValueError as error:
            raise Problem("ORG-PLAN-UNKNOWN") from error
        made = approve_reorganisation(subject_of(known_account(account)), named, seen, passphrase)
    result = {"reorganisation": str(made.key), "on": made.on.isoformat(), "digest": made.digest}
    output.result(result, as_json=json, text=f"Đã ký duyệt: {made.title}, từ ngày {made.on:%d/%m/%Y}.")
