"""Opening a means of signing: its passphrase or PIN is tried, and every wrong one counted and reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.accounts.models import User
from ccvc.signing import algorithms, domain
from ccvc.signing.actions.asking import freshen
from ccvc.signing.actions.reporting import Audit, report
from ccvc.signing.models import SigningMeans
from ccvc.signing.selectors import Account, Owner, get_key
from ccvc.signing.signers import Signer
from ccvc.signing.signers.opening import signer_of
from ccvc.standard.problems import Problem

WRONG = frozenset({"SIG-PASSPHRASE", "SIG-PIN"})
"""What a signer answers to a wrong secret."""


@dataclass(frozen=True)
class OpenKey:
    """A means of signing while it is open; it cannot be printed or stored.

    `away`: whether its signature is fetched from a service, so that it must be made outside a transaction.
    """

    owner: Owner
    row_id: int
    signer: Signer = field(repr=False)
    away: bool = False

    @property
    def user(self) -> User:
        """The person who signs; ValueError for an agency's seal."""
        if not isinstance(self.owner, User):
            raise ValueError("a seal is no person's")  # noqa: TRY004 - the wrong means, not the wrong type
        return self.owner

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The certificate of the key, then those above it."""
        return self.signer.chain

    @property
    def cert(self) -> x509.Certificate:
        """The certificate of the key."""
        return self.signer.chain[0]


def open_means(
    owner: Owner | Account,
    secret: str,
    *,
    means_id: int | None = None,
    by: str = "",
    audit: Audit | None = None,
) -> OpenKey:
    """Open an owner's means of signing, the default where none is named.

    Raises SIG-NO-KEY or SIG-NO-SEAL, SIG-LOCKED, SIG-PASSPHRASE or SIG-PIN, SIG-MEANS-LOCAL for one that only its
    holder's own machine opens, and what keeps a token from being reached.

    Must run outside a transaction (RuntimeError otherwise): a wrong secret is counted and reported even though what
    the caller was about to do is given up. Attempts at one means wait for each other.
    """
    wrong: Problem | None = None
    with transaction.atomic(durable=True):
        row = get_key(owner, means_id, lock=True)
        _refuse_blocked(row)
        try:
            signer = signer_of(row, secret)
        except Problem as problem:
            if problem.code not in WRONG:
                raise
            wrong = problem
            _count_failure(row, by, audit)
        else:
            away = row.kind == SigningMeans.Kind.REMOTE
            if away or not _clear(row):
                transaction.set_rollback(True)  # nothing was written, so there is no disk to wait for
    if wrong is not None:
        raise Problem(wrong.code, where="passphrase")
    freshen(signer.chain)
    return OpenKey(
        row.user or row.agency, row.pk, Counted(signer, row.pk, by, audit) if away else signer, away
    )


def unlock(
    user: User, passphrase: str, *, means_id: int | None = None, audit: Audit | None = None
) -> OpenKey:
    """Open a person's means of signing; as open_means."""
    return open_means(user, passphrase, means_id=means_id, audit=audit)


def _refuse_blocked(row: SigningMeans) -> None:
    if row.locked_until is not None and timezone.now() < row.locked_until:
        raise Problem("SIG-LOCKED", until=f"{algorithms.local(row.locked_until):%H:%M %d/%m/%Y}")


def _clear(row: SigningMeans) -> bool:
    """No wrong attempts any more; whether there were any."""
    if not row.failed_attempts:
        return False
    row.failed_attempts, row.locked_until = 0, None
    row.save(update_fields=["failed_attempts", "locked_until"])
    return True


def _raise_count(row: SigningMeans) -> bool:
    """One attempt more; whether it blocks the means."""
    row.failed_attempts += 1
    wait = domain.blocked_for(row.failed_attempts, settings.CCVC_PIN_ATTEMPTS)
    row.locked_until = timezone.now() + wait if wait else None
    row.save(update_fields=["failed_attempts", "locked_until"])
    return wait is not None


def _count_failure(row: SigningMeans, by: str, audit: Audit | None) -> None:
    blocked = _raise_count(row)
    report(audit, "signing_passphrase_wrong", row, by=by, attempt=row.failed_attempts, blocked=blocked)


@dataclass(frozen=True)
class Counted:
    """A signer whose service learns only when it signs whether the PIN is right.

    An attempt counts before it is made and is taken back when it was none: many at once are never more than allowed.
    """

    inner: Signer
    row_id: int
    by: str
    audit: Audit | None = field(repr=False)

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """As of the signer."""
        return self.inner.chain

    @property
    def algorithm(self) -> str:
        """As of the signer."""
        return self.inner.algorithm

    def sign(self, data: bytes) -> bytes:
        """The signature; outside a transaction only (RuntimeError)."""
        return self.sign_many([data])[0]

    def sign_many(self, many: Sequence[bytes]) -> list[bytes]:
        """Signatures over each, under one authorisation where the service takes several."""
        with transaction.atomic(durable=True):
            row = SigningMeans.objects.select_for_update().get(pk=self.row_id)
            _refuse_blocked(row)
            before = row.failed_attempts, row.locked_until
            blocked = _raise_count(row)
        try:
            made = _sign_many(self.inner, many)
        except Problem as problem:
            self._settle(before, wrong=problem.code in WRONG, blocked=blocked)
            raise
        self._settle((0, None), wrong=False, blocked=False)
        return made

    def _settle(self, counts: tuple[int, datetime | None], *, wrong: bool, blocked: bool) -> None:
        with transaction.atomic(durable=True):
            row = SigningMeans.objects.select_for_update().get(pk=self.row_id)
            if wrong:
                more = {"attempt": row.failed_attempts, "blocked": blocked}
                report(self.audit, "signing_passphrase_wrong", row, by=self.by, **more)
                return
            row.failed_attempts, row.locked_until = counts
            row.save(update_fields=["failed_attempts", "locked_until"])


def _sign_many(signer: Signer, many: Sequence[bytes]) -> list[bytes]:
    together = getattr(signer, "sign_many", None)
    return together(many) if together else [signer.sign(data) for data in many]
