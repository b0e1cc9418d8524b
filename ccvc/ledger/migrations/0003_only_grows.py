"""Entries and heads stay: the database itself refuses to change, delete or empty them."""

from django.db import migrations

REFUSED = {
    "ledger_entry": "UPDATE OR DELETE OR TRUNCATE",
    "ledger_signedhead": "UPDATE OR DELETE OR TRUNCATE",
    "ledger_peerhead": "TRUNCATE",
    "ledger_witness": "TRUNCATE",
}


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_peer_heads")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION ledger_stays() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
            END $$;
            """
            + "".join(
                f"""
                CREATE TRIGGER {table}_stays BEFORE {events} ON {table}
                    FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays();
                """
                for table, events in REFUSED.items()
            ),
            "DROP FUNCTION ledger_stays() CASCADE",
        )
    ]
