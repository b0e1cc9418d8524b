"""`python -m ccvc.signing.helper`: the signing program, without the rest of the house."""

from __future__ import annotations

import argparse
from getpass import getpass
from pathlib import Path

from ccvc.signing.certificates import name_of
from ccvc.signing.helper.desk import Desk
from ccvc.signing.helper.keys import file_desk, token_desk
from ccvc.signing.helper.serving import HOST, PORT, server
from ccvc.signing.signers.pkcs11 import Place


def main(arguments: list[str] | None = None) -> None:
    """Sign for the pages of the addresses given, until Ctrl-C."""
    asked = _parser().parse_args(arguments)
    run(_desk(asked), asked.origin, asked.port)


def run(desk: Desk, origins: list[str], port: int) -> None:
    """Answer these pages on this port."""
    served = server(desk, origins, port)
    desk.say(
        f"Chứng thư số: {name_of(desk.chain[0])}. Trả lời {', '.join(origins)} tại http://{HOST}:{port}."
    )
    try:
        served.serve_forever()
    except KeyboardInterrupt:
        served.server_close()


def _desk(asked: argparse.Namespace) -> Desk:
    if asked.pkcs12:
        return file_desk(asked.pkcs12, getpass("Mật khẩu của tệp: "))
    return token_desk(Place(asked.module, asked.token, asked.key))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "ccvc signer", description="Ký bằng thiết bị ở máy này cho trang của hệ thống."
    )
    parser.add_argument(
        "--origin", action="append", required=True, help="Địa chỉ trang, ví dụ https://ccvc.example.vn"
    )
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--module", type=Path, help="Thư viện PKCS#11 của thiết bị")
    parser.add_argument("--token", default="", help="Tên thiết bị")
    parser.add_argument("--key", default="", help="Tên khoá, nếu thiết bị có nhiều khoá")
    parser.add_argument("--pkcs12", type=Path, help="Tệp .p12 thay cho thiết bị")
    return parser


if __name__ == "__main__":
    main()
