"""Reading decisions again for the ledger: the statement that was signed, and the answers it names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from ccvc.decisions.domain import leaf, stated_bytes
from ccvc.decisions.models import Decision
from ccvc.ledger.domain import Fault

KIND = "decision"


def described(row: Decision, answers: str, judged: str) -> dict[str, Any]:
    """What the ledger says of a decision at its signature; `answers` and `judged` as its statement names them."""
    stated = stated_bytes(row, people_of(row), answers, judged)
    said = {
        "decision": str(row.pk),
        "number": str(row),
        "kind": row.kind,
        "answers": answers,
        "leaf": leaf(stated).hex(),
        "signature": str(row.signature_id),
        "signer": row.signer_name,
    }
    return {**said, "judged": judged} if judged else said


def people_of(row: Decision) -> list[Any]:
    """Keys of its people, in its order."""
    return list(row.people.order_by("position").values_list("person_key", flat=True))


def decision_faults(payload: Mapping[str, Any], index: int) -> Iterator[Fault]:
    """What does not fit of one signed decision: its row, the answers it names, the signature over it."""
    subject = str(payload["decision"])
    row = Decision.objects.filter(pk=subject).select_related("signature", "paper").first()
    if row is None:
        yield Fault.of("LED-MISSING", index, KIND, subject)
        return
    judged = str(payload.get("judged", ""))  # decisions signed before these were kept name none
    for name, digest in (("answers", payload["answers"]), ("judged", judged)):
        sealed = row.sealed.filter(sha256=digest).first()
        if digest and (sealed is None or hashlib.sha256(sealed.content.encode()).hexdigest() != digest):
            yield Fault.of("LED-DATA", index, KIND, subject, name)
    said = described(row, payload["answers"], judged)
    if changed := next((name for name, value in said.items() if payload[name] != value), None):
        yield Fault.of("LED-DATA", index, KIND, subject, changed)
    if row.signature is None or bytes.fromhex(payload["leaf"]) not in bytes(row.signature.leaves):
        yield Fault.of("LED-DATA", index, KIND, subject, "signature")
