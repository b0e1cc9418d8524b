"""A small agency whose officer drafts decisions and whose approver signs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from ccvc.changes.models import Change
from ccvc.decisions import actions, signing
from ccvc.decisions.actions import Terms
from ccvc.decisions.models import Decision, DecisionPerson
from ccvc.dossiers.selectors import current_documents
from tests.people import PASSPHRASE, UNIT, Agency, dossier, kept, pass_steps

TODAY = timezone.localdate()
HEAD = "Giám đốc Sở"


def civil_servant(number: int, **employment: Any) -> dict[str, Any]:
    """A civil servant of group A1, step 3, whose time runs since `raise_clock_from`."""
    whole = dossier(number)
    pay = {
        "rank": "01.003",
        "salary_group": "A1",
        "salary_step": 3,
        "salary_coefficient": "3.00",
        "salary_from": "2020-01-01",
        "raise_clock_from": "2020-01-01",
        "position_title": "Chuyên viên",
    }
    whole["employment"] |= {**pay, **employment}
    whole["employment"]["salary_history"] = [
        {"id": "s1", "from": "2020-01-01", "rank": "01.003", "step": 3, "coefficient": "3.00"}
    ]
    whole["career"]["work_history"] = [
        {
            "id": "w1",
            "from": "2010-01",
            "unit_name": "Sở H41.12",
            "unit_code": UNIT,
            "position": "Chuyên viên",
        }
    ]
    return whole


def people(agency: Agency, count: int = 1, **employment: Any) -> list[UUID]:
    """So many of them with dossiers: their keys."""
    first = DecisionPerson.objects.count() + Change.objects.count()
    numbers = range(first + 1, first + count + 1)
    return [kept(agency, civil_servant(number, **employment)).dossier.key for number in numbers]


def terms(**more: Any) -> Terms:
    return Terms(
        **{"unit_code": UNIT, "effective_on": TODAY, "authority": HEAD, "cells": {}, **more},
    )


def drafted(
    agency: Agency,
    kind: str,
    keys: Sequence[UUID],
    each: Mapping[UUID, Mapping[str, Any]] | None = None,
    *,
    by: str = "officer",
    effective_on: date = TODAY,
    cells: Mapping[str, Any] | None = None,
) -> Decision:
    """A draft with its form filled in."""
    subject, said = agency.subject(by), terms(effective_on=effective_on, cells=cells or {})
    row = actions.draft(subject, kind, keys, said)
    return actions.fill(subject, row.pk, said, each) if each else row


def submitted(agency: Agency, row: Decision, *, by: str = "officer") -> Decision:
    return actions.submit(agency.subject(by), row.pk)


def verified(agency: Agency, row: Decision) -> Decision:
    """Submitted, with every change checked and verified."""
    done = submitted(agency, row)
    pass_steps(agency, list(done.people.values_list("change_id", flat=True)))
    return done


def sign(agency: Agency, row: Decision, *, by: str = "approver", passphrase: str = PASSPHRASE) -> Decision:
    subject = agency.subject(by)
    return signing.sign(subject, row.pk, passphrase, signing.prepare(subject, row.pk).root)


def decided(agency: Agency, row: Decision) -> Decision:
    """All the way to the signature."""
    verified(agency, row)
    return sign(agency, row)


def held(key: UUID) -> dict[str, Any]:
    """The dossier as it stands."""
    return current_documents([key])[key][1]
