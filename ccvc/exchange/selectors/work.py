"""Work to do: records the national node did not accept, for those who manage the dossiers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from ccvc import standard
from ccvc.access.domain import Right, Subject, require
from ccvc.access.wording import language
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.models import Dossier, Head, Version
from ccvc.exchange.domain import believing
from ccvc.exchange.models import Notice, RecordVerdict
from ccvc.organisations.selectors import reach


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """One record to mend, with the dossier it is about and the reason in words a clerk understands.

    `again` says that the version may be sent again as it is; `version` is its hash where it may need another approval.
    """

    pk: int
    person: UUID
    full_name: str
    number: int
    verdict: str
    code: str
    path: str
    message: str
    next_step: str
    at: datetime
    package: int
    again: bool
    version: str

    @property
    def field_label(self) -> str:
        """What the path names, in the words of the standard; nothing where it is no path of a document."""
        path = self.path.removeprefix("document.")
        found = standard.label(path, language())
        return "" if found == path else found


@dataclass(frozen=True, slots=True)
class OpenNotice:
    """A notice from the national node about a dossier within reach."""

    pk: int
    person: UUID
    full_name: str
    claimant: str
    holder: str
    code: str
    message: str
    next_step: str
    at: datetime


def refused_rows(subject: Subject) -> QuerySet[RecordVerdict]:
    """Open verdicts on dossiers within the subject's reach, oldest first; Problem ACC-DENIED."""
    require(subject, Right.DOSSIER_LIST)
    open_rows = (
        RecordVerdict.objects.filter(resolved_at=None).select_related("outbound").defer("outbound__data")
    )
    return open_rows.filter(within_reach(subject, Right.DOSSIER_LIST)).order_by("at", "pk")


def refused(
    subject: Subject, rows: QuerySet[RecordVerdict] | list[RecordVerdict] | None = None
) -> list[RefusedRecord]:
    """The open work within reach; `rows` may be one page of `refused_rows`."""
    found = list(refused_rows(subject) if rows is None else rows)
    names = _names(row.person for row in found)
    hidden, versions = _unreadable(subject, found), _versions(found)
    return [
        RefusedRecord(
            pk=row.pk,
            person=row.person,
            full_name=names.get(row.person, ""),
            number=row.number,
            verdict=row.verdict,
            code=row.code,
            path=row.path,
            message=str(WITHHELD) if row.pk in hidden else row.message,
            next_step=row.next_step,
            at=row.at,
            package=row.outbound.sequence,
            again=believing.is_free(row.code),
            version=versions.get((row.person, row.number), ""),
        )
        for row in found
    ]


def _versions(rows: list[RecordVerdict]) -> dict[tuple[UUID, int], str]:
    """Hash of each version whose approval was not believed, by person and number."""
    people = [row.person for row in rows if believing.needs_approval(row.code)]
    wanted = {(row.person, row.number) for row in rows if believing.needs_approval(row.code)}
    found = Version.objects.filter(dossier__key__in=people).values_list("dossier__key", "number", "hash")
    return {(key, number): bytes(digest).hex() for key, number, digest in found if (key, number) in wanted}


WITHHELD = _("Lý do nhắc đến một mục dữ liệu mà bạn không được xem.")


def _unreadable(subject: Subject, rows: list[RecordVerdict]) -> frozenset[int]:
    """The verdicts whose words may quote a field this person may not read."""
    units = dict(Dossier.objects.filter(key__in={row.person for row in rows}).values_list("key", "unit_id"))
    sight = dossiers.sight(subject)
    return frozenset(
        row.pk
        for row in rows
        if dossiers.fields_at(row.path)
        and not (row.person in units and dossiers.readable(row.path, sight(row.person, units[row.person])))
    )


def refused_count(subject: Subject) -> int:
    """How much work is open within reach; 0 for one who may list no dossier."""
    return refused_rows(subject).count() if subject.may(Right.DOSSIER_LIST) else 0


def notices(subject: Subject) -> list[OpenNotice]:
    """Open notices on dossiers within reach, newest first; Problem ACC-DENIED."""
    require(subject, Right.DOSSIER_LIST)
    found = list(
        Notice.objects.filter(within_reach(subject, Right.DOSSIER_LIST), closed_at=None).order_by("-at")
    )
    names = _names(row.person for row in found)
    return [
        OpenNotice(
            pk=row.pk,
            person=row.person,
            full_name=names.get(row.person, ""),
            claimant=row.claimant,
            holder=row.holder,
            code=row.code,
            message=row.message,
            next_step=row.next_step,
            at=row.at,
        )
        for row in found
    ]


def within_reach(subject: Subject, right: Right) -> Exists:
    """Condition on a row that names a person: their dossier lies where the subject has the right."""
    units = reach(subject, right, subject.on)
    return Exists(Dossier.objects.filter(key=OuterRef("person"), unit_id__in=units))


def _names(people: Iterable[UUID]) -> dict[UUID, str]:
    rows = Head.objects.filter(dossier__key__in=list(people))
    return dict(rows.values_list("dossier__key", "full_name"))
