# The documents of versions become bytes: a frame of `ccvc/registry/packing.py`, or the document as it was. The server
# is kept from compressing them a second time; the trigger refuses changes of rows, which this is not.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0001_initial'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    """
                    ALTER TABLE registry_version RENAME document TO packed;
                    ALTER TABLE registry_version
                        ALTER packed TYPE bytea USING convert_to(packed, 'UTF8'),
                        ALTER packed SET STORAGE EXTERNAL;
                    """,
                ),
            ],
            state_operations=[
                migrations.RemoveField('version', 'document'),
                migrations.AddField('version', 'packed', models.BinaryField()),
            ],
        ),
    ]
