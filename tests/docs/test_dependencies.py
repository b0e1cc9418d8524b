"""What the program is built from: one version each, known by its hash, from no address written here."""

from __future__ import annotations

import re
import subprocess

from tests.docs.reading import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
REQUIREMENT = re.compile(r"^([A-Za-z0-9][\w.\-\[\],]*)==(\S+)(?: ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")
FEWEST = 60
REGISTRY = re.compile(
    r"--(?:extra-)?index-url|--find-links|--trusted-host|index_url|pypi\.org|/simple\b", re.IGNORECASE
)


def test_every_part_is_pinned_with_its_hashes() -> None:
    blocks = re.split(r"\n(?=\S)", LOCK.strip())
    parts = [block.splitlines() for block in blocks if not block.startswith("#")]
    assert len(parts) > FEWEST
    for head, *hashes in parts:
        assert REQUIREMENT.match(head), head
        assert [line for line in hashes if not HASH.match(line) and not line.strip().startswith("#")] == []
        assert any(HASH.match(line) for line in hashes), head


def test_set_up_takes_nothing_whose_hash_differs() -> None:
    installs = [line for line in (ROOT / "Makefile").read_text().splitlines() if "requirements.lock" in line]
    used = [line for line in installs if "install" in line or "sync" in line]
    assert used
    assert [line for line in used if "--require-hashes" not in line] == []


def test_no_address_of_a_registry_stands_in_the_lock() -> None:
    assert "://" not in LOCK
    assert not REGISTRY.search(LOCK)


def test_no_file_kept_here_names_a_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "*.toml", "*.lock", "*.cfg", "*.ini", "Makefile", ".ci/*", "*.npmrc", "*.json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [ROOT / name for name in listed.stdout.split()]
    assert len(files) > 20
    assert [str(f) for f in files if REGISTRY.search(f.read_text(encoding="utf-8", errors="replace"))] == []
