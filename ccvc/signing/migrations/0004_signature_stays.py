"""What was signed stays as it was signed; only the evidence beside it grows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("signing", "0003_evidence")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION signing_signature_stays() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'signing_signature stays as it is: % is refused', TG_OP
                    USING ERRCODE = 'restrict_violation';
            END $$;
            CREATE TRIGGER signing_signature_stays BEFORE DELETE OR TRUNCATE
                OR UPDATE OF id, kind, payload, jws, leaves, digest, signer_name, serial, at ON signing_signature
                FOR EACH STATEMENT EXECUTE FUNCTION signing_signature_stays();
            CREATE TRIGGER signing_signature_keeps_evidence BEFORE UPDATE ON signing_signature
                FOR EACH ROW WHEN (OLD.evidence <> '' AND NEW.evidence = '')
                EXECUTE FUNCTION signing_signature_stays();
            """,
            "DROP FUNCTION signing_signature_stays() CASCADE",
        )
    ]
