"""`ccvc init`: make a node."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from ccvc.node import home as homes
from ccvc.node import service
from ccvc.node.cli.application import DEFAULT_HOME, Home, app, output, use_home
from ccvc.node.settings import FILE_NAME, node_settings

REQUEST = "enrolment-request.json"


@app.command()
def init(
    kind: Annotated[Literal["component", "national"], typer.Option(help="Nút thành phần hay nút quốc gia.")],
    agency: Annotated[
        str, typer.Option(help="Mã định danh điện tử của cơ quan (Quyết định 20/2020/QĐ-TTg).")
    ],
    home: Home = DEFAULT_HOME,
    name: Annotated[str, typer.Option(help="Tên hiện trên mọi trang.")] = "",
    web_port: Annotated[int, typer.Option(help="Cổng của trang web.")] = 8000,
    exchange_port: Annotated[int, typer.Option(help="Cổng trao đổi (nút quốc gia).")] = 8443,
    exchange_address: Annotated[
        str | None,
        typer.Option(help="Địa chỉ các nút thành phần dùng để tới cổng trao đổi, https://máy:cổng."),
    ] = None,
    national_agency: Annotated[str, typer.Option(help="Mã của nút quốc gia.")] = "G09",
    database_url: Annotated[
        str | None, typer.Option(help="Máy chủ PostgreSQL ngoài; bỏ trống: máy chủ đi kèm.")
    ] = None,
) -> None:
    """Tạo một nút trong thư mục: tệp cấu hình, khoá, cơ sở dữ liệu, danh mục cơ quan.

    Mọi khoá cấu hình và ý nghĩa nằm trong node.toml vừa tạo. Nút quốc gia tự cấp chứng thư cho mình; nút thành phần
    nhận được tệp yêu cầu kết nối để gửi cho nút quốc gia (`ccvc exchange enrol`, rồi `ccvc exchange join`).
    """
    homes.create(
        home,
        kind=kind,
        agency=agency,
        name=name or f"CCVC {agency}",
        web_port=web_port,
        exchange_port=exchange_port,
        exchange_address=exchange_address,
        national_agency=national_agency,
        database_url=database_url,
    )
    use_home(home)
    try:
        with service.ready():
            _furnish(kind, agency, name or f"CCVC {agency}")
    except BaseException:
        (home / FILE_NAME).unlink()  # not a node until it is furnished: init can be given again
        raise
    output.say(f"Đã tạo nút {agency} trong {home}.")
    if kind == "component":
        output.say(f"Gửi tệp {home / REQUEST} cho nút quốc gia để kết nối.")


@app.command(hidden=True)
def furnish(home: Home = DEFAULT_HOME) -> None:
    """Điền danh mục cơ quan và khoá cho một nút đã có tệp cấu hình; chạy lại không hại gì."""
    use_home(home)
    with service.ready():
        settings = node_settings()
        _furnish(settings.kind, settings.agency, settings.name)


def _furnish(kind: str, agency: str, name: str) -> None:
    """Catalogue of agencies, keys, and the enrolment request or the scheme's authority."""
    from ccvc.node import enrolment
    from ccvc.organisations.actions import load_catalogue

    load_catalogue()
    if kind == "national":
        enrolment.found_scheme(agency, name)
    else:
        enrolment.write_request(agency, name)
