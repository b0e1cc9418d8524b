"""The matrix of access (tests/access/test_matrix.py) over what is kept, signed and proved."""

from __future__ import annotations

from tests.access.test_matrix import *  # noqa: F403 - the tests of the matrix, all of them

ROOMS = {"catalogues", "documents", "evidence", "headcount", "inspection", "means", "organisations"}
