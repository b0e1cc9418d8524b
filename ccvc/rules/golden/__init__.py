"""Worked cases in files, and whether the rules give what they expect: the kind of a file is known by its columns."""
