"""Monthly closing in the demonstration: two agencies in time, one late, one that missed a month."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils import timezone

ON_TIME = ("H26", "H41")
LATE = "G03"
ANY_DAY = 31
BASIS = "Quyết định giả lập của bản trình diễn: ký được trong cả tháng"
REASON = "Tháng trước cơ quan chưa tiếp nhận xong dữ liệu"


def decide(agency: str) -> None:
    """The agency closes monthly, on any day: from this month, or from the last where it is to be late or missing."""
    from ccvc.access.domain import Subject
    from ccvc.closings.actions import decide as lay_down
    from ccvc.rules.closing import month_before, month_of

    this = month_of(timezone.localdate())
    since = this if agency in ON_TIME else month_before(this)
    lay_down(Subject.system("demo"), agency, mode="monthly", since=since, window_days=ANY_DAY, basis=BASIS)


def close(subject: Callable[[str], Any], password: str) -> dict[str, Any]:
    """The month this agency signs, if it signs one; else figures are drawn up and wait for a signature."""
    from ccvc.closings.actions import prepare, sign
    from ccvc.rules.closing import month_before, month_of

    agency = settings.CCVC_AGENCY
    decide(agency)
    this = month_of(timezone.localdate())
    late = agency == LATE
    snapshot = prepare(subject("canbo"), month_before(this) if late else this, REASON if late else "")
    if not late and agency not in ON_TIME:
        return {"closed": 0}
    sign(subject("phe.duyet"), snapshot.pk, password)
    return {"closed": 1}
