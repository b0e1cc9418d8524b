
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('changes', '0005_correction_until'),
    ]

    operations = [
        migrations.AlterField(
            model_name='batch',
            name='origin',
            field=models.CharField(choices=[('intake', 'Nhập từ tệp'), ('declaration', 'Kê khai'), ('office', 'Nghiệp vụ của cơ quan'), ('decision', 'Quyết định nhân sự')], max_length=20),
        ),
    ]
