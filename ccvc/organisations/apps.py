from __future__ import annotations

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Agencies and units, dated."""

    name = "ccvc.organisations"
    verbose_name = "Tổ chức"

    def ready(self) -> None:
        """Lend the tree of units to `access`; have the ledger read reorganisations again, and their signers judged."""
        from ccvc.access.authority import judge_of
        from ccvc.access.domain import Right
        from ccvc.access.reach import register_tree
        from ccvc.ledger.domain import register_reader
        from ccvc.organisations.domain.statements import PURPOSE
        from ccvc.organisations.tree import DatedTree
        from ccvc.organisations.verification import KIND, reorganisation_faults
        from ccvc.signing.authority import register_judge

        register_tree(DatedTree())
        register_reader(KIND, reorganisation_faults)
        register_judge(PURPOSE, judge_of(Right.ORGANISATION_APPROVE))
