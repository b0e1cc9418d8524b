"""Words and tones of the pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from ccvc.access.wording import language
from ccvc.standard.quality import rules

FAMILY_LABELS = {"correct": _("Đúng"), "complete": _("Đủ"), "clean": _("Sạch"), "live": _("Sống")}
SEVERITY_LABELS = {"error": _("Lỗi"), "warning": _("Cảnh báo"), "hint": _("Gợi ý")}
GOOD, FAIR = 98.0, 90.0


def rule_label(code: str) -> str:
    """What a rule is about, for a list to choose from: the label of its first field, and its code."""
    rule = rules().get(code)
    return f"{_first_words(rule.words(language())[1])} ({code})" if rule else code


def _first_words(text: str) -> str:
    return text.partition(";")[0].partition(".")[0]


def tone(score: float) -> str:
    """The colour of a score."""
    return "good" if score >= GOOD else "warn" if score >= FAIR else "bad"
