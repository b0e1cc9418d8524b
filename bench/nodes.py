"""What measures stand on: nodes on durable servers of their own, and a signature that versions may refer to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from ccvc.node.postgres import Postgres


def national_node(root: Path) -> AbstractContextManager[None]:
    """A national node on a durable server of its own."""
    return node(root, "national", "G09")


def component_node(root: Path, agency: str) -> AbstractContextManager[None]:
    """A component node, likewise."""
    return node(root, "component", agency)


@contextmanager
def node(root: Path, kind: str, agency: str) -> Iterator[None]:
    """A node of a kind; one in a process, since its settings are read once."""
    server = Postgres(root / "postgres")
    os.environ |= {
        "CCVC_HOME": str(root / "home"),
        "CCVC_KIND": kind,
        "CCVC_AGENCY": agency,
        "DJANGO_SETTINGS_MODULE": "ccvc.node.django_settings",
    }
    (root / "home").mkdir(parents=True)
    with server.running("bench"):
        os.environ["CCVC_DATABASE_URL"] = server.url("bench")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        try:
            yield
        finally:
            connections.close_all()


def kept_signature() -> Any:
    """A row versions are written under in bulk; nobody signed it, and no measure judges it."""
    from django.utils import timezone

    from ccvc.signing.models import Signature

    said = {"payload": b"x", "jws": {}, "leaves": b"", "digest": "0" * 64}
    return Signature.objects.create(at=timezone.now(), signer_name="bench", serial="1", **said)


def told(holds: bool) -> str:  # noqa: FBT001 - a verdict, not a switch
    """What is said behind a limit."""
    return "" if holds else ", missed"
