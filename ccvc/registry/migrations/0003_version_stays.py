"""The tables of versions and refusals cannot be emptied either."""

from django.db import migrations

TABLES = ("registry_version", "registry_refusal")


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_past")]

    operations = [
        migrations.RunSQL(
            f"""
            CREATE TRIGGER {table}_stays BEFORE TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION registry_only_grows();
            """,
            f"DROP TRIGGER {table}_stays ON {table}",
        )
        for table in TABLES
    ]
