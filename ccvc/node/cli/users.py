"""`ccvc user`: the first account of a node, and a signing key for an approver."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, app, node, output

user = typer.Typer(help="Tài khoản và khoá ký.", no_args_is_help=True)
app.add_typer(user, name="user")


@user.command()
def add(
    username: Annotated[str, typer.Argument(help="Tên đăng nhập.")],
    full_name: Annotated[str, typer.Option(help="Họ và tên.", prompt="Họ và tên")],
    role: Annotated[str, typer.Option(help="Vai trò (officer, verifier, approver, administrator…).")],
    unit: Annotated[str, typer.Option(help="Mã đơn vị phụ trách.")],
    basis: Annotated[str, typer.Option(help="Căn cứ: số, ngày quyết định giao nhiệm vụ.")],
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="Mật khẩu.")
    ],
    home: Home = DEFAULT_HOME,
) -> None:
    """Mở một tài khoản và giao vai trò trên một đơn vị."""
    with node(home):
        from django.db import transaction
        from django.utils import timezone

        from ccvc.access.actions import grant_role, open_account
        from ccvc.access.domain import Subject

        subject = Subject.system("command")
        with transaction.atomic():
            made = open_account(subject, username=username, full_name=full_name, password=password)
            grant_role(
                subject, user=made, role=role, unit_code=unit, valid_from=timezone.localdate(), basis=basis
            )
    output.say(f"Đã mở tài khoản {username} với vai trò {role} trên {unit}.")


@user.command()
def person(
    number: Annotated[str, typer.Argument(help="Số định danh cá nhân của người có hồ sơ.")],
    username: Annotated[str, typer.Argument(help="Tên đăng nhập; chưa có thì mở mới, hỏi mật khẩu.")],
    home: Home = DEFAULT_HOME,
) -> None:
    """Gắn tài khoản với hồ sơ của chính người đó: họ xem được hồ sơ, kê khai, xác nhận, biết ai đã xem."""
    with node(home):
        from ccvc.access.domain import Subject
        from ccvc.accounts.domain import account_name
        from ccvc.accounts.models import User
        from ccvc.dossiers.actions import account_of_person

        known = User.objects.filter(username=account_name(username)).exists()
        password = "" if known else typer.prompt("Mật khẩu", hide_input=True, confirmation_prompt=True)
        made = account_of_person(Subject.system("command"), number, username, password)
    output.say(f"Tài khoản {made.username} nay là của người có hồ sơ số {number}.")


@user.command()
def capacity(
    username: Annotated[str, typer.Argument(help="Tên đăng nhập của người ký.")],
    role: Annotated[str, typer.Option(help="Vai trò đã được cấp (approver, verifier…).")],
    unit: Annotated[str, typer.Option(help="Mã đơn vị của quyền đã cấp.")],
    basis: Annotated[str, typer.Option(help="Căn cứ: số, ngày quyết định.")],
    mode: Annotated[str, typer.Option(help="Thể thức ký: KT., TM., TL.; để trống: người đứng đầu.")] = "",
    for_title: Annotated[str, typer.Option(help="Ký thay, thay mặt, thừa lệnh ai.")] = "",
    title: Annotated[str, typer.Option(help="Chức vụ của người ký.")] = "",
    home: Home = DEFAULT_HOME,
) -> None:
    """Đặt thể thức ký và chức vụ của người giữ một quyền."""
    with node(home):
        from ccvc.access.actions import set_capacity
        from ccvc.access.capacity import Capacity
        from ccvc.access.domain import Subject
        from ccvc.access.selectors import grant_of
        from ccvc.node.accounts import known_account

        found = grant_of(known_account(username), role, unit)
        made = set_capacity(Subject.system("command"), found, Capacity(mode, for_title, title), basis=basis)
        said = str(made.capacity) or "không ghi"
    output.say(f"{username} ký tại {unit}: {said}.")


@user.command()
def key_request(
    username: Annotated[str, typer.Argument(help="Tên đăng nhập của người phê duyệt.")],
    issuer: Annotated[
        Path, typer.Option(help="Thư mục của cơ quan chứng thực mẫu (chỉ dùng với dữ liệu giả lập).")
    ],
    passphrase: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="Mật khẩu khoá.")
    ],
    home: Home = DEFAULT_HOME,
) -> None:
    """Tạo khoá ký cho người phê duyệt, chứng thư do cơ quan chứng thực mẫu cấp."""
    with node(home):
        from ccvc.node.accounts import known_account
        from ccvc.node.demo.people import give_signing_key, trust_demo_authority

        trust_demo_authority(issuer)
        give_signing_key(known_account(username), passphrase, issuer)
    output.say(f"Đã tạo khoá ký cho {username}.")
