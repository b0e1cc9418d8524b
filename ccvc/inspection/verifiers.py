"""The offline verifiers as single files: a Python program joined from its parts, and a page for any browser.

Neither runs a line of the program that makes the bundles; the two share only the words for what they check.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import orjson

from ccvc.inspection.offline.words import LABELS, VERDICTS, WORDS
from ccvc.signing import algorithms

FOLDER = Path(__file__).parent / "offline"
PARTS = (
    "words",
    "der",
    "allowed",
    "keys",
    "certificates",
    "trees",
    "stamps",
    "answers",
    "proving",
    "messages",
    "evidence",
    "checking",
    "command",
)
SCRIPTS = ("page.js", "standing.js", "stamps.js", "checker.js", "view.js")
LISTED = "ALLOWED: list[tuple[str, str, str, str]] = []"
"""Where the dated list of algorithms is written in."""
NAMES = ("ccvc-verify.html", "ccvc-verify.py")
_IMPORT = re.compile(r"^(?:from (?P<room>[\w.]+) import [^\n]+|import [^\n]+)\n", re.MULTILINE)
_OPENING = '''#!/usr/bin/env python3
"""Check a proof bundle (ccvc-proof/1) of a personnel dossier: one file, Python 3.11 or newer, nothing to install.

Kiểm tra một bộ bằng chứng hồ sơ, không cần mạng, không cần cài đặt gì thêm:

    python3 ccvc-verify.py bo-bang-chung.json --fingerprint DAU_VAN_TAY

Exit code: 0 everything holds, 1 something is wrong, 2 it cannot be told, 3 the file cannot be read.
"""

from __future__ import annotations

'''
_END = '\n\nif __name__ == "__main__":\n    sys.exit(main())\n'


@cache
def single_file(name: str) -> bytes:
    """A verifier by its name; KeyError for another."""
    return {"ccvc-verify.py": _joined, "ccvc-verify.html": _page}[name]().encode()


def _page() -> str:
    """The page with its script, which speaks in the same words as the program."""
    words = {"WORDS": WORDS, "LABELS": LABELS, "VERDICTS": VERDICTS, "ALLOWED": allowed()}
    said = "".join(f"const {name} = {orjson.dumps(value).decode()};\n" for name, value in words.items())
    script = "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in SCRIPTS)
    begin, end = script.split("\n", 1)
    return (FOLDER / "page.html").read_text(encoding="utf-8").replace("/*SCRIPT*/", f"{begin}\n{said}{end}")


def allowed() -> list[tuple[str, str, str, str]]:
    """The list of algorithms as the verifiers have it: purpose, name, first and last day."""
    rows = algorithms.current().algorithms
    return [
        (row.purpose, row.name, f"{row.valid_from}", f"{row.valid_to}" if row.valid_to else "")
        for row in rows
    ]


def _joined() -> str:
    """The parts one after another, with what they import once and what they import of each other left out."""
    imports: set[str] = set()
    bodies: list[str] = []
    for part in PARTS:
        text = (FOLDER / f"{part}.py").read_text(encoding="utf-8")
        text = text.split("from __future__ import annotations\n", 1)[1]
        imports |= {
            found[0] for found in _IMPORT.finditer(text) if not (found["room"] or "").startswith("ccvc")
        }
        bodies.append(_IMPORT.sub("", text).strip())
    listed = LISTED.replace("[]", repr(allowed()))
    body = "\n\n\n".join(bodies).replace(LISTED, listed)
    return _OPENING + "".join(sorted(imports)) + "\n\n" + body + _END
