"""What is not settled at a component, within reach: counts by kind of trouble."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.changes.models import PENDING, Change, State
from ccvc.dossiers.models import Version
from ccvc.exchange.domain.snapshots import Unresolved
from ccvc.exchange.models import Cursor, Notice, Outbound, RecordVerdict
from ccvc.exchange.selectors.work import within_reach
from ccvc.organisations.selectors import reach
from ccvc.quality import selectors as quality
from ccvc.quality.selectors import Asked
from ccvc.standard.quality import FAMILIES


def unsettled(subject: Subject) -> Unresolved:
    """Counts of what waits within reach; Problem ACC-DENIED. Whether a paper was sent is asked of the whole node."""
    require(subject, Right.DOSSIER_LIST)
    units = reach(subject, Right.DOSSIER_LIST, timezone.localdate())
    states = dict(
        Change.objects.filter(unit_id__in=units)
        .filter(state__in=[*PENDING, State.RETURNED])
        .order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    mine = within_reach(subject, Right.DOSSIER_LIST)
    found = quality.findings(subject, Asked()).order_by()
    severities = dict(found.values_list("severity").annotate(n=Count("pk")))
    return Unresolved(
        pending=sum(states.get(state, 0) for state in PENDING),
        returned=states.get(State.RETURNED, 0),
        refused=RecordVerdict.objects.filter(mine, resolved_at=None).values("person").distinct().count(),
        conflicts=Notice.objects.filter(mine, closed_at=None).count(),
        errors=severities.get("error", 0),
        warnings=severities.get("warning", 0),
        hints=severities.get("hint", 0),
        unsent=_unsent(units),
    )


def _unsent(units: frozenset[int]) -> int:
    """Approved versions the national node has not answered yet, of dossiers of these units."""
    national = settings.CCVC_NATIONAL_AGENCY
    cursor = Cursor.objects.filter(peer__agency_code=national, direction=Cursor.Direction.OUT).first()
    packed = cursor.position if cursor else 0
    waiting = Outbound.objects.filter(peer__agency_code=national, kind="changes", receipted_at=None)
    first = waiting.order_by("first_position").values_list("first_position", flat=True).first()
    behind = min(packed, (first or packed + 1) - 1)
    return Version.objects.filter(position__gt=behind, dossier__unit_id__in=units).count()


def quality_scores(subject: Subject) -> dict[str, str] | None:
    """The score of each family over everyone within reach, with one decimal; None before anybody was judged."""
    scores = quality.family_scores(subject)
    return {name: f"{scores[name][0]:.1f}" for name in FAMILIES if name in scores} or None
