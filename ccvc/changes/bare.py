"""Changes that lack a paper one of their entries rests on: who sees it, and who is kept from signing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Subject
from ccvc.changes import domain
from ccvc.changes.models import Change
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.domain import Document
from ccvc.dossiers.selectors import sight
from ccvc.evidence import selectors as papers
from ccvc.evidence.domain import fields_of
from ccvc.evidence.missing import entries_touched, missing_rule, rests_on_papers
from ccvc.evidence.models import Waiver
from ccvc.evidence.presentation import language
from ccvc.standard.evidence import Entry, by_place


def refuse_bare(changes: Sequence[Change], documents: Mapping[UUID, Document]) -> None:
    """Problem CHG-BARE, naming every one, where the rule of the day lets no change pass without its paper."""
    rule = missing_rule(timezone.localdate())
    if rule == "warn":
        return
    bare = _bare(changes, documents)
    found = {change.pk: change.full_name for change in changes if change.pk in bare}
    if rule == "waive":
        for waived in Waiver.objects.filter(change_id__in=list(found)).values_list("change_id", flat=True):
            found.pop(waived, None)
    domain.refuse_bare(found)


def _bare(changes: Sequence[Change], documents: Mapping[UUID, Document]) -> dict[UUID, list[Entry]]:
    """Entries without a paper by change: neither the change nor the dossier has one. Papers are asked for only then."""
    today = timezone.localdate()
    asking = [
        (change, entries)
        for change in changes
        if (entries := entries_touched(documents[change.pk], _touched(change), today))
    ]
    brought = papers.of_changes([change.pk for change, _ in asking]) if asking else {}
    held = papers.proofs([change.person_key for change, _ in asking]) if asking else {}
    found: dict[UUID, list[Entry]] = {}
    for change, entries in asking:
        known = by_place([*brought.get(change.pk, ()), *held.get(change.person_key, ())])
        if bare := [entry for entry in entries if not entry.proved_by(known)]:
            found[change.pk] = bare
    return found


def _touched(change: Change) -> list[str]:
    return [difference.path for difference in domain.unpack(change.differences)]


def lacking(
    subject: Subject, changes: Sequence[Change], documents: Mapping[UUID, Document] | None = None
) -> dict[UUID, list[str]]:
    """In words, by change, the papers that are missing to entries this reader may read.

    `documents` as the changes would leave them, where they are at hand.
    """
    asking = [change for change in changes if rests_on_papers(_touched(change))]
    known = documents if documents is not None or not asking else _documents(asking)
    bare = _bare(asking, known) if known else {}
    if not bare:
        return {}
    may_see, lang = sight(subject), language()
    found: dict[UUID, list[str]] = {}
    for change in (change for change in asking if change.pk in bare):
        sees = may_see(change.person_key, change.dossier.unit_id if change.dossier else change.unit_id)
        seen = [e for e in bare[change.pk] if all(sees(field) for field in fields_of(e.path))]
        if seen:
            found[change.pk] = [f"{standard.label(e.path, lang)}: {e.demand.name(lang)}" for e in seen]
    return found


def _documents(changes: Sequence[Change]) -> dict[UUID, Document]:
    """What each change would make of its dossier; one that no longer fits stands on its own proposal's values."""
    bases = dossiers.current_documents([change.person_key for change in changes])
    found: dict[UUID, Document] = {}
    for change in changes:
        base = bases.get(change.person_key)
        differences = domain.unpack(change.differences)
        found[change.pk] = standard.apply(base[1] if base else None, differences, strict=False)
    return found
