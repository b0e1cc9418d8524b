"""Keeping what the national node answers to a closing: the proof that both sides hold the same, or who differs."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from ccvc.closings.actions.receiving import A_LINE, difference_of, keep_recounted
from ccvc.closings.models import Closing, Difference, Outcome
from ccvc.closings.selectors.register import Unequal
from ccvc.exchange.domain.records import decode_reconciliation, decode_recounted
from ccvc.standard.problems import Problem


def keep_answer(group: UUID, lines: Sequence[bytes]) -> None:
    """Keep the comparison a receipt tells beside its closing, in the exchange's transaction; Problem EXC-RECEIPT."""
    told, rows = decode_reconciliation(lines)
    counted = decode_recounted(lines)
    closing = Closing.objects.filter(pk=group).select_related("snapshot").first()
    if closing is None or bytes(closing.snapshot.hash).hex() != told.statement:
        raise Problem("EXC-RECEIPT", where="lines", reason=f"statement {told.statement[:16]}…")
    outcome = Outcome.objects.create(
        closing=closing,
        at=told.at,
        people=told.people,
        register=told.register,
        agreed=told.agreed,
        moved_on=told.moved_on,
        differing=told.differing,
        recounted=len(counted),
    )
    Difference.objects.bulk_create((difference_of(outcome, Unequal(*row)) for row in rows), batch_size=A_LINE)
    keep_recounted(outcome, counted)
