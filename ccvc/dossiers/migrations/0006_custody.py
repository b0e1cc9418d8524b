"""Dossiers handed over between components: whose each is, and where it came to or left."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0005_job_position")]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="custody",
            field=models.CharField(
                choices=[("here", "here"), ("leaving", "leaving"), ("offered", "offered"), ("gone", "gone")],
                db_default="here",
                default="here",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="dossier",
            name="drawer_unit_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(("drawer_unit_id__isnull", False)),
                fields=["drawer_unit_id"],
                name="dossier_drawer",
            ),
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("after_number", models.PositiveIntegerField()),
                ("unit_id", models.BigIntegerField()),
                ("valid_from", models.DateField()),
                ("known_at", models.DateTimeField()),
                ("transfer", models.UUIDField()),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="dossiers.dossier",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("dossier", "transfer"), name="one_move_per_transfer")
                ],
            },
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION dossiers_move_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'dossiers_move only grows: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
            END $$;
            CREATE TRIGGER dossiers_move_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON dossiers_move
                FOR EACH STATEMENT EXECUTE FUNCTION dossiers_move_only_grows();
            """,
            "DROP FUNCTION dossiers_move_only_grows() CASCADE",
        ),
    ]
