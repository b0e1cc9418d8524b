"""What follows a signature: the decision stands as signed, others are amended by it, dossiers are handed over."""

from __future__ import annotations

from django.db import transaction

from ccvc.access.domain import Subject
from ccvc.changes.actions import Approved
from ccvc.decisions.models import Decision, State
from ccvc.decisions.verification import KIND, described
from ccvc.ledger import actions as ledger


@transaction.atomic
def signed(subject: Subject, row: Decision, approved: Approved) -> Decision:
    """Keep that a decision was signed with the changes it brings about; in the transaction that committed them."""
    row.state, row.signature, row.signed_at = State.SIGNED, approved.signature, approved.signature.at
    row.signer_id, row.signer_name = subject.user_id, subject.full_name
    row.save()
    answers = row.sealed.get(round=row.round).sha256
    ledger.append(KIND, f"decision:{row.pk}", described(row, answers))
    return row
