"""Accepting suggestions: they become ordinary changes, to be checked, verified and signed like any other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Subject
from ccvc.changes import actions as changes
from ccvc.changes.domain import Proposal
from ccvc.changes.models import Origin
from ccvc.dossiers import selectors as dossiers
from ccvc.quality.selectors.findings import Preview, preview
from ccvc.standard.problems import Problem

MOST = 5000
TITLE = "Sửa theo gợi ý chất lượng dữ liệu"
NAMED = 5


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of accepted suggestions: changes proposed, suggestions that no longer fit, problems on the way."""

    changes: int
    clashes: int
    problems: list[Problem]


@changes.refusals_recorded("propose")
@transaction.atomic
def accept(subject: Subject, finding_ids: Sequence[int]) -> Accepted:
    """Propose what these suggestions would change: one change a person, of many people in one batch.

    Problem QUA-UNKNOWN, QUA-TOO-MANY, and those of proposing. Locks: those of `changes.actions.propose_batch`.
    """
    if len(finding_ids) > MOST:
        raise Problem("QUA-TOO-MANY", most=MOST, got=len(finding_ids))
    wanted = preview(subject, finding_ids)
    clashes = sum(len(one.clashes) for one in wanted)
    proposals = [_proposal(one) for one in wanted if one.differences]
    if len(proposals) == 1:
        changes.propose(subject, proposals[0])
        return Accepted(1, clashes, [])
    result = changes.propose_batch(
        subject,
        title=f"{TITLE}, {timezone.localdate():%d/%m/%Y}",
        origin=Origin.OFFICE,
        source=_source(wanted),
        unit_code=settings.CCVC_AGENCY,
        proposals=proposals,
    )
    return Accepted(result.created, clashes, result.conflicts)


def _proposal(one: Preview) -> Proposal:
    rules = list(dict.fromkeys(row.rule for row in one.taken))
    live = all(row.family == "live" for row in one.taken)
    return Proposal(
        person_key=one.person,
        unit_code=dossiers.unit_code(one.dossier) or "",
        document=one.document,
        valid_from=timezone.localdate(),
        reason=f"{TITLE}: {', '.join(rules[:NAMED])}",
        kind="update" if live else "correct",
    )


def _source(wanted: Sequence[Preview]) -> str:
    """What the batch comes from: the same suggestions on the same versions are the same batch."""
    told = sorted(
        f"{one.person} {one.dossier.current_number} {row.rule} {row.path}"
        for one in wanted
        for row in one.taken
    )
    return f"quality:{hashlib.sha256(chr(10).join(told).encode()).hexdigest()}"
