"""`ccvc signing`: what people and the agency sign with; `ccvc signer`: the program beside an officer's token."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, node, output
from ccvc.node.cli.signing import signing
from ccvc.standard.problems import Problem

if TYPE_CHECKING:
    from ccvc.signing.certificates import Use
    from ccvc.signing.models import SigningMeans
    from ccvc.signing.selectors import Owner

BY = "system:command"
Account = Annotated[str, typer.Option(help="Tên đăng nhập; để trống: con dấu số của cơ quan.")]
Number = Annotated[int, typer.Argument(help="Số của phương tiện ký (xem ccvc signing list).")]
Secret = Annotated[
    str, typer.Option(prompt="Mật khẩu khoá hoặc mã PIN", hide_input=True, help="Mật khẩu hoặc PIN.")
]


def _owner(account: str) -> Owner:
    from django.conf import settings

    from ccvc.node.accounts import known_account

    return known_account(account) if account else str(settings.CCVC_AGENCY)


@signing.command("list")
def list_(home: Home = DEFAULT_HOME, json: Json = False) -> None:
    """Liệt kê phương tiện ký của mọi tài khoản và con dấu số của cơ quan."""
    with node(home):
        from ccvc.signing.models import SigningMeans

        rows = [_told(row) for row in SigningMeans.objects.select_related("user").order_by("pk")]
    text = "\n".join("{id}  {owner}  {kind}  {label}  {state}".format(**row) for row in rows)
    output.result({"means": rows}, as_json=json, text=text or "Chưa có phương tiện ký nào.")


def _told(row: SigningMeans) -> dict[str, Any]:
    until = row.revoked_from.isoformat(timespec="minutes") if row.revoked_from else ""
    state = f"không có giá trị từ {until}" if until else "mặc định" if row.is_default else "đang dùng"
    owner = f"con dấu {row.owner}" if row.is_seal else row.owner
    about = {"id": row.pk, "owner": owner, "kind": row.kind, "label": row.label}
    return {**about, "serial": row.serial, "revoked_from": until or None, "state": state}


@signing.command()
def seal(
    file: Annotated[
        Path, typer.Argument(help="Tệp .p12 hoặc .pfx của cơ quan.", exists=True, dir_okay=False)
    ],
    file_password: Annotated[
        str, typer.Option(prompt="Mật khẩu của tệp", hide_input=True, help="Mật khẩu của tệp.")
    ],
    passphrase: Annotated[
        str,
        typer.Option(
            prompt="Mật khẩu con dấu số",
            hide_input=True,
            confirmation_prompt=True,
            help="Mật khẩu con dấu số.",
        ),
    ],
    home: Home = DEFAULT_HOME,
) -> None:
    """Nạp con dấu số của cơ quan từ tệp PKCS#12."""
    with node(home):
        from ccvc.ledger import actions as ledger
        from ccvc.signing.actions import take_pkcs12

        row = take_pkcs12(
            _owner(""), file.read_bytes(), file_password, passphrase, by=BY, audit=ledger.append
        )
    output.say(f"Đã nạp con dấu số {row.serial} của {row.agency}.")


@signing.command()
def token(
    module: Annotated[str, typer.Argument(help="Tên thư viện trong cấu hình signing_modules.")],
    label: Annotated[str, typer.Argument(help="Tên thiết bị.")],
    pin: Secret,
    key: Annotated[str, typer.Option(help="Tên khoá, nếu thiết bị có nhiều khoá.")] = "",
    account: Account = "",
    home: Home = DEFAULT_HOME,
) -> None:
    """Thêm một thiết bị lưu khoá nối với máy chủ làm phương tiện ký; thiết bị được thử ký."""
    with node(home):
        from ccvc.ledger import actions as ledger
        from ccvc.signing.actions import enrol_token

        place = {"module": module, "token": label, "key": key}
        row = enrol_token(_owner(account), place, pin, label=label, by=BY, audit=ledger.append)
    output.say(f"Đã thêm thiết bị {label} cho {row.owner}.")


