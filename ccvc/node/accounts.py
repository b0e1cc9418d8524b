"""The accounts commands name: finding one, and whose it is."""

from __future__ import annotations

from django.db import transaction

from ccvc.access.actions import open_account, tie_account
from ccvc.access.domain import Subject
from ccvc.accounts.models import User
from ccvc.dossiers.models import Head
from ccvc.standard.names import plain
from ccvc.standard.problems import Problem


def known_account(username: str) -> User:
    """The account of this name; Problem NOD-ACCOUNT where there is none."""
    found = User.objects.filter(username=username).first()
    if found is None:
        raise Problem("NOD-ACCOUNT", where=username, username=username)
    return found


@transaction.atomic
def account_of_person(subject: Subject, number: str, username: str, password: str = "") -> User:
    """The account tied to the dossier with a personal number: the one of that name, or a new one with a password.

    Problem DOS-UNKNOWN, ACC-PERSON-NAME where an account is of another name, and those of opening and tying one.
    """
    head = Head.objects.select_related("dossier").filter(dossier__personal_id=number).first()
    if head is None:
        raise Problem("DOS-UNKNOWN", where="number")
    found = User.objects.filter(username=username).first()
    if found is None:
        name, key = head.full_name, head.dossier.key
        return open_account(subject, username=username, full_name=name, password=password, person_key=key)
    if plain(found.full_name) != plain(head.full_name):
        named = {"account": found.full_name, "person": head.full_name, "number": number}
        raise Problem("ACC-PERSON-NAME", where="username", **named)
    return tie_account(subject, found, head.dossier.key)
