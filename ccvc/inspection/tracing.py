"""What a trace report is made of: who did what to whose dossier, by which right, on which paper, and who looked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet
from django.utils import timezone, translation

from ccvc import standard
from ccvc.access import reach as tree
from ccvc.access.domain import SELF, Right, Scope, Subject, require
from ccvc.access.models import AccessLog, Grant
from ccvc.access.selectors import TOLD
from ccvc.accounts.models import User
from ccvc.changes.models import Change, Refusal, State, Step
from ccvc.changes.selectors import shown
from ccvc.dossiers import domain as dossiers
from ccvc.dossiers import selectors as seeing
from ccvc.dossiers.models import Dossier, Version
from ccvc.evidence.models import Attachment
from ccvc.organisations.selectors import reach
from ccvc.signing.actions import examine
from ccvc.standard.problems import Problem

MOST_PEOPLE = 200
MOST_LOOKS = 2000
UNSAID = "…"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an inspection asks for: by which decision and what for; whose dossier, whose acts, which decision, when.

    `person` is a personal identification number or the key of a dossier, `account` a user name.
    """

    reference: str
    purpose: str
    person: str = ""
    account: str = ""
    decision: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def narrowed(self) -> bool:
        """Whether it asks for anything but everything."""
        return bool(self.person or self.account or self.decision or self.since)

    @property
    def days(self) -> tuple[datetime, datetime]:
        """The period as moments, from the first to behind the last."""
        first = self.since or date(1900, 1, 1)
        last = (self.until or timezone.localdate()) + timedelta(days=1)
        return _begin(first), _begin(last)


def _at(moment: datetime) -> str:
    """A moment as the report writes it: ISO 8601, in the time of Vietnam."""
    return timezone.localtime(moment).isoformat(timespec="milliseconds")


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True, slots=True)
class Traced:
    """Everything found for one inquiry, ready to be written: plain values only, and the people it is about."""

    keys: list[UUID]
    people: list[dict[str, Any]]
    refusals: list[dict[str, Any]]
    gaps: list[dict[str, Any]]


def trace(subject: Subject, asked: Asked) -> Traced:
    """Gather the report, within the reach of the right to trace; who is out of it is answered like nobody.

    Problem ACC-DENIED, INS-TRACE-WHAT where nothing is asked for, INS-TRACE-MANY.
    """
    require(subject, Right.INSPECTION_TRACE)
    if not asked.narrowed:
        raise Problem("INS-TRACE-WHAT")
    units = reach(subject, Right.INSPECTION_TRACE, timezone.localdate())
    versions = _versions(asked, units)
    found = _changes(asked, units)
    keys = sorted(
        {*versions.values_list("dossier__key", flat=True), *found.values_list("person_key", flat=True)}
    )
    if asked.person:
        keys = [*Dossier.objects.filter(_whose(asked), unit_id__in=units).values_list("key", flat=True)]
    if len(keys) > MOST_PEOPLE:
        raise Problem("INS-TRACE-MANY", most=MOST_PEOPLE, got=len(keys))
    numbers: dict[UUID, set[int]] = {}
    for key, number in versions.values_list("dossier__key", "number"):
        numbers.setdefault(key, set()).add(number)
    people = [_person(subject, asked, key, numbers.get(key, set()), found) for key in keys]
    gaps = [gap for person in people for gap in person.pop("gaps")]
    return Traced(keys, people, [*_refusals(asked, keys, units)], gaps)


def _whose(asked: Asked) -> Q:
    try:
        return Q(key=UUID(asked.person))
    except ValueError:
        return Q(personal_id=asked.person)


def _versions(asked: Asked, units: frozenset[int]) -> QuerySet[Version]:
    """Versions asked for: of a person, with a step of an account, by a decision, known in the period."""
    first, last = asked.days
    rows = Version.objects.filter(dossier__unit_id__in=units, known_at__gte=first, known_at__lt=last)
    if asked.person:
        rows = rows.filter(dossier__in=Dossier.objects.filter(_whose(asked)))
    if asked.account:
        rows = rows.filter(change__steps__account=asked.account)
    if asked.decision:
        rows = rows.filter(Q(change__reason__icontains=asked.decision) | Q(change__in=_proved(asked)))
    return rows.distinct()


