from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('decisions', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='sealed',
            name='moment',
            field=models.CharField(choices=[('submitted', 'Khi trình'), ('signed', 'Khi ký')], default='submitted', max_length=10),
        ),
        migrations.RemoveConstraint(
            model_name='sealed',
            name='decisions_sealed_once',
        ),
        migrations.AddConstraint(
            model_name='sealed',
            constraint=models.UniqueConstraint(fields=('decision', 'round', 'moment'), name='decisions_sealed_once'),
        ),
    ]
