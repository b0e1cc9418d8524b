"""A dossier of the receiver's own that has the number of the one coming, and what was judged of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("transfers", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="transfer",
            name="facts",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="transfer",
            name="twin",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="transfer",
            name="twin_is",
            field=models.CharField(
                blank=True, choices=[("same", "Cùng một người"), ("other", "Người khác")], max_length=10
            ),
        ),
    ]
