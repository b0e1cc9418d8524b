"""Hand-overs among what is watched over: who waits for an answer, who is about to lapse, what came back refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ccvc.access.domain import Subject
from ccvc.changes.models import Reminded
from ccvc.changes.overseen import Matter, Overseen, register_matter, register_watch
from ccvc.transfers.models import State
from ccvc.transfers.selectors import incoming, outgoing

MATTER, ADDRESS = "handover", "transfers:overview"
COMING, BACK = "handover_in", "handover_out"
NEAR, TOLD = timedelta(days=3), timedelta(days=7)
"""How long before its last day a hand-over is near it; how long one that came back is told of."""
CAME_BACK = (State.REFUSED, State.LAPSED, State.DENIED)
MAIL = {
    (COMING, Reminded.SOON.value): "hồ sơ chuyển đến chờ tiếp nhận hoặc từ chối",
    (COMING, Reminded.LATE.value): "hồ sơ chuyển đến sắp hết hạn trả lời",
    (BACK, Reminded.LATE.value): "hồ sơ chuyển đi bị từ chối hoặc quá hạn, vẫn thuộc cơ quan này",
}
"""What a mail says of them; Vietnamese, as all that is recorded."""
Counts = Mapping[str, Mapping[str, int]]


def register() -> None:
    """Say what notices speak of, and what is late."""
    register_matter(MATTER, Matter(gettext_lazy("Chuyển hồ sơ"), gettext_lazy("hồ sơ"), ADDRESS))
    register_watch(late)


def counts(subject: Subject) -> Counts:
    """How many hand-overs a subject should see to, by side and urgency; only those that are any."""
    if settings.CCVC_KIND == "national":
        return {}
    today = timezone.localdate()
    waiting = incoming(subject).filter(state=State.SEALED)
    near = waiting.filter(expires_on__lte=today + NEAR).count()
    back = outgoing(subject).filter(state__in=CAME_BACK, ended_at__gt=timezone.now() - TOLD).count()
    soon, late = Reminded.SOON.value, Reminded.LATE.value
    found = {COMING: {soon: waiting.count() - near, late: near}, BACK: {late: back}}
    told = {name: {u: n for u, n in of_side.items() if n} for name, of_side in found.items()}
    return {name: of_side for name, of_side in told.items() if of_side}


def late(subject: Subject) -> list[Overseen]:
    """The line of those about to lapse, for who takes dossiers over."""
    near = counts(subject).get(COMING, {}).get(Reminded.LATE.value, 0)
    if not near:
        return []
    title = _("Hồ sơ chuyển đến sắp hết hạn trả lời: {number}").format(number=localize(near, use_l10n=True))
    note = _("Hết hạn mà không trả lời thì hồ sơ vẫn thuộc cơ quan chuyển.")
    return [Overseen(title, note, ADDRESS)]
