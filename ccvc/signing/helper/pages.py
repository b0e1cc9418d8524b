"""The program's own pages, in the officer's browser: no script, nothing from elsewhere, never inside another page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ccvc.signing.algorithms import local

if TYPE_CHECKING:
    from ccvc.signing.helper.desk import Waiting
    from ccvc.signing.helper.reading import Read
    from ccvc.standard.problems import Problem

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 "Be Vietnam Pro", "Segoe UI", "Noto Sans", sans-serif; }
body { max-width: 46rem; margin: 0 auto; padding: 1.25rem; }
h1 { font-size: 1.4rem; border-bottom: 3px solid #a51c24; padding-bottom: .4rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dt { opacity: .7; } dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; margin: 1rem 0; } caption { text-align: left; font-weight: 600; }
th, td { text-align: left; padding: .35rem .5rem; border-bottom: 1px solid #8886; vertical-align: top; }
.scroll { max-height: 45vh; overflow: auto; }
.bad { border-left: 4px solid #a51c24; padding: .5rem .75rem; background: #a51c2414; }
input { font: inherit; padding: .5rem; width: 16rem; max-width: 100%; box-sizing: border-box; }
button { font: inherit; padding: .55rem 1rem; margin: .75rem .5rem 0 0; cursor: pointer; min-height: 44px; }
.main { background: #a51c24; color: #fff; border: 0; border-radius: 4px; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dt { margin-top: .4rem; } }
"""


def confirming(name: str, waiting: Waiting, holder: str, problem: Problem | None = None) -> str:
    """What is to be signed, and the PIN; or that it is over."""
    if waiting.state != "waiting":
        over = "Đã ký. Quay lại trang của hệ thống." if waiting.state == "signed" else "Không ký."
        return _page("Ký số", f"{_fault(problem)}<p>{over} Có thể đóng cửa sổ này.</p>")
    form = (
        f'<form method="post" action="/confirm/{escape(name)}" autocomplete="off">'
        f'<input type="hidden" name="form" value="{escape(waiting.form)}">'
        '<p><label for="pin">Mã PIN của thiết bị, hoặc mật khẩu của tệp</label><br>'
        '<input id="pin" type="password" name="pin" autocomplete="off" autofocus></p>'
        '<button class="main" name="act" value="sign">Ký</button>'
        '<button name="act" value="refuse">Không ký</button></form>'
    )
    return _page(
        "Nội dung sẽ ký", f"{_fault(problem)}{_facts(waiting.read, holder)}{_lines(waiting.read)}{form}"
    )


def _facts(read: Read, holder: str) -> str:
    facts = {
        "Việc": read.purpose,
        "Cơ quan": read.agency,
        "Người ký": f"{holder} ({read.account})",
        "Lập lúc": f"{local(read.at):%H:%M:%S %d/%m/%Y}",
    }
    if not read.enrols:
        facts |= {"Số thay đổi": str(read.count), "Mã gốc": read.root}
    rows = "".join(f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" for label, text in facts.items())
    return f"<dl>{rows}</dl>"


def _lines(read: Read) -> str:
    if read.enrols:
        return "<p>Chữ ký này chỉ chứng tỏ thiết bị là của bạn; không phê duyệt gì.</p>"
    rows = "".join(
        f"<tr><td>{number}</td><td>{escape(one.personal_id)}<br>{escape(one.name)}</td><td>{escape(one.kind)}</td>"
        f"<td>{escape(one.reason)}</td></tr>"
        for number, one in enumerate(read.lines, 1)
    )
    head = "<tr><th>Số</th><th>Số định danh, tên do hệ thống ghi</th><th>Loại</th><th>Lý do, căn cứ</th></tr>"
    return f'<div class="scroll"><table><caption>Thay đổi được phê duyệt</caption>{head}{rows}</table></div>'


def _fault(problem: Problem | None) -> str:
    if problem is None:
        return ""
    return f'<p class="bad" role="alert">{escape(problem.message())} {escape(problem.next_step())}</p>'


def telling(title: str, text: str) -> str:
    """A page that says one thing."""
    return _page(title, f"<p>{escape(text)}</p>")


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        f"<title>{escape(title)} · Chương trình ký số</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/style.css">'
        f"</head><body><h1>{escape(title)}</h1>{body}</body></html>"
    )
