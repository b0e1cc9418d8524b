"""Bounds every package keeps; a receiver refuses what is larger before it looks inside.

Sizes are bytes. 5,000 full dossiers are about 15 MB of JSON and 1 MB compressed, so each bound leaves room.
"""

from __future__ import annotations

MIB = 1024 * 1024

MAX_PACKAGE = 64 * MIB
MAX_ENVELOPE = 256 * 1024
MAX_CONTENT = 256 * MIB
MAX_LINE = 16 * MIB
MAX_RECORDS = 200_000
MAX_WINDOW = 8 * MIB
MAX_TOKEN = 16 * 1024
MAX_ANSWER = 1 * MIB
MAX_REQUEST_FILE = 256 * 1024
