from __future__ import annotations

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    """The keeping room of people's dossiers."""

    name = "ccvc.dossiers"

    def ready(self) -> None:
        """Tell the ledger how versions are read again, and the rooms of access and units where people belong."""
        from ccvc.access.reach import register_people
        from ccvc.dossiers.belonging import Belonging
        from ccvc.dossiers.selectors import units_of_person
        from ccvc.dossiers.verification import (
            BROUGHT,
            KIND,
            beyond_faults,
            brought_faults,
            version_faults,
            versions_faults,
        )
        from ccvc.ledger.domain import register_reader, register_together
        from ccvc.organisations.people import register_people as register_belonging

        register_reader(KIND, version_faults)
        register_reader(BROUGHT, brought_faults)
        register_together(KIND, versions_faults, beyond_faults)
        register_people(units_of_person)
        register_belonging(Belonging())
