"""The table of versions cannot be emptied either."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0003_past")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER dossiers_version_stays BEFORE TRUNCATE ON dossiers_version
                FOR EACH STATEMENT EXECUTE FUNCTION dossiers_version_only_grows();
            """,
            "DROP TRIGGER dossiers_version_stays ON dossiers_version",
        )
    ]
