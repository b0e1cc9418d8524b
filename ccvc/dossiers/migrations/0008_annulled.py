"""Dossiers opened by mistake: annulled, to be read and never to be counted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0007_contract_kind")]

    operations = [
        migrations.AlterField(
            model_name="dossier",
            name="custody",
            field=models.CharField(
                choices=[
                    ("here", "here"),
                    ("leaving", "leaving"),
                    ("offered", "offered"),
                    ("gone", "gone"),
                    ("annulled", "annulled"),
                ],
                db_default="here",
                default="here",
                max_length=10,
            ),
        ),
    ]
