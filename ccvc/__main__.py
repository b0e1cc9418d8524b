"""`python -m ccvc` is the command line."""

from __future__ import annotations

from ccvc.node.cli import main

main()
