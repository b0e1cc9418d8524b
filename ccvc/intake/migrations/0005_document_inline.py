"""Documents of rows stay beside their row as they are: packing each would cost more than it spares.

They are read once or twice and go with their intake. A row larger than a page still goes elsewhere, unpacked.
"""

from django.db import migrations

INLINE = """
ALTER TABLE intake_intakerow ALTER COLUMN document SET STORAGE EXTERNAL, ALTER COLUMN cells SET STORAGE EXTERNAL;
ALTER TABLE intake_intakerow SET (toast_tuple_target = 8160);
"""
PACKED = """
ALTER TABLE intake_intakerow RESET (toast_tuple_target);
ALTER TABLE intake_intakerow ALTER COLUMN document SET STORAGE EXTENDED, ALTER COLUMN cells SET STORAGE EXTENDED;
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0004_matching")]

    operations = [migrations.RunSQL(INLINE, PACKED)]
