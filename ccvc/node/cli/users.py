"""`ccvc user`: the first account of a node, and a signing key for an approver."""

from __future__ import annotations

from datetime import date
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
        from ccvc.access.actions import grant_role
        from ccvc.access.domain import Subject
        from ccvc.accounts.actions import create_user

        made = create_user(username=username, full_name=full_name, password=password)
        grant_role(
            Subject.system("command"),
            user=made,
            role=role,
            unit_code=unit,
            valid_from=date.today(),  # noqa: DTZ011 - the day in Vietnam, where the command is given
            basis=basis,
        )
    output.say(f"Đã mở tài khoản {username} với vai trò {role} trên {unit}.")


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
        from ccvc.accounts.models import User
        from ccvc.node.demo.people import give_signing_key

        give_signing_key(User.objects.get(username=username), passphrase, issuer)
    output.say(f"Đã tạo khoá ký cho {username}.")
