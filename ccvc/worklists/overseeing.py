"""Work lists among what is watched over: words of their notices, their line on the page of late work."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ccvc.access.domain import Right, Subject
from ccvc.changes.overseen import Matter, Overseen, register_matter, register_watch
from ccvc.worklists.selectors import Asked, open_lists, totals, within

MATTER, ADDRESS = "worklist", "worklists:overview"


def register() -> None:
    """Plug both in."""
    counted = gettext_lazy("người")
    register_matter(MATTER, Matter(gettext_lazy("Danh sách đến hạn"), counted, ADDRESS))
    register_watch(late)


def late(subject: Subject) -> list[Overseen]:
    """How many people's days passed without a decision, for who sees the lists."""
    if not subject.may(Right.WORKLIST_SEE):
        return []
    works = [one for one in open_lists(subject) if one.told]
    found = totals(works, within(subject), Asked(timezone.localdate()))
    missed = sum(counts.missed for _work, counts in found)
    if not missed:
        return []
    title = _("Quá hạn chưa có quyết định: {number} người").format(number=localize(missed, use_l10n=True))
    return [Overseen(title, _("Nâng lương, bổ nhiệm lại, nghỉ hưu, biệt phái, tập sự."), ADDRESS)]
