"""What an act is refused with."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ccvc.standard.problems import Problem


def refused(act: Callable[[], object]) -> Problem:
    """The Problem an act raises; a failure where it raises none."""
    with pytest.raises(Problem) as raised:
        act()
    return raised.value


def code_of(act: Callable[..., object]) -> str:
    """The code of that Problem."""
    return refused(act).code


def refused_as(code: str, act: Callable[..., object], /, *args: object, **kwargs: object) -> Problem:
    """The Problem an act called so raises, which has this code."""
    problem = refused(lambda: act(*args, **kwargs))
    assert problem.code == code, problem
    return problem
