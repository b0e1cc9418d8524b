"""Monthly closing in the demonstration: two agencies in time, two that missed a month."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils import timezone

ON_TIME = ("H26", "H41")
ANY_DAY = 31
BASIS = "Quyết định giả lập của bản trình diễn: ký được trong cả tháng"


def decide(agency: str) -> None:
    """The agency closes monthly, on any day: from this month, or from the last where that is to be missing."""
    from ccvc.access.domain import Subject
    from ccvc.closings.actions import decide as lay_down
    from ccvc.rules.closing import month_before, month_of

    this = month_of(timezone.localdate())
    since = this if agency in ON_TIME else month_before(this)
    lay_down(Subject.system("demo"), agency, mode="monthly", since=since, window_days=ANY_DAY, basis=BASIS)


def close(subject: Callable[[str], Any], password: str) -> dict[str, Any]:
    """The month this agency signs, if it signs one; else figures are drawn up and wait for a signature.

    Last month stays missing where it was to be signed: its closing would tell what was known when it ended, which is
    nobody here.
    """
    from ccvc.closings.actions import prepare, sign
    from ccvc.rules.closing import month_of

    agency = settings.CCVC_AGENCY
    decide(agency)
    snapshot = prepare(subject("canbo"), month_of(timezone.localdate()))
    if agency not in ON_TIME:
        return {"closed": 0}
    sign(subject("phe.duyet"), snapshot.pk, password)
    return {"closed": 1}
