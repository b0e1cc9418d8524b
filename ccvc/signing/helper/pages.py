"""The program's own pages, in the officer's browser: no script, nothing from elsewhere, never inside another page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ccvc.signing.algorithms import local

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ccvc.signing.helper.desk import Waiting
    from ccvc.signing.helper.papers import Paper
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
FILE_HEADERS = {
    "Content-Disposition": "inline",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 "Be Vietnam Pro", "Segoe UI", "Noto Sans", sans-serif; }
body { max-width: 46rem; margin: 0 auto; padding: 1.25rem; }
h2 { font-size: 1.1rem; margin: 1.25rem 0 .25rem; } section { border-top: 1px solid #8886; }
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
    shown = waiting.read
    parts = _fault(problem), _facts(shown, holder), _lines(shown), _steps(shown), _papers(name, shown), form
    return _page("Nội dung sẽ ký", "".join(parts))


def _facts(read: Read, holder: str) -> str:
    facts = {
        "Việc": read.purpose,
        "Cơ quan": read.agency,
        "Người ký": f"{holder} ({read.account})",
        "Lập lúc": f"{local(read.at):%H:%M:%S %d/%m/%Y}",
        **dict(read.facts),
    }
    return _list(facts)


def _list(facts: Mapping[str, str]) -> str:
    rows = "".join(f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" for label, text in facts.items())
    return f"<dl>{rows}</dl>"


def _lines(read: Read) -> str:
    if read.enrols:
        return "<p>Chữ ký này chỉ chứng tỏ thiết bị là của bạn; không phê duyệt gì.</p>"
    if not read.lines:
        return ""
    rows = "".join(
        f"<tr><td>{number}</td><td>{escape(one.personal_id)}<br>{escape(one.name)}</td><td>{escape(one.kind)}</td>"
        f"<td>{escape(one.reason)}</td></tr>"
        for number, one in enumerate(read.lines, 1)
    )
    head = "<tr><th>Số</th><th>Số định danh, tên do hệ thống ghi</th><th>Loại</th><th>Lý do, căn cứ</th></tr>"
    return f'<div class="scroll"><table><caption>Thay đổi được phê duyệt</caption>{head}{rows}</table></div>'


def _steps(read: Read) -> str:
    """Every step of a reorganisation, as its own row says it."""
    if not read.steps:
        return ""
    rows = "".join(
        f"<tr><td>{number}</td><td>{escape(one.unit)}</td><td>{escape(one.act)}</td><td>{escape(one.outcome)}</td></tr>"
        for number, one in enumerate(read.steps, 1)
    )
    head = "<tr><th>Số</th><th>Đơn vị</th><th>Việc</th><th>Thành</th></tr>"
    return f'<div class="scroll"><table><caption>Các việc được ký duyệt</caption>{head}{rows}</table></div>'


def _papers(name: str, read: Read) -> str:
    """The documents to be signed: what the node calls each, the digest signed, and the file with that digest."""
    return "".join(_paper(name, place, one) for place, one in enumerate(read.papers))


def _paper(name: str, place: int, paper: Paper) -> str:
    facts = {"Số, ký hiệu": paper.number, "Của ai, do hệ thống ghi": paper.whose, "Mã kiểm tra": paper.code}
    if paper.file:
        address = f"/confirm/{escape(name)}/{place}.pdf"
        opened = (
            f'<p><a href="{address}" target="_blank" rel="noopener">Mở đúng tệp sẽ ký (PDF, '
            f"{len(paper.file) // 1024 + 1} KB)</a></p>"
        )
    else:
        opened = "<p>Không kèm tệp: người giữ con dấu không xem thông tin của người có hồ sơ.</p>"
    told = _list({label: text for label, text in facts.items() if text} | {"Mã băm được ký": paper.digest})
    return f"<section><h2>{escape(paper.title)}</h2>{told}{opened}</section>"


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
