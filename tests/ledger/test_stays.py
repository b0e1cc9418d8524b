"""The database itself refuses to change, delete or empty what proves the past."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from ccvc.signing.models import Signature
from tests.owner import behind_the_back
from tests.people import Agency, dossier, kept

pytestmark = pytest.mark.django_db

TABLES = {
    "ledger_entry": "payload",
    "ledger_signedhead": "root",
    "ledger_peerhead": "root",
    "ledger_witness": "root",
    "signing_signature": "jws",
    "dossiers_version": "document",
    "registry_version": "document",
    "registry_refusal": "message",
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("act", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
def test_tables_of_the_past_refuse_every_way_of_losing_it(table: str, act: str) -> None:
    statement = act.format(table, TABLES[table])
    with (
        pytest.raises(DatabaseError, match=r"stays as it is|only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    with behind_the_back(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_signature_stays_and_the_evidence_beside_it_only_grows(agency: Agency) -> None:
    row = Signature.objects.get(pk=kept(agency, dossier()).signature_id)
    for column in ("payload", "jws", "leaves", "digest", "signer_name", "serial", "at", "kind"):
        with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
            row.save(update_fields=[column])
    row.evidence = "{}"
    row.save(update_fields=["evidence", "stamped_at"])
    row.evidence = ""
    with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
        row.save(update_fields=["evidence"])
