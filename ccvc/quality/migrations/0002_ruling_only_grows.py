from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("quality", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION quality_ruling_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'quality_ruling only grows: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
            END $$;
            CREATE TRIGGER quality_ruling_only_grows BEFORE UPDATE OR DELETE ON quality_ruling
                FOR EACH STATEMENT EXECUTE FUNCTION quality_ruling_only_grows();
            """,
            "DROP FUNCTION quality_ruling_only_grows() CASCADE",
        ),
    ]
