"""Reading reorganisations again for the ledger: what was signed, by whom, and that the tree says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import orjson

from ccvc.ledger.domain import Fault
from ccvc.organisations.domain.statements import digest_of, leaf_of, statement
from ccvc.organisations.models import Reorganisation, UnitState
from ccvc.signing.actions import verify_batch

KIND = "reorganisation"
ABOUT = "organisation:"


def reorganisation_faults(payload: Mapping[str, Any], index: int) -> Iterator[Fault]:
    """What does not fit in the reorganisation an entry speaks of."""
    said = orjson.loads(found.statement) if (found := _found(payload)) and found.statement else {}
    name = f"{payload['title']} ({payload['on']})"
    if found is None or not said:
        yield Fault.of("ORG-LEDGER-MISSING", index, KIND, name)
        return
    checks = {
        "statement": leaf_of(found.statement.encode()).hex() == payload["statement"],
        "content": _stated(found) == found.statement.encode() and said["digest"] == payload["digest"],
        "outcome": digest_of(found.outcome) == payload["outcome"],
        "signature": str(found.signature_id) == payload["signature"] and _signed(found),
        "units": _written(found),
    }
    if wrong := next((what for what, holds in checks.items() if not holds), None):
        yield Fault.of("ORG-LEDGER-CHANGED", index, KIND, name, wrong)


def _found(payload: Mapping[str, Any]) -> Reorganisation | None:
    rows = Reorganisation.objects.filter(signature=payload["signature"], state="applied")
    return rows.select_related("signature", "reverses").first()


def _stated(found: Reorganisation) -> bytes:
    """The statement as the row tells it now."""
    return statement(
        str(found.key),
        title=found.title,
        basis=found.basis,
        on=found.on,
        steps=found.steps,
        digest=found.digest,
        drafted_by=found.drafted_by,
        undoes=str(found.reverses.key) if found.reverses else None,
    )


def _signed(found: Reorganisation) -> bool:
    if found.signature is None:
        return False
    leaf = leaf_of(found.statement.encode())
    return leaf in bytes(found.signature.leaves) and verify_batch(found.signature).status != "invalid"


def _written(found: Reorganisation) -> bool:
    """Whether every unit was, from the day on, what the outcome says; also where it is known otherwise by now."""
    outcome = found.outcome
    said = [*outcome["opened"], *outcome["reopened"], *(now for _, now in outcome["changed"])]
    rows = UnitState.objects.filter(
        unit__key__in=[UUID(one["key"]) for one in said], valid_from=found.on
    ).values_list("unit__key", "code", "name")
    written = {(str(key), code, name) for key, code, name in rows}
    return all((one["key"], one["code"], one["name"]) in written for one in said)
