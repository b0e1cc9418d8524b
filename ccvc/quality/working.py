"""Judging stored documents, in this process or in several. Knows no database: other processes have none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from ccvc.dossiers.domain import Document, parse
from ccvc.quality import issuers
from ccvc.quality.domain import Coverage, Due
from ccvc.rules.quality import CHECKS
from ccvc.standard.evidence import coverage
from ccvc.standard.quality import Judge, QualityFinding, register_checks
from ccvc.standard.together import together

Slice = list[Due]
Found = list[tuple[list[QualityFinding], Coverage]]


def judge_here(judge: Judge, slices: Iterable[Slice]) -> Iterator[tuple[Slice, Found]]:
    """Each slice with what is found in each of its documents."""
    return ((people, _found(judge, people)) for people in slices)


def judge_together(on: date, slices: Iterable[Slice], processes: int) -> Iterator[tuple[Slice, Found]]:
    """The same in several processes."""
    return together(_judge, slices, processes, prepare=_prepare, given=(on,))


def _found(judge: Judge, people: Sequence[Due]) -> Found:
    return [_judged(judge, parse(one.document), one) for one in people]


def _judged(judge: Judge, document: Document, one: Due) -> tuple[list[QualityFinding], Coverage]:
    return judge(document, one.papers), coverage(document, one.papers, judge.standard, judge.on)


_judges: list[Judge] = []


def _prepare(on: date) -> None:
    register_checks({**CHECKS, **issuers.CHECKS})
    _judges[:] = [Judge(on)]


def _judge(people: Slice) -> Found:
    return _found(_judges[0], people)
