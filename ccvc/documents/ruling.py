"""A decision as its paper says it, by NĐ 30/2020/NĐ-CP Phụ lục I and III: every part in its place. Pure.

Who words it is a room above; what is laid out here says nothing of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ccvc.documents import composing, domain
from ccvc.documents.filling import printable

TITLE = "QUYẾT ĐỊNH"
END = "./."


@dataclass(frozen=True, slots=True)
class Annex:
    """A list of people: its name, the heads of its columns, their shares of the width, a row for each person."""

    title: str
    head: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class DecisionText:
    """What a decision says, from its head to whoever is sent it.

    `number` is the whole (`12/QĐ-SNV`); `about` begins with *Về việc*; `authority` is who decides, as the law calls
    them; `grounds` without *Căn cứ* being added; an article is its paragraphs, without its number. `lines` stand above
    the signer's name.
    """

    number: str
    on: date
    about: str
    authority: str
    grounds: Sequence[str]
    articles: Sequence[Sequence[str]]
    recipients: Sequence[str]
    agency: str
    place: str
    signer: str
    lines: Sequence[str]
    superior: str = ""
    annex: Annex | None = None


def content(text: DecisionText, code: str) -> dict[str, Any]:
    """All a layout needs of a decision, as plain data."""
    return {
        "name": f"{TITLE} {text.number} {text.about}",
        "number": f"Số: {text.number}",
        "number_line": f"Quyết định số {text.number}",
        "superior": printable(text.superior),
        "agency": printable(text.agency),
        "place_date": domain.dated(text.place, text.on),
        "title": TITLE,
        "about": printable(text.about),
        "authority": printable(text.authority),
        "grounds": closed([printable(one) for one in text.grounds]),
        "articles": _articles(text.articles),
        "recipients": [printable(one) for one in text.recipients],
        "signature": {"lines": list(text.lines), "name": printable(text.signer)},
        "annex": _annex(text),
        "code": domain.grouped(code),
        "address": composing.check_address(),
        "qr": composing.qr(composing.check_address(code)),
    }


def signed_by(text: DecisionText, name: str, lines: Sequence[str]) -> DecisionText:
    """The same decision with another signer."""
    return replace(text, signer=name, lines=list(lines))


def closed(grounds: Sequence[str]) -> list[str]:
    """Grounds each on its line, a semicolon behind each and a full stop behind the last."""
    bare = [one.rstrip(" ;.") for one in grounds]
    return [f"{one}{'.' if at == len(bare) else ';'}" for at, one in enumerate(bare, 1)]


def _articles(articles: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    """Articles with their numbers; the last one ends the decision."""
    found = [
        {"no": str(number), "paragraphs": [printable(one) for one in paragraphs]}
        for number, paragraphs in enumerate(articles, 1)
    ]
    last = found[-1]["paragraphs"]
    last[-1] = last[-1].rstrip(" .") + END  # type: ignore[index]  # a list of texts
    return found


def _annex(text: DecisionText) -> dict[str, Any] | None:
    """The list behind it, which says of which decision it is."""
    annex = text.annex
    if annex is None:
        return None
    return {
        "title": printable(annex.title),
        "note": f"(Kèm theo Quyết định số {text.number} {_day(text.on)} của {text.agency})",
        "head": list(annex.head),
        "widths": list(annex.widths),
        "rows": [[printable(cell) for cell in row] for row in annex.rows],
    }


def _day(on: date) -> str:
    """A day in words, as within a sentence."""
    return domain.dated("", on).removeprefix(", ")
