from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("changes", "0004_history_stays")]

    operations = [
        migrations.AddField(model_name="correction", name="until", field=models.DateField(null=True)),
    ]
