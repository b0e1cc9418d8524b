"""Packages of synthetic people as a component would seal them, made outside the measured time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from bench.accept import PACKAGE
from ccvc import standard
from ccvc.simulation.agencies import headcounts
from ccvc.simulation.people import people
from tests.registry.scheme import Component, change, change_lines, found_national_node

PEOPLE_OF_EACH = 100_000
"""Whose numbers an agency's share holds with room to spare (`simulation.personal_ids`)."""


class Sender:
    """One component's stream of packages."""

    def __init__(self, home: Path, agency: str) -> None:
        found_national_node(home, agency)
        self.component = Component(agency)
        self.made = 0
        self.document_bytes = 0.0
        self.package_bytes = 0.0
        self.documents = documents(agency)

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


def documents(agency: str) -> Iterator[dict[str, Any]]:
    """National documents of people of one agency, without end for a bench: numbers of one province after another."""
    units = [(f"{agency}.{n}", f"Sở số {n}", "department") for n in range(10, 60)]
    provinces = [code for code in headcounts(date(2026, 1, 1)) if code.startswith("H")]
    for province in provinces:
        for person in people(1, province, units, PEOPLE_OF_EACH):
            employment = {**person.document["employment"], "managing_agency": agency}
            yield standard.national({**person.document, "employment": employment})
