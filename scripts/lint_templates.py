"""The house rules of templates that djlint does not know; prints `file:line` and the right way, exit code 1.

A template stays under 100 lines. Pages run under a strict Content-Security-Policy: no inline script, style
or handler, nothing fetched from elsewhere. Each picture has a text, each posted form its token. What people
read spells legal terms out; text that comes from data is not judged.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LONGEST = 100
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
COMMENT = re.compile(r"\{%\s*comment\b.*?endcomment\s*%\}|<!--.*?-->", re.DOTALL)
ELEMENT = re.compile(
    r"<(?P<name>[a-z][a-z0-9-]*)(?P<attributes>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", re.IGNORECASE
)
HANDLER = re.compile(r"(?:^|\s)(?:on[a-z]+|hx-on[:a-z-]*)\s*=", re.IGNORECASE)
STYLE = re.compile(r"(?:^|\s)style\s*=", re.IGNORECASE)
FOREIGN = re.compile(r"(?:^|\s)(?:src|srcset|href|data)\s*=\s*[\"']?(?:https?:)?//", re.IGNORECASE)
SCRIPT_ADDRESS = re.compile(r"=\s*[\"']\s*(?:javascript|js):", re.IGNORECASE)
FORM = re.compile(r"<form\b(?P<head>[^>]*)>(?P<body>.*?)</form>", re.DOTALL | re.IGNORECASE)
POST = re.compile(r"method\s*=\s*[\"']?post", re.IGNORECASE)
LITERAL = re.compile(r"\"([^\"]*)\"|'([^']*)'")
SILENT_TAGS = (
    "url",
    "include",
    "extends",
    "load",
    "static",
    "icon",
    "label",
    "own_label",
    "field_value",
    "if",
    "elif",
)
FETCHING = {"script", "link", "img", "iframe", "object", "embed", "source", "video", "audio"}
SPELT_OUT = {
    "CBCCVC": "cán bộ, công chức, viên chức",
    "CBCC": "cán bộ, công chức",
    "CBVC": "cán bộ, viên chức",
    "CNTT": "công nghệ thông tin",
    "UBND": "Ủy ban nhân dân",
    "HĐND": "Hội đồng nhân dân",
    "TAND": "Tòa án nhân dân",
    "VKSND": "Viện kiểm sát nhân dân",
    "CSDL": "cơ sở dữ liệu",
    "CSDLQG": "cơ sở dữ liệu quốc gia",
    "CCCD": "căn cước công dân",
    "CMND": "chứng minh nhân dân",
    "ĐDCN": "định danh cá nhân",
    "BHXH": "bảo hiểm xã hội",
    "BHYT": "bảo hiểm y tế",
    "SYLL": "sơ yếu lý lịch",
    "TCCB": "tổ chức cán bộ",
    "ĐVSN": "đơn vị sự nghiệp",
    "VBQPPL": "văn bản quy phạm pháp luật",
    "BNV": "Bộ Nội vụ",
    "TTg": "Thủ tướng Chính phủ",
    "QĐ": "Quyết định",
    "NĐ": "Nghị định",
    "NQ": "Nghị quyết",
    "TT": "Thông tư",
    "GĐ": "Giám đốc",
    "TP": "thành phố",
    "THCS": "trung học cơ sở",
    "THPT": "trung học phổ thông",
}
ABBREVIATION = re.compile(rf"(?<![\w/-])(?:{'|'.join(sorted(SPELT_OUT, key=len, reverse=True))})(?![\w])")


@dataclass(frozen=True, order=True)
class Fault:
    """One place that breaks a rule, and the right way."""

    file: Path
    line: int
    rule: str

    def __str__(self) -> str:
        return f"{os.path.relpath(self.file)}:{self.line}: {self.rule}"


def blank(pattern: re.Pattern[str], text: str) -> str:
    """The text with every match replaced by spaces: places and lines stay where they are."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def faults(file: Path) -> list[Fault]:
    """Every fault of one template."""
    source = blank(COMMENT, file.read_text(encoding="utf-8"))
    found = [*_length(source), *_elements(source), *_forms(source), *_words(source)]
    return sorted({Fault(file, source.count("\n", 0, place) + 1, rule) for place, rule in found})


def _length(source: str) -> Iterator[tuple[int, str]]:
    lines = source.count("\n")
    if lines >= LONGEST:
        yield (
            len(source) - 1,
            f"{lines} lines; keep a template under {LONGEST}: move a part to a template of its own",
        )


def _elements(source: str) -> Iterator[tuple[int, str]]:
    bare = blank(TAG, source)
    for element in ELEMENT.finditer(bare):
        for rule in _element(element["name"].lower(), element["attributes"]):
            yield element.start(), rule


def _element(name: str, attributes: str) -> Iterator[str]:
    if name == "style" or STYLE.search(attributes):
        yield "inline style; use a class of web/static/web/*.css"
    if name == "script" and "src=" not in attributes:
        yield "inline script; put it into web/static/web/ccvc.js behind a data- attribute"
    if HANDLER.search(attributes) or SCRIPT_ADDRESS.search(attributes):
        yield "inline handler; use a data- attribute that web/static/web/ccvc.js knows"
    if name in FETCHING and FOREIGN.search(attributes):
        yield "fetched from elsewhere; keep it under static/ and name it with {% static %}"
    if name == "img" and not re.search(r"(?:^|\s)alt\s*=", attributes):
        yield 'picture without a text; give alt="…", or alt="" where it only decorates'


def _forms(source: str) -> Iterator[tuple[int, str]]:
    for form in FORM.finditer(source):
        if POST.search(form["head"]) and "csrf_token" not in form["body"]:
            yield form.start(), "posted form without its token; put {% csrf_token %} first inside it"


def _words(source: str) -> Iterator[tuple[int, str]]:
    for place, text in _visible(source):
        for match in ABBREVIATION.finditer(text):
            yield place + match.start(), f"abbreviation {match[0]}; write “{SPELT_OUT[match[0]]}”"


def _visible(source: str) -> Iterator[tuple[int, str]]:
    """Texts people read, with their places: between elements, in attributes that speak, in tags' literals."""
    bare = blank(TAG, source)
    yield 0, blank(ELEMENT, blank(re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL), bare))
    for spoken in re.finditer(r"\b(?:alt|title|placeholder|aria-label)=\"([^\"]*)\"", bare):
        yield spoken.start(1), spoken[1]
    for tag in TAG.finditer(source):
        name = tag[0][2:].split(maxsplit=1)[0]
        if tag[0].startswith("{%") and name not in SILENT_TAGS:
            for literal in LITERAL.finditer(tag[0]):
                yield tag.start() + literal.start(), literal[0]


def templates(given: list[str]) -> list[Path]:
    """The templates named, or every one of the project."""
    root = Path(__file__).parent.parent
    roots = [Path(name) for name in given] or sorted(root.glob("ccvc/*/templates"))
    return sorted({file for path in roots for file in ([path] if path.is_file() else path.rglob("*.html"))})


def main() -> int:
    """Command line: files or folders; without any, the whole project."""
    files = templates(sys.argv[1:])
    found = [fault for file in files for fault in faults(file)]
    for fault in found:
        print(fault)
    print(f"{len(files)} templates, {len(found)} faults", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
