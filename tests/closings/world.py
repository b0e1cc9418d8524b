"""A component that closes its months and the national node that takes them, in one database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from ccvc import standard
from ccvc.closings import actions
from ccvc.closings.models import Closing, Outcome
from ccvc.closings.selectors import months
from ccvc.closings.selectors.months import Month
from ccvc.dossiers.domain import parse
from ccvc.dossiers.models import Dossier, Version
from ccvc.exchange.actions import process_inbound
from ccvc.exchange.models import Inbound
from ccvc.registry.models import Person
from ccvc.rules.closing import month_before, month_of
from tests.exchange.nodes import COMPONENT, NATIONAL, SYSTEM, Nodes
from tests.owner import tamper
from tests.people import PASSPHRASE, Agency, approve, dossier, pass_steps, propose

TODAY = timezone.localdate()
THIS, LAST = month_of(TODAY), month_before(month_of(TODAY))


@dataclass
class World:
    """Both nodes and what a test does with them."""

    agency: Agency
    nodes: Nodes
    numbers: Any = field(default_factory=lambda: count(1))

    def decide(self, *, since: date = LAST, mode: str = "monthly") -> None:
        """The same act at both: closing monthly, on any day."""
        for node in (COMPONENT, NATIONAL):
            with self.nodes.acting_as(node):
                actions.decide(
                    SYSTEM, COMPONENT, mode=mode, since=since, window_days=31, basis="Quy chế nội bộ"
                )

    def approve(self, number: int, **more: Any) -> list[Version]:
        """So many people more."""
        with self.nodes.acting_as(COMPONENT):
            ids = [propose(self.agency, dossier(next(self.numbers)), **more).pk for _ in range(number)]
            pass_steps(self.agency, ids)
            return approve(self.agency, ids)

    def approve_last_month(self, number: int) -> list[Version]:
        """So many people more, as if approved in the month before, and before anybody else."""
        versions = self.approve(number, valid_from=LAST)
        moments = "UPDATE dossiers_version SET known_at = known_at - interval '40 days' WHERE id = ANY(%s)"
        tamper(moments, [version.pk for version in versions])
        heads = (
            "UPDATE dossiers_head SET known_from = known_from - interval '40 days' WHERE dossier_id = ANY(%s)"
        )
        tamper(heads, [version.dossier_id for version in versions])
        return versions

    def change(self, key: UUID, document: dict[str, Any], **more: Any) -> Version:
        """Another version of a person."""
        with self.nodes.acting_as(COMPONENT):
            change = propose(self.agency, document, key=key, **more)
            pass_steps(self.agency, [change.pk])
            return approve(self.agency, [change.pk])[0]

    def leave(self, version: Version, **more: Any) -> Version:
        """The person of a version no longer serves."""
        whole = parse(version.document)
        employment = {**whole["employment"], "status": self.left_code()}
        return self.change(version.dossier.key, {**whole, "employment": employment}, **more)

    def prepare(self, month: date = THIS, reason: str = "", *, by: str = "officer") -> Any:
        with self.nodes.acting_as(COMPONENT):
            return actions.prepare(self.agency.subject(by), month, reason)

    def sign(self, snapshot: Any, *, by: str = "approver", passphrase: str = PASSPHRASE) -> Closing:
        with self.nodes.acting_as(COMPONENT):
            return actions.sign(self.agency.subject(by), snapshot.pk, passphrase)

    def close(self, month: date = THIS, reason: str = "") -> Closing:
        """Drawn up and signed."""
        return self.sign(self.prepare(month, reason))

    def carry_over(self, between: Callable[[], None]) -> None:
        """Both packages are carried; something happens at the national node between the changes and the snapshot."""
        self.nodes.send()
        with self.nodes.acting_as(NATIONAL):
            first, *rest = (
                Inbound.objects.filter(state="stored").order_by("sequence").values_list("pk", flat=True)
            )
            process_inbound(SYSTEM, first)
            between()
            for pk in rest:
                process_inbound(SYSTEM, pk)
        self.nodes.fetch()

    def claimed_elsewhere(self, person: UUID) -> None:
        """Another agency has registered the same number before."""
        number = Dossier.objects.get(key=person).personal_id
        kept = {
            "key": uuid4(),
            "agency_code": "H56",
            "number": 1,
            "hash": b"x" * 32,
            "full_name": "Nguyễn Văn An",
        }
        names = {"name_plain": "nguyen van an", "name_key": b"x", "accepted_at": timezone.now()}
        Person.objects.create(personal_id=number, **kept, **names)

    def forget(self, person: UUID) -> None:
        """The component's own database loses a dossier, behind its back."""
        tamper("UPDATE changes_change SET version_id = NULL WHERE person_key = %s", person)
        tamper(
            "DELETE FROM dossiers_version v USING dossiers_dossier d WHERE v.dossier_id = d.id AND d.key = %s",
            person,
        )

    def left_code(self) -> str:
        """A status of work of somebody who no longer serves."""
        rows = standard.current().codes["working_status"]
        return next(row.code for row in rows if row.extra.get("serving") != "yes")

    def held(self, month: date = THIS, *, at: str = COMPONENT) -> Month:
        """How the month stands at a node."""
        with self.nodes.acting_as(at):
            return (
                months.agency_month(SYSTEM, COMPONENT, month)
                if at == NATIONAL
                else months.own_month(SYSTEM, month)
            )

    def outcome(self, month: date = THIS, *, at: str = COMPONENT) -> Outcome:
        found = self.held(month, at=at).outcome
        assert found is not None
        return found


def differences(outcome: Outcome) -> set[tuple[UUID, str, str]]:
    return set(outcome.differences.values_list("person", "kind", "code"))