def _changes(asked: Asked, units: frozenset[int]) -> QuerySet[Change]:
    """Changes asked for that became no version: pending, sent back, withdrawn."""
    first, last = asked.days
    rows = Change.objects.filter(unit_id__in=units, created_at__gte=first, created_at__lt=last)
    rows = rows.exclude(state=State.APPROVED).filter(Q(dossier__isnull=True) | Q(dossier__unit_id__in=units))
    if asked.person:
        rows = rows.filter(Q(dossier__in=Dossier.objects.filter(_whose(asked))))
    if asked.account:
        rows = rows.filter(steps__account=asked.account)
    if asked.decision:
        rows = rows.filter(Q(reason__icontains=asked.decision) | Q(pk__in=_proved(asked)))
    return rows.distinct()


def _proved(asked: Asked) -> QuerySet[Attachment, UUID | None]:
    papers = Attachment.objects.filter(number__icontains=asked.decision, change_id__isnull=False)
    return papers.values_list("change_id", flat=True)


def _person(
    subject: Subject, asked: Asked, key: UUID, numbers: set[int], unfinished: QuerySet[Change]
) -> dict[str, Any]:
    """One person: their versions asked for, what became no version, and who looked."""
    dossier = Dossier.objects.filter(key=key).select_related("head").first()
    told: dict[str, Any] = {"person": str(key), "gaps": []}
    if dossier is not None:
        told |= {"name": dossier.head.full_name, "personal_id": dossier.personal_id}
        lines = [line for line in seeing.history(subject, key) if line.number in numbers]
        told["versions"] = [_version(dossier, line, told["gaps"]) for line in lines[::-1]]
        _missing(dossier, told["gaps"])
    rows = unfinished.filter(person_key=key).order_by("created_at")
    told["unfinished"] = [_unfinished(subject, change) for change in rows]
    told["looks"] = _looks(asked, key, told["gaps"])
    return told


def _version(dossier: Dossier, line: seeing.HistoryLine, gaps: list[dict[str, Any]]) -> dict[str, Any]:
    row = Version.objects.select_related("signature").get(dossier=dossier, number=line.number)
    statement = msgspec.json.decode(row.statement, type=dossiers.Statement)
    change = Change.objects.filter(version=row).first()
    steps = _steps(change, withheld=line.withheld) if change else []
    verdict = examine(row.signature)
    told = {
        "number": row.number,
        "hash": line.hash,
        "known_at": _at(row.known_at),
        "valid_from": row.valid_from.isoformat(),
        "kind": statement.kind,
        "reason": line.reason or UNSAID,
        "corrects": line.corrects.version if line.corrects else None,
        "authority": line.corrects.authority if line.corrects and not line.withheld else "",
        "corrected_by": list(line.corrected_by),
        "procedure": msgspec.to_builtins(statement.procedure),
        "changed": [standard.label(d.path) for d in line.differences] + [UNSAID] * line.withheld,
        "steps": steps,
        "evidence": [_paper(paper) for paper in statement.evidence],
        "signature": {
            "signer": row.signature.signer_name,
            "at": _at(row.signature.at),
            "certificate": row.signature.serial,
            "status": verdict.status,
            "checks": [check.as_json() for check in verdict.checks],
        },
    }
    gaps.extend(_gaps(dossier.key, statement, told, verdict.message))
    return told


def _paper(paper: dossiers.EvidenceNamed) -> dict[str, Any]:
    """What is said of a paper: its digest, kind, number, day and issuer; not which entry, which may be withheld."""
    return {name: getattr(paper, name) for name in ("sha256", "kind", "number", "date", "issuer")}


def _steps(change: Change, *, withheld: bool) -> list[dict[str, Any]]:
    """The steps taken, each with whether the account held the right over the unit on that day.

    Where a part of the change is withheld, so are notes: they speak of the whole.
    """
    rows = change.steps.select_related("delegation").order_by("pk")
    return [
        {
            "step": step.step,
            "label": _label(step),
            "account": step.account,
            "name": step.name,
            "role": step.role,
            "at": _at(step.at),
            "capacity": " ".join(filter(None, (step.mode, step.for_title, step.title))),
            "on_behalf": step.entrusted_by,
            "delegation": f"{step.delegation.document_number}" if step.delegation else "",
            "note": UNSAID if withheld and step.note else step.note,
            "undone": step.undone,
            "request": step.request_id,
            "held": held(step, change),
        }
        for step in rows
    ]


