"""Writes the generated parts of docs/exchange-protocol.md; `--new-example` makes a new worked example too."""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.exchange import document  # noqa: E402 - rooms are loaded only now

if __name__ == "__main__":
    text = document.FILE.read_text(encoding="utf-8")
    document.FILE.write_text(
        document.rewritten(text, new_example="--new-example" in sys.argv), encoding="utf-8"
    )
