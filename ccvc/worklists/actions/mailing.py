"""Sending digests by mail: claimed in a transaction of its own, sent outside of any, then marked.

Killed between sending and marking, the mail is sent again when its claim has passed, under the same Message-ID: at
least once, and a reader's program that knows the identifier shows it once.
"""

from __future__ import annotations

import random
import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Right
from ccvc.access.selectors import subject_of
from ccvc.exchange.domain.retry import delay
from ccvc.worklists.models import Mail, Wish
from ccvc.worklists.presentation import mail_text

CLAIM = timedelta(minutes=5)
"""How long a mail being sent is left alone."""
GIVE_UP = timedelta(days=3)
PERMANENT = 500
LONGEST = 300


def send_due() -> int:
    """Send every mail whose time has come; how many were sent. The first failure of the server ends the round."""
    sent = 0
    while mail := _claim():
        outcome = _send(mail)
        sent += outcome == Mail.State.SENT
        if outcome == Mail.State.WAITING:
            break
    return sent


@transaction.atomic
def _claim() -> Mail | None:
    now = timezone.now()
    waiting = Mail.objects.filter(state=Mail.State.WAITING, next_at__lte=now)
    mail = waiting.select_for_update(of=("self",), skip_locked=True).order_by("next_at", "pk").first()
    if mail is not None:
        mail.attempts += 1
        mail.next_at = now + CLAIM
        mail.save(update_fields=["attempts", "next_at"])
    return mail


def _send(mail: Mail) -> str:
    if not _still_wanted(mail):
        return _mark(mail, Mail.State.GIVEN_UP, "no longer wanted")
    try:
        _message(mail).send()
    except (OSError, smtplib.SMTPException) as error:
        return _failed(mail, error)
    return _mark(mail, Mail.State.SENT)


def _failed(mail: Mail, error: Exception) -> str:
    """Refused for good, or too long ago: given up; else tried again, later each time."""
    now = timezone.now()
    if _is_permanent(error) or now - mail.digest.at > GIVE_UP:
        return _mark(mail, Mail.State.GIVEN_UP, str(error))
    mail.next_at = now + delay(mail.attempts, random.random())  # noqa: S311 - spreads senders, no secret
    return _mark(mail, Mail.State.WAITING, str(error))


def _is_permanent(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= PERMANENT


def _mark(mail: Mail, state: str, problem: str = "") -> str:
    sent_at = timezone.now() if state == Mail.State.SENT else None
    Mail.objects.filter(pk=mail.pk).update(
        state=state, problem=problem[:LONGEST], sent_at=sent_at, next_at=mail.next_at
    )
    return state


def _still_wanted(mail: Mail) -> bool:
    """Whether the account still wants mail at this address and still has lists to be told of."""
    user = mail.digest.user
    wished = Wish.objects.filter(user=user, mail=mail.to).exists()
    return wished and user.is_active and subject_of(user).may(Right.WORKLIST_SEE)


def _message(mail: Mail) -> EmailMessage:
    subject, body = mail_text(mail.digest, settings.CCVC_PAGES_ADDRESS)
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [mail.to], headers=headers)
