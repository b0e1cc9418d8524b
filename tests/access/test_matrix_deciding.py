"""The matrix of access (tests/access/test_matrix.py) over decisions and what leads to them."""

from __future__ import annotations

from tests.access.test_matrix import *  # noqa: F403 - the tests of the matrix, all of them

ROOMS = {"candidates", "decisions", "proposals", "worklists"}
