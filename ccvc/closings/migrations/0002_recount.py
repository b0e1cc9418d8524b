from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("closings", "0001_initial")]

    operations = [
        migrations.AddField("outcome", "recounted", models.PositiveIntegerField(default=0)),
        migrations.CreateModel(
            name="Recount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=60)),
                ("category", models.CharField(blank=True, max_length=60)),
                ("status", models.CharField(blank=True, max_length=60)),
                ("stated", models.PositiveIntegerField()),
                ("found", models.PositiveIntegerField()),
                (
                    "outcome",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recounts",
                        to="closings.outcome",
                    ),
                ),
            ],
            options={
                "verbose_name": "số người khác khi đếm lại",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outcome", "unit", "category", "status"), name="closing_recount_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER closings_recount_only_grows BEFORE UPDATE OR DELETE ON closings_recount
                FOR EACH STATEMENT EXECUTE FUNCTION closings_only_grow();
            """,
            "DROP TRIGGER closings_recount_only_grows ON closings_recount",
        ),
    ]
