"""Papers of the demonstration: with a few first declarations, with what is pending, and copies of form 2C."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from ccvc import standard
from ccvc.simulation.papers import pdf_page, png_page

if TYPE_CHECKING:
    from ccvc.changes.models import Change
    from ccvc.evidence.domain import Details

PEOPLE = 5
DECISION, DEGREE, FORM_2C = "01", "02", "04"
ISSUED = date(2026, 3, 7)


def prove_first(officer: Any) -> None:
    """Papers with the first declarations of the first people by name: a decision, and the copy of a degree."""
    from ccvc.changes.models import Change, State

    waiting = Change.objects.filter(state=State.PROPOSED).values_list("pk", "full_name")
    first = sorted(waiting, key=lambda row: (standard.sort_key(row[1]), row[0]))[:PEOPLE]
    for seed, change in enumerate(Change.objects.filter(pk__in=[pk for pk, _name in first]).order_by("pk")):
        prove(officer, change, "employment")
        degree = next((path for path in entries(change) if path.startswith("education.degrees[")), None)
        if degree:
            said = {"kind": DEGREE, "path": degree, "issuer": "Trường Đại học (giả lập)"}
            _prove(officer, change, png_page(seed), details(change, "van-bang.png", **said))


def prove(officer: Any, change: Change, entry: str = "") -> None:
    """A decision with a change that is pending, for what it changes first, or for the entry named."""
    number = f"{change.personal_id or '0'}"[-3:] + "/QĐ-GL"
    found = entries(change)
    said = {
        "kind": DECISION,
        "path": entry if entry in found else found[0],
        "number": number,
        "issued_on": ISSUED,
        "issuer": "Cơ quan giả lập",
        "signer": "Nguyễn Văn Giả Lập",
    }
    content = pdf_page(f"Quyết định số {number}", [f"Về việc: {change.reason}", f"Người: {change.full_name}"])
    _prove(officer, change, content, details(change, "quyet-dinh.pdf", **said))


def entries(change: Change) -> list[str]:
    """What papers of this change may prove."""
    from ccvc.changes.domain import provable, unpack

    return [path for path in provable(change.kind, [d.path for d in unpack(change.differences)]) if path]


def details(change: Change, name: str, **said: Any) -> Details:
    """What is said of a paper of this change."""
    from ccvc.evidence.domain import Details

    return Details(file_name=f"{change.personal_id or 'gia-lap'}-{name}", **said)


def _prove(officer: Any, change: Change, content: bytes, said: Details) -> None:
    from ccvc.changes import actions
    from ccvc.evidence.actions import receive

    actions.prove(officer, change.pk, receive(officer, content), said)


def keep_copies(officer: Any) -> None:
    """Copies of form 2C for the first people by name, as whole dossiers' papers."""
    from ccvc.dossiers.models import Head
    from ccvc.evidence.actions import attach, receive
    from ccvc.evidence.domain import Details

    for head in Head.objects.select_related("dossier").order_by("name_key", "pk")[:PEOPLE]:
        content = pdf_page("Sơ yếu lý lịch - Mẫu 2C", [head.full_name, head.personal_id or ""])
        said = Details(kind=FORM_2C, file_name=f"{head.personal_id or 'gia-lap'} 2C.pdf")
        attach(officer, head.dossier.key, receive(officer, content), said)
