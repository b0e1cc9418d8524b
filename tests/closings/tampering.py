"""What an intruder at the national database could do: change rows behind the program's back."""

from __future__ import annotations

from uuid import UUID

from tests.owner import tamper


def tampered_document(person: UUID) -> None:
    """Another family name in the register's document of a person."""
    _behind_the_back(
        "UPDATE registry_version SET document = replace(document, 'Nguyễn', 'Trần') WHERE person_id = %s",
        person,
    )


def tampered_hash(person: UUID) -> None:
    """Another statement under the same hash."""
    _behind_the_back(
        "UPDATE registry_version SET statement = replace(statement, 'Quyết định', 'Công văn') WHERE person_id = %s",
        person,
    )


def removed(person: UUID) -> None:
    """The person is gone from the register."""
    _behind_the_back("DELETE FROM registry_version WHERE person_id = %s", person)


def _behind_the_back(sql: str, person: UUID) -> None:
    assert tamper(sql, person)
