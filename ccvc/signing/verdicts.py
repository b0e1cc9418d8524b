"""Verdicts: valid, invalid or cannot tell, in the words of the catalogue, with all that was checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, Self

from cryptography import x509

from ccvc.signing import algorithms
from ccvc.signing.certificates import Use
from ccvc.standard.problems import Language, Problem

Status = Literal["valid", "invalid", "unknown"]
Kind = Literal[
    "content", "signature", "path", "dates", "algorithm", "use", "agency", "revocation", "time", "authority"
]


@dataclass(frozen=True)
class Check:
    """One thing that was checked, and what was found."""

    kind: Kind
    status: Status
    code: str
    params: tuple[tuple[str, Any], ...] = ()

    def message(self, lang: Language = "vi") -> str:
        """What was found, in words."""
        return Problem(self.code, **dict(self.params)).message(lang)

    def as_json(self, lang: Language = "vi") -> dict[str, str]:
        """The same for programs."""
        return {"what": self.kind, "status": self.status, "code": self.code, "message": self.message(lang)}


@dataclass(frozen=True)
class Verdict:
    """The answer, with the certificate it speaks of where one could be read, and what was checked."""

    status: Status
    code: str
    message: str
    certificate: x509.Certificate | None = None
    params: tuple[tuple[str, Any], ...] = ()
    checks: tuple[Check, ...] = field(default=(), compare=False)

    @property
    def ok(self) -> bool:
        """Whether it is valid; "cannot tell" is not."""
        return self.status == "valid"

    def problem(self, where: str = "") -> Problem:
        """The same as a Problem, to be raised or shown."""
        return Problem(self.code, where=where, **dict(self.params))

    def required(self, where: str = "") -> None:
        """Raise the Problem unless valid."""
        if not self.ok:
            raise self.problem(where)

    def after(self, *checks: Check) -> Self:
        """The same answer, with what else was checked before it."""
        return replace(self, checks=(*checks, *self.checks))

    def then(self, *checks: Check) -> Self:
        """The answer once these too were checked: the gravest counts, the first of the gravest tells."""
        found = replace(self, checks=(*self.checks, *checks))
        for one in checks:
            if one.status != "valid" and _GRAVITY[one.status] > _GRAVITY[found.status]:
                found = replace(
                    found,
                    status=one.status,
                    code=one.code,
                    message=one.message(),
                    params=one.params,
                )
        return found

    def as_json(self, lang: Language = "vi") -> dict[str, Any]:
        """The answer for programs."""
        problem = self.problem()
        return {
            "status": self.status,
            "code": self.code,
            "message": problem.message(lang),
            "next": problem.next_step(lang),
            "checks": [one.as_json(lang) for one in self.checks],
        }


_GRAVITY: dict[Status, int] = {"valid": 0, "unknown": 1, "invalid": 2}


def verdict(status: Status, code: str, cert: x509.Certificate | None = None, **params: Any) -> Verdict:
    """A verdict in the words of the catalogue."""
    return Verdict(status, code, Problem(code, **params).message(), cert, tuple(params.items()))


def check(kind: Kind, status: Status, code: str, **params: Any) -> Check:
    """One thing checked, in the words of the catalogue."""
    return Check(kind, status, code, tuple(params.items()))


def judged(checks: Sequence[Check], cert: x509.Certificate | None) -> Verdict:
    """The verdict that follows from what was checked: what is certainly wrong before what cannot be told."""
    return verdict("valid", "SIG-VALID", cert).then(*checks)


def date(at: datetime) -> str:
    """A day in Vietnam, for people."""
    return f"{algorithms.day(at):%d/%m/%Y}"


def moment(at: datetime) -> str:
    """A moment by the clock of Vietnam, for people."""
    return f"{algorithms.local(at):%H:%M:%S %d/%m/%Y}"


@dataclass(frozen=True, slots=True)
class Found:
    """One signature within a file: field, whose, when, whether that moment is proved by a time stamp, and the verdict.

    `use` is what its certificate was issued for, None if that is none of ours.
    """

    field: str
    name: str
    agency: str
    at: datetime | None
    stamped: bool
    verdict: Verdict
    use: Use | None = None

    @property
    def by_agency(self) -> bool:
        """Whether it is an agency's."""
        return self.use == "seal"
