"""Words and tones of the pages."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ccvc.access.wording import language
from ccvc.quality.selectors import Line, UnitScore
from ccvc.standard.quality import rules

FAMILY_LABELS = {"correct": _("Đúng"), "complete": _("Đủ"), "clean": _("Sạch"), "live": _("Sống")}
SEVERITY_LABELS = {"error": _("Lỗi"), "warning": _("Cảnh báo"), "hint": _("Gợi ý")}
GOOD, FAIR = 98.0, 90.0


def rule_label(code: str) -> str:
    """What a rule is about, for a list to choose from: what it asks to do, and its code."""
    rule = rules().get(code)
    return f"{_beginning(rule.words(language())[1])} ({code})" if rule else code


def _beginning(text: str) -> str:
    return text.partition(";")[0].partition(".")[0]


def tone(score: float) -> str:
    """The colour of a score."""
    if score >= GOOD:
        return "good"
    return "warn" if score >= FAIR else "bad"


def number(score: float) -> str:
    """A score with one decimal, as people of the language write it."""
    text = f"{score:.1f}"
    return text if language() == "en" else text.replace(".", ",")


def shown(unit: UnitScore) -> list[tuple[str | Promise, str]]:
    """A unit's scores for its line of the table: the name of the family and the number."""
    return [(FAMILY_LABELS[family], number(score)) for family, score in unit.families.items()]


def by_family(lines: Iterable[Line]) -> list[tuple[str | Promise, list[Line]]]:
    """Lines under the name of their family, families in their order."""
    held = list(lines)
    groups = [(label, [line for line in held if line.row.family == f]) for f, label in FAMILY_LABELS.items()]
    return [(label, found) for label, found in groups if found]
