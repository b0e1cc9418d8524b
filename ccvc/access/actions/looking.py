"""Recording looks at people, and refusals."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from ccvc.access.domain import SELF, Subject
from ccvc.access.models import AccessLog
from ccvc.standard.problems import Problem


def record_look(
    subject: Subject, person_keys: Iterable[UUID], act: str = "view", purpose: str = "", detail: str = ""
) -> AccessLog | None:
    """Record a look at people, before it is shown; None where there is nobody to look at.

    `act` is view, list, search or export; without `purpose` the subject's own counts. Raises ACC-PURPOSE.
    If the record cannot be written, the caller must not answer: let the error through.
    """
    keys = list(person_keys)
    if not keys:
        return None
    look = _look(subject, keys, act, purpose, detail)
    look.save(force_insert=True)
    return look


def record_looks(
    subject: Subject, looks: Iterable[tuple[Iterable[UUID], str]], act: str = "view", purpose: str = ""
) -> None:
    """Record several looks of one act and purpose, each its people and its detail, as `record_look` does."""
    given = [(list(keys), detail) for keys, detail in looks]
    rows = [_look(subject, keys, act, purpose, detail) for keys, detail in given if keys]
    AccessLog.objects.bulk_create(rows)


def _look(subject: Subject, keys: list[UUID], act: str, purpose: str, detail: str) -> AccessLog:
    own = keys == [subject.person_key]
    said = purpose.strip() or subject.purpose
    if not said and not own:
        raise Problem("ACC-PURPOSE", where="purpose")
    return _row(subject, keys, AccessLog.Act(act), said or "Xem hồ sơ của chính mình", detail, own=own)


def record_opening(subject: Subject, person_keys: Iterable[UUID], purpose: str, detail: str) -> AccessLog:
    """Record, before it is handed out, that a paper was opened which is about nobody's dossier, or about these."""
    look = _row(subject, list(person_keys), AccessLog.Act.VIEW, purpose, detail, own=False)
    look.save(force_insert=True)
    return look


def record_denial(subject: Subject, detail: str) -> AccessLog:
    """Record that an act was refused."""
    denial = _row(subject, [], AccessLog.Act.DENIED, subject.purpose, detail, own=False)
    denial.save(force_insert=True)
    return denial


def _row(
    subject: Subject, keys: list[UUID], act: AccessLog.Act, purpose: str, detail: str, *, own: bool
) -> AccessLog:
    roles = [SELF] if own else list(dict.fromkeys(scope.role for scope in subject.grants))
    units = [] if own else list(dict.fromkeys(scope.unit_code for scope in subject.grants))
    return AccessLog(
        actor_id=subject.user_id,
        actor_name=subject.full_name[:200],
        actor_role=", ".join(roles)[:200],
        actor_units=", ".join(units)[:500],
        person_keys=keys,
        act=act,
        purpose=purpose[:300],
        detail=detail,
        request_id=subject.request_id,
    )
