from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("closings", "0002_recount")]

    operations = [migrations.AddField("closing", "overdue", models.PositiveIntegerField(null=True))]
