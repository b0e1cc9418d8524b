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
        import django

        django.setup()
        if migrate:
            _migrate()
            _take_up_catalogues()
        try:
            yield
        finally:
            from django.db import connections

            connections.close_all()


def _take_up_catalogues() -> None:
    """Work by the code lists published so far; a process that goes on looks again by itself."""
    from ccvc.catalogues import applying

    applying.refresh()


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
