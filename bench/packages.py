"""Packages of synthetic people as a component would seal them, made outside the measured time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any

from bench.accept import PACKAGE
from ccvc import standard
from ccvc.simulation.people import people
from tests.registry.scheme import Component, change, change_lines, found_national_node


class Sender:
    """One component's stream of packages."""

    def __init__(self, home: Path, agency: str) -> None:
        found_national_node(home, agency)
        self.component = Component(agency)
        self.made = 0
        self.document_bytes = 0.0
        self.package_bytes = 0.0
        units = [(f"{agency}.{n}", f"Sở số {n}", "department") for n in range(10, 60)]
        self.documents: Iterator[dict[str, Any]] = (
            standard.national(person.document)
            for seed in count(1)
            for person in people(seed, agency, units, 100_000)
        )

    def packages(self, number: int) -> Iterator[bytes]:
        """Sealed packages of new people."""
        for _ in range(number):
            changes = [
                change(self.made + place, document=document)
                for place, document in enumerate(islice(self.documents, PACKAGE))
            ]
            self.made += PACKAGE
            data = self.component.seal(change_lines(changes))
            self.document_bytes = sum(len(c.document) for c in changes) / PACKAGE
            self.package_bytes = len(data)
            yield data
