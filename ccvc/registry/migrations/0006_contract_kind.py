"""The kind of the newest contract as a typed column, so that contracts count under the decree they are made by."""

from django.db import migrations, models

from ccvc.dossiers.migrations._spans import view

VIEW = {"owner": "person_id", "place": "agency_code", "key": "key"}
LATER = ["job_position_code", "contract_kind"]


def field():
    return models.CharField(max_length=8, null=True)


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_move"), ("dossiers", "0007_contract_kind")]

    operations = [
        migrations.AddField("person", "contract_kind", field()),
        migrations.AddField("past", "contract_kind", field()),
        migrations.AddField("standing", "contract_kind", field()),
        # Of one version, the column is what that version says; others are told anew by `ccvc dossiers rebuild-spans`.
        migrations.RunSQL(
            """
            UPDATE registry_person AS held SET contract_kind = (
                SELECT c.row ->> 'kind' FROM jsonb_array_elements(v.document::jsonb #> '{career,contracts}')
                    WITH ORDINALITY AS c(row, place)
                WHERE jsonb_typeof(c.row -> 'kind') = 'string'
                ORDER BY coalesce(CASE WHEN jsonb_typeof(c.row -> 'from') = 'string' THEN c.row ->> 'from' END, '') COLLATE "C"
                    DESC, c.place DESC LIMIT 1)
            FROM registry_version v
            WHERE v.person_id = held.key AND v.number = 1 AND held.number = 1
                AND jsonb_typeof(v.document::jsonb #> '{career,contracts}') = 'array'
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL("DROP VIEW registry_standing", migrations.RunSQL.noop),
        migrations.RunSQL(
            view("registry_standing", "registry_person", "registry_past", **VIEW, more=LATER),
            migrations.RunSQL.noop,
        ),
    ]
