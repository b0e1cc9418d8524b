"""Typed columns, and spans over the two times, of dossiers and of the register, as the first migrations make them.

What is here is never changed, for it has been run.
"""

from django.db import models

COLUMNS = [
    ('full_name', models.TextField()),
    ('name_plain', models.TextField()),
    ('name_key', models.BinaryField()),
    ('personal_id', models.CharField(max_length=12, null=True)),
    ('birth_date', models.CharField(max_length=10, null=True)),
    ('birth_year', models.SmallIntegerField(null=True)),
    ('sex', models.CharField(max_length=2, null=True)),
    ('ethnic_group', models.CharField(max_length=8, null=True)),
    ('religion', models.CharField(max_length=8, null=True)),
    ('unit_code', models.CharField(max_length=35, null=True)),
    ('unit_name', models.TextField(null=True)),
    ('category', models.CharField(max_length=8, null=True)),
    ('status', models.CharField(max_length=8, null=True)),
    ('position', models.CharField(max_length=32, null=True)),
    ('position_title', models.TextField(null=True)),
    ('rank', models.CharField(max_length=16, null=True)),
    ('salary_group', models.CharField(max_length=8, null=True)),
    ('salary_step', models.SmallIntegerField(null=True)),
    ('salary_coefficient', models.DecimalField(decimal_places=2, max_digits=4, null=True)),
    ('salary_from', models.DateField(null=True)),
    ('highest_level', models.CharField(max_length=8, null=True)),
    ('political_theory', models.CharField(max_length=8, null=True)),
    ('it_level', models.CharField(max_length=8, null=True)),
    ('party_joined_on', models.CharField(max_length=10, null=True)),
    ('recruited_on', models.CharField(max_length=10, null=True)),
    ('job_level', models.SmallIntegerField(null=True)),
]
SPANNED = [*COLUMNS, ('valid_from', models.DateField(null=True)), ('known_from', models.DateTimeField(null=True))]


def copies(fields):
    """Fields of their own for another model."""
    return [(name, field.clone()) for name, field in fields]


def view(name, holder, past, *, owner, place, key=None, more=()):
    """SQL of the view that shows rows of now and of the past as one; `key` is the holder's name for `owner`.

    `more`: columns added later.
    """
    listed = ', '.join(f'"{column}"' for column in [*(column for column, _ in SPANNED), *more, place])
    now = f'"{key or owner}" AS "{owner}"'
    return f"""
        CREATE VIEW {name} AS
        SELECT {listed}, {now}, NULL::timestamptz AS known_to FROM {holder} WHERE valid_from IS NOT NULL
        UNION ALL SELECT {listed}, "{owner}", known_to FROM {past}
        """
