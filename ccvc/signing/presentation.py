"""A verdict as a page shows it: one word, one sentence, and a table of what was checked."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ccvc.signing.verdicts import Kind, Status, Verdict
from ccvc.standard.problems import Language

KINDS: dict[Kind, Promise] = {
    "signature": _("Chữ ký"),
    "content": _("Nội dung"),
    "path": _("Đường tin cậy"),
    "dates": _("Thời hạn"),
    "algorithm": _("Thuật toán"),
    "use": _("Mục đích chứng thư số"),
    "agency": _("Cơ quan"),
    "revocation": _("Tình trạng thu hồi"),
    "time": _("Thời điểm ký"),
    "authority": _("Thẩm quyền"),
}
_LOOKS: dict[Status, tuple[Promise, str, str]] = {
    "valid": (_("Hợp lệ"), "good", "check"),
    "invalid": (_("Không hợp lệ"), "bad", "x"),
    "unknown": (_("Chưa kết luận được"), "warn", "help"),
}
_DONE: dict[Status, Promise] = {
    "valid": _("Đạt"),
    "invalid": _("Không đạt"),
    "unknown": _("Chưa kết luận"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing checked."""

    label: Promise
    word: Promise
    tone: str
    message: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A verdict for `signing/verdict.html`."""

    word: Promise
    tone: str
    icon: str
    message: str
    next: str
    lines: list[Line]


def shown(found: Verdict) -> Shown:
    """The verdict in the language of the page."""
    lang: Language = "en" if get_language() == "en" else "vi"
    word, tone, icon = _LOOKS[found.status]
    problem = found.problem()
    lines = [
        Line(KINDS[one.kind], _DONE[one.status], _LOOKS[one.status][1], one.message(lang))
        for one in found.checks
    ]
    step = "" if found.ok else problem.next_step(lang)
    return Shown(word, tone, icon, problem.message(lang), step, lines)
