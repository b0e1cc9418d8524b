"""Pages in a real browser: nothing refused by the policy, nothing wider than the screen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parent.parent.parent / "scripts" / "screenshots.py"
CHROMIUM = Path("/usr/bin/chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not CHROMIUM.exists() and os.environ.get("CI") != "true",
        reason="Chromium is not installed (apt-get install chromium)",
    ),
]


def test_pictures_of_public_pages(live_server: Any, settings: Any, tmp_path: Path) -> None:
    settings.CCVC_SYNTHETIC = True
    pages = [
        {"name": "gallery", "url": "/design"},
        {"name": "standard", "url": "/standard/?q=luong"},
        {"name": "codes", "url": "/standard/codes/provinces"},
        {"name": "sign-in", "url": "/sign-in"},
    ]
    wanted = tmp_path / "pages.json"
    wanted.write_text(json.dumps({"base": live_server.url, "pages": pages}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, SCRIPT, wanted, "--out", tmp_path],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": ""},
    )
    assert done.returncode == 0, done.stderr
    pictures = {file.name for file in tmp_path.glob("*.png")}
    assert pictures == {f"{page['name']}-{size}.png" for page in pages for size in ("laptop", "phone")}
    assert all(file.stat().st_size > 10_000 for file in tmp_path.glob("*.png"))
