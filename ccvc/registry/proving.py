"""Versions of the register as a proof bundle gives them: approved at a component, entered here by package."""

from __future__ import annotations

from uuid import UUID

from ccvc.access.domain import Right, Subject, require, visible_fields
from ccvc.exchange.models import Inbound
from ccvc.inspection.domain import DocumentForm, Leaf
from ccvc.inspection.selectors import Provable, hexed, national_given
from ccvc.ledger import selectors as ledger
from ccvc.ledger.models import Entry
from ccvc.registry.models import Person, Version
from ccvc.registry.selectors.histories import history
from ccvc.registry.selectors.people import within
from ccvc.registry.verification import KIND, entry_leaf
from ccvc.signing import merkle
from ccvc.standard.problems import Problem


def register_versions(subject: Subject, key: UUID, number: int | None = None) -> list[Provable]:
    """Every version the register holds of a person, or one.

    Problem ACC-DENIED, REG-UNKNOWN, DOS-NO-VERSION, INS-NO-ENTRY.
    """
    found = Person.objects.filter(within(subject, Right.REGISTER_READ), key=key).first()
    if found is None:
        raise Problem("REG-UNKNOWN")
    require(subject, Right.LEDGER_SEE, found.agency_code)
    rows = Version.objects.filter(person=found).select_related("signature").order_by("number")
    if number is not None:
        rows = rows.filter(number=number)
    if not rows:
        raise Problem("DOS-NO-VERSION", number=number or 1)
    shown = national_given(visible_fields(subject, own=False, unit_code=found.agency_code))
    closed = {one.row.number for one in history(subject, key) if one.line.withheld}
    return [
        _provable(
            subject, row, None if row.number in closed else row.statement, row.document if shown else None
        )
        for row in rows
    ]


def _provable(subject: Subject, row: Version, statement: str | None, document: str | None) -> Provable:
    entry, leaves = _entry(subject, row.package), _leaves(row.package)
    records = [record for record, _ in leaves]
    index, hashes = records.index(row.record), [leaf for _, leaf in leaves]
    place = Leaf(index, len(hashes), hexed(merkle.inclusion_proof(hashes, index)), row.record)
    form: DocumentForm = "withheld" if document is None else "national"
    return Provable(
        row.number, bytes(row.hash), statement, document, form, row.signature, row.leaf, entry, place
    )


def _entry(subject: Subject, package: int) -> Entry:
    about = str(Inbound.objects.values_list("package_id", flat=True).get(pk=package))
    entry = ledger.entry_about(subject, KIND, about)
    if entry is None:
        raise Problem("INS-NO-ENTRY", what=about)
    return entry


def _leaves(package: int) -> list[tuple[int, bytes]]:
    rows = Version.objects.filter(package=package).order_by("record").values_list("record", "hash")
    return [(record, entry_leaf(record, bytes(fresh))) for record, fresh in rows]
