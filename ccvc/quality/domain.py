"""What a finding looks like as a row, and which field decides who may read it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from ccvc import standard
from ccvc.dossiers.domain import EvidenceNamed
from ccvc.standard import Difference
from ccvc.standard.quality import QualityFinding, rules

ORDER = ("basic", "sensitive", "secret")
LONGEST_TEXT = 200
Place = tuple[str, str]
Coverage = dict[str, list[int]]
"""By table or field: entries that rest on a paper, and those that have one."""


@dataclass(frozen=True, slots=True)
class Due:
    """One dossier to judge: whose, which version, its document as stored, and the papers known to prove it."""

    person: UUID
    agency: str
    unit_id: int
    number: int
    document: str
    papers: tuple[EvidenceNamed, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """One dossier judged: what was found, and how many of its entries have the paper they rest on."""

    due: Due
    findings: list[QualityFinding]
    papers: Coverage

    @property
    def person(self) -> UUID:
        """Whose dossier it is."""
        return self.due.person

    def rows(self) -> dict[Place, dict[str, Any]]:
        """What to store of each finding, by rule and path; of two in one place the first."""
        found: dict[Place, dict[str, Any]] = {}
        for one in self.findings:
            found.setdefault((one.rule, one.path), row_of(one))
        return found


def row_of(finding: QualityFinding) -> dict[str, Any]:
    """The columns of a finding, save whose it is."""
    return {
        "rule": finding.rule,
        "family": finding.family,
        "path": finding.path,
        "severity": finding.severity,
        "sensitivity": sensitivity(finding.rule, finding.path.partition("[")[0]),
        "params": {name: _plain(value) for name, value in finding.params.items()},
        "suggestion": [[d.path, d.old, d.new] for d in finding.suggestion] or None,
        "counts": finding.counts,
    }


def _plain(value: Any) -> Any:
    return value if isinstance(value, int) else str(value)[:LONGEST_TEXT]


@cache
def sensitivity(code: str, place: str) -> str:
    """The highest sensitivity of what a finding may quote: the place it stands in and all its rule reads."""
    rule = rules()[code]
    paths = [place, *rule.fields, *(condition.field for condition in rule.when)]
    found = [member.sensitivity for path in paths for member in _members(path)]
    return max(found, key=ORDER.index, default=ORDER[-1])


def sensitivity_of(code: str, path: str) -> str:
    """The same of a rule named by another node; one not known here may quote anything."""
    return sensitivity(code, path.partition("[")[0]) if code in rules() else ORDER[-1]


def _members(path: str) -> Iterable[standard.Field]:
    found = standard.current().find(path)
    if isinstance(found, standard.Table):
        return found.fields
    return (found,) if isinstance(found, standard.Field) else ()


def differences(stored: Iterable[Iterable[Any]] | None) -> list[Difference]:
    """A stored suggestion."""
    return [Difference(*parts) for parts in stored or ()]


def average(points: Mapping[str, int], people: int) -> float:
    """The mean of the families' scores, 0 to 100."""
    return sum(points.values()) / (len(points) * people) if people and points else 0.0
