"""Reading the documents: what they point at in the code, their links, their tables and their commands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGES = (
    "README.md",
    "README.vi.md",
    "CONTRIBUTING.md",
    *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md")),
)
REFERENCE = re.compile(r"`((?:ccvc|tests|scripts|bench)/[\w./-]*)(?::([A-Za-z_][\w.]*))?`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SPAN = re.compile(r"`([^`]+)`")
HEADING = re.compile(r"^(#{1,6}) (.+)$", re.MULTILINE)
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Reference:
    """A place in the code a page names: a file or folder, and perhaps something defined in it."""

    page: str
    path: str
    name: str

    def __str__(self) -> str:
        return f"{self.path}:{self.name}" if self.name else self.path


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def references(page: str) -> list[Reference]:
    return [Reference(page, path, name or "") for path, name in REFERENCE.findall(text(page))]


def links(page: str) -> list[str]:
    """Targets of links inside the repository."""
    return [target for target in LINK.findall(text(page)) if "://" not in target]


def anchors(page: str) -> set[str]:
    """Addresses of a page's headings, as forges make them."""
    plain = (
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for _, title in HEADING.findall(text(page))
    )
    return set(plain)


def section(page: str, title: str) -> str:
    """What stands under a heading, up to the next of its level or above."""
    lines = iter(text(page).splitlines())
    level = next(line for line in lines if line.lstrip("# ") == title and line.startswith("#")).count("#")
    ends = tuple("#" * n + " " for n in range(1, level + 1))
    return "\n".join(takewhile(lambda line: not line.startswith(ends), lines))


def rows(markdown: str) -> list[list[str]]:
    """The cells of every table's rows, without headings and rules."""
    found: list[list[str]] = []
    table: list[list[str]] = []
    for line in [*markdown.splitlines(), ""]:
        if line.startswith("|"):
            table.append([cell.strip() for cell in line.strip("|").split("|")])
        else:
            found += table[2:]
            table = []
    return found


def scripts(page: str) -> Iterator[str]:
    """The lines of a page's blocks of shell commands; a line that goes on is given whole."""
    for language, block in FENCE.findall(text(page)):
        if language in {"sh", "bash", "ini", "cron"}:
            yield from block.replace("\\\n", " ").splitlines()


def spans(page: str) -> list[str]:
    """What stands in code font, outside blocks."""
    return SPAN.findall(FENCE.sub("", text(page)))


@cache
def defined(path: Path) -> frozenset[str]:
    """Names a Python file defines: functions, classes, assigned names, and what classes hold as Class.name."""
    return frozenset(_names(ast.parse(path.read_text(encoding="utf-8")).body, ""))


def _names(body: list[ast.stmt], prefix: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield prefix + node.name
        if isinstance(node, ast.ClassDef):
            yield from _names(node.body, f"{prefix}{node.name}.")
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets += [node.target] if isinstance(node, ast.AnnAssign) else []
        yield from (prefix + target.id for target in targets if isinstance(target, ast.Name))
