from __future__ import annotations

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The national register."""

    name = "ccvc.registry"
    verbose_name = "Cơ sở dữ liệu quốc gia"

    def ready(self) -> None:
        """Judge packages of changes, give reconciliation the register's state, let the ledger re-read and prove it."""
        from ccvc.access.reach import register_people
        from ccvc.exchange.domain import register_handler, register_state
        from ccvc.inspection.selectors import register_provider
        from ccvc.ledger.domain import register_reader
        from ccvc.registry.actions import accept_changes
        from ccvc.registry.proving import register_versions
        from ccvc.registry.selectors import state_rows, units_of_person
        from ccvc.registry.verification import KIND, register_faults

        register_handler("changes", accept_changes)
        register_state("register", state_rows)
        register_reader(KIND, register_faults)
        register_provider("registry", register_versions)
        register_people(units_of_person)
