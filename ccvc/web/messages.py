"""Catalogues of translations: gather the Vietnamese source texts, keep the English ones, compile for Django.

`python -m ccvc.web.messages update` brings every `ccvc/<room>/locale/en/LC_MESSAGES/django.po` up to date,
`compile` writes the `.mo` files Django reads, `check` names what has no English yet. Needs no GNU gettext:
Python is read with `ast`, templates through Django's own `templatize`.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOMS = Path(__file__).parent.parent
CATALOGUE = Path("locale/en/LC_MESSAGES/django.po")
SINGLE = {"gettext", "gettext_lazy", "gettext_noop", "_"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
CALL = re.compile(r"\b(?:gettext|ngettext|pgettext|npgettext|_)\(u?(?:\"\"\"|\"|'''|')")
HEADERS = {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "MIME-Version": "1.0",
    "Language": "en",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}

Message = tuple[str, str, str]
"""Context, text, plural; context and plural may be empty."""


def messages_of(source: str) -> Iterator[Message]:
    """The texts a Python source marks for translation with literal arguments."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if message := _message(node.func.id, texts):
                yield message


def _message(name: str, texts: list[str]) -> Message | None:
    if name in SINGLE and texts:
        return "", texts[0], ""
    if name in PLURAL and len(texts) > 1:
        return "", texts[0], texts[1]
    if name in CONTEXT and len(texts) > 1:
        return texts[0], texts[1], ""
    return None


def template_messages(source: str) -> Iterator[Message]:
    """The texts a template marks for translation: its calls as Django would hand them to xgettext."""
    for line in templatize(source).splitlines():
        for call in CALL.finditer(line):
            yield from messages_of(_balanced(line[call.start() :]))


def _balanced(text: str) -> str:
    """The call at the head of a text, up to the parenthesis that closes it outside quotes."""
    for end in (place for place, letter in enumerate(text, 1) if letter == ")"):
        try:
            ast.parse(text[:end])
        except SyntaxError:
            continue
        return text[:end]
    return ""


def collect(room: Path) -> list[Message]:
    """Every text of a room, each once, in the order of its files."""
    found: dict[Message, None] = {}
    for file in sorted(room.rglob("*.py")):
        found |= dict.fromkeys(messages_of(file.read_text(encoding="utf-8")))
    for file in sorted(room.rglob("templates/**/*.html")):
        found |= dict.fromkeys(template_messages(file.read_text(encoding="utf-8")))
    return list(found)


def rooms() -> list[Path]:
    """Rooms that have texts or a catalogue."""
    return [room for room in sorted(ROOMS.iterdir()) if (room / CATALOGUE).exists() or _has_texts(room)]


def _has_texts(room: Path) -> bool:
    return (room / "__init__.py").exists() and bool(collect(room))


def update(room: Path) -> polib.POFile:
    """Bring a room's catalogue up to date: new texts are added, old ones without a text are dropped."""
    file = room / CATALOGUE
    known = {_key(entry): entry for entry in polib.pofile(str(file))} if file.exists() else {}
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = dict(HEADERS)
    for context, text, plural in collect(room):
        catalogue.append(known.get((context, text)) or _entry(context, text, plural))
    file.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(file))
    return catalogue


def _key(entry: polib.POEntry) -> tuple[str, str]:
    return entry.msgctxt or "", entry.msgid


def _entry(context: str, text: str, plural: str) -> polib.POEntry:
    several = {"msgid_plural": plural, "msgstr_plural": {0: "", 1: ""}} if plural else {}
    return polib.POEntry(msgid=text, msgctxt=context or None, **several)


def missing(room: Path) -> list[str]:
    """Texts of a room that have no English."""
    file = room / CATALOGUE
    known = {_key(e) for e in polib.pofile(str(file)) if e.translated()} if file.exists() else set()
    return [text for context, text, _plural in collect(room) if (context, text) not in known]


def compile_catalogues() -> list[Path]:
    """Write a `.mo` beside every `.po` that is newer; returns the files written."""
    written = []
    for file in sorted(ROOMS.glob(f"*/{CATALOGUE}")):
        target = file.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < file.stat().st_mtime:
            polib.pofile(str(file)).save_as_mofile(str(target))
            written.append(target)
    return written


def main(act: str) -> int:
    """Command line: update, compile or check."""
    if act == "compile":
        print(f"{len(compile_catalogues())} catalogues compiled")  # noqa: T201 - a command says what it did
        return 0
    if act == "update":
        for room in rooms():
            update(room)
    faults = [f"{room.name}: {text}" for room in rooms() for text in missing(room)]
    for fault in faults:
        print(f"no English for {fault}")  # noqa: T201 - a command says what it did
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
