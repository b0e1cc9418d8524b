"""The matrix of access (tests/access/test_matrix.py) over what moves between nodes and what the national node reads."""

from __future__ import annotations

from tests.access.test_matrix import *  # noqa: F403 - the tests of the matrix, all of them

ROOMS = {"closings", "exchange", "insight", "intake", "quality", "registry", "transfers"}
