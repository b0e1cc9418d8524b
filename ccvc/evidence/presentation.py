"""Papers laid out for people: what each is, what it proves, whether it was scanned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ccvc import standard
from ccvc.access.domain import Subject
from ccvc.dossiers.domain import EvidenceNamed
from ccvc.dossiers.models import Dossier
from ccvc.dossiers.papers import Paper
from ccvc.evidence import scanning, selectors
from ccvc.evidence.domain import KINDS
from ccvc.evidence.models import Attachment, ScanState
from ccvc.evidence.signed import signatures
from ccvc.signing.verdicts import Found
from ccvc.standard import Code
from ccvc.standard.problems import Language

TONES = {"clean": "good", "unscanned": "neutral", "waiting": "warn", "infected": "bad"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One paper on a page; `openable` says whether it may be opened now, `signatures` what it arrived signed with."""

    paper: Attachment
    title: str
    entry: str
    scan: str
    tone: str
    openable: bool
    signatures: list[Found]


def language() -> Language:
    """The language of the page, as the standard names it."""
    return "en" if get_language() == "en" else "vi"


def shown(papers: list[Attachment], *, judged: bool = True) -> list[Shown]:
    """These papers as a page shows them; `judged`: with the signatures they arrived with."""
    has_scanner = scanning.scanner() is not None
    return [_shown(paper, has_scanner=has_scanner, judged=judged) for paper in papers]


def _shown(paper: Attachment, *, has_scanner: bool, judged: bool) -> Shown:
    waits = paper.file.state == ScanState.UNSCANNED and has_scanner
    openable = selectors.is_fit(paper.file, has_scanner=has_scanner)
    return Shown(
        paper=paper,
        title=title_of(paper),
        entry=entry_label(paper.path),
        scan=_("Chờ quét mã độc") if waits else str(ScanState(paper.file.state).label),
        tone=TONES["waiting" if waits else paper.file.state],
        openable=openable,
        signatures=signatures(paper) if openable and judged else [],
    )


def title_of(paper: Attachment | EvidenceNamed) -> str:
    """The kind of a paper and its number: what people call it."""
    kind = standard.current().codes[KINDS].label(paper.kind, language())
    return _("{kind} số {number}").format(kind=kind, number=paper.number) if paper.number else kind


def entry_label(path: str) -> str:
    """The entry a paper proves, in words."""
    return standard.label(path, language()) if path else _("Cả hồ sơ")


def kinds_on(codes: tuple[Code, ...]) -> list[tuple[str, str]]:
    """Kinds of papers to choose from."""
    return [(code.code, code.label(language())) for code in codes]


def beside(subject: Subject, dossier: Dossier, known_at: datetime | None) -> list[Paper]:
    """The papers of a dossier for its pages."""
    papers, _left_out = selectors.of_dossier(subject, dossier, known_at)
    return [
        Paper(
            path=one.paper.path,
            version=one.paper.version.number if one.paper.version else None,
            title=one.title,
            url=reverse("evidence:open", args=[one.paper.pk]) if one.openable else "",
            kind=one.paper.kind,
        )
        for one in shown(papers, judged=False)
    ]
