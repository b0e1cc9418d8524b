"""Judging a document: every finding of every rule in force, and the scores that follow from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import Any

from ccvc.standard.documents import Difference
from ccvc.standard.evidence import Said
from ccvc.standard.fields import Standard
from ccvc.standard.loading import DeclarationError
from ccvc.standard.problems import Language
from ccvc.standard.quality import declaring
from ccvc.standard.quality.case import Asked, Case, Found, Place
from ccvc.standard.quality.declaring import FAMILIES, Condition, Family, Rule, Severity, applies, rules
from ccvc.standard.quality.kinds import KINDS, needed
from ccvc.standard.quality.kinds.making import Check
from ccvc.standard.quality.named import check_named
from ccvc.standard.versions import current

WHOLE = 100
NAMED = "named"
FROM_THE_STANDARD = frozenset({"codes", "given", "state"})
"""What a sentence fills in from the standard, and so has in English."""


@dataclass(frozen=True, slots=True)
class QualityFinding:
    """One thing to look at: which rule, where, how heavy, and what would mend it where that is certain.

    `counts` says that the national node finds the same, so that it goes into the score.
    """

    rule: str
    path: str
    severity: Severity
    params: Mapping[str, Any] = field(default_factory=dict)
    suggestion: tuple[Difference, ...] = ()
    counts: bool = True

    @property
    def family(self) -> Family:
        """The family of the rule."""
        return rules()[self.rule].family

    def message(self, lang: Language = "vi") -> str:
        """Say it in a language."""
        return said(self.rule, self.path, self.params, lang)[0]

    def next_step(self, lang: Language = "vi") -> str:
        """Say what to do."""
        return said(self.rule, self.path, self.params, lang)[1]


def said(code: str, path: str, params: Mapping[str, Any], lang: Language) -> tuple[str, str]:
    """The sentence of a rule about a place, and what to do; a rule of former days is named by its code."""
    rule, standard = rules().get(code), current()
    if rule is None:
        return code, ""
    english = standard.english if lang == "en" else {}
    values = {k: english.get(v, v) if k in FROM_THE_STANDARD else v for k, v in params.items()}
    sentence, step = rule.words(lang)
    return sentence.format(label=standard.label(path, lang), **values), step


Branch = tuple[Callable[[Case], bool] | None, dict[Place | None, list[tuple[int, Rule, Check]]]]
"""When some rules are asked; and by what must be given for it to find anything: place in order, rule, check."""


class Judge:
    """The rules in force on a day, compiled once for many documents; `edition` names exactly these."""

    def __init__(self, on: date, *, standard: Standard | None = None) -> None:
        self.on = on
        self.standard = standard or current()
        self.edition = declaring.edition(self.standard)
        self._counts = cache(self._is_national)
        self._plan = self._planned(
            [rule for rule in rules().values() if rule.in_force(on) and applies(rule, self.standard)]
        )

    def _planned(self, asked: Sequence[Rule]) -> list[Branch]:
        """The checks by what must hold for them to be asked, so that it is looked at once for all of them."""
        plan: dict[tuple[Condition, ...], Branch] = {}
        for index, rule in enumerate(asked):
            compiled = Asked(rule, self.standard, self.on)
            whole = tuple(condition for condition in rule.when if "[]" not in condition.field)
            _, by_place = plan.setdefault(whole, (None if compiled.always else compiled.of, {}))
            by_place.setdefault(needed(rule), []).append((index, rule, self._compiled(rule, compiled)))
        return list(plan.values())

    def _compiled(self, rule: Rule, asked: Asked) -> Check:
        make = KINDS.get(rule.kind) if rule.kind != NAMED else check_named(rule.options["check"])
        if make is None:
            named = rule.options.get("check", rule.kind)
            raise DeclarationError(f"{rule.code}: no room has brought {named}")
        return make(rule, asked, self.standard)

    def __call__(self, document: Mapping[str, Any], papers: Sequence[Said] = ()) -> list[QualityFinding]:
        """Everything to look at in a document with its papers, in the order of the rules."""
        case = Case(document, self.on, papers)
        found = [
            (index, rule, one)
            for asked, by_place in self._plan
            if asked is None or asked(case)
            for place, checks in by_place.items()
            if place is None or case.given(place) is not None
            for index, rule, check in checks
            for one in check(case)
        ]
        found.sort(key=_first)
        return [self._finding(rule, one) for _, rule, one in found]

    def _finding(self, rule: Rule, one: Found) -> QualityFinding:
        counts = one.counts and self._counts(rule.code, _declared(one.path))
        severity = one.severity or rule.severity
        return QualityFinding(rule.code, one.path, severity, one.params, one.suggestion, counts)

    def _is_national(self, code: str, path: str) -> bool:
        return declaring.national(rules()[code], path, self.standard)


def _first(found: tuple[int, Rule, Found]) -> int:
    return found[0]


def _declared(path: str) -> str:
    """A path without the row: "education.degrees[d1].level" -> "education.degrees[].level"; a row -> its table."""
    table, bracket, rest = path.partition("[")
    if not bracket:
        return path
    cell = rest.partition("]")[2]
    return f"{table}[]{cell}" if cell else table


def judge(document: Mapping[str, Any], on: date, papers: Sequence[Said] = ()) -> list[QualityFinding]:
    """Everything to look at in a document with its papers, by the rules, the codes in use and the law of a day."""
    return _judge_of(on, current())(document, papers)


@lru_cache(maxsize=4)
def _judge_of(on: date, standard: Standard) -> Judge:
    return Judge(on, standard=standard)


def scores(findings: Iterable[QualityFinding]) -> dict[Family, int]:
    """For each family 100 less the weights of the rules that found what counts, each once; at least 0."""
    broken = {one.rule for one in findings if one.counts}
    lost = dict.fromkeys(FAMILIES, 0)
    for code in broken:
        lost[rules()[code].family] += rules()[code].weight
    return {family: max(0, WHOLE - points) for family, points in lost.items()}
