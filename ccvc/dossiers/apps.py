from __future__ import annotations

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    """The keeping room of people's dossiers."""

    name = "ccvc.dossiers"

    def ready(self) -> None:
        """Tell the ledger how versions are read again, and the access room where a person belongs."""
        from ccvc.access.reach import register_people  # noqa: PLC0415 - models are loaded only now
        from ccvc.dossiers.selectors import units_of_person  # noqa: PLC0415
        from ccvc.dossiers.verification import version_faults  # noqa: PLC0415
        from ccvc.ledger.domain import register_reader  # noqa: PLC0415

        register_reader("versions", version_faults)
        register_people(units_of_person)
