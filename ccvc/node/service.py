"""Getting a node ready: database up, schema current, rooms loaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ccvc.node.database import embedded
from ccvc.node.settings import node_settings


@contextmanager
def database() -> Iterator[None]:
    """The node's database, started if it is the embedded one and not running yet."""
    settings = node_settings()
    if settings.database_url:
        yield
        return
    with embedded(settings).running(settings.database):
        yield


@contextmanager
def ready(*, migrate: bool = True) -> Iterator[None]:
    """Database up, Django loaded, schema migrated when it is behind."""
    with database():
        import django  # noqa: PLC0415 - settings need the database's address

        django.setup()
        if migrate:
            _migrate()
        try:
            yield
        finally:
            from django.db import connections  # noqa: PLC0415

            connections.close_all()


def _migrate() -> None:
    from django.core.management import call_command  # noqa: PLC0415 - after django.setup
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
