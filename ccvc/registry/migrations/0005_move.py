"""Who passed from one agency's care into another's."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_job_position")]

    operations = [
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
                ("agency_code", models.CharField(max_length=35)),
                ("valid_from", models.DateField()),
                ("known_at", models.DateTimeField()),
                ("transfer", models.UUIDField(unique=True)),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="registry.person",
                    ),
                ),
            ],
            options={"verbose_name": "lần chuyển cơ quan quản lý"},
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER registry_move_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON registry_move
                FOR EACH STATEMENT EXECUTE FUNCTION registry_only_grows();
            """,
            "DROP TRIGGER registry_move_only_grows ON registry_move",
        ),
    ]
