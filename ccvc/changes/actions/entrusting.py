"""Recording a written delegation together with the scan of it."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from ccvc.access.actions import Terms, delegate
from ccvc.access.domain import Subject
from ccvc.access.models import Delegation, Grant
from ccvc.accounts.models import User
from ccvc.evidence.actions import Received, row_of


@transaction.atomic
def entrust(
    subject: Subject, *, grant: Grant, to: User, terms: Terms, paper: Received | None = None
) -> Delegation:
    """Hand rights on in writing; the scan received stays with it. Raises as `delegate`, EVI-INFECTED."""
    kept = replace(terms, paper_sha256=row_of(paper).sha256) if paper else terms
    return delegate(subject, grant=grant, to=to, terms=kept)
