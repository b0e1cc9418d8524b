"""Where the audit cannot be written there is no act, and where a look cannot be recorded nobody is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from ccvc.access.actions import close_account, grant_role, open_account
from ccvc.access.models import AccessLog, Grant
from ccvc.accounts.models import User
from ccvc.changes.models import Change
from ccvc.dossiers.models import Head, Version
from ccvc.evidence import actions as evidence
from ccvc.evidence.domain import Details
from ccvc.evidence.models import Attachment, StoredFile
from ccvc.ledger.models import Entry
from ccvc.organisations.actions import open_unit
from ccvc.organisations.models import Unit
from ccvc.signing.models import Signature, SigningMeans
from tests import people
from tests.evidence import samples
from tests.people import AGENCY, OTHER_UNIT, Agency
from tests.web.visiting import signed_in

pytestmark = pytest.mark.django_db
KEPT = (Attachment, Change, Entry, Grant, Head, Signature, SigningMeans, StoredFile, Unit, User, Version)
TODAY = date(2026, 7, 1)


def read_only(table: str) -> None:
    """Let the database refuse new rows of a table, as a full disk or a right taken away would."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse_rows() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'read only'; END $$"
        )
        cursor.execute(f"CREATE TRIGGER refuse_rows BEFORE INSERT ON {table} EXECUTE FUNCTION refuse_rows()")


def everything() -> list[Any]:
    return [list(model._default_manager.order_by("pk").values()) for model in KEPT]


def grant(agency: Agency) -> None:
    who = agency.users["owner"]
    grant_role(
        people.SYSTEM, user=who, role="officer", unit_code=OTHER_UNIT, valid_from=TODAY, basis="QĐ 2/QĐ-TEST"
    )


def attach(agency: Agency) -> None:
    person = Head.objects.get().dossier.key
    paper = evidence.receive(agency.subject("officer"), samples.png())
    evidence.attach(agency.subject("officer"), person, paper, Details(kind="04", path="", file_name="2c.png"))


def approve(agency: Agency) -> None:
    people.approve(agency, [Change.objects.get(state="verified").pk])


def unit(_agency: Agency) -> None:
    open_unit(
        people.SYSTEM,
        code=f"{AGENCY}.77",
        name="Sở mới",
        parent_code=AGENCY,
        kind="department",
        on=TODAY,
        basis="NQ",
    )


def account(_agency: Agency) -> None:
    secret = "một-câu-rất-dài-1"
    open_account(people.SYSTEM, username="moi", full_name="Người mới", password=secret)


def close(agency: Agency) -> None:
    close_account(people.SYSTEM, agency.users["owner"])


def key(agency: Agency) -> None:
    people.give_key(agency, "foreign_approver", code="H56")


@pytest.mark.parametrize("act", [grant, attach, approve, unit, account, close, key], ids=lambda a: a.__name__)
def test_an_act_whose_entry_cannot_be_written_did_not_happen(
    agency: Agency, act: Callable[[Agency], None]
) -> None:
    people.kept(agency, people.dossier(1))
    waiting = people.propose(agency, people.dossier(2))
    people.pass_steps(agency, [waiting.pk])
    read_only("ledger_entry")
    before = everything()
    with pytest.raises(DatabaseError, match="read only"):
        act(agency)
    assert everything() == before


def test_nobody_is_shown_whose_look_cannot_be_recorded(agency: Agency) -> None:
    version = people.kept(agency, people.dossier(1, full_name="Nguyễn Thị Hoà"))
    client = signed_in(agency, "officer")
    client.raise_request_exception = False
    read_only("access_accesslog")
    for name, args in (("list", ()), ("detail", (version.dossier.key,)), ("history", (version.dossier.key,))):
        with transaction.atomic():
            answer = client.get(reverse(f"dossiers:{name}", args=args))
            transaction.set_rollback(True)
        assert answer.status_code == 500, name
        assert "Hoà" not in answer.content.decode(), name
    assert not AccessLog.objects.exists()
