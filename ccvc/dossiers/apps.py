from __future__ import annotations

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    """The keeping room of people's dossiers."""

    name = "ccvc.dossiers"

    def ready(self) -> None:
        """Tell the ledger how versions are read again, and the access room where a person belongs."""
        from ccvc.access.reach import register_people
        from ccvc.dossiers.selectors import units_of_person
        from ccvc.dossiers.verification import version_faults
        from ccvc.ledger.domain import register_reader

        register_reader("versions", version_faults)
        register_people(units_of_person)