def _label(step: Step) -> str:
    """What the step is called; what is recorded is Vietnamese whatever the page's language."""
    with translation.override("vi"):
        return step.label


def held(step: Step, change: Change) -> bool | None:
    """Whether the account, or whoever entrusted it, held the role over the unit when the step was taken.

    Told from the dated grants; None where no account acted.
    """
    holder = step.entrusted_by_id or step.user_id
    if holder is None:
        return None
    if step.role == SELF:
        return User.objects.filter(pk=holder, person_key=change.person_key).exists()
    day = timezone.localdate(step.at)
    rows = Grant.objects.filter(user_id=holder, role=step.role, valid_from__lte=day, granted_at__lte=step.at)
    standing = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day)).filter(
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=step.at)
    )
    scopes = [Scope(*row) for row in standing.values_list("role", "unit_code", "valid_from")]
    return tree.covers(scopes, change.unit_code, day)


def _gaps(
    key: UUID, statement: dossiers.Statement, told: Mapping[str, Any], verdict: str
) -> Iterator[dict[str, Any]]:
    """What cannot be traced of a version, or does not fit."""
    taken = {(step["step"], step["account"]) for step in told["steps"]}
    for step in statement.steps:
        if (step.step, step.account) not in taken:
            yield _gap("INS-GAP-STEP", key, statement.number, step=step.label, name=step.name)
    for done in told["steps"]:
        if done["held"] is False:
            yield _gap("INS-GAP-RIGHT", key, statement.number, name=done["name"], role=done["role"])
    if told["signature"]["status"] != "valid":
        yield _gap("INS-GAP-SIGNATURE", key, statement.number, why=verdict)
    if not statement.evidence:
        yield _gap("INS-GAP-PAPER", key, statement.number)


def _missing(dossier: Dossier, gaps: list[dict[str, Any]]) -> None:
    numbers = set(Version.objects.filter(dossier=dossier).values_list("number", flat=True))
    gaps.extend(
        _gap("INS-GAP-VERSION", dossier.key, number)
        for number in range(1, dossier.current_number + 1)
        if number not in numbers
    )


def _gap(code: str, key: UUID, number: int, **values: Any) -> dict[str, Any]:
    words = Problem(code, number=number, **values)
    return {"code": code, "person": str(key), "number": number, "message": words.message()}


def _unfinished(subject: Subject, change: Change) -> dict[str, Any]:
    withheld = bool(shown(subject, [change])[0].withheld)
    return {
        "state": change.state,
        "created_at": _at(change.created_at),
        "kind": change.kind,
        "returned_reason": UNSAID if withheld and change.returned_reason else change.returned_reason,
        "steps": _steps(change, withheld=withheld),
    }


def _looks(asked: Asked, key: UUID, gaps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    first, last = asked.days
    rows = AccessLog.objects.filter(person_keys__contains=[key], at__gte=first, at__lt=last).order_by("pk")
    found = list(rows[: MOST_LOOKS + 1])
    if len(found) > MOST_LOOKS:
        gaps.append(_gap("INS-GAP-LOOKS", key, MOST_LOOKS))
    return [
        {
            "at": _at(row.at),
            "name": row.actor_name,
            "role": row.actor_role,
            "units": row.actor_units,
            "act": row.act,
            "purpose": row.purpose,
            "detail": row.detail if row.act in TOLD else "",
            "request": row.request_id,
        }
        for row in found[:MOST_LOOKS]
    ]


def _refusals(asked: Asked, keys: Sequence[UUID], units: Iterable[int]) -> Iterator[dict[str, Any]]:
    """Acts that were refused: on changes of these people, and of the account asked for."""
    first, last = asked.days
    whose = Q(change__person_key__in=keys)
    if asked.account:
        whose |= Q(actor_account=asked.account, unit_id__in=units)
    for row in Refusal.objects.filter(whose, first_at__lt=last, last_at__gte=first).order_by("first_at"):
        yield {
            "account": row.actor_account,
            "name": row.actor_name,
            "role": row.actor_role,
            "act": row.act,
            "code": row.code,
            "times": row.times,
            "first_at": _at(row.first_at),
            "last_at": _at(row.last_at),
            "change": str(row.change_id or ""),
            "request": row.request_id,
        }


def as_asked(asked: Asked) -> dict[str, Any]:
    """The inquiry as the report says it."""
    return {name: str(value) if value else "" for name, value in asdict(asked).items()}
