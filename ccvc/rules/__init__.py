"""Rules of law as pure functions over dated parameters: no database, no clock, no settings.

Each parameter is a row of a file in ``data/`` with its unit, its dates, its legal basis and how certain it
is; each function asks for the value on a date, so a decision of 2019 is judged by the law of 2019.
"""
