import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='runperson',
            name='register',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.register'),
        ),
        migrations.AddField(
            model_name='runperson',
            name='number',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='runperson',
            name='numbered_on',
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name='runperson',
            constraint=models.UniqueConstraint(fields=('register', 'number'), name='documents_run_number_once'),
        ),
    ]
