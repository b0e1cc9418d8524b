import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_numbers_before_layout"),
        ("evidence", "0003_waiver"),
    ]

    operations = [
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="source",
                        to="documents.document",
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("described", models.JSONField()),
                ("excerpt", models.TextField(blank=True)),
                (
                    "original",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="documents.document",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="evidence.attachment",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(("paper", None), ("original", None), _connector="XOR"),
                name="documents_source_of_one_thing",
            ),
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER documents_source_stays BEFORE UPDATE OR DELETE ON documents_source
                FOR EACH ROW EXECUTE FUNCTION documents_shown_stays();
            """,
            "DROP TRIGGER documents_source_stays ON documents_source",
        ),
    ]
