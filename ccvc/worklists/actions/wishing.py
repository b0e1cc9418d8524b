"""How an account wants to be told: by mail to an address, by a private calendar address that can be taken back."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Subject, denied
from ccvc.access.policy import Right
from ccvc.ledger import actions as ledger
from ccvc.standard.problems import Problem
from ccvc.worklists.models import Told, Wish

LONGEST_ADDRESS = 254


@transaction.atomic
def wish_mail(subject: Subject, address: str) -> Wish:
    """Have digests sent to an address, or none (empty). Problem WRK-ADDRESS, ACC-DENIED."""
    address = address.strip()
    if address:
        try:
            validate_email(address)
        except ValidationError as error:
            raise Problem("WRK-ADDRESS", where="address") from error
        if len(address) > LONGEST_ADDRESS:
            raise Problem("WRK-ADDRESS", where="address")
    return _keep(subject, "mail" if address else "no_mail", mail=address)


@transaction.atomic
def new_calendar(subject: Subject) -> str:
    """A new secret for the private calendar address; one given before serves no more. It is shown this once."""
    secret = secrets.token_urlsafe(32)
    digest = hashlib.sha256(secret.encode()).hexdigest()
    wish = _keep(subject, "calendar", calendar=digest, calendar_since=timezone.now())
    Told.objects.filter(user_id=wish.user_id).delete()
    return secret


@transaction.atomic
def end_calendar(subject: Subject) -> Wish:
    """Take the private calendar address back."""
    wish = _keep(subject, "no_calendar", calendar="", calendar_since=None)
    Told.objects.filter(user_id=wish.user_id).delete()
    return wish


def _keep(subject: Subject, act: str, **wished: Any) -> Wish:
    """Lock: the account's wish, then the ledger. The address itself does not go into the ledger."""
    if subject.user_id is None or not (
        subject.may(Right.WORKLIST_SEE) or subject.may_own(Right.WORKLIST_SEE)
    ):
        raise denied(Right.WORKLIST_SEE)
    Wish.objects.get_or_create(user_id=subject.user_id)
    wish = Wish.objects.select_for_update().get(user_id=subject.user_id)
    for name, value in wished.items():
        setattr(wish, name, value)
    wish.save()
    ledger.append("administrative", f"worklists:{subject.user_id}", {"act": act, "by": subject.username})
    return wish
