"""The matrix of access (tests/access/test_matrix.py) over what everybody meets at the door."""

from __future__ import annotations

from tests.access.test_matrix import *  # noqa: F403 - the tests of the matrix, all of them

ROOMS = {"access", "accounts", "endpoint", "web"}
