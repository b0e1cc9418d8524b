"""Hostile inputs at every place where the program reads what somebody else wrote.

`python -m tests.fuzz` (`make fuzz`) runs as many as are asked for, on all cores; `test_fuzz.py` a seeded sample, and
every input that ever failed (`found/`). An input is drawn from a seed, its target and its number alone.
"""
