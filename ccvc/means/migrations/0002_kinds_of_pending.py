from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("means", "0001_pending")]

    operations = [
        migrations.AlterField(
            model_name="pendingsignature",
            name="kind",
            field=models.CharField(
                choices=[
                    ("approve", "Approve"),
                    ("enrol", "Enrol"),
                    ("document", "Document"),
                    ("closing", "Closing"),
                    ("again", "Again"),
                ],
                max_length=10,
            ),
        ),
    ]
