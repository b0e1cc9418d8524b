import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DatabaseRead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=40)),
                ('mapping_sha256', models.CharField(max_length=64)),
                ('marks', models.TextField()),
                ('read_at', models.DateTimeField()),
                ('intake', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='database_read', to='intake.intake')),
            ],
            options={
                'indexes': [models.Index(fields=['source', '-read_at'], name='database_read_newest')],
            },
        ),
    ]