@signing.command("test")
def try_(number: Number, secret: Secret, home: Home = DEFAULT_HOME) -> None:
    """Thử mở và ký bằng một phương tiện; không phê duyệt gì."""
    with node(home):
        from django.utils import timezone

        from ccvc.ledger import actions as ledger
        from ccvc.signing import jws, services
        from ccvc.signing.actions import open_means
        from ccvc.signing.actions.enrolling import PROBE
        from ccvc.signing.verification import verify_certificate

        row = _row(number)
        owner: Owner = row.user or row.agency
        opened = open_means(owner, secret, means_id=number, by=BY, audit=ledger.append)
        jws.sign_with(PROBE, opened.signer)
        use: Use = "seal" if row.is_seal else "approve"
        verify_certificate(opened.cert, services.trust(), timezone.now(), use).required("certificate")
    output.say(f"{row.label}: ký được bằng {opened.signer.algorithm}, chứng thư số còn hiệu lực.")


@signing.command()
def revoke(
    number: Number,
    reason: Annotated[str, typer.Option(prompt="Lý do", help="Lý do thu hồi.")],
    since: Annotated[
        str,
        typer.Option(help="Không có giá trị từ: ngày/tháng/năm, có thể thêm giờ:phút; để trống: từ bây giờ."),
    ] = "",
    home: Home = DEFAULT_HOME,
) -> None:
    """Thu hồi một phương tiện ký; chữ ký làm từ thời điểm đó không còn giá trị."""
    with node(home):
        from ccvc.ledger import actions as ledger
        from ccvc.signing.actions import revoke_means

        row = _row(number)
        moment = moment_said(since) if since else None
        ended = revoke_means(row.user or row.agency, number, reason, since=moment, by=BY, audit=ledger.append)
    output.say(f"Đã thu hồi {ended.label} của {ended.owner}.")


def moment_said(text: str) -> Any:
    """A moment by the clock of Vietnam; Problem SIG-REVOKE-DATE."""
    from datetime import datetime

    from django.utils import timezone

    for pattern in ("%d/%m/%Y %H:%M", "%d/%m/%Y"):
        try:
            return timezone.make_aware(datetime.strptime(text.strip(), pattern))  # noqa: DTZ007 - made aware here
        except ValueError:
            continue
    raise Problem("SIG-REVOKE-DATE", where="since")


def _row(number: int) -> SigningMeans:
    from ccvc.signing.models import SigningMeans

    found = SigningMeans.objects.select_related("user").filter(pk=number).first()
    if found is None:
        raise Problem("SIG-MEANS-ENDED", where=str(number), label=str(number))
    return found


@app.command()
def signer(
    origin: Annotated[
        list[str], typer.Option(help="Địa chỉ trang của hệ thống, ví dụ https://ccvc.example.vn.")
    ],
    module: Annotated[Path | None, typer.Option(help="Thư viện PKCS#11 của thiết bị.")] = None,
    token: Annotated[str, typer.Option(help="Tên thiết bị.")] = "",
    key: Annotated[str, typer.Option(help="Tên khoá, nếu thiết bị có nhiều khoá.")] = "",
    pkcs12: Annotated[Path | None, typer.Option(help="Tệp .p12 thay cho thiết bị.")] = None,
    port: Annotated[int | None, typer.Option(help="Cổng; như signer_port của nút.")] = None,
) -> None:
    """Chạy chương trình ký số trên máy của người ký: ký bằng thiết bị ở máy này cho trang của hệ thống."""
    from ccvc.signing.helper.__main__ import main

    given = {"--module": module, "--token": token, "--key": key, "--pkcs12": pkcs12, "--port": port}
    chosen = [word for name, value in given.items() if value for word in (name, str(value))]
    main([*(word for one in origin for word in ("--origin", one)), *chosen])
