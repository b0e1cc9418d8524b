"""The code of the job position as a typed column, so that its holders can be counted."""

from django.db import migrations, models

from ccvc.dossiers.migrations._spans import view

VIEW = {"owner": "person_id", "place": "agency_code", "key": "key"}


def field():
    return models.CharField(max_length=40, null=True)


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_version_stays"), ("dossiers", "0005_job_position")]

    operations = [
        migrations.AddField("person", "job_position_code", field()),
        migrations.AddField("past", "job_position_code", field()),
        migrations.AddField("standing", "job_position_code", field()),
        # Of one version, the column is what that version says; others are told anew by `ccvc dossiers rebuild-spans`.
        migrations.RunSQL(
            """
            UPDATE registry_person AS person
            SET job_position_code = v.document::jsonb #>> '{employment,job_position_code}'
            FROM registry_version v
            WHERE v.person_id = person.key AND v.number = 1 AND person.number = 1
                AND jsonb_typeof(v.document::jsonb #> '{employment,job_position_code}') = 'string'
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL("DROP VIEW registry_standing", migrations.RunSQL.noop),
        migrations.RunSQL(
            view("registry_standing", "registry_person", "registry_past", **VIEW, more=["job_position_code"]),
            migrations.RunSQL.noop,
        ),
    ]
