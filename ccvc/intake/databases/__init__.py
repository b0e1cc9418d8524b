"""Intake from databases in use at agencies: PostgreSQL, MySQL and MariaDB, SQL Server, Oracle, SQLite.

A mapping file says which columns fill which fields; what it names is read, kept as a snapshot, and taken in
as any file is. Nothing is ever written to such a database.
"""
