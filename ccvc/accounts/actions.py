"""What is written about accounts. Who may do it is decided above, in `ccvc.access`."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth import authenticate, password_validation
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import salted_hmac

from ccvc.accounts.domain import LONGEST_NAME, account_name, spoken
from ccvc.accounts.models import SignInAttempt, User
from ccvc.accounts.selectors import waiting_left
from ccvc.standard.problems import Problem

OWN_WORDS = password_validation.UserAttributeSimilarityValidator(("username", "full_name", "email"))


def sign_in(*, username: str, password: str, address: str | None) -> User:
    """The account that name and password open; each attempt is recorded.

    Raises ACC-SIGNIN-WAIT (too many failures) and ACC-SIGNIN-WRONG. Must run outside a transaction: the
    attempt is stored as failed before the password is read, so that parallel guesses count each other.
    """
    name = account_name(username)
    attempt = SignInAttempt.objects.create(username=_recorded_name(name), address=address)
    wait = waiting_left(attempt)
    if wait:
        _close(attempt, SignInAttempt.Outcome.REFUSED)
        raise Problem("ACC-SIGNIN-WAIT", wait=spoken(wait), seconds=int(wait.total_seconds()) + 1)
    user = authenticate(username=name, password=password)
    if not isinstance(user, User):
        raise Problem("ACC-SIGNIN-WRONG")
    _close(attempt, SignInAttempt.Outcome.SUCCEEDED)
    return user


def _recorded_name(name: str) -> str:
    # People type their password into the wrong box: what is no account's name is not stored readable.
    if User.objects.filter(username=name).exists():
        return name
    return "?" + salted_hmac("ccvc.accounts.attempt", name, algorithm="sha256").hexdigest()[:32]


def _close(attempt: SignInAttempt, outcome: SignInAttempt.Outcome) -> None:
    attempt.outcome = outcome
    attempt.save(update_fields=["outcome"])


@transaction.atomic
def create_user(
    *, username: str, full_name: str, password: str, email: str = "", person_key: UUID | None = None
) -> User:
    """A new account. Raises ACC-USERNAME-TAKEN, ACC-USERNAME, ACC-PERSON-TAKEN, ACC-PASSWORD-WEAK."""
    name = account_name(username)
    if not name or len(name) > LONGEST_NAME or any(character.isspace() for character in name):
        raise Problem("ACC-USERNAME", where="username")
    if User.objects.filter(username=name).exists():
        raise Problem("ACC-USERNAME-TAKEN", where="username", username=name)
    if person_key and User.objects.filter(person_key=person_key).exists():
        raise Problem("ACC-PERSON-TAKEN", where="person_key")
    user = User(username=name, full_name=full_name, email=email, person_key=person_key)
    return set_password(user, password)


@transaction.atomic
def tie(user: User, person_key: UUID) -> User:
    """Say whose account it is; its open sessions read that at their next request. Raises ACC-PERSON-TAKEN, ACC-TIED."""
    stored = User.objects.select_for_update().get(pk=user.pk)
    if stored.person_key == person_key:
        return stored
    if stored.person_key is not None:
        raise Problem("ACC-TIED", where="username", username=stored.username)
    if User.objects.filter(person_key=person_key).exists():
        raise Problem("ACC-PERSON-TAKEN", where="person_key")
    stored.person_key = person_key
    stored.save(update_fields=["person_key"])
    return stored


def set_password(user: User, password: str) -> User:
    """Give an account a new password; its open sessions end. Raises ACC-PASSWORD-WEAK."""
    try:
        password_validation.validate_password(password, user)
        OWN_WORDS.validate(password, user)
    except ValidationError as fault:
        raise Problem("ACC-PASSWORD-WEAK", where="password", reason=" ".join(fault.messages)) from fault
    user.set_password(password)
    user.save()
    return user


@transaction.atomic
def set_active(user: User, *, active: bool) -> User:
    """Open or close an account; a closed one's sessions end at their next request."""
    stored = User.objects.select_for_update().get(pk=user.pk)
    stored.is_active = active
    stored.save(update_fields=["is_active"])
    return stored
