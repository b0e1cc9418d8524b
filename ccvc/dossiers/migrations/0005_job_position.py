"""The code of the job position as a typed column, so that its holders can be counted."""

from django.db import migrations, models

from ccvc.dossiers.migrations._spans import view

VIEW = {"owner": "dossier_id", "place": "unit_id"}


def field():
    return models.CharField(max_length=40, null=True)


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0004_version_stays")]

    operations = [
        migrations.AddField("head", "job_position_code", field()),
        migrations.AddField("past", "job_position_code", field()),
        migrations.AddField("standing", "job_position_code", field()),
        # Of one version, the column is what that version says; others are told anew by `ccvc dossiers rebuild-spans`.
        migrations.RunSQL(
            """
            UPDATE dossiers_head AS head SET job_position_code = v.document::jsonb #>> '{employment,job_position_code}'
            FROM dossiers_dossier d JOIN dossiers_version v ON v.dossier_id = d.id
            WHERE d.id = head.dossier_id AND d.current_number = 1
                AND jsonb_typeof(v.document::jsonb #> '{employment,job_position_code}') = 'string'
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL("DROP VIEW dossiers_standing", migrations.RunSQL.noop),
        migrations.RunSQL(
            view("dossiers_standing", "dossiers_head", "dossiers_past", **VIEW, more=["job_position_code"]),
            migrations.RunSQL.noop,
        ),
    ]
