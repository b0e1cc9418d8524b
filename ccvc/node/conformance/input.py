"""The changes a case gives to the sender: synthetic people, as JSON lines."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson

from ccvc import standard
from ccvc.simulation.agencies import units_for
from ccvc.simulation.people import people

SEED = 2026
MOST = 20_000
STEPS = (("check", "lan", "Trần Thị Lan"), ("verify", "hung", "Lê Văn Hùng"))


@dataclass(frozen=True, eq=False)
class Line:
    """One line of SENDER_INPUT; two are the same only where they are one and the same."""

    id: str
    person: UUID
    kind: str
    unit: str
    document: dict[str, Any]
    reason: str = "Kê khai lần đầu"
    valid_from: date = field(default_factory=lambda: datetime.now(UTC).date() - timedelta(days=1))

    def as_json(self) -> dict[str, Any]:
        """The line as a JSON object."""
        at = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        steps = [{"account": account, "at": at, "name": name, "step": step} for step, account, name in STEPS]
        return {
            "document": self.document,
            "id": self.id,
            "kind": self.kind,
            "person": str(self.person),
            "reason": self.reason,
            "steps": steps,
            "unit": self.unit,
            "valid_from": self.valid_from.isoformat(),
        }

    def with_fields(self, group: str, **values: Any) -> Line:
        """The same line with other values in one group of the document."""
        document = copy.deepcopy(self.document)
        document.setdefault(group, {}).update(values)
        return replace(self, document=document)

    @property
    def national_sha256(self) -> str:
        """Digest of the document in canonical form."""
        return standard.digest(standard.canonical(self.document))


class Clerk:
    """Makes new lines for one agency; no person and no id comes twice."""

    def __init__(self, agency: str) -> None:
        self.agency = agency
        self._people = _documents(agency)
        self._ids = count(1)

    def create(self, number: int) -> list[Line]:
        """First declarations of so many new people."""
        return [
            Line(self._id(), uuid4(), "create", self.agency, document)
            for document in islice(self._people, number)
        ]

    def change(self, line: Line, kind: str, reason: str, **values: Any) -> Line:
        """A later change of a person: other values in the group `identity`."""
        return self.again(replace(line, kind=kind, reason=reason).with_fields("identity", **values))

    def again(self, line: Line) -> Line:
        """The same change as a new line."""
        return replace(line, id=self._id())

    def _id(self) -> str:
        return f"c{next(self._ids):05d}"


def _documents(agency: str) -> Iterator[dict[str, Any]]:
    """National documents of synthetic people of an agency, each other person's."""
    for person in people(SEED, agency, units_for(agency, MOST), MOST):
        yield standard.national(person.document)


def write_lines(file: Path, lines: list[Line]) -> Path:
    """A SENDER_INPUT file. Its keys are in no particular order: making the canonical form is the sender's work."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"".join(orjson.dumps(line.as_json()) + b"\n" for line in lines))
    return file
