"""What follows a signature: the decision stands as signed, others are amended by it, dossiers are handed over."""

from __future__ import annotations

from django.db import transaction

from ccvc.access.domain import Subject
from ccvc.changes.actions import Approved
from ccvc.decisions import domain, grounds, sealing
from ccvc.decisions.amending import REVOKE
from ccvc.decisions.models import Decision, Moment, State
from ccvc.decisions.verification import KIND, described
from ccvc.documents import actions as documents
from ccvc.ledger import actions as ledger
from ccvc.standard.problems import Problem
from ccvc.transfers import actions as transfers

HANDED = frozenset({"transfer", "rotate"})
"""Kinds that may take a person to another agency, and the dossier with them."""


@transaction.atomic
def signed(subject: Subject, row: Decision, approved: Approved, judged: bytes) -> Decision:
    """Keep that a decision was signed with the changes it brings about; in the transaction that committed them.

    `judged` are the answers of the checks as they were at the signature, which its statement names.
    The one it amends is marked, and whoever it takes to another agency is handed over: Problem DEC-AMENDED, and those
    of beginning a hand-over.
    """
    row.state, row.signature, row.signed_at = State.SIGNED, approved.signature, approved.signature.at
    row.signer_id, row.signer_name = subject.user_id, subject.full_name
    row.save()
    answers = row.sealed.get(round=row.round, moment=Moment.SUBMITTED).sha256
    now = sealing.keep(row, Moment.SIGNED, judged)
    ledger.append(KIND, f"decision:{row.pk}", described(row, answers, now.sha256))
    if row.about_id:
        _amend(subject, row)
    if row.kind in HANDED:
        _hand_over(row)
    return row


def _amend(subject: Subject, row: Decision) -> None:
    about = Decision.objects.select_for_update(of=("self",)).get(amendments=row)
    if about.revoked_by_id:
        raise Problem("DEC-AMENDED", number=str(about))
    if row.kind == REVOKE:
        about.revoked_by = row
        if about.paper_id:
            documents.end_decision(subject, about.paper_id, f"Thu hồi bởi {domain.spoken(row)}")
    else:
        about.corrected_by = row
    about.save(update_fields=["revoked_by", "corrected_by"])


def _hand_over(row: Decision) -> None:
    """Begin handing over the dossiers of those who go to another agency, in the node's name."""
    node = Subject.system(f"decision:{row.pk}")
    for person, agency in grounds.leaving(row):
        day, decided = person.day or row.effective_on, row.decided_on
        transfers.begin(node, person.person_key, agency, day, decision=str(row), decided_on=decided)
